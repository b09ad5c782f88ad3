//! `neph ask "…"`: answers a question in plain words.

use super::Context;
use crate::app::Asked;
use crate::exit::Exit;
use crate::failure::{Code, Failure};

/// Answers a question in plain words.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The question, such as 'VMs with CPU below 20% and cost over $100'
    #[arg(required = true)]
    question: Vec<String>,
    /// Show what a language model is told of the question, or would be told, and ask nobody
    #[arg(long)]
    show_prompt: bool,
}

/// Answers the question.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let question = args.question.join(" ");
    if question.trim().is_empty() {
        return Err(Failure::new(Code::BadRequest, "the question is empty")
            .hint("try `neph ask \"list all VMs\"`")
            .into());
    }
    if args.show_prompt {
        return show_prompt(&question, cx).await;
    }
    cx.answer(Asked::Question(question)).await
}

async fn show_prompt(question: &str, cx: &Context) -> anyhow::Result<Exit> {
    let app = cx.app().await?;
    let prompt = app.prompt(question).await;
    app.close().await;
    cx.write_output(|out| writeln!(out, "{prompt}"))?;
    Ok(Exit::Complete)
}
