//! Plugins: those that come with this program and those that were installed, what each was granted, and getting them ready.

pub mod compile;
pub mod folder;
pub mod new;
pub mod outbound;
mod revocable;
mod stand_in;

use crate::config::plugins::PluginsConfig;
use crate::failure::{Code, Failure};
use crate::store::requests::Requests;
use crate::threads::Threads;
use chrono::DateTime;
use compile::Compiler;
use engine::source::{Source, TableSupport};
use engine::{Engine, Options};
use folder::{Damaged, Folder, Installed};
use manifest::lock::{Signer, State};
use manifest::{ComponentHash, Effective, Granted, Manifest, Number};
use outbound::{Door, Secrets};
use revocable::Revocable;
use sandbox::embedded::{self, BuiltIn};
use sandbox::plugin::job::{Input, PluginJob};
use sandbox::plugin::source::{NoSource, PluginSource};
use sandbox::{Described, LoadError, Plugin, PluginLimits, Sandbox, SandboxSettings, World};
use serde::Serialize;
use stand_in::StandIn;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};

/// How often in a row a plugin may break down before it waits for the operator.
pub const TRAPS: u32 = 3;

/// Plugins that run at once. Each reserves address space, and takes memory only as it uses it.
const AT_ONCE: u32 = 16;

/// What this program calls its own sources. With two of one name no engine could be built, and nothing be asked any more.
pub const OWN_SOURCES: [&str; 7] = ["aws", "azure", "billing", "changes", "demo", "findings", "history"];

/// All plugins of this process.
#[derive(Debug)]
pub struct Plugins {
    engine: Engine,
    config: PluginsConfig,
    folder: Option<Folder>,
    compiler: Compiler,
    limits: PluginLimits,
    /// Where the requests of plugins are written down.
    requests: Requests,
    ready: OnceCell<Ready>,
    /// Got ready before, by the hash of the component.
    loaded: Mutex<HashMap<ComponentHash, Arc<Loaded>>>,
    /// Being got ready: whoever wants the same component waits for it, and does not compile it once more.
    loading: Mutex<HashMap<ComponentHash, Arc<Mutex<()>>>>,
}

/// The sandbox, opened, and where plugins run.
#[derive(Debug)]
struct Ready {
    sandbox: Sandbox,
    threads: Threads,
}

/// A plugin that is ready to run.
#[derive(Debug)]
pub struct Loaded {
    /// It.
    pub plugin: Plugin,
    /// What it says that it is.
    pub described: Described,
}

/// What is given to a plugin for one run.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Values of parameters.
    pub set: Vec<(String, String)>,
    /// Files, each with the name of its input.
    pub files: Vec<(String, PathBuf)>,
}

/// A plugin that there is.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it asks for.
    pub manifest: Manifest,
    /// What it was granted.
    pub granted: Granted,
    /// Where it is from.
    pub origin: Origin,
    /// Its component.
    pub hash: ComponentHash,
    /// Why it does not run; empty where it may.
    pub held: Vec<String>,
}

/// Where a plugin is from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// It comes with this program, and is granted what its manifest asks for.
    BuiltIn(BuiltIn),
    /// It was installed.
    Installed(Signer),
}

/// What is shown of a plugin.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `scanner` or `source`.
    pub world: &'static str,
    /// What it does.
    pub summary: String,
    /// `built in`, the name of the key that signed it, or `unsigned`.
    pub origin: String,
    /// `ready` or `held`.
    pub state: &'static str,
    /// Why it is held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<String>,
    /// What it asks for and was not granted, with its reasons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_granted: Vec<String>,
    /// The SHA-256 of its component.
    pub sha256: String,
}

impl Entry {
    /// Its name.
    pub fn name(&self) -> &str {
        self.manifest.name.as_str()
    }

    /// What holds of what it asks for and what it was granted.
    pub fn effective(&self) -> Effective {
        manifest::effective(&self.manifest, &self.granted)
    }

    /// Whether it scans.
    pub fn is_scanner(&self) -> bool {
        self.manifest.world == manifest::World::Scanner
    }

    /// Whether it comes with this program and is of no use without a file.
    pub fn lives_on_inputs(&self) -> bool {
        matches!(self.origin, Origin::BuiltIn(_)) && !self.manifest.needs.inputs.is_empty()
    }

