//! Python packages that tests need, each in a virtual environment of its own beside the builds.

use crate::process;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A package from PyPI, and the program of its environment that is wanted.
pub(crate) struct Package {
    /// The folder's name.
    pub(crate) name: &'static str,
    /// What is installed, at a pinned version.
    pub(crate) requirement: &'static str,
    /// The program.
    pub(crate) program: &'static str,
    /// Where tests look for the program. Set beforehand, it is used as it is and nothing is installed.
    pub(crate) variable: &'static str,
}

/// The longest that the installation may take: a hundred packages over a slow line.
const INSTALL_BOUND: Duration = Duration::from_secs(600);

#[cfg(not(windows))]
const PROGRAMS: (&str, &str) = ("bin", "");
#[cfg(windows)]
const PROGRAMS: (&str, &str) = ("Scripts", ".exe");

/// The package's program, installed where it is not yet.
pub(crate) fn prepare(package: &Package, target: &Path) -> Result<PathBuf> {
    fs::create_dir_all(target).with_context(|| format!("`{}` could not be made", target.display()))?;
    let place = Place::new(package, target.join(package.name));
    let lock = lock(&target.join(format!("{}.lock", package.name)))?;
    if !place.is_ready()
        && let Err(error) = place.install(&lock)
    {
        let Package { requirement, program, variable, .. } = package;
        bail!(
            "`{requirement}` could not be installed from PyPI: {error:#}\n  \
             hint: pip's own settings are heeded (PIP_INDEX_URL, PIP_PROXY); \
             or install it yourself and set {variable} to its `{program}`"
        );
    }
    Ok(place.program)
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
    requirement: &'static str,
    folder: PathBuf,
    python: PathBuf,
    program: PathBuf,
    /// Written last, so that an installation that was broken off is never taken for a whole one.
    stamp: PathBuf,
}

impl Place {
    fn new(package: &Package, folder: PathBuf) -> Self {
        let (programs, suffix) = PROGRAMS;
        let program = |name: &str| folder.join(programs).join(format!("{name}{suffix}"));
        Self {
            requirement: package.requirement,
            python: program("python"),
            program: program(package.program),
            stamp: folder.join("installed"),
            folder,
        }
    }

    /// A virtual environment cannot be moved, so where it was made is part of what the stamp says.
    fn stamp_text(&self) -> String {
        format!("{}\n{}\n", self.requirement, self.folder.display())
    }

    fn is_ready(&self) -> bool {
        fs::read_to_string(&self.stamp).is_ok_and(|text| text == self.stamp_text())
            && self.program.is_file()
            // Fails where the Python that it was made with has gone.
            && process::works(Command::new(&self.python).arg("--version"))
    }

    fn install(&self, lock: &File) -> Result<()> {
        println!("installing {} into `{}` (once; under a minute)", self.requirement, self.folder.display());
        if self.folder.exists() {
            let left = || format!("what an earlier try left in `{}` could not be removed", self.folder.display());
            fs::remove_dir_all(&self.folder).with_context(left)?;
        }
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(&self.folder);
        let mut pip = Command::new(&self.python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", self.requirement]);
        for mut command in [venv, pip] {
            // As its input the program holds the lock too: one that outlives us is not installed over.
            command.stdin(lock.try_clone()?);
            process::run_within(&mut command, INSTALL_BOUND)?;
        }
        fs::write(&self.stamp, self.stamp_text())?;
        Ok(())
    }
}
