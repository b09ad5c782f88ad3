//! A new plugin: a crate that builds, tests and runs.

use crate::failure::{Code, Failure};
use manifest::PluginName;
use manifest::World;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many folders up a clone is looked for.
const UP: usize = 8;

const CARGO: &str = include_str!("new/Cargo.toml.txt");
const SCANNER: &str = include_str!("new/scanner.rs.txt");
const SCANNER_MANIFEST: &str = include_str!("new/scanner.toml.txt");
const SOURCE: &str = include_str!("new/source.rs.txt");
const SOURCE_MANIFEST: &str = include_str!("new/source.toml.txt");
const IGNORED: &str = "/target\n/Cargo.lock\n*.wasm\n*.wasm.sig\n*.key\n";

/// The SDK of the clone that a folder is in, if it is in one.
pub fn sdk_above(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder.ancestors().take(UP).map(|above| above.join("guest-sdk")).find(|sdk| sdk.join("src/register.rs").is_file())
}

/// Writes the crate into a folder of its name, which is not there yet.
pub fn write(name: &str, world: World, sdk: &Path) -> Result<PathBuf, Failure> {
    let name: PluginName = name.parse().map_err(|error| Failure::new(Code::BadRequest, format!("{error}")))?;
    if !sdk.join("Cargo.toml").is_file() {
        let message = format!("there is no SDK in `{}`", sdk.display());
        return Err(Failure::new(Code::BadRequest, message).hint("it is the folder `guest-sdk` of a clone"));
    }
    let folder = PathBuf::from(name.as_str());
    if folder.exists() {
        return Err(Failure::new(Code::BadRequest, format!("`{}` is there already", folder.display())));
    }
    let (code, manifest) = match world {
        World::Scanner => (SCANNER, SCANNER_MANIFEST),
        World::Source => (SOURCE, SOURCE_MANIFEST),
    };
    let filled = |text: &str| {
        text.replace("{name}", name.as_str())
            .replace("{table}", &name.as_str().replace('-', "_"))
            .replace("{type}", &type_name(name.as_str()))
            .replace("{sdk}", &sdk.display().to_string().replace('\\', "/"))
    };
    let written = fs::create_dir_all(folder.join("src"))
        .and_then(|()| fs::write(folder.join("Cargo.toml"), filled(CARGO)))
        .and_then(|()| fs::write(folder.join("src/lib.rs"), filled(code)))
        .and_then(|()| fs::write(folder.join("plugin.toml"), filled(manifest)))
        .and_then(|()| fs::write(folder.join(".gitignore"), IGNORED));
    written.map_err(|error| {
        Failure::new(Code::RunFailed, format!("`{}` could not be written: {error}", folder.display()))
    })?;
    Ok(folder)
}

/// What to do with it.
pub fn steps(name: &str) -> [String; 6] {
    let built = format!("target/wasm32-wasip2/release/{}.wasm", name.replace('-', "_"));
    [
        format!("cd {name}"),
        "cargo test                                       # its logic, on a fake host".to_owned(),
        "cargo build --release --target wasm32-wasip2     # the component (once: rustup target add wasm32-wasip2)"
            .to_owned(),
        format!("neph plugin check {built} --manifest plugin.toml"),
        format!("neph plugin pack {built}            # with --key FILE it is signed"),
        format!("neph plugin install {name}.wasm --allow-unsigned --all && neph scan --plugin {name}"),
    ]
}

/// `my-scanner` as Rust names types.
fn type_name(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    let joined: String = name.split('-').map(word).collect();
    if joined.starts_with(|c: char| c.is_ascii_digit()) { format!("P{joined}") } else { joined }
}

/// Writes a file that only its owner can read, and that is not there yet.
pub fn write_secret(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written: io::Result<()> = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written
        .map_err(|error| Failure::new(Code::RunFailed, format!("`{}` could not be written: {error}", path.display())))
}