    /// What is shown of it.
    pub fn summary(&self) -> Summary {
        let origin = match &self.origin {
            Origin::BuiltIn(_) => "built in".to_owned(),
            Origin::Installed(Signer::Key(key)) => format!("signed by {}", key.name()),
            Origin::Installed(Signer::Unsigned) => "unsigned".to_owned(),
        };
        let missing = manifest::missing(&self.manifest, &self.granted);
        Summary {
            name: self.name().to_owned(),
            version: self.manifest.version.to_string(),
            world: self.manifest.world.as_str(),
            summary: self.manifest.summary.clone(),
            origin,
            state: if self.held.is_empty() { "ready" } else { "held" },
            held: self.held.clone(),
            not_granted: missing.iter().map(ToString::to_string).collect(),
            sha256: self.hash.to_string(),
        }
    }

    /// A failure where it waits for the operator.
    fn check_not_held(&self) -> Result<(), Failure> {
        if self.held.is_empty() {
            return Ok(());
        }
        let name = self.name();
        let message = format!("the source `{name}` is held: {}", self.held.join("; "));
        Err(Failure::new(Code::NotGranted, message).hint(format!("`neph plugin grant {name}` says how")))
    }

    fn of_installed(installed: Installed) -> Self {
        let Installed { manifest, lock } = installed;
        let held = match lock.state {
            State::Enabled => Vec::new(),
            State::Held(reasons) => reasons,
        };
        Self { manifest, granted: lock.granted, origin: Origin::Installed(lock.signer), hash: lock.component, held }
    }

    fn of_built_in(built_in: &BuiltIn) -> Result<Self, Failure> {
        let manifest = Manifest::parse(built_in.manifest)
            .map_err(|error| Failure::new(Code::Internal, format!("the plugin `{}`: {error}", built_in.name)))?;
        let granted = Granted::everything_in(&manifest);
        let hash = ComponentHash::of(built_in.component);
        Ok(Self { manifest, granted, origin: Origin::BuiltIn(*built_in), hash, held: Vec::new() })
    }
}

impl Plugins {
    /// The plugins of a data folder, and those that come with this program. The sandbox is opened with the first that runs.
    pub fn new(engine: &Engine, config: &PluginsConfig, data_dir: Option<&PathBuf>, compiler: Compiler) -> Self {
        Self {
            engine: engine.clone(),
            config: config.clone(),
            folder: data_dir.map(|folder| Folder::within(folder)),
            compiler,
            limits: config.limits(),
            requests: Requests::default(),
            ready: OnceCell::new(),
            loaded: Mutex::default(),
            loading: Mutex::default(),
        }
    }

    /// The same, whose requests are written down there.
    #[must_use]
    pub fn noting(self, requests: &Requests) -> Self {
        Self { requests: requests.clone(), ..self }
    }

    /// The bounds of one run.
    pub fn limits(&self) -> &PluginLimits {
        &self.limits
    }

    /// What the configuration says.
    pub fn config(&self) -> &PluginsConfig {
        &self.config
    }

    /// Where plugins are installed; a failure where they can be nowhere.
    pub fn folder(&self) -> Result<&Folder, Failure> {
        self.folder.as_ref().ok_or_else(|| {
            Failure::new(Code::BadConfig, "there is no folder to keep plugins in: the demo estate keeps nothing")
                .hint("name one: `data_dir` in `[cache]`, or `NEPH_CACHE__DATA_DIR=FOLDER`")
        })
    }

    /// All of them, by name, and those whose files cannot be used. The folder is read anew each time, so that what was
    /// installed meanwhile is there; and once, so that one that is installed just then is among these or those.
    pub fn all(&self) -> Result<(Vec<Entry>, Vec<Damaged>), Failure> {
        let mut entries: Vec<Entry> = embedded::PLUGINS.iter().map(Entry::of_built_in).collect::<Result<_, _>>()?;
        let mut damaged = Vec::new();
        for installed in self.folder.iter().flat_map(Folder::list) {
            let installed = match installed {
                Ok(installed) => installed,
                // One that is damaged takes no other with it.
                Err(one) => {
                    damaged.push(one);
                    continue;
                }
            };
            entries.push(Entry::of_installed(installed));
        }
        entries.sort_by(|a, b| a.name().cmp(b.name()));
        Ok((entries, damaged))
    }

    /// The one of that name.
    pub fn named(&self, name: &str) -> Result<Entry, Failure> {
        let (entries, damaged) = self.all()?;
        if let Some(damaged) = damaged.into_iter().find(|one| one.name == name) {
            return Err(damaged.failure);
        }
        let nearest = schema::names::nearest(name, entries.iter().map(Entry::name)).map(str::to_owned);
        entries.into_iter().find(|entry| entry.name() == name).ok_or_else(|| {
            let failure = Failure::new(Code::PluginNotFound, format!("there is no plugin `{name}`"));
            match nearest {
                Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
                None => failure.hint("`neph plugin list` lists them"),
            }
        })
    }

