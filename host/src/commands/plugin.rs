//! `neph plugin`: plugins that come with this program and those of others: list, install, grant, remove, check, begin and sign.

mod author;
mod check;
mod granting;

use super::Context;
use crate::app::App;
use crate::clock;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::format::table::write_texts;
use crate::plugins::folder::{self, COMPONENT_BYTES, Folder};
use crate::plugins::{Entry, TRAPS};
use crate::text::visible;
use chrono::SecondsFormat;
use clap::Subcommand;
use granting::Granting;
use manifest::limits::{MAX_KEY_BYTES, MAX_MANIFEST_BYTES};
use manifest::lock::{Signer, State};
use manifest::{ComponentHash, Granted, Lock, Manifest, SignError};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Plugins: list, install, grant, check and begin new ones.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    action: Action,
}

/// What to do with plugins.
#[derive(Debug, Subcommand)]
enum Action {
    /// List the plugins: those that come with this program, and those that were installed
    List,
    /// Show one: what it asks for and why, what it was granted, its rules and parameters
    Show {
        /// Its name
        name: String,
    },
    /// Install a component, or a new version of one. Without a grant it is there and may do nothing
    Install {
        /// The component; its manifest is within it, or lies beside it as `plugin.toml`
        #[arg(value_name = "FILE")]
        component: PathBuf,
        /// The manifest, where it lies elsewhere
        #[arg(long, value_name = "FILE")]
        manifest: Option<PathBuf>,
        /// Install it although nobody whom you trust has signed it
        #[arg(long)]
        allow_unsigned: bool,
        #[command(flatten)]
        granting: Granting,
    },
    /// Grant an installed plugin what it asks for, all or part. What was granted before is no longer
    Grant {
        /// Its name
        name: String,
        #[command(flatten)]
        granting: Granting,
    },
    /// Remove an installed plugin. What it found is kept
    Remove {
        /// Its name
        name: String,
    },
    /// Check a component as an author: manifest, component, and what it does on the demo estate
    Check(check::Check),
    /// Begin a new plugin: a crate that builds, tests and runs
    New(author::New),
    /// Put the manifest into the component, and sign it
    Pack(author::Pack),
    /// Make a pair of keys to sign plugins with
    Key(author::Key),
}

/// Does it.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    match &args.action {
        Action::List => with_app(cx, async |app| list(app, cx)).await,
        Action::Show { name } => with_app(cx, async |app| show(app, name, cx).await).await,
        Action::Install { component, manifest, allow_unsigned, granting } => {
            let given = Given::read(component, manifest.as_deref())?;
            with_app(cx, async |app| install(app, &given, *allow_unsigned, granting, cx).await).await
        }
        Action::Grant { name, granting } => with_app(cx, async |app| grant(app, name, granting, cx)).await,
        Action::Remove { name } => with_app(cx, async |app| remove(app, name, cx)).await,
        Action::Check(check) => check::check(check, cx).await,
        Action::New(new) => author::new(new, cx),
        Action::Pack(pack) => author::pack(pack, cx),
        Action::Key(key) => author::key(key, cx),
    }
}

async fn with_app(cx: &Context, work: impl AsyncFnOnce(&App) -> anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    // A source plugin that cannot be opened must not be in the way of what mends it.
    let app = cx.app_without_source_plugins().await?;
    let done = work(&app).await;
    app.close().await;
    done
}

