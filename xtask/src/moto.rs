//! The AWS-compatible test server: moto from PyPI, in a virtual environment of its own beside the builds.

use crate::process;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Where tests look for the server's program. Set beforehand, it is used as it is and nothing is installed.
pub(crate) const VARIABLE: &str = "NEPH_MOTO";

/// What is installed. Tests rely on how this version behaves, so it is pinned.
const REQUIREMENT: &str = "moto[all,server]==5.2.5";

/// The longest that the installation may take: a hundred packages over a slow line.
const INSTALL_BOUND: Duration = Duration::from_secs(600);

#[cfg(not(windows))]
const PROGRAMS: (&str, &str, &str) = ("bin", "python", "moto_server");
#[cfg(windows)]
const PROGRAMS: (&str, &str, &str) = ("Scripts", "python.exe", "moto_server.exe");

/// The server's program, installed where it is not yet.
pub(crate) fn prepare(target: &Path) -> Result<PathBuf> {
    fs::create_dir_all(target).with_context(|| format!("`{}` could not be made", target.display()))?;
    let place = Place::new(target.join("moto"));
    let lock = lock(&target.join("moto.lock"))?;
    if !place.is_ready()
        && let Err(error) = place.install(&lock)
    {
        bail!(
            "`{REQUIREMENT}` could not be installed from PyPI: {error:#}\n  \
             hint: pip's own settings are heeded (PIP_INDEX_URL, PIP_PROXY); \
             or install it yourself and set {VARIABLE} to its `moto_server`"
        );
    }
    Ok(place.server)
}

/// Two test runs at once would otherwise install over each other.
fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).with_context(|| format!("`{}` could not be made", path.display()))?;
    if file.try_lock().is_err() {
        println!("waiting for another run that is installing");
        file.lock().with_context(|| format!("`{}` could not be locked", path.display()))?;
    }
    Ok(file)
}

struct Place {
    folder: PathBuf,
    python: PathBuf,
    server: PathBuf,
    /// Written last, so that an installation that was broken off is never taken for a whole one.
    stamp: PathBuf,
}

impl Place {
    fn new(folder: PathBuf) -> Self {
        let (programs, python, server) = PROGRAMS;
        let programs = folder.join(programs);
        Self { python: programs.join(python), server: programs.join(server), stamp: folder.join("installed"), folder }
    }

    /// A virtual environment cannot be moved, so where it was made is part of what the stamp says.
    fn stamp_text(&self) -> String {
        format!("{REQUIREMENT}\n{}\n", self.folder.display())
    }

    fn is_ready(&self) -> bool {
        fs::read_to_string(&self.stamp).is_ok_and(|text| text == self.stamp_text())
            && self.server.is_file()
            // Fails where the Python that it was made with has gone.
            && process::works(Command::new(&self.python).arg("--version"))
    }

    fn install(&self, lock: &File) -> Result<()> {
        println!("installing {REQUIREMENT} into `{}` (once; under a minute)", self.folder.display());
        if self.folder.exists() {
            let left = || format!("what an earlier try left in `{}` could not be removed", self.folder.display());
            fs::remove_dir_all(&self.folder).with_context(left)?;
        }
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(&self.folder);
        let mut pip = Command::new(&self.python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", REQUIREMENT]);
        for mut command in [venv, pip] {
            // As its input the program holds the lock too: one that outlives us is not installed over.
            command.stdin(lock.try_clone()?);
            process::run_within(&mut command, INSTALL_BOUND)?;
        }
        fs::write(&self.stamp, self.stamp_text())?;
        Ok(())
    }
}