    /// Gets one ready: its component is what was installed, and it says of itself what its manifest says.
    pub async fn load(&self, entry: &Entry) -> Result<Arc<Loaded>, Failure> {
        if let Some(loaded) = self.loaded.lock().await.get(&entry.hash) {
            return Ok(loaded.clone());
        }
        let turn = self.loading.lock().await.entry(entry.hash).or_default().clone();
        let _turn = turn.lock().await;
        if let Some(loaded) = self.loaded.lock().await.get(&entry.hash) {
            return Ok(loaded.clone());
        }
        let loaded = self.load_anew(entry).await;
        self.loading.lock().await.remove(&entry.hash);
        loaded
    }

    async fn load_anew(&self, entry: &Entry) -> Result<Arc<Loaded>, Failure> {
        let world = world_of(&entry.manifest);
        let plugin = match &entry.origin {
            Origin::BuiltIn(built_in) => {
                self.sandbox().await?.compiled_plugin(built_in.component, built_in.compiled, world)
            }
            Origin::Installed(_) => {
                let component = self.folder()?.component(entry.name(), &entry.hash)?;
                let compiled = self.compiled(entry, &component).await?;
                self.sandbox().await?.compiled_plugin(&component, &compiled, world)
            }
        };
        // Kept by another build of this version: made once more.
        let plugin = match (plugin, &entry.origin) {
            (Err(_), Origin::Installed(_)) => {
                let component = self.folder()?.component(entry.name(), &entry.hash)?;
                let compiled = self.compile_and_keep(entry, &component).await?;
                self.sandbox().await?.compiled_plugin(&component, &compiled, world)
            }
            (plugin, _) => plugin,
        };
        let plugin = plugin.map_err(|error| wrong(entry.name(), &error.to_string()))?;
        let described = self.describe(&plugin).await?.map_err(|why| wrong(entry.name(), &why))?;
        let described = agreed(&entry.manifest, described)?;
        let loaded = Arc::new(Loaded { plugin, described });
        let mut all = self.loaded.lock().await;
        // Of what was removed, or is another version now, nothing is kept: a server may see many. What comes with this program
        // takes the place of none.
        if matches!(entry.origin, Origin::Installed(_)) {
            let there: HashSet<ComponentHash> = self.all()?.0.iter().map(|entry| entry.hash).collect();
            all.retain(|hash, _| there.contains(hash));
        }
        all.insert(entry.hash, loaded.clone());
        Ok(loaded)
    }

    /// A component that is not installed: compiled, and asked what it is.
    pub async fn look_at(&self, component: &[u8], manifest: &Manifest) -> Result<Loaded, Failure> {
        let name = manifest.name.as_str();
        if manifest.world == manifest::World::Source && OWN_SOURCES.contains(&name) {
            let message = format!("`{name}` is a source of this program's own: a plugin needs another name");
            return Err(Failure::new(Code::BadPlugin, message));
        }
        let compiled = self.compiler.compile(component).await.map_err(|why| wrong(manifest.name.as_str(), &why))?;
        let plugin = self.sandbox().await?.compiled_plugin(component, &compiled, world_of(manifest));
        let plugin = plugin.map_err(|error| wrong(manifest.name.as_str(), &error.to_string()))?;
        let described = self.describe(&plugin).await?.map_err(|why| wrong(manifest.name.as_str(), &why))?;
        let described = agreed(manifest, described)?;
        // Said now, and not when everything else is opened with it.
        PluginSource::tables_of(&described).map_err(|error| wrong(manifest.name.as_str(), &error.to_string()))?;
        Ok(Loaded { plugin, described })
    }

    /// What one is run with: its parameters and files, given here or else in the configuration, under what it was granted.
    /// The caller sets the time and the options.
    pub fn job(
        &self,
        entry: &Entry,
        described: &Described,
        given: &Given,
        secrets: &Secrets,
    ) -> Result<PluginJob, Failure> {
        let effective = entry.effective();
        let grant = effective.query_grant().map_err(|error| Failure::new(Code::NotGranted, error.to_string()))?;
        let mut set: BTreeMap<String, String> = self.config.parameters_of(entry.name()).into_iter().collect();
        set.extend(given.set.iter().cloned());
        let set: Vec<_> = set.into_iter().collect();
        let params = described.params(&set).map_err(|message| Failure::new(Code::BadRequest, message))?;
        Ok(PluginJob {
            params,
            grant,
            outbound: Some(Door::of(entry.name(), &effective, secrets, &self.requests)),
            inputs: self.inputs(entry, &effective, &given.files)?,
            limits: self.limits.clone(),
            now: DateTime::UNIX_EPOCH,
            options: Options::default(),
        })
    }