fn list(app: &App, cx: &Context) -> anyhow::Result<Exit> {
    let (plugins, damaged) = app.plugins.all()?;
    let plugins: Vec<_> = plugins.iter().map(Entry::summary).collect();
    cx.write_output(|out| {
        if cx.global.format == Format::Json {
            serde_json::to_writer_pretty(&mut *out, &json!({ "plugins": plugins, "damaged": damaged }))?;
            return writeln!(out);
        }
        let damaged = damaged.iter().map(|one| {
            let state = format!("damaged: {}", visible(&one.failure.to_string()));
            let name = visible(&one.name).into_owned();
            vec![name, String::new(), String::new(), state, String::new(), String::new()]
        });
        let lines: Vec<_> = plugins
            .iter()
            .map(|plugin| {
                let state = match (plugin.held.is_empty(), plugin.not_granted.is_empty()) {
                    (false, _) => format!("held: {}", visible(&in_short(&plugin.held))),
                    (true, false) => "ready, granted in part".to_owned(),
                    (true, true) => "ready".to_owned(),
                };
                let texts = [&plugin.name, &plugin.version].map(String::clone);
                [texts.to_vec(), vec![plugin.world.to_owned(), state, plugin.origin.clone(), plugin.summary.clone()]]
                    .concat()
            })
            .chain(damaged)
            .collect();
        write_texts(&["plugin", "version", "world", "state", "origin", "what it does"], &lines, cx.view(), out)
    })?;
    Ok(Exit::Complete)
}

/// Why a plugin is held, in as many words as a column has room for; `show` has the reasons whole.
fn in_short(reasons: &[String]) -> String {
    let short = |why: &String| match why.as_str() {
        why if why.starts_with("it broke down ") => "broke down".to_owned(),
        why if why.contains(" is asked for anew") => "asks for more".to_owned(),
        why if why.starts_with(NO_HOST) => NO_HOST.to_owned(),
        why if why.starts_with("it is signed by somebody else") => "signed by somebody else".to_owned(),
        why => why.chars().take(40).collect(),
    };
    let mut all: Vec<String> = Vec::new();
    for why in reasons.iter().map(short) {
        if !all.contains(&why) {
            all.push(why);
        }
    }
    all.join("; ")
}

async fn show(app: &App, name: &str, cx: &Context) -> anyhow::Result<Exit> {
    let entry = app.plugins.named(name)?;
    let loaded = app.plugins.load(&entry).await?;
    let summary = entry.summary();
    let needs = granting::needs(&entry.manifest);
    cx.write_output(|out| {
        if cx.global.format == Format::Json {
            let shown =
                json!({ "plugin": summary, "needs": needs, "granted": entry.granted, "describes": loaded.described });
            serde_json::to_writer_pretty(&mut *out, &shown)?;
            return writeln!(out);
        }
        writeln!(
            out,
            "{} {} ({}, {})\n{}\n",
            summary.name, summary.version, summary.world, summary.origin, summary.summary
        )?;
        summary.held.iter().try_for_each(|why| writeln!(out, "held: {}\n", visible(why)))?;
        writeln!(out, "It asks for")?;
        needs.iter().try_for_each(|need| writeln!(out, "  {need}"))?;
        writeln!(out, "\nIt is granted")?;
        entry.granted.to_string().lines().try_for_each(|line| writeln!(out, "  {line}"))?;
        if !loaded.described.parameters.is_empty() {
            writeln!(out, "\nParameters")?;
        }
        for one in &loaded.described.parameters {
            let unit = one.unit.as_ref().map(|unit| format!(" {}", visible(unit))).unwrap_or_default();
            writeln!(out, "  {} = {}{unit}: {}", one.name, visible(&one.default), visible(&one.meaning))?;
        }
        if !loaded.described.rules.is_empty() {
            writeln!(out, "\nRules")?;
        }
        for rule in &loaded.described.rules {
            let missing =
                rule.missing.as_ref().map(|what| format!(" (not decided yet: {what} is missing)")).unwrap_or_default();
            writeln!(
                out,
                "  {:13} {}: {}{}",
                rule.severity.as_str(),
                rule.id,
                visible(&rule.title),
                visible(&missing)
            )?;
        }
        for table in &loaded.described.tables {
            writeln!(out, "\nIt fills `{}`: {}", table.name, visible(&table.meaning))?;
        }
        Ok(())
    })?;
    Ok(Exit::Complete)
}

/// A component with its manifest, and perhaps a signature.
struct Given {
    path: PathBuf,
    /// As it was read, and as it was signed.
    bytes: Vec<u8>,
    text: String,
    manifest: Manifest,
    signature: Option<String>,
}

