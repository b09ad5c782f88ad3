//! Questions that the rules do not read: a kept program answers them, or one that a model writes, or nobody does.

use crate::config::model::Examples;
use crate::failure::Failure;
use crate::model::days;
use crate::model::prompt::{Ask, Example};
use crate::model::writing::Outcome;
use crate::model::{Again, Complaint, Draft, Ending, Origin, Prompt, Step, Trial, Writer, Written};
use crate::programs::generalise::generalise;
use crate::programs::header::{Header, Needs, Parsed};
use crate::programs::{Kept, Library, LibraryError, Match, Standing, WrittenBy};
use crate::runner::{Author, Failed, ProgramNote, Ran, Runnable, Runner};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use engine::{Options, Vocabulary};
use sandbox::{Fault, FaultKind, QueryError};
use schema::query::ScopeFilter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many kept programs a model sees as examples.
const EXAMPLES: usize = 3;
/// How many are looked through for these: some may not be shown.
const SEARCHED: usize = 50;
/// How many questions that can be answered are named to one who asked another.
const NEAREST: usize = 3;

/// A question that the rules do not read.
#[derive(Debug, Clone, Copy)]
pub struct Unread<'a> {
    /// What was typed.
    pub question: &'a str,
    /// Why the rules do not read it.
    pub why: &'a str,
    /// Questions near to it that they do read.
    pub nearest: &'a [String],
    /// The names of the estate.
    pub vocabulary: &'a Vocabulary,
    /// The same in the classifier's form.
    pub words: &'a classifier::Vocabulary,
    /// What time it is.
    pub now: DateTime<Utc>,
}

/// What became of it.
#[derive(Debug)]
pub enum Found {
    /// A kept program answered.
    Known {
        /// What it made.
        ran: Box<Ran>,
        /// How the question was read.
        explanation: String,
    },
    /// A model wrote a program that answered.
    Generated {
        /// What it made.
        ran: Box<Ran>,
        /// How the question was read.
        explanation: String,
    },
    /// Nobody answered.
    Nobody {
        /// Why.
        why: String,
        /// Questions that can be answered.
        nearest: Vec<String>,
        /// Whether somebody tried and failed.
        is_failure: bool,
        /// How a model tried to write a program, where one did.
        written: Option<Box<Written>>,
    },
}

/// Answers them.
#[derive(Debug, Clone, Copy)]
pub struct Unusual<'a> {
    /// Runs programs.
    pub runner: &'a Runner,
    /// The kept ones.
    pub library: &'a Library,
    /// Writes new ones, where a model is configured.
    pub writer: Option<&'a Writer>,
    /// Why nobody does, although a model is configured.
    pub no_writer: Option<&'a Failure>,
    /// Which kept programs a model may see.
    pub examples: Examples,
}

