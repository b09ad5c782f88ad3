//! What cargo knows about this workspace.

use crate::process;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace and its packages.
pub(crate) struct Workspace {
    /// Where the root manifest lies.
    pub(crate) root: PathBuf,
    /// Where builds go, as cargo sees it: its configuration and `CARGO_TARGET_DIR` are heeded.
    pub(crate) target: PathBuf,
    /// Our crates.
    pub(crate) crates: Vec<Crate>,
}

/// One of our crates.
pub(crate) struct Crate {
    /// Its name in the manifest.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// What it depends on: names, whatever the kind of dependency.
    pub(crate) dependencies: Vec<Dependency>,
    /// The file that each of its targets begins with.
    pub(crate) entries: Vec<PathBuf>,
}

/// One dependency, as a manifest states it.
pub(crate) struct Dependency {
    /// The package's name.
    pub(crate) name: String,
    /// Whether only tests need it.
    pub(crate) is_dev: bool,
}

impl Workspace {
    /// Asks cargo about our crates. Neither looks at other packages nor needs a network.
    pub(crate) fn load() -> Result<Self> {
        let json = metadata(process::cargo().args(["metadata", "--no-deps"]))?;
        let crates = json["packages"].as_array().context("`cargo metadata` named no packages")?;
        Ok(Self {
            root: path(&json["workspace_root"]),
            target: path(&json["target_directory"]),
            crates: crates.iter().map(Crate::read).collect(),
        })
    }
}

impl Crate {
    fn read(package: &Value) -> Self {
        let manifest = path(&package["manifest_path"]);
        Self {
            name: text(&package["name"]),
            folder: manifest.parent().unwrap_or(&manifest).to_owned(),
            dependencies: each(&package["dependencies"])
                .map(|d| Dependency { name: text(&d["name"]), is_dev: d["kind"] == "dev" })
                .collect(),
            entries: each(&package["targets"]).map(|t| path(&t["src_path"])).collect(),
        }
    }
}

/// A package that the build on this machine uses, ours among them.
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// The licence expression of its manifest, where it has one.
    pub(crate) licence: Option<String>,
    /// The packages that depend on it directly.
    pub(crate) users: Vec<String>,
}

/// Every package that a build on this machine's platform uses, tests included.
pub(crate) fn packages(root: &Path) -> Result<Vec<Package>> {
    let rustc = process::output(Command::new("rustc").arg("-vV").current_dir(root))?;
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).context("`rustc -vV` named no host")?;
    let mut command = process::cargo();
    let json = metadata(command.args(["metadata", "--locked", "--filter-platform", host]))?;

    let name_of = |id: &Value| {
        let package = each(&json["packages"]).find(|p| p["id"] == *id);
        package.map(|p| text(&p["name"])).unwrap_or_default()
    };
    let mut users: std::collections::BTreeMap<&str, Vec<String>> = std::collections::BTreeMap::new();
    for node in each(&json["resolve"]["nodes"]) {
        let user = name_of(&node["id"]);
        for dependency in each(&node["dependencies"]) {
            users.entry(dependency.as_str().unwrap_or_default()).or_default().push(user.clone());
        }
    }
    let is_used = |package: &&Value| each(&json["resolve"]["nodes"]).any(|node| node["id"] == package["id"]);
    Ok(each(&json["packages"])
        .filter(is_used)
        .map(|package| Package {
            name: text(&package["name"]),
            version: text(&package["version"]),
            licence: package["license"].as_str().map(str::to_owned),
            users: users.get(text(&package["id"]).as_str()).cloned().unwrap_or_default(),
        })
        .collect())
}

fn metadata(command: &mut Command) -> Result<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    let json = process::output(command.args(["--format-version", "1"]).current_dir(root))?;
    serde_json::from_str(&json).context("`cargo metadata` printed something that is not JSON")
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn path(value: &Value) -> PathBuf {
    PathBuf::from(text(value))
}
