//! The command line: what can be typed, and the one match that runs it.

use crate::commands::{self, Context};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::{logging, plugins, text};
use clap::{Parser, Subcommand};
use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::task::JoinSet;

/// Answers questions about your clouds: resources, utilisation and costs, with what the answer covers.
#[derive(Debug, Parser)]
#[command(name = "neph", version, about, max_term_width = 100)]
#[command(after_help = "With nothing configured, answers come from the demo estate; `neph demo` shows it.\n\
    Exit codes: 0 complete, 1 failed, 2 usage, 3 partial (some scopes could not be read), 4 refused.")]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Global {
    /// Answer from the demo estate, whatever is configured
    #[arg(long, global = true)]
    pub demo: bool,
    /// Configuration file, instead of `nephoscope.toml` here or in the user's configuration folder
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How the answer is written
    #[arg(long, short = 'f', global = true, value_enum, default_value_t, help_heading = "Output")]
    pub format: Format,
    /// Write the answer to a file
    #[arg(long, short = 'o', global = true, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// At most so many rows; whether there were more is said
    #[arg(long, global = true, value_name = "ROWS", help_heading = "Output")]
    pub limit: Option<usize>,
    /// No colours (also: the variable NO_COLOR)
    #[arg(long, global = true, help_heading = "Output")]
    pub no_color: bool,
    /// Say more on standard error; twice for debugging
    #[arg(long, short = 'v', global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
    /// Read everything anew
    #[arg(long, global = true, conflicts_with = "max_age", help_heading = "Rows")]
    pub fresh: bool,
    /// Take rows that were read no longer ago than this (`30s`, `5m`, `2h`)
    #[arg(long, global = true, value_name = "AGE", value_parser = text::parse_duration, help_heading = "Rows")]
    pub max_age: Option<Duration>,
    /// Only this provider (may be repeated)
    #[arg(long, global = true, value_name = "NAME", value_delimiter = ',', help_heading = "Rows")]
    pub provider: Vec<String>,
    /// Only this account, by id or name (may be repeated)
    #[arg(long, global = true, value_name = "ID", help_heading = "Rows")]
    pub account: Vec<String>,
    /// Only this region (may be repeated)
    #[arg(long, global = true, value_name = "NAME", value_delimiter = ',', help_heading = "Rows")]
    pub region: Vec<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what this can do, on a made-up estate, then serve it
    Demo(commands::demo::Args),
    /// Answer a question in plain words
    Ask(commands::ask::Args),
    /// Answer SQL, or a query in JSON
    Query(commands::query::Args),
    /// Say what an answer would take: calls, time, dollars, permissions. Nothing runs
    Explain(commands::explain::Args),
    /// Say what is worth asking of this estate
    First(commands::first::Args),
    /// Say whether an answer was right
    Feedback(commands::feedback::Args),
    /// Say how the classifier did on your own questions, where you let them be kept
    Eval(commands::eval::Args),
    /// Kept programs: list, show, run and keep them
    Program(commands::program::Args),
    /// Run scanner plugins, show what they find, and keep it
    #[command(after_help = "Formats of findings alone, beside those of answers:\n  \
        ocsf   events of the Open Cybersecurity Schema Framework, one a line\n  \
        asff   as AWS Security Hub imports them\n  \
        sarif  as code hosts read them")]
    Scan(commands::scan::Args),
    /// Mute a finding that somebody has looked at, or unmute it
    Finding(commands::finding::Args),
    /// Plugins: list, install, grant, check and begin new ones
    Plugin(commands::plugin::Args),
    /// Compile a stranger's component; this program starts it by itself, with bounds
    #[command(hide = true)]
    CompileComponent {
        /// The component
        from: PathBuf,
        /// What is compiled of it
        to: PathBuf,
    },
    /// List the tables, or the columns of one
    Tables(commands::tables::Args),
    /// Answer over HTTP
    Serve(commands::serve::Args),
    /// Answer an assistant over standard input and output (MCP)
    Mcp(commands::mcp::Args),
    /// Read everything anew and keep it as snapshots: the history of your estate
    Sync(commands::sync::Args),
    /// Check the configuration and what it points to, and say what to mend
    Doctor(commands::doctor::Args),
    /// Say how an unfinished question could go on
    Suggest(commands::suggest::Args),
    /// Write what a shell loads to complete commands and words
    Completion(commands::completion::Args),
}

/// The stack of threads that plan queries. Plans of nested SQL recurse, and frames of a debug build are large.
pub(crate) const STACK: usize = 16 * 1024 * 1024;