impl Unusual<'_> {
    /// Answers a question.
    pub async fn answer(&self, unread: &Unread<'_>, options: &Options) -> Result<Found, Failure> {
        let mut failed = None;
        if let Some(found) = self.library.find(unread.question, unread.words).await {
            match self.run_kept(&found, options, unread.now).await? {
                Ok(ran) => {
                    let explanation = found.reading();
                    return Ok(Found::Known { ran: Box::new(ran), explanation });
                }
                Err(failure) if self.writer.is_none() || !may_be_mended(&failure) => return Err(failure.into()),
                Err(failure) => failed = Some((found.program, failure.fault)),
            }
        }
        match self.writer {
            Some(writer) => self.write(writer, unread, failed.as_ref(), options).await,
            None => Ok(self.nobody(unread, self.why_no_writer(), self.no_writer.is_some(), None).await),
        }
    }

    /// What a model is told, or would be.
    pub async fn prompt(&self, unread: &Unread<'_>) -> Prompt {
        let similar = self.library.similar(unread.question, SEARCHED).await;
        let examples: Vec<Example> = similar
            .into_iter()
            .filter(|kept| self.examples == Examples::All || matches!(kept.written_by, WrittenBy::BuiltIn(_)))
            .take(EXAMPLES)
            .map(|kept| Example { question: kept.question(), source: kept.source.clone() })
            .collect();
        let limits = self.runner.limits();
        Prompt::new(&Ask {
            question: unread.question,
            today: unread.now.date_naive(),
            providers: &unread.vocabulary.providers,
            regions: &unread.vocabulary.regions,
            examples: &examples,
            limits,
        })
    }

    async fn run_kept(
        &self,
        found: &Match,
        options: &Options,
        now: DateTime<Utc>,
    ) -> Result<Result<Ran, Failed>, Failure> {
        self.runner.run(Runnable::of_match(found), options.clone(), now).await
    }

    /// Stores a program that answered a question, so that the same question finds it, and one that differs in a value. One in
    /// place of a program that failed is for these very words: for other values that one may well be right.
    async fn learn(
        &self,
        question: &str,
        draft: &Draft,
        model: &str,
        failed: Option<&Kept>,
        now: DateTime<Utc>,
    ) -> Result<Arc<Kept>, LibraryError> {
        let needs = &draft.needs;
        let scope = ScopeFilter {
            providers: needs.providers.clone(),
            accounts: needs.accounts.clone(),
            regions: needs.regions.clone(),
        };
        let needs = Needs { tables: needs.tables.iter().cloned().collect(), scope, max_dollars: None };
        let instead_of = failed.map(|failed| failed.id.clone());
        let header = Header { instead_of, ..Header::of_question(question, &draft.reading, needs) };
        let program = Parsed { header, source: draft.program.clone() };
        let text = if failed.is_some() { program } else { generalise(&program) }.to_string();
        let kept = self.library.keep(&text, WrittenBy::Model(model.to_owned()), Standing::Fresh, now).await;
        kept.inspect_err(|error| tracing::warn!(error = %error, "a program that a model wrote could not be stored"))
    }

    async fn write(
        &self,
        writer: &Writer,
        unread: &Unread<'_>,
        failed: Option<&(Arc<Kept>, Fault)>,
        options: &Options,
    ) -> Result<Found, Failure> {
        // Opened before the model is asked: a program that cannot run is not worth its tokens.
        self.runner.open().await?;
        let prompt = self.prompt(unread).await;
        let tell = |step: &Step| {
            if let Some(progress) = &options.progress {
                progress.send_modify(|told| told.current = step.to_string());
            }
        };
        let attempt = Attempt {
            unusual: self,
            options,
            question: unread.question,
            now: unread.now,
            told: AtomicBool::new(false),
        };
        let outcome = writer.write(&prompt, &attempt, &tell).await;
        let written = outcome.written();
        let is_failure = !matches!(outcome.ending, Ending::Refused { .. });
        let why = match outcome.ending {
            Ending::Written { draft, done: mut ran } => {
                ran.note.attempts = written.attempts;
                ran.note.complaints = written.complaints;
                ran.note.tokens = Some(written.tokens);
                ran.note.model = Some(writer.model_name());
                if let Some(time) = days::fixed(&draft.program, unread.question, unread.now.date_naive()) {
                    let sentence = format!("the program is not kept: it holds {time}, and will be wrong on another");
                    ran.answer.warnings.push(sentence);
                } else {
                    let failed = failed.map(|(kept, _)| &**kept);
                    let kept = self.learn(unread.question, &draft, &writer.model_name(), failed, unread.now).await;
                    match kept {
                        Ok(kept) => note_kept(&mut ran.note, &kept),
                        Err(error) => ran.answer.warnings.push(format!(
                            "the program is not kept, and will be written anew when the question comes again: {error}"
                        )),
                    }
                }
                return Ok(Found::Generated { ran: Box::new(ran), explanation: draft.reading });
            }
            Ending::Refused { ref why } => format!("{} says: {why}", writer.model_name()),
            Ending::GaveUp => gave_up(writer, &outcome),
            Ending::Blocked => blocked(writer, &outcome),
            Ending::BudgetSpent(budget) => {
                format!("no program was right within `{}` of `[model]`{}", budget.setting(), last(&outcome.complaints))
            }
            Ending::Failed(ref error) => {
                let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
                format!("the language model could not be asked: {error}{hint}")
            }
        };
        let why = match failed {
            Some((_, fault)) => format!("{why}; the kept program for it failed: {fault}"),
            None => why,
        };
        Ok(self.nobody(unread, why, is_failure, Some(Box::new(written))).await)
    }

    fn why_no_writer(&self) -> String {
        self.no_writer.map_or_else(|| NO_MODEL.to_owned(), no_writer)
    }

    /// Why a question that no rule reads and no program answers is not answered, and what else could be, where nobody
    /// writes programs.
    pub async fn no_writer(&self, question: &str, why: &str, nearest: &[String]) -> (String, Vec<String>) {
        (format!("{why}; {}", self.why_no_writer()), self.nearest(question, nearest).await)
    }

    /// Questions near to one: itself without some of its words, those of kept programs, then the others that are given.
    async fn nearest(&self, question: &str, given: &[String]) -> Vec<String> {
        let mut nearest: Vec<String> = given.iter().filter(|other| is_part_of(other, question)).cloned().collect();
        nearest.extend(self.library.nearest_questions(question, NEAREST).await);
        for question in given {
            if !nearest.contains(question) {
                nearest.push(question.clone());
            }
        }
        nearest
    }

    async fn nobody(&self, unread: &Unread<'_>, why: String, is_failure: bool, written: Option<Box<Written>>) -> Found {
        let nearest = self.nearest(unread.question, unread.nearest).await;
        Found::Nobody { why: format!("{}; {why}", unread.why), nearest, is_failure, written }
    }
}

