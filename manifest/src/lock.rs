//! What was installed: which bytes, whose, with which grant, and how it has behaved since.

mod text;

use crate::granted::Granted;
use crate::limits::MAX_LOCK_BYTES;
use crate::signing::PublicKey;
use crate::{ComponentHash, PluginName};

/// What was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The plugin.
    pub name: PluginName,
    /// Its version.
    pub version: semver::Version,
    /// The component's bytes: others do not run under this name.
    pub component: ComponentHash,
    /// Whose they are.
    pub signer: Signer,
    /// What the operator said yes to.
    pub granted: Granted,
    /// Whether it may run.
    pub state: State,
    /// How often in a row it has trapped.
    pub traps_in_a_row: u32,
    /// When it was installed, as the caller writes times.
    pub installed_at: String,
}

/// Who has signed a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The owner of this key, which the operator trusted when it was installed.
    Key(PublicKey),
    /// Nobody; the operator allowed that.
    Unsigned,
}

/// Whether a plugin may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It may.
    Enabled,
    /// It waits for the operator, for these reasons.
    Held(Vec<String>),
}

/// What is wrong with a lock file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// It is none, or is damaged.
    #[error("the plugin's lock file is wrong: {0}; install the plugin once more")]
    Wrong(String),
    /// It is of another version of the format.
    #[error(
        "the plugin's lock file has the format {0}, and this `neph` knows {FORMAT}; update `neph`, or install the plugin once more"
    )]
    Format(i64),
    /// It is too long.
    #[error("the plugin's lock file has {0} bytes; {MAX_LOCK_BYTES} is the most")]
    TooLong(usize),
}

/// The version of the format.
const FORMAT: i64 = 1;

#[cfg(test)]
mod tests;
