//! Two tasks at once would otherwise install, or build, over each other.

use anyhow::{Context, Result};
use std::fs::File;
use std::path::Path;

/// Waits until no other task holds it. It is let go with the file, and with the last program that was given a copy.
pub(crate) fn take(path: &Path) -> Result<File> {
    let file = File::create(path).with_context(|| format!("`{}` could not be made", path.display()))?;
    if file.try_lock().is_err() {
        println!("waiting for another run that is installing");
        file.lock().with_context(|| format!("`{}` could not be locked", path.display()))?;
    }
    Ok(file)
}
