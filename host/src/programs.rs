//! Kept programs: those that ship and those written here, and which of them answers a question.
//!
//! [`Library`] is what the rest of the host talks to. It holds the programs and two indexes over them, and makes these
//! anew when this or another process has changed what is offered.

pub mod built_in;
pub mod generalise;
pub mod header;
mod matching;
mod search;
mod shelf;
mod words;

use crate::store::programs::{Bounds, Counts, ProgramRow, ProgramStore};
pub use crate::store::programs::{Given, Vote};
use crate::store::{Store, iso};
use crate::text::visible;
use chrono::{DateTime, Utc};
use classifier::Vocabulary;
use header::{Header, HeaderError, ParamValue, Parsed};
use serde::Serialize;
use sha2::{Digest, Sha256};
use shelf::Shelf;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How many digits of its hash are a program's id.
const ID_DIGITS: usize = 12;
/// The shortest begin of an id that stands for it.
const SHORTEST_ID: usize = 4;

/// How many votes there must be against a program that ships, or that a person wrote, before it is offered to nobody: one
/// person's slip does not take from all others what somebody stands for.
const MANY: i64 = 3;

/// Who wrote a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenBy {
    /// It ships, under this name.
    BuiltIn(String),
    /// A model, of this name.
    Model(String),
    /// Somebody, of this name.
    Hand(String),
}

/// Whether it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// For good.
    Kept,
    /// It ran, and nobody has said yet what they think of it.
    Fresh,
}

/// A program, what it says of itself, and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kept {
    /// A short text that is the same wherever the program is the same.
    pub id: String,
    /// SHA-256 of its text, in hexadecimal digits.
    pub hash: String,
    /// Header and program, as in a file. This is what runs: lines in errors count in it.
    pub text: String,
    /// The program alone.
    pub source: String,
    /// What it says of itself.
    #[serde(flatten)]
    pub header: Header,
    /// Who wrote it.
    pub written_by: WrittenBy,
    /// Whether it stays.
    pub standing: Standing,
    /// When it came to be here; null for what ships.
    pub created_at: Option<String>,
    /// How often it ran.
    pub runs: i64,
    /// When it ran last.
    pub last_run_at: Option<String>,
    /// How long that took, in milliseconds.
    pub last_ms: Option<f64>,
    /// Votes for its answers.
    pub thumbs_up: i64,
    /// Votes against them.
    pub thumbs_down: i64,
}

impl Kept {
    fn new(text: &str, parsed: Parsed, written_by: WrittenBy, standing: Standing) -> Self {
        let hash = hash(text);
        Self {
            id: hash[..ID_DIGITS].to_owned(),
            hash,
            text: text.to_owned(),
            source: parsed.source,
            header: parsed.header,
            written_by,
            standing,
            created_at: None,
            runs: 0,
            last_run_at: None,
            last_ms: None,
            thumbs_up: 0,
            thumbs_down: 0,
        }
    }

    fn with(mut self, counts: &HashMap<String, Counts>) -> Self {
        if let Some(of) = counts.get(&self.id) {
            (self.runs, self.last_run_at, self.last_ms) = (of.runs, of.last_run_at.clone(), of.last_ms);
            (self.thumbs_up, self.thumbs_down) = (of.up, of.down);
        }
        self
    }

    /// Whether it runs for a question by itself: not where more people were against it than for it, and of what no model
    /// wrote not where they were several.
    pub fn is_offered(&self) -> bool {
        let least = if matches!(self.written_by, WrittenBy::Model(_)) { 1 } else { MANY };
        let is_disliked = self.thumbs_down > self.thumbs_up && self.thumbs_down >= least;
        !is_disliked && !self.header.question.is_empty()
    }

    /// What people call it: the name that it ships under, else its id.
    pub fn name(&self) -> &str {
        match &self.written_by {
            WrittenBy::BuiltIn(name) => name,
            _ => &self.id,
        }
    }

    /// Who wrote it, in words.
    pub fn author(&self) -> String {
        match &self.written_by {
            WrittenBy::BuiltIn(_) => "built in".to_owned(),
            WrittenBy::Model(model) => {
                format!("{model}{}", if self.standing == Standing::Fresh { " (new)" } else { "" })
            }
            WrittenBy::Hand(who) => who.clone(),
        }
    }

    /// In a line of a list: name, author, runs, votes, question.
    pub fn line(&self) -> Vec<String> {
        let thumbs = match (self.thumbs_up, self.thumbs_down) {
            (0, 0) => String::new(),
            (up, down) => format!("+{up} -{down}"),
        };
        let line = [self.name().to_owned(), self.author(), self.runs.to_string(), thumbs, self.question()];
        line.iter().map(|text| visible(text).into_owned()).collect()
    }

