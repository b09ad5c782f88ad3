//! A new plugin: a crate that builds, tests and runs.

use super::OWN_SOURCES;
use crate::failure::{Code, Failure};
use manifest::PluginName;
use manifest::World;
use sandbox::embedded;
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
const IGNORED: &str = "/target\n/neph-data\n/Cargo.lock\n*.wasm\n*.wasm.sig\n*.key\n";

/// Words that Rust keeps for itself, now or later.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
/// Crates that come with Rust, and the one that a plugin is written with.
const TAKEN: &[&str] = &["alloc", "core", "guest-sdk", "proc-macro", "std", "test"];

/// The SDK of the clone that a folder is in, if it is in one.
pub fn sdk_above(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder.ancestors().take(UP).map(|above| above.join("guest-sdk")).find(|sdk| sdk.join("src/register.rs").is_file())
}

/// Writes the crate into a folder of its name, which is not there yet.
pub fn write(name: &str, world: World, sdk: &Path) -> Result<PathBuf, Failure> {
    let name: PluginName = name.parse().map_err(|error| Failure::new(Code::BadRequest, format!("{error}")))?;
    check(name.as_str(), world)?;
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
pub fn steps(name: &str, world: World) -> [String; 7] {
    let then = match world {
        World::Scanner => format!(" && neph scan --plugin {name}"),
        World::Source => "    # then list it in `sources` of `[plugins]`".to_owned(),
    };
    let built = format!("target/wasm32-wasip2/release/{}.wasm", name.replace('-', "_"));
    [
        format!("cd {name}"),
        "cargo test                                       # its logic, on a fake host".to_owned(),
        "cargo build --release --target wasm32-wasip2     # the component (once: rustup target add wasm32-wasip2)"
            .to_owned(),
        format!("neph plugin check {built} --manifest plugin.toml"),
        format!("neph plugin pack {built}            # with --key FILE it is signed"),
        // On a machine where nothing is configured there is no folder that keeps what is installed.
        "export NEPH_CACHE__DATA_DIR=\"$PWD/neph-data\"     # the demo estate keeps plugins only where a folder is named"
            .to_owned(),
        format!("neph plugin install {name}.wasm --allow-unsigned --all{then}"),
    ]
}

/// Whether a crate can be called that, for a plugin of this world.
fn check(name: &str, world: World) -> Result<(), Failure> {
    let no_crate = |why: &str| {
        let failure = Failure::new(Code::BadRequest, format!("`{name}` is no name for a crate: {why}"));
        Err(failure.hint(format!("`my-{name}` is one")))
    };
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return no_crate("it begins with a digit");
    }
    if KEYWORDS.contains(&name) {
        return no_crate("it is a word of Rust's own");
    }
    if TAKEN.contains(&name) {
        return no_crate("there is such a crate that this one needs");
    }
    if embedded::PLUGINS.iter().any(|built_in| built_in.name == name) {
        let message = format!("`{name}` comes with this program, so that no other of that name can be installed");
        return Err(Failure::new(Code::BadRequest, message).hint(format!("`my-{name}` can be")));
    }
    if world == World::Source && OWN_SOURCES.contains(&name) {
        let message = format!("`{name}` is a source of this program's own: a plugin needs another name");
        return Err(Failure::new(Code::BadRequest, message));
    }
    Ok(())
}

/// `my-scanner` as Rust names types, and in a way that none of the SDK's is named.
fn type_name(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    let joined: String = name.split('-').map(word).collect();
    format!("{joined}Plugin")
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// What a template has by name besides the plugin's own type: what it imports, and what Rust imports by itself.
    fn names_in(template: &str) -> BTreeSet<&str> {
        let imports = template.split("use guest_sdk::").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
        let imported = imports.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
        imported.chain(["Box", "Option", "Result", "Self", "String", "ToString", "Vec"]).collect()
    }

    #[test]
    fn a_plugins_type_is_called_like_nothing_else_in_its_file() {
        for template in [SCANNER, SOURCE] {
            let names = names_in(template);
            assert!(names.contains("Parameters") && names.len() > 10, "{names:?}");
            // Each word of the SDK, as a plugin could be called; and what Rust has itself.
            for taken in &names {
                let made = type_name(&taken.to_lowercase());
                assert!(!names.contains(made.as_str()), "{made}");
            }
        }
        let words =
            ["scanner", "finding", "rule", "resource", "host", "source", "table", "result", "option", "my-scanner"];
        let made = words.map(type_name);
        assert_eq!((made[0].as_str(), made[9].as_str()), ("ScannerPlugin", "MyScannerPlugin"));
        assert!(made.iter().all(|name| name.chars().all(char::is_alphanumeric)));
    }

    #[test]
    fn what_cargo_takes_for_no_crate_is_refused_with_another_name() {
        let said = |name: &str| check(name, World::Scanner).err().map(|failure| failure.to_string());
        for name in ["self", "fn", "type", "1st", "2-eyes", "test", "std", "guest-sdk"] {
            assert!(said(name).is_some_and(|said| said.contains("is no name for a crate")), "{name}");
            assert_eq!(said(&format!("my-{name}")), None, "the name that is proposed is one");
        }
        for name in ["scanner", "finding", "rule", "resource", "host", "source", "table", "result", "aws"] {
            assert_eq!(said(name), None);
        }
        assert!(check("aws", World::Source).is_err());
        for name in embedded::PLUGINS.iter().map(|built_in| built_in.name) {
            assert!(said(name).is_some_and(|said| said.contains("comes with this program")), "{name}");
            assert_eq!(said(&format!("my-{name}")), None);
        }
    }
}
