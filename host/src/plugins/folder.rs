//! Installed plugins on disk: in the data folder, `plugins/NAME` with the component, its manifest and its lock.
//!
//! The folder is its owner's alone, and whoever can write into it can make this program run what they like. A component is held
//! to the hash in its lock all the same, and what was compiled of it to a hash beside it: against damage, and a half-done change.

use crate::failure::{Code, Failure};
use crate::store::make_folder;
use crate::whole_file;
use manifest::limits::{MAX_LOCK_BYTES, MAX_MANIFEST_BYTES};
use manifest::{ComponentHash, Lock, Manifest};
use serde::{Serialize, Serializer};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The most bytes of a component: an interpreter of Python with its library has some forty million.
pub const COMPONENT_BYTES: u64 = 128 * 1024 * 1024;
/// The most bytes of what is compiled of one.
const COMPILED_BYTES: u64 = 1024 * 1024 * 1024;
/// The most plugins.
const MOST: usize = 500;

const COMPONENT: &str = "component.wasm";
const MANIFEST: &str = "plugin.toml";
const LOCK: &str = "lock.toml";
const COMPILED: &str = "compiled.cwasm";
const COMPILED_OF: &str = "compiled.of";
/// Of the folder of all plugins: who holds its lock is the one that changes something.
const ALONE: &str = ".lock";

/// Where plugins are installed.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// One whose files cannot be used.
#[derive(Debug, Clone, Serialize)]
pub struct Damaged {
    /// The name of its folder.
    pub name: String,
    /// What is the matter.
    #[serde(rename = "why", serialize_with = "in_words")]
    pub failure: Failure,
}

fn in_words<S: Serializer>(failure: &Failure, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(failure)
}

/// One that is installed.
#[derive(Debug, Clone)]
pub struct Installed {
    /// What it asks for.
    pub manifest: Manifest,
    /// What was pinned, granted and noted.
    pub lock: Lock,
}

/// Held while something is changed.
#[derive(Debug)]
pub struct Alone {
    _file: File,
}

impl Folder {
    /// The plugins of a data folder.
    pub fn within(data_dir: &Path) -> Self {
        Self(data_dir.join("plugins"))
    }

    /// All that are installed, by name. One whose files cannot be read is said to be damaged, and so are those beyond the most.
    pub fn list(&self) -> Vec<Result<Installed, Damaged>> {
        let damaged = |path: &Path, failure: Failure| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Err(Damaged { name, failure })
        };
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => return vec![damaged(&self.0, unreadable(&self.0, &error))],
        };
        let mut folders: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        folders.retain(|folder| is_one(folder));
        folders.sort();
        let one = |(at, folder): (usize, &PathBuf)| match at {
            0..MOST => read(folder).or_else(|failure| damaged(folder, failure)),
            _ => damaged(
                folder,
                Failure::new(Code::BadPlugin, format!("{MOST} plugins are the most, and this is one more")),
            ),
        };
        folders.iter().enumerate().map(one).collect()
    }

    /// The one of that name, if it is installed. One whose installing was cut off is none.
    pub fn named(&self, name: &str) -> Result<Option<Installed>, Failure> {
        let folder = self.0.join(name);
        if !folder.join(LOCK).is_file() { Ok(None) } else { read(&folder).map(Some) }
    }

    /// Waits until nobody else changes what is installed, in this process or another. What is read while this is held is still so
    /// when it is written back; it ends with what is given back.
    pub fn alone(&self) -> Result<Alone, Failure> {
        let path = self.0.join(ALONE);
        let opened =
            make_folder(&self.0).and_then(|()| File::options().create(true).truncate(false).write(true).open(&path));
        let file = opened.map_err(|error| unwritable(&path, &error))?;
        match file.lock() {
            // A file system that knows no locks: then there is nothing to wait for.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(Alone { _file: file }),
            Err(error) => Err(unwritable(&path, &error)),
            Ok(()) => Ok(Alone { _file: file }),
        }
    }

    /// Puts one in its place, over one of the same name.
    pub fn install(&self, component: &[u8], manifest: &str, lock: &Lock) -> Result<(), Failure> {
        let folder = self.0.join(lock.name.as_str());
        let lock = lock.to_toml().map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
        let written = make_folder(&folder)
            // The lock goes first and comes last: a folder without one is listed as cut off, and is granted nothing.
            .and_then(|()| remove_if_there(&folder.join(LOCK)))
            .and_then(|()| put(&folder.join(COMPONENT), component))
            .and_then(|()| put(&folder.join(MANIFEST), manifest.as_bytes()))
            .and_then(|()| put(&folder.join(LOCK), lock.as_bytes()));
        written.map_err(|error| unwritable(&folder, &error))
    }

    /// Writes another lock for one that is installed.
    pub fn relock(&self, lock: &Lock) -> Result<(), Failure> {
        let folder = self.0.join(lock.name.as_str());
        let text = lock.to_toml().map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
        put(&folder.join(LOCK), text.as_bytes()).map_err(|error| unwritable(&folder, &error))
    }

    /// Removes one. Gives back whether it was there.
    pub fn remove(&self, name: &str) -> Result<bool, Failure> {
        let folder = self.0.join(name);
        if !is_one(&folder) {
            return Ok(false);
        }
        let removed = remove_if_there(&folder.join(LOCK)).and_then(|()| fs::remove_dir_all(&folder));
        removed.map(|()| true).map_err(|error| unwritable(&folder, &error))
    }

    /// The component of one, which must be the one that was installed.
    pub fn component(&self, name: &str, hash: &ComponentHash) -> Result<Vec<u8>, Failure> {
        let path = self.0.join(name).join(COMPONENT);
        let component = bytes(&path, COMPONENT_BYTES).map_err(|error| unreadable(&path, &error))?;
        if ComponentHash::of(&component) != *hash {
            let message = format!("the component of `{name}` is not the one that was installed");
            return Err(Failure::new(Code::BadPlugin, message).hint("install it again: `neph plugin install FILE`"));
        }
        Ok(component)
    }

    /// What was compiled of a component, if it is as this program left it.
    pub fn compiled(&self, name: &str, hash: &ComponentHash) -> Option<Vec<u8>> {
        let folder = self.0.join(name);
        let of = bytes(&folder.join(COMPILED_OF), 1_024).ok()?;
        let compiled = bytes(&folder.join(COMPILED), COMPILED_BYTES).ok()?;
        (of == note(hash, &compiled).as_bytes()).then_some(compiled)
    }

    /// Keeps what was compiled of a component.
    pub fn keep_compiled(&self, name: &str, hash: &ComponentHash, compiled: &[u8]) -> io::Result<()> {
        let folder = self.0.join(name);
        remove_if_there(&folder.join(COMPILED_OF))?;
        put(&folder.join(COMPILED), compiled)?;
        put(&folder.join(COMPILED_OF), note(hash, compiled).as_bytes())
    }
}

