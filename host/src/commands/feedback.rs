//! `neph feedback`: says whether an answer was right, and what the question should have been read as.

use super::{Context, query};
use crate::app::App;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::learning::Opinion;
use clap::ValueEnum;
use schema::Query;
use std::path::PathBuf;

/// Says whether an answer was right: a thumb up or down.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The answer's `id`, as its JSON has it; `last` for the one to your last question
    answer: String,
    /// Whether it was right
    verdict: Verdict,
    /// Why, in a sentence or two
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
    /// With `down`: a file with the query in JSON that the question should have been; `-` reads it from standard input
    #[arg(long, value_name = "FILE")]
    query: Option<PathBuf>,
}

/// Whether it was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Verdict {
    /// It was
    Up,
    /// It was not
    Down,
}

/// Stands for the answer to the last question of whoever asks.
const LAST: &str = "last";

/// Takes it.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let right = args.query.as_deref().map(query::read_query).transpose()?;
    let app = cx.app_without_source_plugins().await?;
    let done = take(args, right.as_ref(), &app, cx).await;
    app.close().await;
    done?;
    cx.say("taken");
    Ok(Exit::Complete)
}

async fn take(args: &Args, right: Option<&Query>, app: &App, cx: &Context) -> Result<(), Failure> {
    let caller = cx.caller();
    let answer = if args.answer == LAST { app.last_answer(&caller).await? } else { args.answer.clone() };
    let opinion = Opinion { is_up: args.verdict == Verdict::Up, comment: &args.comment, query: right };
    app.feedback(&answer, &opinion, &caller).await
}