    /// Without its text, for lists.
    pub fn summary(&self) -> serde_json::Value {
        let mut summary = serde_json::to_value(self).unwrap_or_default();
        if let Some(fields) = summary.as_object_mut() {
            for long in ["text", "source", "hash", "also"] {
                fields.remove(long);
            }
            fields.insert("name".to_owned(), self.name().into());
        }
        summary
    }

    /// The question, with defaults in the places for values.
    pub fn question(&self) -> String {
        Header::fill(&self.header.question, &self.shown_defaults())
    }

    /// As people say them: a span of days with its unit, unless the question has that.
    fn shown_defaults(&self) -> BTreeMap<String, ParamValue> {
        let shown = |(name, param): (&String, &header::Param)| {
            let has_unit = self.header.question.contains(&format!("{{{name}}} day"));
            let value = match param.kind {
                header::ParamKind::Days if !has_unit => ParamValue::Text(format!("{} days", param.default)),
                _ => param.default.clone(),
            };
            (name.clone(), value)
        };
        self.header.params.iter().map(shown).collect()
    }

    /// Where it stands among those that are asked in the same words: what people wrote or voted for, what ships, what
    /// is fresh.
    fn rank(&self) -> (u8, i64) {
        let group = match (&self.written_by, self.standing) {
            (WrittenBy::BuiltIn(_), _) => 1,
            (_, Standing::Kept) => 0,
            (_, Standing::Fresh) => 2,
        };
        (group, self.thumbs_down - self.thumbs_up)
    }
}

/// The program that answers a question, and with which parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The program.
    pub program: Arc<Kept>,
    /// Its parameters, all of them.
    pub values: BTreeMap<String, ParamValue>,
}

impl Match {
    /// The parameters as the program gets them.
    pub fn params(&self) -> serde_json::Map<String, serde_json::Value> {
        self.values.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
    }

    /// How the question was read, in one sentence.
    pub fn reading(&self) -> String {
        Header::fill(&self.program.header.reading, &self.values)
    }
}

