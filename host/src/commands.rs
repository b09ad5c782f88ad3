//! The subcommands, one file each, and what they share: where output goes and how a reply is shown.

pub mod ask;
pub mod completion;
pub mod demo;
pub mod doctor;
pub mod eval;
pub mod explain;
pub mod feedback;
pub mod finding;
pub mod first;
pub mod mcp;
pub mod plugin;
pub mod program;
pub mod query;
pub mod scan;
pub mod serve;
pub mod suggest;
pub mod sync;
pub mod tables;

use crate::app::{self, App, Asked, Caller, Estate};
use crate::cli::Global;
use crate::config::{Config, Loaded};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::{Format, View};
use crate::reply::Reply;
use crate::sources::Lifetime;
use crate::store::audit::AuditLog;
use crate::{progress, remarks, whole_file};
use anyhow::Context as _;
use engine::Options;
use schema::query::ScopeFilter;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, OnceLock};

/// What was typed beside the command, and what the terminal can do.
#[derive(Debug, Clone)]
pub struct Context {
    /// The flags.
    pub global: Global,
    /// The environment.
    pub environment: Environment,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    /// Outlives the work, so that what Ctrl-C gave up is written down.
    audit: Arc<OnceLock<Arc<AuditLog>>>,
}

impl Context {
    /// Looks at the terminal.
    pub fn new(global: Global, environment: Environment) -> Self {
        let (stdout_is_terminal, stderr_is_terminal) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self { global, environment, stdout_is_terminal, stderr_is_terminal, audit: Arc::default() }
    }

    /// The configuration.
    pub fn config(&self) -> Result<Loaded, Failure> {
        Config::load(self.global.config.as_deref(), &self.environment)
    }

    /// The same without the sources that plugins are.
    pub(crate) async fn app_without_source_plugins(&self) -> Result<App, Failure> {
        let mut config = self.config()?.config;
        config.plugins.sources.clear();
        let estate = if self.global.demo { Estate::Demo } else { Estate::Configured };
        App::open(config, estate, Lifetime::OneAnswer, &self.environment).await
    }

    /// Everything that answers, for a command that ends when it has.
    pub async fn app(&self) -> Result<App, Failure> {
        self.open(Lifetime::OneAnswer).await
    }

    /// Everything that answers, for a command that goes on answering.
    pub async fn lasting_app(&self) -> Result<App, Failure> {
        self.open(Lifetime::ManyAnswers).await
    }

    /// The same, whose answers may be as long as a snapshot.
    pub(crate) async fn app_for_snapshots(&self) -> Result<App, Failure> {
        let mut config = self.config()?.config;
        config.limits.max_rows = config.history.max_rows;
        self.open_with(config, Lifetime::OneAnswer).await
    }

    async fn open(&self, lifetime: Lifetime) -> Result<App, Failure> {
        self.open_with(self.config()?.config, lifetime).await
    }

    /// Says so where it is the demo estate and nobody asked for it.
    async fn open_with(&self, config: Config, lifetime: Lifetime) -> Result<App, Failure> {
        let estate = if self.global.demo { Estate::Demo } else { Estate::Configured };
        let is_surprise = estate == Estate::Configured && !config.has_sources() && config.demo.is_none();
        let app = App::open(config, estate, lifetime, &self.environment).await?;
        if let Some(audit) = app.audit() {
            // A command opens one.
            let _ = self.audit.set(audit.clone());
        }
        if is_surprise {
            self.say(
                "nothing is configured, so this is the demo estate: made-up rows (`neph doctor` says how to configure)",
            );
        }
        Ok(app)
    }

    /// Writes down the runs of work that was dropped.
    pub(crate) async fn write_last_runs(&self) {
        let Some(audit) = self.audit.get() else { return };
        if tokio::time::timeout(app::LAST_WRITES, audit.flush()).await.is_err() {
            tracing::warn!("the audit log took too long to write; its last runs may be missing");
        }
    }

    /// Who asks.
    pub fn caller(&self) -> Caller {
        Caller { who: self.environment.user().unwrap_or("unknown").to_owned(), via: "cli" }
    }

    /// How the flags want the request answered.
    pub fn options(&self) -> Options {
        Options {
            max_age: if self.global.fresh { Some(std::time::Duration::ZERO) } else { self.global.max_age },
            scope: ScopeFilter {
                providers: self.global.provider.clone(),
                accounts: self.global.account.clone(),
                regions: self.global.region.clone(),
            },
            max_rows: self.global.limit,
            ..Options::default()
        }
    }

    /// What standard output can show.
    pub fn view(&self) -> View {
        let to_terminal = self.stdout_is_terminal && self.global.output.is_none();
        View {
            color: to_terminal && !self.global.no_color && !self.environment.no_color(),
            width: if to_terminal { comfy_table::Table::new().width().or(Some(80)) } else { None },
            first_rows: None,
        }
    }

    /// A line on standard error.
    pub fn say(&self, line: &str) {
        // There is nobody left to tell if this fails.
        let _ = writeln!(io::stderr(), "{line}");
    }

    /// Answers what is asked and shows the reply: what `ask` and `query` do.
    pub(crate) async fn answer(&self, asked: Asked) -> anyhow::Result<Exit> {
        self.check_output()?;
        let app = self.app().await?;
        let caller = self.caller();
        let result = progress::shown(self.stderr_is_terminal, |progress| {
            app.answer(asked, Options { progress, ..self.options() }, &caller)
        })
        .await;
        app.close().await;
        let reply = result?;
        self.show(&reply)?;
        Ok(Exit::of(&reply))
    }

    /// Parquet on a terminal helps nobody; said before anything is fetched.
    fn check_output(&self) -> Result<(), Failure> {
        let is_binary = self.global.format == Format::Parquet;
        if is_binary && self.global.output.is_none() && self.stdout_is_terminal {
            return Err(Failure::new(Code::BadRequest, "`parquet` is not for terminals")
                .hint("name a file: `--output rows.parquet`"));
        }
        Ok(())
    }

    /// Writes a reply where it belongs: rows to the output, remarks below them or to standard error.
    fn show(&self, reply: &Reply) -> anyhow::Result<()> {
        let format = self.global.format;
        self.write_output(|out| format.write(reply, self.view(), out))?;
        let remarks = remarks::of(reply);
        let below = format == Format::Table && self.stdout_is_terminal && self.global.output.is_none();
        if below {
            self.write_output(|out| remarks.iter().try_for_each(|line| writeln!(out, "{line}")))?;
        } else if !format.has_coverage() {
            remarks.iter().for_each(|line| self.say(line));
        }
        Ok(())
    }

    /// Writes to `--output`, else to standard output. A reader that went away (`| head`) is no error.
    pub(crate) fn write_output(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        if let Some(file) = &self.global.output {
            return whole_file::write(file, write)
                .with_context(|| format!("`{}` could not be written", file.display()));
        }
        let mut out = BufWriter::new(io::stdout().lock());
        match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // The buffer's own last flush would only fail again.
                let _ = out.into_parts();
                Ok(())
            }
            result => result.context("standard output could not be written"),
        }
    }
}
