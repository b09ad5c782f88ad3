//! `[cache]`: how long fetched rows are kept, where, and how many.

use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// How long fetched rows are kept, where, and how many.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cache {
    /// How old rows may be where a request does not say.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub max_age: Duration,
    /// The folder of the audit log and of kept rows. Absent: `nephoscope` in the user's data folder.
    pub data_dir: Option<PathBuf>,
    /// The most bytes that kept rows take on disk; the oldest go first.
    pub disk_bytes: u64,
    /// The most memory that kept rows take.
    pub memory_bytes: u64,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(300),
            data_dir: None,
            disk_bytes: 1024 * 1024 * 1024,
            memory_bytes: 512 * 1024 * 1024,
        }
    }
}
