//! What an author of plugins does beside checking them: begin one, pack it, sign it.

use super::{file, text};
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::plugins::folder::COMPONENT_BYTES;
use crate::plugins::new;
use crate::whole_file;
use manifest::World;
use manifest::limits::{MAX_KEY_BYTES, MAX_MANIFEST_BYTES};
use manifest::signing::KeyName;
use manifest::{KeyPair, Manifest, SecretKey};
use std::path::{Path, PathBuf};

/// Begin a new plugin.
#[derive(Debug, clap::Args)]
pub(super) struct New {
    /// Its name: lower case, digits and `-`; also that of its folder
    name: String,
    /// What it does: `scanner` finds, `source` fills tables
    #[arg(long, default_value = "scanner")]
    world: World,
    /// The folder of the SDK, where this is not within a clone that has it
    #[arg(long, value_name = "FOLDER")]
    sdk: Option<PathBuf>,
}

/// Put the manifest into the component, and sign it.
#[derive(Debug, clap::Args)]
pub(super) struct Pack {
    /// The component
    #[arg(value_name = "FILE")]
    component: PathBuf,
    /// The manifest
    #[arg(long, value_name = "FILE", default_value = "plugin.toml")]
    manifest: PathBuf,
    /// The secret key to sign with, as `neph plugin key` made it; without one it is not signed
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Make a pair of keys.
#[derive(Debug, clap::Args)]
pub(super) struct Key {
    /// Whose they are: a word
    name: KeyName,
    /// The file of the secret key; the public one is written beside it, with `.pub`
    #[arg(long, value_name = "FILE", default_value = "neph-plugin.key")]
    file: PathBuf,
}

/// Writes the crate.
pub(super) fn new(args: &New, cx: &Context) -> anyhow::Result<Exit> {
    let sdk = match &args.sdk {
        Some(folder) => folder.canonicalize().unwrap_or_else(|_| folder.clone()),
        None => new::sdk_above(Path::new(".")).ok_or_else(|| {
            Failure::new(Code::BadRequest, "the folder of the SDK is not known: this is no clone that has `guest-sdk`")
                .hint("name it: `--sdk ../nephoscope/guest-sdk`")
        })?,
    };
    let folder = new::write(&args.name, args.world, &sdk)?;
    cx.say(&format!("`{}` is there. Now", folder.display()));
    for line in new::steps(&args.name, args.world) {
        cx.say(&format!("  {line}"));
    }
    Ok(Exit::Complete)
}

/// Puts the manifest in, and signs.
pub(super) fn pack(args: &Pack, cx: &Context) -> anyhow::Result<Exit> {
    let component = file(&args.component, COMPONENT_BYTES)?;
    let manifest = text(&args.manifest, MAX_MANIFEST_BYTES)?;
    let wrong =
        |why: &dyn std::fmt::Display| Failure::new(Code::BadPlugin, format!("`{}`: {why}", args.component.display()));
    let parsed = Manifest::parse(&manifest).map_err(|error| wrong(&error))?;
    let packed = manifest::pack(&component, &manifest).map_err(|error| wrong(&error))?;
    let out = cx.global.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.wasm", parsed.name)));
    if out == args.component {
        return Err(Failure::new(
            Code::BadRequest,
            "the packed component would take the place of the one it is made from",
        )
        .hint("name another file with `--output`")
        .into());
    }
    put(&out, &packed)?;
    cx.say(&format!("packed `{}`", out.display()));
    if let Some(key) = &args.key {
        let secret: SecretKey = text(key, MAX_KEY_BYTES)?
            .parse()
            .map_err(|error| Failure::new(Code::BadRequest, format!("`{}`: {error}", key.display())))?;
        let mut signature = out.into_os_string();
        signature.push(".sig");
        put(Path::new(&signature), manifest::sign(&secret, &packed).as_bytes())?;
        cx.say(&format!("signed it as {}", secret.public().name()));
    }
    Ok(Exit::Complete)
}

/// Makes a pair of keys, in files that are not there yet.
pub(super) fn key(args: &Key, cx: &Context) -> anyhow::Result<Exit> {
    let mut public = args.file.clone().into_os_string();
    public.push(".pub");
    let public = PathBuf::from(public);
    for path in [&args.file, &public] {
        if path.exists() {
            let failure = Failure::new(Code::BadRequest, format!("`{}` is there already", path.display()));
            return Err(failure
                .hint("a key that is lost cannot be made again; name another file with `--file`")
                .into());
        }
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::new(Code::RunFailed, format!("this machine gave no randomness: {error}")))?;
    let pair = KeyPair::generate(&seed, args.name.clone());
    new::write_secret(&args.file, &pair.secret.to_secret_text())?;
    put(&public, format!("{}\n", pair.public).as_bytes())?;
    cx.say(&format!(
        "`{}` is secret: it signs. `{}` is for those who trust you:",
        args.file.display(),
        public.display()
    ));
    cx.say(&pair.public.to_string());
    Ok(Exit::Complete)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    whole_file::write(path, |out: &mut dyn std::io::Write| out.write_all(bytes))
        .map_err(|error| Failure::new(Code::RunFailed, format!("`{}` could not be written: {error}", path.display())))
}
