//! The answer as outside programs see it: the same JSON from `--format json` and from REST.

use crate::model::Written;
use crate::runner::ProgramNote;
use crate::text::beginning;
use classifier::MAX_CHARS;
use engine::{Answer, cells};
use schema::{Coverage, Query};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Value, json};

/// Which way a question went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Read by the rules and answered by a `Query`.
    Common,
    /// Answered by a program that was kept.
    Known,
    /// Answered by a program that a model wrote for it.
    Generated,
    /// Not a question: SQL, a `Query` or a program, run as it is.
    Direct,
    /// Not answered; the explanation says why.
    Refused,
}

impl Route {
    /// The word in JSON and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Known => "known",
            Self::Generated => "generated",
            Self::Direct => "direct",
            Self::Refused => "refused",
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Refusal {
    /// In a sentence.
    pub why: String,
    /// The nearest questions that would have been answered.
    pub nearest: Vec<String>,
    /// Whether an answer was tried and failed, as where a language model could not be asked: no property of the question.
    pub is_failure: bool,
    /// How a model tried to write a program for it, where one did: for the audit log.
    pub written: Option<Box<Written>>,
}

/// What came of what was asked.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Rows.
    Answer(Box<Answer>),
    /// None, and why.
    Refused(Refusal),
}

/// What was asked, which way it went, and what came of it.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The run's id: the audit log has it, and feedback names it.
    pub id: String,
    /// What a person typed, if it was a question.
    pub question: Option<String>,
    /// Which way it went.
    pub route: Route,
    /// How it was read, and why this way.
    pub explanation: String,
    /// How long reading the question took, in milliseconds.
    pub classify_ms: f64,
    /// What came of it.
    pub outcome: Outcome,
    /// The program that made the rows, where one did.
    pub program: Option<Box<ProgramNote>>,
    /// What a language model would have been told, where somebody wants to see it.
    pub prompt: Option<String>,
}

impl Reply {
    /// A question that is not answered.
    pub fn refused(id: &str, question: String, classify_ms: f64, refusal: Refusal) -> Self {
        Self {
            id: id.to_owned(),
            question: Some(question),
            route: Route::Refused,
            explanation: refusal.why.clone(),
            classify_ms,
            outcome: Outcome::Refused(refusal),
            program: None,
            prompt: None,
        }
    }

    /// How long it took in all, in milliseconds.
    pub fn total_ms(&self) -> f64 {
        self.classify_ms + self.answer().map_or(0.0, |answer| answer.timing.total)
    }

    /// The answer, unless it was refused.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answer(answer) => Some(answer),
            Outcome::Refused(_) => None,
        }
    }

    /// Whether there is no answer because an attempt at one failed, which says nothing of the question.
    pub fn is_failure(&self) -> bool {
        matches!(&self.outcome, Outcome::Refused(refusal) if refusal.is_failure)
    }

    /// The typed request, where there was one.
    pub fn query(&self) -> Option<&Query> {
        self.answer().and_then(|answer| answer.query.as_ref())
    }

    /// Coverage in one word, for metrics.
    pub fn coverage_word(&self) -> &'static str {
        match self.answer() {
            None if self.is_failure() => "failed",
            None => "none",
            Some(answer) if answer.coverage.complete => "complete",
            Some(_) => "partial",
        }
    }

    /// What follows the rows when they are sent one a line.
    pub fn tail(&self) -> Value {
        let answer = self.answer();
        let nearest = match &self.outcome {
            Outcome::Refused(refusal) => json!(refusal.nearest),
            Outcome::Answer(_) => Value::Null,
        };
        json!({
            "id": self.id,
            "route": self.route.as_str(),
            "explanation": self.explanation,
            "nearest": nearest,
            "failed": self.is_failure(),
            "program": self.program.as_ref().map(|program| &program.id),
            "coverage": self.coverage(),
            "row_count": answer.map_or(0, |a| a.row_count),
            "truncated": answer.is_some_and(|a| a.truncated),
            "warnings": self.warnings(),
        })
    }

    fn coverage(&self) -> Coverage {
        // A refusal read nothing. Whoever looks at `complete` alone must not take it for an empty estate.
        self.answer().map_or_else(Coverage::default, |answer| answer.coverage.clone())
    }

    fn warnings(&self) -> &[String] {
        self.answer().map_or(&[], |answer| &answer.warnings)
    }
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let answer = self.answer();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        // No longer than what is read: a longer text is nothing that whoever sent it wants back.
        let question = self.question.as_deref().map(|question| beginning(question, MAX_CHARS));
        map.serialize_entry("question", &question)?;
        map.serialize_entry("route", self.route.as_str())?;
        map.serialize_entry("query", &self.query())?;
        map.serialize_entry("sql", &answer.map(|a| &a.sql).filter(|_| self.program.is_none()))?;
        map.serialize_entry("program", &self.program)?;
        map.serialize_entry("columns", answer.map_or(&[][..], |a| &a.columns))?;
        map.serialize_entry("rows", &Rows(answer))?;
        map.serialize_entry("row_count", &answer.map_or(0, |a| a.row_count))?;
        map.serialize_entry("truncated", &answer.is_some_and(|a| a.truncated))?;
        match answer {
            Some(answer) => map.serialize_entry("coverage", &answer.coverage)?,
            None => map.serialize_entry("coverage", &self.coverage())?,
        }
        map.serialize_entry("warnings", self.warnings())?;
        map.serialize_entry("explanation", &self.explanation)?;
        if let Outcome::Refused(Refusal { nearest, .. }) = &self.outcome {
            map.serialize_entry("nearest", nearest)?;
            map.serialize_entry("failed", &self.is_failure())?;
            if let Some(prompt) = &self.prompt {
                map.serialize_entry("prompt", prompt)?;
            }
        }
        let mut timing = answer.map(|a| a.timing).unwrap_or_default();
        timing.classify = self.classify_ms;
        timing.total += self.classify_ms;
        map.serialize_entry("timing_ms", &timing)?;
        map.end()
    }
}

/// The rows as objects, made one at a time.
struct Rows<'a>(Option<&'a Answer>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(answer) = self.0 else { return serializer.serialize_seq(Some(0))?.end() };
        let mut seq = serializer.serialize_seq(Some(answer.row_count))?;
        for row in rows(answer) {
            seq.serialize_element(&row)?;
        }
        seq.end()
    }
}

/// One row of an answer.
#[derive(Clone, Copy)]
pub struct RowRef<'a> {
    answer: &'a Answer,
    batch: usize,
    row: usize,
}

/// The rows of an answer.
pub fn rows(answer: &Answer) -> impl Iterator<Item = RowRef<'_>> {
    answer
        .batches
        .iter()
        .enumerate()
        .flat_map(move |(batch, rows)| (0..rows.num_rows()).map(move |row| RowRef { answer, batch, row }))
}

impl<'a> RowRef<'a> {
    /// A row by its place. The caller has looked that it is there.
    pub(crate) fn at(answer: &'a Answer, batch: usize, row: usize) -> Self {
        Self { answer, batch, row }
    }

    /// A cell as JSON.
    pub fn json(&self, column: usize) -> Value {
        cells::json(&self.answer.batches[self.batch], self.row, column)
    }

    /// A cell as text; none if it is null.
    pub fn text(&self, column: usize) -> Option<String> {
        cells::text(&self.answer.batches[self.batch], self.row, column)
    }
}

impl Serialize for RowRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.answer.columns.len()))?;
        for (at, column) in self.answer.columns.iter().enumerate() {
            map.serialize_entry(&column.name, &self.json(at))?;
        }
        map.end()
    }
}
