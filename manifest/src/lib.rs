//! What a plugin asks for, what the operator said yes to, and what holds of both; a plugin packed with its manifest, signed,
//! and pinned.
//!
//! Pure: no IO, no clock, no environment. It is handed bytes and texts and gives back bytes and texts; files and the
//! command line are the host's.

mod address;
pub mod beyond;
pub mod component;
pub mod effective;
mod fields;
pub mod granted;
pub mod hash;
pub mod host;
pub mod limits;
pub mod lock;
mod manifest;
pub mod method;
pub mod name;
#[cfg(test)]
mod random;
pub mod scope;
pub mod signing;
mod text;

pub use beyond::{Missing, missing, widened};
pub use component::{PackError, pack, unpack, without};
pub use effective::{Effective, HostRule, effective};
pub use granted::{Granted, Reach};
pub use hash::ComponentHash;
pub use host::HostPattern;
pub use lock::Lock;
pub use manifest::{Fills, HostNeed, InputNeed, Manifest, ManifestError, Needs, Number, SecretNeed, TableNeed, World};
pub use method::Method;
pub use name::PluginName;
pub use scope::ScopePattern;
pub use signing::{KeyPair, PublicKey, SecretKey, SignError, sign, verify};