/// Why a program was not kept, or a vote not taken.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The text is no program.
    #[error(transparent)]
    Text(#[from] HeaderError),
    /// There is no such answer.
    #[error("there is no answer `{0}` of a program that can be voted on")]
    NoAnswer(String),
    /// The store failed.
    #[error("the store of programs failed")]
    Store(#[from] sqlx::Error),
}

/// All programs.
#[derive(Debug)]
pub struct Library {
    store: ProgramStore,
    shelf: Mutex<Option<Arc<Shelf>>>,
    /// Held by the one that makes the shelf anew, while others wait for what it makes.
    anew: tokio::sync::Mutex<()>,
    has_complained: AtomicBool,
}

impl Library {
    /// Those that ship, and those of a store; without one, those that this process learns.
    pub async fn open(store: Option<&Store>) -> Result<Self, LibraryError> {
        Self::with_bounds(store, Bounds::default()).await
    }

    async fn with_bounds(store: Option<&Store>, bounds: Bounds) -> Result<Self, LibraryError> {
        let store = match store {
            Some(store) => ProgramStore::new(store, bounds),
            None => ProgramStore::in_memory(bounds).await?,
        };
        Ok(Self {
            store,
            shelf: Mutex::default(),
            anew: tokio::sync::Mutex::default(),
            has_complained: AtomicBool::new(false),
        })
    }

    /// The program that answers a question, where every word of it is accounted for and no other program could be meant.
    pub async fn find(&self, question: &str, vocabulary: &Vocabulary) -> Option<Match> {
        let shelf = self.shelf().await;
        let found = shelf.index.find(question, vocabulary)?;
        Some(Match { program: shelf.offered.get(found.program)?.clone(), values: found.values })
    }

    /// The programs that are most like a question, the most similar first: examples for a model.
    pub async fn similar(&self, question: &str, count: usize) -> Vec<Arc<Kept>> {
        let shelf = self.shelf().await;
        let found = shelf.search.as_ref().map(|search| search.most_like(question, count));
        let places = match found {
            Some(Ok(places)) => places,
            Some(Err(error)) => {
                self.complain(&error);
                Vec::new()
            }
            None => Vec::new(),
        };
        places.into_iter().filter_map(|place| shelf.offered.get(place).cloned()).collect()
    }

    /// Questions near to one that nothing answers.
    pub async fn nearest_questions(&self, question: &str, count: usize) -> Vec<String> {
        let mut seen = HashSet::new();
        // More than are wanted, for some may be asked in the same words.
        let similar = self.similar(question, count.saturating_mul(2)).await;
        similar.iter().map(|kept| kept.question()).filter(|text| seen.insert(text.clone())).take(count).collect()
    }

    /// The program of an id, of the begin of an id that no other begins with, or of the name that it ships under.
    pub async fn get(&self, name: &str) -> Option<Arc<Kept>> {
        match self.named(name).await.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }
    }

    /// The programs that a name may mean: that of an id or of the name that it ships under, else those whose id begins so.
    pub async fn named(&self, name: &str) -> Vec<Arc<Kept>> {
        let shelf = self.shelf().await;
        let is_named = |kept: &&Arc<Kept>| {
            kept.id == name || matches!(&kept.written_by, WrittenBy::BuiltIn(known) if known == name)
        };
        if let Some(kept) = shelf.programs.iter().find(is_named) {
            return vec![kept.clone()];
        }
        let begins = |kept: &&Arc<Kept>| name.len() >= SHORTEST_ID && kept.hash.starts_with(name);
        shelf.programs.iter().filter(begins).cloned().collect()
    }

    /// Every program, those that are not offered among them: what people wrote or voted for, what ships, what is fresh.
    pub async fn list(&self) -> Vec<Arc<Kept>> {
        self.shelf().await.programs.clone()
    }

    /// Keeps the text of a program. The same text is the same program, whoever brings it; where it is kept for good,
    /// what was said against it is taken back, and it is offered again.
    pub async fn keep(
        &self,
        text: &str,
        written_by: WrittenBy,
        standing: Standing,
        at: DateTime<Utc>,
    ) -> Result<Arc<Kept>, LibraryError> {
        let kept = Kept::new(text, Parsed::read(text)?, written_by, standing);
        let (by, author) = match &kept.written_by {
            WrittenBy::Model(name) => ("model", name.clone()),
            WrittenBy::Hand(name) => ("hand", name.clone()),
            WrittenBy::BuiltIn(name) => ("built in", name.clone()),
        };
        // What ships is here already.
        let is_built_in = built_in::ALL.iter().any(|(_, shipped)| *shipped == text);
        if !is_built_in {
            let row = ProgramRow {
                id: kept.id.clone(),
                hash: kept.hash.clone(),
                text: kept.text.clone(),
                written_by: by.to_owned(),
                author,
                standing: if standing == Standing::Kept { "kept" } else { "fresh" }.to_owned(),
                created_at: iso(at),
            };
            self.store.insert(&row).await?;
        }
        if standing == Standing::Kept {
            self.store.forgive(&kept.id).await?;
        }
        Ok(self.get(&kept.id).await.unwrap_or_else(|| Arc::new(kept)))
    }

    /// Deletes a program that was written here; whether it was one.
    pub async fn forget(&self, kept: &Kept) -> Result<bool, LibraryError> {
        if matches!(kept.written_by, WrittenBy::BuiltIn(_)) {
            return Ok(false);
        }
        self.store.delete(&kept.id).await?;
        Ok(true)
    }

    /// Writes down that a program ran and gave an answer, so that the answer can be voted on.
    pub async fn record_run(&self, given: &Given<'_>) -> Result<(), LibraryError> {
        Ok(self.store.record(given).await?)
    }

    /// Takes a vote on an answer, and says which program it was about.
    pub async fn feedback(&self, vote: &Vote<'_>) -> Result<Arc<Kept>, LibraryError> {
        let unknown = || LibraryError::NoAnswer(vote.answer_id.to_owned());
        let id = self.store.vote(vote).await?.ok_or_else(unknown)?;
        self.get(&id).await.ok_or_else(unknown)
    }

    /// The programs as they are now. A store that fails leaves what was there before, or what ships.
    async fn shelf(&self) -> Arc<Shelf> {
        match self.loaded().await {
            Ok(shelf) => shelf,
            Err(error) => {
                self.complain(&error);
                self.held().unwrap_or_else(|| Arc::new(Shelf::new(-1, Vec::new(), &HashMap::new(), None)))
            }
        }
    }

    async fn loaded(&self) -> Result<Arc<Shelf>, sqlx::Error> {
        if let Some(held) = self.held_of(self.store.changes().await?) {
            return Ok(held);
        }
        let _one = self.anew.lock().await;
        let changes = self.store.changes().await?;
        if let Some(made) = self.held_of(changes) {
            return Ok(made);
        }
        let (rows, counts, before) = (self.store.all().await?, self.store.counts().await?, self.held());
        // Thousands of programs take a while to read.
        let made = tokio::task::spawn_blocking(move || Shelf::new(changes, rows, &counts, before.as_deref())).await;
        let made = Arc::new(made.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?);
        *self.shelf.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
        Ok(made)
    }

    /// What is held, if nothing has changed since.
    fn held_of(&self, changes: i64) -> Option<Arc<Shelf>> {
        self.held().filter(|held| held.changes == changes)
    }

    fn held(&self) -> Option<Arc<Shelf>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn complain(&self, error: &dyn std::fmt::Display) {
        if !self.has_complained.swap(true, Ordering::Relaxed) {
            tracing::warn!(error = %error, "kept programs could not be read; those that ship are still there");
        }
    }
}

/// The id of a program, kept or not: the same text has the same.
pub fn id_of(text: &str) -> String {
    hash(text)[..ID_DIGITS].to_owned()
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
