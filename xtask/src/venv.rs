//! Programs from PyPI, each in a virtual environment of its own beside the builds.

use crate::{lock, process};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The longest that an installation may take: a hundred packages over a slow line.
const INSTALL_BOUND: Duration = Duration::from_secs(600);

#[cfg(not(windows))]
const PROGRAMS: (&str, &str) = ("bin", "");
#[cfg(windows)]
const PROGRAMS: (&str, &str) = ("Scripts", ".exe");

/// What to install, and where.
pub(crate) struct Wanted {
    /// The name of its folder.
    pub(crate) folder: &'static str,
    /// What pip is asked for. Pinned: something relies on how this version behaves.
    pub(crate) requirement: &'static str,
    /// A program that is there once it is installed.
    pub(crate) program: &'static str,
    /// What to say to somebody for whom it does not work, beside that pip's settings are heeded.
    pub(crate) instead: &'static str,
}

/// A virtual environment.
pub(crate) struct Venv {
    requirement: &'static str,
    folder: PathBuf,
    /// Its Python.
    pub(crate) python: PathBuf,
    /// The program that was wanted of it.
    pub(crate) program: PathBuf,
    /// Written last, so that an installation that was broken off is never taken for a whole one.
    stamp: PathBuf,
}

/// The virtual environment, installed where it is not yet.
pub(crate) fn prepare(target: &Path, wanted: &Wanted) -> Result<Venv> {
    fs::create_dir_all(target).with_context(|| format!("`{}` could not be made", target.display()))?;
    let venv = Venv::new(target.join(wanted.folder), wanted);
    let lock = lock::take(&target.join(format!("{}.lock", wanted.folder)))?;
    if !venv.is_ready()
        && let Err(error) = venv.install(&lock)
    {
        bail!(
            "`{}` could not be installed from PyPI: {error:#}\n  \
             hint: pip's own settings are heeded (PIP_INDEX_URL, PIP_PROXY); or {}",
            wanted.requirement,
            wanted.instead
        );
    }
    Ok(venv)
}

impl Venv {
    fn new(folder: PathBuf, wanted: &Wanted) -> Self {
        let (programs, suffix) = PROGRAMS;
        let program = |name: &str| folder.join(programs).join(format!("{name}{suffix}"));
        let (python, program) = (program("python"), program(wanted.program));
        Self { requirement: wanted.requirement, python, program, stamp: folder.join("installed"), folder }
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