/// Whether a question has no words but those of another.
fn is_part_of(part: &str, question: &str) -> bool {
    let words =
        |text: &str| text.split([' ', ',', '?']).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let all = words(question);
    words(part).iter().all(|word| all.contains(word))
}

/// Whether another program for the question may do better than the kept one. Not where the world is in the way, nor where it
/// threw on purpose: what it says then is the answer, and one that knows better makes something up.
fn may_be_mended(failed: &Failed) -> bool {
    let Failed { fault, note } = failed;
    let line = fault.line.and_then(|line| note.source.lines().nth((line as usize).checked_sub(1)?));
    let is_on_purpose = fault.kind == FaultKind::Thrown
        // The interpreter's own errors are of other classes.
        && (fault.class.as_deref() == Some("Error")
            || line.is_some_and(|line| line.contains("throw") || line.contains("Error(")));
    fault.kind.may_be_mended() && !is_on_purpose
}

/// What is shown is what is kept under that id: with the parameters that it got, it makes the same rows.
fn note_kept(note: &mut ProgramNote, kept: &Kept) {
    note.id.clone_from(&kept.id);
    note.source.clone_from(&kept.text);
    note.params = kept.header.params.iter().map(|(name, param)| (name.clone(), param.default.to_json())).collect();
}

/// What is said where there is no model.
const NO_MODEL: &str = "no program is kept for it, and no language model is configured that could write one";

fn no_writer(failure: &Failure) -> String {
    format!("no program is kept for it, and the configured language model cannot be asked: {}", failure.with_hint())
}

fn gave_up<T>(writer: &Writer, outcome: &Outcome<T>) -> String {
    let tries = if outcome.attempts == 1 { "one program".to_owned() } else { format!("{} programs", outcome.attempts) };
    format!("{} wrote {tries} for it, and none was right{}", writer.model_name(), last(&outcome.complaints))
}

/// Its programs may have been right.
fn blocked<T>(writer: &Writer, outcome: &Outcome<T>) -> String {
    let why = outcome.complaints.last().map(|last| format!(": {}", last.message)).unwrap_or_default();
    format!("{} wrote a program for it, which could not be run to its end{why}", writer.model_name())
}

fn last(complaints: &[Complaint]) -> String {
    let place = |line: Option<u32>| line.map(|line| format!(" (line {line})")).unwrap_or_default();
    let last = complaints.last();
    last.map(|last| format!("; the last: {}{}", last.message, place(last.line))).unwrap_or_default()
}

