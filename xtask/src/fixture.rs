//! `cargo xtask fixture`: a component of the contract as it is now, kept for good, so that tests can show what becomes of old
//! plugins. It is made of the scaffold that `neph plugin new` writes, once for each version of the contract.

use crate::environment;
use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TEMPLATES: &str = "host/src/plugins/new";
const CONTRACT: &str = "wit/v1";
const KEPT: &str = "sandbox/tests/fixtures";
/// What the plugin is called.
const NAME: &str = "old-scanner";
/// It is in every clone for ever.
const MOST_BYTES: usize = 150 * 1024;

/// Makes it where it is not there yet, and keeps beside it what the contract said that it was made against.
pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::load()?;
    let contract = workspace.root.join(CONTRACT);
    let version = version(&contract)?;
    let kept = workspace.root.join(KEPT).join(format!("scanner-{version}.wasm"));
    if kept.exists() {
        bail!("`{}` is there already: what was compiled against {version} stays as it was compiled", kept.display());
    }
    let component = without_toolchains(fs::read(build(&workspace)?)?)?;
    let bytes = component.len();
    if bytes > MOST_BYTES {
        bail!("the component has {bytes} bytes, and {MOST_BYTES} are the most that are kept");
    }
    fs::create_dir_all(workspace.root.join(KEPT))?;
    fs::write(&kept, component).with_context(|| format!("`{}` could not be written", kept.display()))?;
    fs::write(kept.with_file_name(format!("contract-{version}.txt")), said(&contract)?)?;
    println!("{} ({bytes} bytes)", kept.display());
    Ok(())
}

/// Writes the scaffold as `neph plugin new` does, and builds it as small as it gets.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("fixture").join(NAME);
    let sdk = workspace.root.join("guest-sdk").display().to_string().replace('\\', "/");
    fs::create_dir_all(folder.join("src"))?;
    for (template, file) in [("Cargo.toml.txt", "Cargo.toml"), ("scanner.rs.txt", "src/lib.rs")] {
        let text = fs::read_to_string(workspace.root.join(TEMPLATES).join(template))?;
        let text = text.replace("{name}", NAME).replace("{type}", "OldScanner").replace("{sdk}", &sdk);
        fs::write(folder.join(file), text)?;
    }
    // The same versions of all that it depends on.
    fs::copy(workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let mut build = process::cargo();
    build.args(["build", "--quiet", "--release", "--target", "wasm32-wasip2", "--target-dir"]);
    build.arg(folder.join("target")).args(["--config", "profile.release.opt-level='z'"]);
    build.args(["--config", "profile.release.codegen-units=1"]);
    build.env("CARGO_ENCODED_RUSTFLAGS", without_paths(workspace, &folder)?);
    process::run(build.current_dir(&folder))?;
    Ok(folder.join("target/wasm32-wasip2/release").join(NAME.replace('-', "_")).with_extension("wasm"))
}

/// What keeps the folders of the machine that made it out of the component: where crates and this repository lie is in the
/// messages of panics.
fn without_paths(workspace: &Workspace, folder: &Path) -> Result<String> {
    let crates = environment::get("CARGO_HOME").map(PathBuf::from);
    let crates = crates.or_else(|| Some(Path::new(&environment::get("HOME")?).join(".cargo")));
    let crates = crates.context("neither `CARGO_HOME` nor `HOME` says where crates lie")?.join("registry/src");
    // The folder of each registry is called after its host.
    let registries = if crates.is_dir() { inside(&crates)? } else { Vec::new() };
    let named = [(folder.to_owned(), "scanner"), (workspace.root.clone(), "nephoscope")];
    let all = named.into_iter().chain(registries.into_iter().map(|registry| (registry, "crates")));
    let flags = all.map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()));
    Ok(flags.collect::<Vec<_>>().join("\u{1f}"))
}

/// The same component without the folder of the toolchain, where the compiler finds the standard library's source, and which it
/// lets nobody rename. The bytes stay as many, or it were none any more.
fn without_toolchains(mut component: Vec<u8>) -> Result<Vec<u8>> {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    // Another toolchain may hold outside the workspace; those of rustup lie side by side.
    for toolchain in Path::new(sysroot.trim()).parent().map(inside).transpose()?.unwrap_or_default() {
        let path = toolchain.display().to_string().into_bytes();
        let places: Vec<usize> =
            component.windows(path.len()).enumerate().filter(|(_, part)| *part == path).map(|(at, _)| at).collect();
        for at in places {
            component[at..at + path.len()].fill(b'/');
        }
    }
    Ok(component)
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// The version that the contract's package has.
fn version(contract: &Path) -> Result<String> {
    let text = fs::read_to_string(contract.join("guest.wit"))?;
    let package = text.lines().find_map(|line| line.strip_prefix("package nephoscope:guest@"));
    package.map(|rest| rest.trim_end_matches(';').to_owned()).context("the contract says no version")
}

/// What the contract says, without its comments and spaces.
fn said(contract: &Path) -> Result<String> {
    let mut files = inside(contract)?;
    files.sort();
    let mut said = String::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        said += &format!("{name}\n{}", without_comments(&fs::read_to_string(&file)?));
    }
    Ok(said)
}

fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_as_it_was_when_a_plugin_was_compiled_against_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
        let contract = root.join(CONTRACT);
        let version = version(&contract).expect("a version");
        let kept = root.join(KEPT);
        let then =
            fs::read_to_string(kept.join(format!("contract-{version}.txt"))).expect("`cargo xtask fixture` wrote it");
        let now = said(&contract).expect("readable");
        let changed = then.lines().zip(now.lines()).find(|(then, now)| then != now);
        assert!(
            then == now,
            "`{CONTRACT}` is not what plugins of {version} were compiled against: {changed:?}. A change that old components \
             still link with gets a later version on the same track, and a fixture of its own (`cargo xtask fixture`); any \
             other gets a folder of its own"
        );
        assert!(kept.join(format!("scanner-{version}.wasm")).is_file());
    }

    #[test]
    fn comments_and_spaces_are_no_part_of_the_contract() {
        let plain = without_comments("interface a {\n    f: func();\n}\n");
        assert_eq!(plain, without_comments("/// What it is.\ninterface a { // all of it\n\n  f: func();\n}"));
        assert_ne!(plain, without_comments("interface a {\n    g: func();\n}\n"));
    }
}