    fn inputs(&self, entry: &Entry, effective: &Effective, files: &[(String, PathBuf)]) -> Result<Vec<Input>, Failure> {
        let mut given = files.to_vec();
        if given.is_empty() {
            let configured = self.config.inputs.get(entry.name()).into_iter().flatten();
            given.extend(configured.flat_map(|(input, paths)| paths.iter().map(|path| (input.clone(), path.clone()))));
        }
        inputs(entry.name(), effective, given)
    }

    /// A source plugin, as a source of an engine. In the place of one that cannot run stands one that says why, wherever it is
    /// missed: whoever asks for something else is not held up by it. Fails where the configuration means another sort of
    /// plugin.
    pub async fn source(self: &Arc<Self>, name: &str, secrets: &Secrets) -> Result<Arc<dyn Source>, Failure> {
        let missed = |described: Option<&Described>, failure: Failure| -> Arc<dyn Source> {
            warn_of_missing(name, described, &failure);
            Arc::new(StandIn::of(name, described, failure))
        };
        let entry = match self.named(name) {
            Ok(entry) => entry,
            Err(failure) => return Ok(missed(None, failure)),
        };
        if entry.is_scanner() {
            let message = format!("`{name}` in `sources` in `[plugins]` is a scanner, which fills no table");
            return Err(Failure::new(Code::BadConfig, message));
        }
        // What it says of itself it says without any grant, so one that is held may.
        let loaded = match self.load(&entry).await {
            Ok(loaded) => loaded,
            Err(failure) => return Ok(missed(None, failure)),
        };
        let tables = match tables_of(&loaded.described) {
            Ok(tables) => tables,
            Err(failure) => return Ok(missed(Some(&loaded.described), failure)),
        };
        // One that comes with this program has what it asks for, as long as the program runs.
        if matches!(entry.origin, Origin::Installed(_)) {
            return Ok(Arc::new(Revocable::of(self, secrets, &entry, &loaded, tables)));
        }
        Ok(match self.source_of(&entry, &loaded, tables, secrets) {
            Ok(source) => Arc::new(source),
            Err(failure) => missed(Some(&loaded.described), failure),
        })
    }

    fn source_of(
        &self,
        entry: &Entry,
        loaded: &Loaded,
        tables: Vec<TableSupport>,
        secrets: &Secrets,
    ) -> Result<PluginSource, Failure> {
        entry.check_not_held()?;
        let job = self.job(entry, &loaded.described, &Given::default(), secrets)?;
        let source = PluginSource::with_tables(loaded.plugin.clone(), loaded.described.clone(), tables, job);
        source.map_err(|error| no_source(&error))
    }

    /// What was compiled before, if nobody has changed it; else it is compiled, in a process of its own.
    async fn compiled(&self, entry: &Entry, component: &[u8]) -> Result<Vec<u8>, Failure> {
        if let Some(compiled) = self.folder()?.compiled(entry.name(), &entry.hash) {
            return Ok(compiled);
        }
        self.compile_and_keep(entry, component).await
    }

    async fn compile_and_keep(&self, entry: &Entry, component: &[u8]) -> Result<Vec<u8>, Failure> {
        let folder = self.folder()?;
        let compiled = self.compiler.compile(component).await.map_err(|why| wrong(entry.name(), &why))?;
        if let Err(error) = folder.keep_compiled(entry.name(), &entry.hash, &compiled) {
            tracing::warn!(plugin = entry.name(), error = %error, "a compiled plugin could not be kept");
        }
        Ok(compiled)
    }

    async fn describe(&self, plugin: &Plugin) -> Result<Result<Described, String>, Failure> {
        let (plugin, engine, limits) = (plugin.clone(), self.engine.clone(), self.limits.clone());
        let said = self.apart(async move { plugin.describe(&engine, &limits).await }).await?;
        Ok(said.map_err(|failure| failure.message))
    }

    /// Does something on the threads of plugins.
    pub async fn apart<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Failure> {
        let done = self.ready().await?.threads.run(work).await;
        done.map_err(|error| Failure::new(Code::Internal, format!("a defect in this program: {error}")))
    }

