//! The neutral states of a resource, the same on every provider. The provider's own word stays in `properties`.

use std::fmt;

/// What a resource is doing, in one word that means the same on every provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Being made or started.
    Pending,
    /// Doing its work, and billed for it. Compute only.
    Running,
    /// On its way to `stopped`.
    Stopping,
    /// Kept, not running.
    Stopped,
    /// Ready, and used by nothing (a volume without an instance), or simply ready where use is not a state.
    Available,
    /// Attached to or used by something.
    InUse,
    /// Being deleted.
    Deleting,
    /// Gone, and still listed for a while.
    Deleted,
    /// Broken.
    Failed,
    /// The provider gave no state, or one that this version does not know.
    Unknown,
}

impl State {
    /// Every state, as the `state` column's closed set of values.
    pub const WORDS: &'static [&'static str] = &[
        "pending",
        "running",
        "stopping",
        "stopped",
        "available",
        "in_use",
        "deleting",
        "deleted",
        "failed",
        "unknown",
    ];

    /// The word in the `state` column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Available => "available",
            Self::InUse => "in_use",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