/// Reads the command line and runs it.
pub fn main() -> ExitCode {
    let environment = Environment::of_process();
    let cli = Cli::parse();
    logging::start(&environment, cli.global.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::from(error).context("threads could not be started")).into(),
    };
    // The work runs on a thread of the runtime's, for its stack.
    let result = runtime.block_on(async {
        let mut work = JoinSet::new();
        work.spawn(run(cli, environment));
        work.join_next().await
    });
    let exit = match result {
        Some(Ok(Ok(exit))) => exit,
        Some(Ok(Err(error))) => fail(&error),
        Some(Err(error)) => fail(&anyhow::anyhow!("a defect in this program: {error}")),
        None => Exit::Failed,
    };
    // What a cancelled request left behind on blocking threads must not hold up the end. Nor are threads let go of one by one:
    // where one ends at the same moment, glibc (2.36 at least) reads its stack after it was unmapped, and the process crashes.
    std::mem::forget(runtime);
    exit.into()
}

/// A format that one command alone writes, asked of another: said before anything begins.
fn check_format(cli: &Cli) -> Result<(), Failure> {
    let format = cli.global.format;
    if format.is_for_answers() || matches!(cli.command, Command::Scan(_)) {
        return Ok(());
    }
    Err(Failure::new(Code::BadRequest, format!("`{}` is for findings", format.name())).hint(
        "`neph scan` writes it; answers are written as `table`, `json`, `ndjson`, `csv`, `markdown` or `parquet`",
    ))
}

async fn run(cli: Cli, environment: Environment) -> anyhow::Result<Exit> {
    check_format(&cli)?;
    let cx = Context::new(cli.global, environment);
    match cli.command {
        Command::Demo(args) => commands::demo::run(&args, &cx).await,
        Command::Ask(args) => interruptible(&cx, commands::ask::run(&args, &cx)).await,
        Command::Query(args) => interruptible(&cx, commands::query::run(&args, &cx)).await,
        Command::Explain(args) => interruptible(&cx, commands::explain::run(&args, &cx)).await,
        Command::First(args) => interruptible(&cx, commands::first::run(&args, &cx)).await,
        Command::Feedback(args) => interruptible(&cx, commands::feedback::run(&args, &cx)).await,
        Command::Eval(args) => interruptible(&cx, commands::eval::run(&args, &cx)).await,
        Command::Program(args) => interruptible(&cx, commands::program::run(&args, &cx)).await,
        Command::Scan(args) => interruptible(&cx, commands::scan::run(&args, &cx)).await,
        Command::Finding(args) => interruptible(&cx, commands::finding::run(&args, &cx)).await,
        Command::Plugin(args) => interruptible(&cx, commands::plugin::run(&args, &cx)).await,
        Command::CompileComponent { from, to } => {
            plugins::compile::here(&from, &to)?;
            Ok(Exit::Complete)
        }
        Command::Tables(args) => commands::tables::run(&args, &cx).await,
        Command::Serve(args) => commands::serve::run(&args, &cx).await,
        Command::Mcp(args) => commands::mcp::run(&args, &cx).await,
        Command::Sync(args) => interruptible(&cx, commands::sync::run(&args, &cx)).await,
        Command::Doctor(args) => interruptible(&cx, commands::doctor::run(&args, &cx)).await,
        Command::Suggest(args) => interruptible(&cx, commands::suggest::run(&args, &cx)).await,
        Command::Completion(args) => commands::completion::run(&args, &cx),
    }
}

/// Does some work until Ctrl-C. Dropping it cancels the calls under way.
pub(crate) async fn interruptible(
    cx: &Context,
    work: impl Future<Output = anyhow::Result<Exit>>,
) -> anyhow::Result<Exit> {
    let mut work = Box::pin(work);
    tokio::select! {
        result = &mut work => return result,
        signal = tokio::signal::ctrl_c() => signal?,
    }
    drop(work);
    cx.write_last_runs().await;
    Ok(Exit::Interrupted)
}

/// Says what went wrong: one line for it, one for what to do.
fn fail(error: &anyhow::Error) -> Exit {
    let mut lines = vec![format!("error: {}", text::visible(&format!("{error:#}")))];
    let failure = error.chain().find_map(|cause| cause.downcast_ref::<Failure>());
    lines
        .extend(failure.and_then(|failure| failure.hint.as_ref()).map(|hint| format!("hint: {}", text::visible(hint))));
    // What a program had logged is what its author looks for.
    let log = failure.and_then(|failure| failure.details.as_ref()).and_then(|details| details["log"].as_array());
    let log = log.into_iter().flatten().filter_map(|line| line.as_str());
    lines.extend(log.map(|line| format!("log: {}", text::visible(line))));
    // If standard error is gone, the exit code still says it.
    let _ = writeln!(std::io::stderr(), "{}", lines.join("\n"));
    failure.map_or(Exit::Failed, |failure| failure.code.exit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