/// What is written beside a compiled component: of what and by which version it was made, and what came of it.
fn note(hash: &ComponentHash, compiled: &[u8]) -> String {
    format!("{hash}\n{}\n{}\n", ComponentHash::of(compiled), env!("CARGO_PKG_VERSION"))
}

/// Whether a plugin is there, or what is left of one.
fn is_one(folder: &Path) -> bool {
    [LOCK, COMPONENT, MANIFEST].iter().any(|file| folder.join(file).exists())
}

fn read(folder: &Path) -> Result<Installed, Failure> {
    let text = |name: &str, most: usize| {
        let path = folder.join(name);
        let bytes = bytes(&path, most as u64).map_err(|error| unreadable(&path, &error))?;
        String::from_utf8(bytes).map_err(|error| unreadable(&path, &error))
    };
    let wrong = |error: &dyn std::fmt::Display| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        Failure::new(Code::BadPlugin, format!("the plugin in `{}`: {error}", folder.display()))
            .hint(format!("`neph plugin remove {name}` removes it"))
    };
    if !folder.join(LOCK).exists() {
        return Err(wrong(&"installing it was cut off, so that nothing is granted to it; install it once more"));
    }
    let lock = Lock::from_toml(&text(LOCK, MAX_LOCK_BYTES)?).map_err(|error| wrong(&error))?;
    let manifest = Manifest::parse(&text(MANIFEST, MAX_MANIFEST_BYTES)?).map_err(|error| wrong(&error))?;
    if manifest.name != lock.name || folder.file_name().is_none_or(|name| name != lock.name.as_str()) {
        return Err(wrong(&"its manifest, its lock and its folder have different names"));
    }
    Ok(Installed { manifest, lock })
}

/// A file's bytes, so many at most.
pub fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {most} bytes")));
    }
    Ok(bytes)
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    whole_file::write(path, |out: &mut dyn Write| out.write_all(bytes))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::BadPlugin, format!("`{}` could not be read: {error}", path.display()))
}

fn unwritable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::RunFailed, format!("`{}` could not be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use manifest::Granted;
    use manifest::lock::{Signer, State};

    const PROBE: &str = "name = \"probe\"\nversion = \"1.0.0\"\nworld = \"scanner\"\nsummary = \"looks\"\n";

    fn lock() -> Lock {
        Lock {
            name: "probe".parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            component: ComponentHash::of(b"component"),
            signer: Signer::Unsigned,
            granted: Granted::default(),
            state: State::Enabled,
            traps_in_a_row: 0,
            installed_at: "2026-11-27T02:00:00Z".to_owned(),
        }
    }

    #[test]
    fn no_change_of_a_lock_is_lost_where_two_change_it_at_once() {
        let data = tempfile::tempdir().unwrap();
        let folder = Folder::within(data.path());
        folder.install(b"component", PROBE, &lock()).unwrap();
        let count_up = || {
            for _ in 0..50 {
                let _alone = folder.alone().unwrap();
                let lock = folder.named("probe").unwrap().unwrap().lock;
                folder.relock(&Lock { traps_in_a_row: lock.traps_in_a_row + 1, ..lock }).unwrap();
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(count_up);
            scope.spawn(count_up);
        });
        assert_eq!(folder.named("probe").unwrap().unwrap().lock.traps_in_a_row, 100);
        assert_eq!(folder.list().len(), 1, "the file of the lock is no plugin");
    }
}