impl Given {
    fn read(path: &Path, named: Option<&Path>) -> Result<Self, Failure> {
        let bytes = file(path, COMPONENT_BYTES)?;
        let wrong = |why: &dyn std::fmt::Display| Failure::new(Code::BadPlugin, format!("`{}`: {why}", path.display()));
        let packed = manifest::unpack(&bytes).map_err(|error| wrong(&error))?.map(str::to_owned);
        let beside = path.with_file_name("plugin.toml");
        let text = match (named, packed) {
            (None, Some(packed)) => packed,
            (Some(named), None) => text(named, MAX_MANIFEST_BYTES)?,
            (None, None) if beside.is_file() => text(&beside, MAX_MANIFEST_BYTES)?,
            (None, None) => {
                return Err(wrong(&"there is no manifest in it, and no `plugin.toml` beside it")
                    .hint("name it with `--manifest FILE`"));
            }
            (Some(_), Some(_)) => {
                return Err(wrong(&"its manifest is within it, so `--manifest` names one too many"));
            }
        };
        let manifest = Manifest::parse(&text).map_err(|error| wrong(&error))?;
        let mut signature = path.as_os_str().to_owned();
        signature.push(".sig");
        let signature = PathBuf::from(signature);
        let signature = if signature.is_file() { Some(self::text(&signature, MAX_KEY_BYTES)?) } else { None };
        Ok(Self { path: path.to_owned(), bytes, text, manifest, signature })
    }

    /// Who has signed it, of those whom the operator trusts.
    fn signer(&self, trusted: &[manifest::PublicKey], allow_unsigned: bool) -> Result<Signer, Failure> {
        let shown = self.path.display();
        let refused = |why: String| Failure::new(Code::BadPlugin, why);
        let is_packed = manifest::unpack(&self.bytes).is_ok_and(|packed| packed.is_some());
        match &self.signature {
            // A manifest beside it is not what was signed.
            Some(signature) if is_packed => match manifest::verify(&self.bytes, signature, trusted) {
                Ok(key) => Ok(Signer::Key(key.clone())),
                // Somebody changed what a trusted key had signed, or the signature: to have no signature is something else.
                Err(error @ (SignError::Bad(_) | SignError::Malformed(_))) => {
                    Err(refused(format!("`{shown}`: {error}"))
                        .hint("get both from their author again; one that is meant to be unsigned has no `.sig` beside it"))
                }
                Err(_) if allow_unsigned => Ok(Signer::Unsigned),
                Err(error) => Err(refused(format!("`{shown}`: {error}"))
                    .hint("`trusted_keys` in `[plugins]` lists the keys of authors; `--allow-unsigned` installs it all the same")),
            },
            _ if allow_unsigned => Ok(Signer::Unsigned),
            Some(_) => Err(refused(format!("`{shown}` is signed without its manifest, which anybody could have changed"))
                .hint("its author packs it with `neph plugin pack`; `--allow-unsigned` installs it all the same")),
            None => Err(refused(format!("`{shown}` is not signed: there is no `{shown}.sig`"))
                .hint("`--allow-unsigned` installs it all the same")),
        }
    }
}

