//! The lines of an export that count, kept while it is read, so that it is read once: within a bound, for an export may be
//! larger than the memory of a plugin.

use crate::index::Spot;
use std::collections::BTreeMap;

/// The most bytes of lines that are kept: a quarter of the memory that a plugin has by default. Beyond it the export is read
/// once more, and nothing is kept.
#[cfg(not(test))]
pub(crate) const ROOM: usize = 64 * 1024 * 1024;
#[cfg(test)]
pub(crate) const ROOM: usize = 64 * 1024;

/// What a line takes beside its text.
const OVERHEAD: usize = 100;

/// Lines by the digest of the asset that they are about.
#[derive(Debug)]
pub(crate) struct Kept {
    /// None once there were too many.
    lines: Option<BTreeMap<u128, (Spot, String)>>,
    bytes: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self { lines: Some(BTreeMap::new()), bytes: 0 }
    }
}

impl Kept {
    /// Keeps a line, in the place of another about the same asset.
    pub(crate) fn put(&mut self, asset: u128, spot: Spot, mut text: String) {
        let Some(lines) = &mut self.lines else { return };
        text.shrink_to_fit();
        self.bytes += text.len() + OVERHEAD;
        if let Some((_, before)) = lines.insert(asset, (spot, text)) {
            self.bytes -= before.len() + OVERHEAD;
        }
        if self.bytes > ROOM {
            self.lines = None;
        }
    }

    /// All of them in the order of the export, if there was room.
    pub(crate) fn take(&mut self) -> Option<BTreeMap<Spot, String>> {
        Some(self.lines.take()?.into_values().collect())
    }
}
