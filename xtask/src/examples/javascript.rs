//! The example in JavaScript: componentize-js from npm, in the versions of the example's lock file.

use super::{INSTEAD, Place};
use crate::prerequisites::NPM;
use crate::process;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The longest that an installation may take: some 400 MB over a slow line.
const INSTALL_BOUND: Duration = Duration::from_secs(900);

/// What npm installs by.
const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];

pub(super) fn make(place: &Place) -> Result<()> {
    // Node looks for packages in the folders above too. So what is installed stays when the copy is made anew.
    let above = place.folder.parent().context("the copy has no folder above it")?;
    install(&place.folder, above)?;
    process::run_quietly(Command::new("node").arg("--test").current_dir(&place.folder))?;
    process::run_quietly(Command::new("node").arg("build.js").arg(&place.component).current_dir(&place.folder))
}

/// Installs what the manifests say, unless that is what is there.
fn install(manifests: &Path, folder: &Path) -> Result<()> {
    let stamp = folder.join("node_modules/installed");
    let texts: Vec<_> =
        MANIFESTS.iter().map(|name| fs::read_to_string(manifests.join(name))).collect::<Result<_, _>>()?;
    let mark = texts.concat();
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == mark) {
        return Ok(());
    }
    println!("installing componentize-js from npm into `{}` (once; under a minute)", folder.display());
    for (name, text) in MANIFESTS.iter().zip(&texts) {
        fs::write(folder.join(name), text)?;
    }
    let mut npm = Command::new(NPM);
    // No package's own scripts: none is needed, and they would run with all that this user may do.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm.current_dir(folder).stdin(Stdio::null());
    if let Err(error) = process::run_within(&mut npm, INSTALL_BOUND) {
        bail!(
            "componentize-js could not be installed from npm: {error:#}\n  \
             hint: npm's own settings are heeded (npm_config_registry, npm_config_https_proxy); or {INSTEAD}"
        );
    }
    fs::write(&stamp, mark).with_context(|| format!("`{}` could not be written", stamp.display()))
}
