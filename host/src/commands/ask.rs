//! `neph ask "…"`: answers a question in plain words.

use super::{Context, first};
use crate::app::{App, Asked, PROGRAM_AS_IT_IS, QUERY_AS_IT_IS, SQL_AS_IT_IS};
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::format::table::write_texts;
use crate::programs::Match;
use crate::taken::Taken;
use crate::text::visible;
use classifier::{Explanation, Fate, Layer, Phrase, Route};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Answers a question in plain words.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The question, such as 'VMs with CPU below 20% and cost over $100'; without one, a terminal shows what is worth asking
    question: Vec<String>,
    /// Show how each word was read, who decided, and what the question could have been instead; answer nothing
    #[arg(long, conflicts_with = "show_prompt")]
    why: bool,
    /// Show what a language model is told of the question, or would be told, and ask nobody
    #[arg(long)]
    show_prompt: bool,
}

/// Answers the question.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let question = args.question.join(" ");
    if args.question.is_empty() && cx.stdout_is_terminal && !args.why && !args.show_prompt {
        return first::first(cx).await;
    }
    if question.trim().is_empty() {
        return Err(Failure::new(Code::BadRequest, "the question is empty")
            .hint("try `neph ask \"list all VMs\"`, or `neph first` for what is worth asking")
            .into());
    }
    if args.show_prompt {
        return show_prompt(&question, cx).await;
    }
    if args.why {
        return why(&question, cx).await;
    }
    cx.answer(Asked::Question(question)).await
}

async fn why(question: &str, cx: &Context) -> anyhow::Result<Exit> {
    let app = cx.app().await?;
    let why = Why::of(question, &app).await;
    app.close().await;
    let why = why?;
    match &why {
        Why::Direct(how) => cx.write_output(|out| match cx.global.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &json!({ "route": "direct", "reading": how }))?;
                writeln!(out)
            }
            _ => writeln!(out, "direct: {how}"),
        })?,
        Why::Read(read) => show(read, cx)?,
    }
    Ok(if why.is_answered() { Exit::Complete } else { Exit::Refused })
}

/// How a text is taken.
enum Why {
    /// It is no question, and runs as what it is.
    Direct(&'static str),
    /// It is read.
    Read(Box<Read>),
}

/// How a question is read.
#[derive(Serialize)]
struct Read {
    #[serde(flatten)]
    explanation: Explanation,
    /// The kept program that answers what the rules do not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<Program>,
}

/// A kept program that would run, and what with.
#[derive(Serialize)]
struct Program {
    id: String,
    name: String,
    params: Map<String, Value>,
    reading: String,
}

impl Why {
    async fn of(question: &str, app: &App) -> Result<Self, Failure> {
        let (asked, _) = Taken::of(Asked::Question(question.to_owned()), &app.engine)?;
        let question = match asked {
            Asked::Question(question) => question,
            Asked::Sql(_) => return Ok(Self::Direct(SQL_AS_IT_IS)),
            Asked::Query(_) => return Ok(Self::Direct(QUERY_AS_IT_IS)),
            Asked::Program(_) => return Ok(Self::Direct(PROGRAM_AS_IT_IS)),
        };
        let explanation = app.why(&question).await;
        let program = match explanation.reading.route {
            Route::Unusual { .. } => app.known(&question).await.map(|found| Program::of(&found)),
            Route::Common(_) | Route::Refused { .. } => None,
        };
        Ok(Self::Read(Box::new(Read { explanation, program })))
    }

    fn is_answered(&self) -> bool {
        match self {
            Self::Direct(_) => true,
            Self::Read(read) => read.program.is_some() || matches!(read.explanation.reading.route, Route::Common(_)),
        }
    }
}

impl Program {
    fn of(found: &Match) -> Self {
        Self {
            id: found.program.id.clone(),
            name: found.program.name().to_owned(),
            params: found.params(),
            reading: found.reading(),
        }
    }

    /// What would run.
    fn sentence(&self) -> String {
        let values: Vec<_> = self.params.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let with = if values.is_empty() { String::new() } else { format!(" with {}", values.join(", ")) };
        format!("known: the kept program `{}` would run{with}: {}", self.name, self.reading)
    }
}

fn show(read: &Read, cx: &Context) -> anyhow::Result<()> {
    let explanation = &read.explanation;
    cx.write_output(|out| {
        if cx.global.format == Format::Json {
            serde_json::to_writer_pretty(&mut *out, read)?;
            return writeln!(out);
        }
        if !explanation.phrases.is_empty() {
            let lines: Vec<_> = explanation.phrases.iter().map(phrase).collect();
            write_texts(&["words", "read as"], &lines, cx.view(), out)?;
            writeln!(out)?;
        }
        let known = read.program.iter().map(Program::sentence);
        known.chain(sentences(explanation)).try_for_each(|line| writeln!(out, "{}", visible(&line)))
    })
}

fn phrase(phrase: &Phrase) -> Vec<String> {
    let words = match &phrase.spelled {
        Some(spelled) => format!("{} (as `{spelled}`)", phrase.text),
        None => phrase.text.clone(),
    };
    let read = match phrase.fate {
        Fate::Read => phrase.read_as.join("; "),
        Fate::PassedOver => "passed over: it changes nothing".to_owned(),
        Fate::Unplaced => "not placed".to_owned(),
    };
    vec![visible(&words).into_owned(), visible(&read).into_owned()]
}

/// Where it goes, who decided, and what it would have been instead.
fn sentences(explanation: &Explanation) -> Vec<String> {
    let reading = &explanation.reading;
    let route = match &reading.route {
        Route::Common(_) => format!("common: {}", reading.reading),
        Route::Unusual { why, .. } => format!("unusual: {why}"),
        Route::Refused { why } => format!("refused: {why}"),
    };
    let layer = match explanation.layer {
        Layer::Text => "by a look at the text alone",
        Layer::Rules => "by the rules",
        Layer::Model => "by the trained model, against the rules",
    };
    let mut lines = vec![route, format!("decided {layer}; confidence {:.2}", reading.confidence)];
    lines.extend(explanation.runner_up.as_ref().map(|other| match other.reading.is_empty() {
        true => format!("else {}: {}", other.route.name(), other.why),
        false => format!("else {}: {} ({})", other.route.name(), other.reading, other.why),
    }));
    if let Route::Unusual { nearest, .. } = &reading.route {
        lines.extend(nearest.iter().map(|question| format!("near to it: {question}")));
    }
    lines
}

async fn show_prompt(question: &str, cx: &Context) -> anyhow::Result<Exit> {
    let app = cx.app().await?;
    let prompt = app.prompt(question).await;
    app.close().await;
    cx.write_output(|out| writeln!(out, "{prompt}"))?;
    Ok(Exit::Complete)
}