/// Tries one draft: it is parsed, then planned, then run.
struct Attempt<'a> {
    unusual: &'a Unusual<'a>,
    options: &'a Options,
    question: &'a str,
    now: DateTime<Utc>,
    /// Whether the model was told already to count from today.
    told: AtomicBool,
}

#[async_trait]
impl Trial for Attempt<'_> {
    type Done = Ran;

    async fn try_draft(&self, draft: &Draft, _attempt: u32) -> Result<Ran, Complaint> {
        let runner = self.unusual.runner;
        let what = Runnable {
            source: draft.program.clone(),
            params: Vec::new(),
            needs: draft.needs.grant(),
            max_dollars: None,
            author: Author::Model,
        };
        if let Err(fault) = runner.check(&what.source, self.now).await.map_err(useless)? {
            return Err(Complaint::of_text(&fault));
        }
        self.check_days(&what.source)?;
        let said_without_rows = self.plan(&what).await?;
        match runner.run(what, self.options.clone(), self.now).await.map_err(useless)? {
            Ok(ran) => Ok(ran),
            Err(failed) if said_without_rows.contains(&failed.fault.message) => Err(Complaint::of_text(&failed.fault)),
            Err(failed) => Err(Complaint::from(&failed.fault)),
        }
    }
}

impl Attempt<'_> {
    /// A time of its own is complained of once: the question may mean that very time, in other words.
    fn check_days(&self, program: &str) -> Result<(), Complaint> {
        match days::fixed(program, self.question, self.now.date_naive()) {
            Some(time) if !self.told.swap(true, Ordering::Relaxed) => {
                let message = format!(
                    "the program holds {time}, which the question does not name: count from today(), so that \
                     the program is right tomorrow too; leave it only if the question means that very time"
                );
                Err(Complaint::new("FixedDay", message))
            }
            _ => Ok(()),
        }
    }

    /// Every query that can be made without rows is held to the schema, to the grant and to its price. Returns what
    /// errors said nevertheless: there was no row that they could have held.
    async fn plan(&self, what: &Runnable) -> Result<Vec<String>, Complaint> {
        let planned = self.unusual.runner.plan(what, self.options.clone(), self.now).await.map_err(useless)?;
        let errors: Vec<&QueryError> = planned.queries.iter().filter_map(|query| query.error.as_ref()).collect();
        if let Some(error) = errors.iter().find(|error| is_wrong_with_any_rows(error)) {
            // It names accounts, which the model does not know.
            return Err(Complaint { origin: Origin::Text, ..Complaint::new(error.code, error.message.clone()) });
        }
        // With no rows many a program throws; what says nothing of rows is wrong with any.
        if let Some(fault) = &planned.fault
            && matches!(fault.kind, FaultKind::Syntax | FaultKind::Limit(_))
        {
            return Err(Complaint::of_text(fault));
        }
        let dollars = planned.plan.map(|plan| plan.dollars).unwrap_or_default();
        if let Some(most) = self.unusual.runner.max_dollars(what).filter(|most| dollars > *most) {
            let message = format!(
                "its calls would cost ${} or more, and `max_dollars` in `[programs]` lets a program that a model wrote \
                 cost ${most}",
                dollars.normalize()
            );
            return Err(Complaint::new("TooDear", message));
        }
        let messages = errors.into_iter().map(|error| error.message.clone());
        Ok(messages.chain(planned.fault.map(|fault| fault.message)).collect())
    }
}

/// Whether a query that had no rows to be made of would be as wrong if it had: `IN ()` would not.
fn is_wrong_with_any_rows(error: &QueryError) -> bool {
    let begins = ["there is no column", "there is no table"];
    error.code == FaultKind::Denied.as_str() || begins.iter().any(|begin| error.message.starts_with(begin))
}

/// What the host could not do is no fault of the draft.
fn useless(failure: Failure) -> Complaint {
    Complaint { again: Again::Useless, ..Complaint::new(failure.code.as_str(), failure.message) }
}