    async fn sandbox(&self) -> Result<&Sandbox, Failure> {
        self.ready().await.map(|ready| &ready.sandbox)
    }

    async fn ready(&self) -> Result<&Ready, Failure> {
        let settings = SandboxSettings { runs_at_once: AT_ONCE, memory_bytes: self.limits.run.memory_bytes };
        let opened = self.ready.get_or_try_init(async || {
            let sandbox = Sandbox::new(&settings)?;
            let threads = Threads::start("neph-plugin", None);
            let threads = threads.map_err(|error| LoadError::Setup { message: error.to_string() })?;
            Ok(Ready { sandbox, threads })
        });
        opened.await.map_err(|error: LoadError| Failure::new(Code::Internal, error.to_string()))
    }
}

/// Files that a plugin is handed, each for one of the inputs that it is granted.
pub fn inputs(plugin: &str, effective: &Effective, given: Vec<(String, PathBuf)>) -> Result<Vec<Input>, Failure> {
    let mut inputs: Vec<Input> = Vec::new();
    for (name, path) in given {
        let is_first = !inputs.iter().any(|input| input.name == name);
        inputs.push(input(plugin, effective, name, path, is_first)?);
    }
    Ok(inputs)
}

/// A file that a plugin is handed for one of its inputs.
fn input(plugin: &str, effective: &Effective, name: String, path: PathBuf, is_first: bool) -> Result<Input, Failure> {
    let Some(number) = effective.inputs.get(&name) else {
        let failure = Failure::new(Code::NotGranted, format!("`{plugin}` is granted no input `{name}`"));
        let names: Vec<&str> = effective.inputs.keys().map(String::as_str).collect();
        return Err(failure.maybe_hint((!names.is_empty()).then(|| format!("it is granted {}", names.join(", ")))));
    };
    if *number == Number::One && !is_first {
        return Err(Failure::new(Code::BadRequest, format!("`{plugin}` takes one file as its input `{name}`")));
    }
    let unreadable = |why: &dyn std::fmt::Display| {
        Failure::new(Code::BadRequest, format!("the input `{}` could not be read: {why}", path.display()))
    };
    let metadata = std::fs::metadata(&path).map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(unreadable(&"it is no file"));
    }
    Ok(Input { name, path, bytes: metadata.len() })
}

fn world_of(manifest: &Manifest) -> World {
    match manifest.world {
        manifest::World::Scanner => World::Scanner,
        manifest::World::Source => World::Source,
    }
}

/// What an operator was asked for must be what runs: what a component says of itself, held to its manifest.
fn agreed(manifest: &Manifest, mut described: Described) -> Result<Described, Failure> {
    let name = manifest.name.as_str();
    if described.name != name {
        return Err(wrong(name, &format!("its component says that it is `{}`", described.name)));
    }
    if described.version != manifest.version.to_string() {
        let message =
            format!("its component says that it is {}, and its manifest {}", described.version, manifest.version);
        return Err(wrong(name, &message));
    }
    if let Some(fills) = &manifest.fills {
        if let Some(table) = described.tables.iter().find(|table| !fills.tables.contains(&table.name)) {
            let message = format!("its component fills `{}`, which is not in `fills` of its manifest", table.name);
            return Err(wrong(name, &message));
        }
        // The scopes that it names are held to this one.
        let provider = described.provider.get_or_insert_with(|| fills.provider.clone());
        if *provider != fills.provider {
            let message = format!(
                "its component says that its rows are of `{provider}`, and its manifest of `{}`",
                fills.provider
            );
            return Err(wrong(name, &message));
        }
    }
    Ok(described)
}

/// What a source that says this of itself fills.
fn tables_of(described: &Described) -> Result<Vec<TableSupport>, Failure> {
    PluginSource::tables_of(described).map_err(|error| no_source(&error))
}

fn no_source(error: &NoSource) -> Failure {
    Failure::new(Code::BadPlugin, error.to_string())
}

/// Says once, when it is opened, that a source cannot run.
fn warn_of_missing(name: &str, described: Option<&Described>, failure: &Failure) {
    let own = if described.is_none() { ", and tables of its own are not there" } else { "" };
    tracing::warn!("the source `{name}` fills nothing{own}: {}", failure.with_hint());
}

fn wrong(name: &str, why: &str) -> Failure {
    Failure::new(Code::BadPlugin, format!("the plugin `{name}` cannot be used: {why}"))
}