async fn install(
    app: &App,
    given: &Given,
    allow_unsigned: bool,
    granting: &Granting,
    cx: &Context,
) -> anyhow::Result<Exit> {
    let folder = app.plugins.folder()?.clone();
    let manifest = &given.manifest;
    if app.plugins.all()?.0.iter().any(|entry| entry.name() == manifest.name.as_str() && !is_installed(entry)) {
        let message = format!("`{}` comes with this program, and cannot be installed", manifest.name);
        return Err(Failure::new(Code::BadPlugin, message).into());
    }
    let signer = given.signer(&app.plugins.config().trusted_keys, allow_unsigned)?;
    // Compiled, linked and asked what it is, before anything is kept.
    app.plugins.look_at(&given.bytes, manifest).await?;
    let _alone = folder.alone()?;
    let before = folder.named(manifest.name.as_str())?;
    let component = ComponentHash::of(&given.bytes);
    let (granted, held, traps_in_a_row) = match (&before, granting.is_empty()) {
        (Some(before), true) => {
            // What it is held for is lifted by a grant, and not by installing it once more.
            let (mut held, traps_in_a_row) = held_before(&before.lock, &component);
            let since = held_since(&before.manifest, manifest, &signer, &before.lock.signer);
            held.extend(since.into_iter().filter(|why| !held.contains(why)).collect::<Vec<_>>());
            (before.lock.granted.clone(), held, traps_in_a_row)
        }
        _ => {
            let granted = granting.granted(manifest)?;
            let held = held_for_want(manifest, &granted);
            (granted, held, 0)
        }
    };
    let lock = Lock {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        component,
        signer,
        granted,
        state: if held.is_empty() { State::Enabled } else { State::Held(held) },
        traps_in_a_row,
        installed_at: clock::now().to_rfc3339_opts(SecondsFormat::Secs, true),
    };
    folder.install(&given.bytes, &given.text, &lock)?;
    cx.say(&format!("installed {} {}", lock.name, lock.version));
    granting::fills(manifest).iter().for_each(|line| cx.say(&visible(&format!("it is {line}"))));
    tell(&lock, manifest, cx);
    Ok(Exit::Complete)
}

fn is_installed(entry: &Entry) -> bool {
    matches!(entry.origin, crate::plugins::Origin::Installed(_))
}

/// What an installed plugin is held for, and how often in a row it broke down, as far as both are so of what is installed in its
/// place: another component has not broken down yet.
fn held_before(before: &Lock, component: &ComponentHash) -> (Vec<String>, u32) {
    let reasons = match &before.state {
        State::Held(reasons) => reasons.clone(),
        State::Enabled => Vec::new(),
    };
    if before.component == *component {
        return (reasons, before.traps_in_a_row);
    }
    // It was held for nothing else when it broke down, so that this is the first of its reasons.
    let is_for_breakdowns = before.traps_in_a_row >= TRAPS;
    (reasons.into_iter().skip(usize::from(is_for_breakdowns)).collect(), 0)
}

/// Why a new version waits for the operator.
fn held_since(old: &Manifest, new: &Manifest, signer: &Signer, before: &Signer) -> Vec<String> {
    let mut held: Vec<String> = manifest::widened(old, new).iter().map(ToString::to_string).collect();
    if signer != before {
        held.push("it is signed by somebody else than the version before".to_owned());
    }
    held
}

/// A plugin that may do nothing has nothing to run for.
fn held_for_want(manifest: &Manifest, granted: &Granted) -> Vec<String> {
    let effective = manifest::effective(manifest, granted);
    let asks = &manifest.needs;
    let has_something = !effective.tables.is_empty() || !effective.hosts.is_empty() || !effective.inputs.is_empty();
    let wants_something = !asks.tables.is_empty() || !asks.hosts.is_empty() || !asks.inputs.is_empty();
    if has_something || !wants_something {
        return Vec::new();
    }
    let why = match granted.secrets.keys().next() {
        Some(secret) => format!("{NO_HOST}: the secret `{secret}` is, and can go nowhere; `--host` names a host"),
        None => "nothing is granted to it yet".to_owned(),
    };
    vec![why]
}

/// How it begins where a plugin is granted a secret and nothing else.
const NO_HOST: &str = "no host is granted to it yet";

/// What it still asks for, and how to say yes.
fn tell(lock: &Lock, manifest: &Manifest, cx: &Context) {
    let missing = manifest::missing(manifest, &lock.granted);
    if let State::Held(reasons) = &lock.state {
        reasons.iter().for_each(|why| cx.say(&format!("held: {}", visible(why))));
    }
    for one in &missing {
        cx.say(&visible(&one.to_string()));
    }
    if !missing.is_empty() || lock.state != State::Enabled {
        cx.say(&format!("grant it all with `neph plugin grant {} --all`, or part; `--help` says how", lock.name));
    }
}

