//! Runs a `Query` or SQL over tables that sources fill, and says what the answer covers.
//!
//! Owns the [`Source`] port, the cache, the limiter, coverage and `explain`. Knows no provider, no HTTP and no
//! configuration file: sources, clock and settings are handed to it.

pub mod answer;
pub mod arrow;
pub mod context;
pub mod error;
pub mod in_place;
pub mod limiter;
pub mod source;

pub use answer::Answer;
pub use context::FetchContext;
pub use error::{EngineError, FetchError, FetchErrorKind};
pub use in_place::InPlace;
pub use source::{FetchRequest, Source};
