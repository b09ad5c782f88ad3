//! `cargo xtask examples`: the example plugins that are not written in Rust, tested and made components.

mod files;
mod javascript;
mod python;

use crate::prerequisites::Prerequisite;
use crate::workspace::Workspace;
use crate::{lock, prerequisites};
use anyhow::{Context, Result};
use files::Files;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where tests look for the folder with the components. Set beforehand, it is used as it is and nothing is made.
pub(crate) const VARIABLE: &str = "NEPH_EXAMPLE_PLUGINS";

/// What to do where an installation does not work.
const INSTEAD: &str =
    "make the components of `plugins/examples` elsewhere and set NEPH_EXAMPLE_PLUGINS to the folder that they are in";

/// What making them takes.
pub(crate) static PREREQUISITES: &[&Prerequisite] =
    &[&prerequisites::NODE, &prerequisites::PYTHON_FOR_PLUGINS, &prerequisites::VENV];

static ALL: &[Example] = &[
    Example { name: "idle-addresses", source: "plugins/examples/javascript", make: javascript::make },
    Example { name: "old-snapshots", source: "plugins/examples/python", make: python::make },
];

/// One of them.
struct Example {
    /// The plugin's name, and its component's.
    name: &'static str,
    /// Its folder, from the root.
    source: &'static str,
    /// Installs what it takes, tests it and makes the component.
    make: fn(&Place) -> Result<()>,
}

/// Where an example is made: a copy of its folder with the contract beside it, as a plugin's author has it.
struct Place {
    /// The target folder: what is installed goes there.
    target: PathBuf,
    /// The copy.
    folder: PathBuf,
    /// The component to make.
    component: PathBuf,
}

/// Makes them and says where they are.
pub(crate) fn run() -> Result<ExitCode> {
    prerequisites::demand(PREREQUISITES)?;
    let folder = prepare(&Workspace::load()?)?;
    for example in ALL {
        let component = folder.join(component_name(example));
        let size = fs::metadata(&component).map_or(0, |metadata| metadata.len());
        println!("{:8.1} MB  {}", size as f64 / 1e6, component.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder with the components, each made unless what it is made from is as it was.
pub(crate) fn prepare(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("examples");
    fs::create_dir_all(&folder).with_context(|| format!("`{}` could not be made", folder.display()))?;
    let _lock = lock::take(&folder.join("lock"))?;
    for example in ALL {
        let made = make(workspace, &folder, example);
        made.with_context(|| {
            format!("the example plugin `{}` in `{}` could not be made", example.name, example.source)
        })?;
    }
    Ok(folder)
}

fn make(workspace: &Workspace, folder: &Path, example: &Example) -> Result<()> {
    let (component, stamp) = (folder.join(component_name(example)), folder.join(format!("{}.stamp", example.name)));
    let source = Files::of(&workspace.root.join(example.source))?;
    let contract = Files::of(&workspace.root.join("wit/v1"))?;
    // How it is made is a part of what it is made from.
    let recipe = Files::of(&workspace.root.join("xtask/src/examples"))?;
    let mark = files::mark(&[&source, &contract, &recipe]);
    if component.is_file() && fs::read_to_string(&stamp).is_ok_and(|made| made == mark) {
        return Ok(());
    }
    println!("making the example plugin `{}` (once, and when it changes; half a minute)", example.name);
    let place = Place {
        target: workspace.target.clone(),
        folder: folder.join(example.name).join("plugin"),
        component: folder.join(format!("{}.new", example.name)),
    };
    files::remove(&place.folder)?;
    source.copy(&place.folder)?;
    contract.copy(&place.folder.join("wit/deps/guest"))?;
    (example.make)(&place)?;
    fs::rename(&place.component, &component)
        .with_context(|| format!("`{}` was not made", place.component.display()))?;
    // Written last, so that what was broken off is never taken for whole.
    fs::write(&stamp, mark).with_context(|| format!("`{}` could not be written", stamp.display()))
}

fn component_name(example: &Example) -> String {
    format!("{}.wasm", example.name)
}
