//! What an author of plugins does: begin one, check it, pack it, sign it.

use super::{Given, file, text};
use crate::app::{App, Estate};
use crate::commands::Context;
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::plugins::folder::COMPONENT_BYTES;
use crate::plugins::{Loaded, new};
use crate::sources::Lifetime;
use crate::text::visible;
use crate::whole_file;
use engine::Options;
use manifest::World;
use manifest::limits::{MAX_KEY_BYTES, MAX_MANIFEST_BYTES};
use manifest::signing::KeyName;
use manifest::{Granted, KeyPair, Manifest, SecretKey};
use sandbox::{PluginJob, Scan};
use schema::Finding;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Check a component as an author.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// The component; its manifest is within it, or lies beside it as `plugin.toml`
    #[arg(value_name = "FILE")]
    component: PathBuf,
    /// The manifest, where it lies elsewhere
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// A parameter's value (may be repeated)
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE, such as `days=30`")?;
    Ok((name.to_owned(), value.to_owned()))
}

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

/// Checks the manifest and the component, runs it on the demo estate, and says what came of it.
pub(super) async fn check(args: &Check, cx: &Context) -> anyhow::Result<Exit> {
    let given = Given::read(&args.component, args.manifest.as_deref())?;
    let app = App::open(Config::default(), Estate::Demo, Lifetime::OneAnswer, &cx.environment).await?;
    let checked = look(&app, &given, &args.set).await;
    app.close().await;
    let checked = checked?;
    cx.write_output(|out| {
        if cx.global.format == Format::Json {
            serde_json::to_writer_pretty(&mut *out, &checked.json(&given.manifest))?;
            return writeln!(out);
        }
        checked.lines(&given).iter().try_for_each(|line| writeln!(out, "{line}"))
    })?;
    Ok(if checked.problems.is_empty() { Exit::Complete } else { Exit::Failed })
}

/// What a check found out.
struct Checked {
    loaded: Loaded,
    /// Of a scanner.
    scan: Option<Scan>,
    /// What an author must mend.
    problems: Vec<String>,
    /// What an author may want to know.
    doubts: Vec<String>,
}

async fn look(app: &App, given: &Given, set: &[(String, String)]) -> Result<Checked, Failure> {
    let loaded = app.plugins.look_at(&given.bytes, &given.manifest).await?;
    let doubts = given.manifest.doubts();
    let mut checked = Checked { loaded, scan: None, problems: Vec::new(), doubts };
    if given.manifest.world == World::Source {
        checked.doubts.push("a source is not run here: it is described, and nothing more".to_owned());
        return Ok(checked);
    }
    let (first, second) =
        (scan(app, given, &checked.loaded, set).await?, scan(app, given, &checked.loaded, set).await?);
    if sorted(&first) != sorted(&second) {
        checked
            .problems
            .push("two scans of the same estate found different things; uids must be the same in each scan".to_owned());
    }
    if let Some(failure) = &first.failure {
        checked.problems.push(format!("the scan did not end well: {}", failure.message));
    }
    for query in first.queries.iter().filter_map(|query| query.error.as_ref().map(|error| (query, error))) {
        checked.problems.push(format!("a query had no result: {}\n    {}", query.1.message, query.0.sql));
    }
    if first.findings.is_empty() && first.failure.is_none() {
        checked.doubts.push("it finds nothing in the demo estate".to_owned());
    }
    checked.scan = Some(first);
    Ok(checked)
}

/// In an order of our own: queries hand over rows in none.
fn sorted(scan: &Scan) -> Vec<Finding> {
    let mut findings = scan.findings.clone();
    findings.sort_by(|a, b| a.uid.cmp(&b.uid));
    findings
}

/// One scan of the demo estate, with all that the manifest asks for but HTTP.
async fn scan(app: &App, given: &Given, loaded: &Loaded, set: &[(String, String)]) -> Result<Scan, Failure> {
    let granted = Granted::everything_in(&given.manifest);
    let effective = manifest::effective(&given.manifest, &granted);
    let grant = effective.query_grant().map_err(|error| Failure::new(Code::BadPlugin, error.to_string()))?;
    let params = loaded.described.params(set).map_err(|message| Failure::new(Code::BadRequest, message))?;
    let job = PluginJob {
        params,
        grant,
        outbound: None,
        inputs: Vec::new(),
        limits: app.plugins.limits().clone(),
        now: app.now(),
        options: Options::default(),
    };
    let (plugin, described, engine) = (loaded.plugin.clone(), loaded.described.clone(), app.engine.clone());
    app.plugins.apart(async move { plugin.scan(&engine, &described, job).await }).await
}

impl Checked {
    fn json(&self, manifest: &Manifest) -> serde_json::Value {
        json!({
            "plugin": manifest.name.as_str(),
            "describes": self.loaded.described,
            "problems": self.problems,
            "doubts": self.doubts,
            "findings": self.scan.as_ref().map(|scan| &scan.findings),
            "gaps": self.scan.as_ref().map(|scan| &scan.gaps),
            "queries": self.scan.as_ref().map(|scan| &scan.queries),
            "used": self.scan.as_ref().map(|scan| &scan.meter),
            "log": self.scan.as_ref().map(|scan| &scan.log),
        })
    }

    fn lines(&self, given: &Given) -> Vec<String> {
        let described = &self.loaded.described;
        let what = match given.manifest.world {
            World::Scanner => format!("{} rules", described.rules.len()),
            World::Source => format!("{} tables", described.tables.len()),
        };
        let size = given.bytes.len() / 1024;
        let mut lines = vec![format!(
            "{} {}: {size} KiB, {what}, {} parameters",
            described.name,
            described.version,
            described.parameters.len()
        )];
        if let Some(scan) = &self.scan {
            let meter = &scan.meter;
            lines.push(format!(
                "on the demo estate: {} findings, {} gaps; {} queries, {} rows, {:.1} ms of its own, {:.1} ms in all, {:.1} MiB",
                scan.findings.len(),
                scan.gaps.len(),
                scan.queries.len(),
                meter.rows_in,
                meter.own_ms,
                meter.total_ms,
                meter.memory_bytes as f64 / 1_048_576.0,
            ));
            lines.extend(scan.gaps.iter().take(5).map(|gap| format!("gap, rule `{}`: {}", gap.rule, gap.message)));
            lines.extend(scan.log.iter().take(20).map(|line| format!("log: {line}")));
        }
        lines.extend(self.doubts.iter().map(|doubt| format!("note: {doubt}")));
        lines.extend(self.problems.iter().map(|problem| format!("problem: {problem}")));
        lines.push(if self.problems.is_empty() { "all well" } else { "not well" }.to_owned());
        lines.iter().map(|line| visible(line).into_owned()).collect()
    }
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
    for line in new::steps(&args.name) {
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