fn grant(app: &App, name: &str, granting: &Granting, cx: &Context) -> anyhow::Result<Exit> {
    let entry = app.plugins.named(name)?;
    if !is_installed(&entry) {
        let message = format!("`{name}` comes with this program, and has what it asks for");
        return Err(Failure::new(Code::BadRequest, message).into());
    }
    let folder = app.plugins.folder()?;
    let _alone = folder.alone()?;
    let Some(installed) = folder.named(name)? else { anyhow::bail!("`{name}` went away") };
    if granting.is_empty() {
        cx.say(&format!("{name} asks for"));
        granting::needs(&installed.manifest).iter().for_each(|need| cx.say(&format!("  {need}")));
        let failure = Failure::new(Code::BadRequest, "nothing is named to be granted");
        return Err(failure
            .hint(format!(
                "`neph plugin grant {name} --all`, or part: `--table`, `--scope`, `--host`, `--secret`, `--input`"
            ))
            .into());
    }
    let granted = granting.granted(&installed.manifest)?;
    let held = held_for_want(&installed.manifest, &granted);
    let state = if held.is_empty() { State::Enabled } else { State::Held(held) };
    let lock = Lock { granted, state, traps_in_a_row: 0, ..installed.lock };
    folder.relock(&lock)?;
    cx.say(&format!("{name} is granted"));
    lock.granted.to_string().lines().for_each(|line| cx.say(&format!("  {line}")));
    tell(&lock, &installed.manifest, cx);
    Ok(Exit::Complete)
}

fn remove(app: &App, name: &str, cx: &Context) -> anyhow::Result<Exit> {
    // Not by way of the list: one whose files are damaged is to be removed as well.
    let is_name = name.parse::<manifest::PluginName>().is_ok();
    let folder = app.plugins.folder()?;
    let _alone = folder.alone()?;
    let is_source = is_name && is_sound_source(folder, name);
    if !is_name || !folder.remove(name)? {
        let entry = app.plugins.named(name)?;
        let message = format!("`{}` comes with this program, and cannot be removed", entry.name());
        return Err(Failure::new(Code::BadRequest, message).into());
    }
    if is_source {
        cx.say(&format!("removed {name}"));
    } else {
        cx.say(&format!("removed {name}; what it found is kept, until `neph finding forget --plugin {name}`"));
    }
    Ok(Exit::Complete)
}

/// Whether it is a source for sure: one that is damaged cannot say what it was, and may have found something.
fn is_sound_source(folder: &Folder, name: &str) -> bool {
    let installed = folder.named(name).ok().flatten();
    installed.is_some_and(|installed| installed.manifest.world == manifest::World::Source)
}

fn file(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    folder::bytes(path, most)
        .map_err(|error| Failure::new(Code::BadRequest, format!("`{}` could not be read: {error}", path.display())))
}

fn text(path: &Path, most: usize) -> Result<String, Failure> {
    String::from_utf8(file(path, most as u64)?)
        .map_err(|_| Failure::new(Code::BadRequest, format!("`{}` is no text", path.display())))
}

#[cfg(test)]
mod tests {
    use super::in_short;

    #[test]
    fn why_a_plugin_is_held_is_told_in_a_few_words_and_each_of_them_once() {
        let held = [
            "table `costs` is asked for anew; why it is asked for: to know what it costs",
            "host `a.example.com` is asked for anew; why it is asked for: to ask there",
            "it is signed by somebody else than the version before",
            "it broke down 3 times in a row, the last time so: the plugin broke down: a long trap",
            "nothing is granted to it yet",
            "no host is granted to it yet: the secret `token` is, and can go nowhere; `--host` names a host",
        ]
        .map(str::to_owned);
        let said = "asks for more; signed by somebody else; broke down; nothing is granted to it yet; \
                    no host is granted to it yet";
        assert_eq!(in_short(&held), said);
    }
}
