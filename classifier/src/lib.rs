//! Reads a question into a [`Route`]: a `Query` where every word of it is understood, and otherwise why not.
//!
//! Pure: no IO and no clock; the time and the names of the estate are handed in. A wrong answer is worse than none, so
//! that a word which no rule can place makes the question an unusual one, whatever else was understood; but for words that add
//! nothing to it, which the answer names (`spare`).

#[cfg(test)]
mod bounded;
mod draft;
mod explain;
mod idioms;
mod judge;
pub mod labelled;
mod lexicon;
pub mod model;
mod names;
mod nearest;
mod own;
mod phrases;
mod rewording;
mod rules;
mod shorter;
mod spare;
mod spelling;
mod suggest;
mod tokens;
mod wording;

use chrono::{DateTime, Utc};
use draft::Draft;
use explain::Trace;
pub use explain::{Explanation, Fate, Layer, Phrase, RunnerUp};
use judge::Verdict;
use lexicon::{Lexicon, Senses};
use model::{Features, Model};
pub use names::{LONGEST_NAME, Name, NameOf};
use nearest::Readable;
use own::Own;
use rewording::Rewordings;
use rules::Repair;
use schema::{Query, Table, tables};
use serde::Serialize;
use spare::Spare;
pub use suggest::{MOST_SUGGESTIONS, Suggestion, SuggestionKind};
use tokens::Words;

/// A longer question is not read: it is a text, and reading it would only cost time.
pub const MAX_CHARS: usize = 2_000;

/// Nor is one of more words, for some rules look on from each word to the end of its clause.
pub const MAX_WORDS: usize = 300;

/// Reads questions. Made once; reading changes nothing in it.
#[derive(Debug)]
pub struct Classifier {
    lexicon: Lexicon,
    readable: Readable,
    rewordings: Rewordings,
    spare: Spare,
    /// Has a say beside the rules; none while one is being trained.
    model: Option<Model>,
}

/// The codes of the regions that people call by a name or code: "Ireland" is one on each of two providers. Empty where
/// it is no region's.
pub fn regions_called(name: &str) -> Vec<&str> {
    lexicon::regions_called(name)
}

/// What a question is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What "last month" counts from.
    pub now: DateTime<Utc>,
    /// The names of the user's own estate.
    pub vocabulary: &'a Vocabulary,
}

/// Names of the user's own estate, so that "in account prod" finds its account. All may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Providers that are configured.
    pub providers: Vec<String>,
    /// Accounts: id and name.
    pub accounts: Vec<(String, String)>,
    /// Regions, by code.
    pub regions: Vec<String>,
    /// Keys that its tags have.
    pub tag_keys: Vec<String>,
    /// Tables of sources' own.
    pub own_tables: Vec<&'static Table>,
    /// Names that stand in the question, of those that [`Classifier::names_in`] says may be some.
    pub names: Vec<Name>,
}

/// How a question was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// Where the question goes.
    pub route: Route,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// How words were read that could be read otherwise.
    pub reasons: Vec<String>,
    /// What was understood, in one sentence; empty where nothing was.
    pub reading: String,
    /// The words that no rule could place.
    pub unread: Vec<String>,
}

/// Where a question goes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// It is a query.
    Common(Query),
    /// It may well be answerable, but not by a query that these rules can read.
    Unusual {
        /// What could not be read.
        why: String,
        /// Questions near to it that can be read.
        nearest: Vec<String>,
    },
    /// It would change something, or is not about clouds.
    Refused {
        /// Why it is not answered.
        why: String,
    },
}

impl Default for Classifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Classifier {
    /// Makes the lexicon from the schema, and reads the trained model.
    pub fn new() -> Self {
        Self { model: Model::committed(), ..Self::rules_alone() }
    }

    /// Without the trained model, which takes back some of what these rules read, and refuses some of what they abstain from.
    pub fn rules_alone() -> Self {
        let mut classifier = Self {
            lexicon: Lexicon::new(),
            readable: Readable::default(),
            rewordings: Rewordings::new(),
            spare: Spare::default(),
            model: None,
        };
        let about = |question: &&str| {
            let words = Words::new(question);
            let table = classifier.about(&words);
            (words, table)
        };
        classifier.readable = nearest::READABLE.iter().map(about).collect();
        classifier
    }

    /// The table that a question is about.
    fn about(&self, words: &Words) -> Option<&'static str> {
        let vocabulary = Vocabulary::default();
        let cx = Context { now: DateTime::default(), vocabulary: &vocabulary };
        self.rules(words, &self.lexicon.senses(words), Vec::new(), &cx, None).table.map(|table| table.name)
    }

    /// Questions that are read, for help and for examples.
    pub fn examples() -> &'static [&'static str] {
        nearest::READABLE
    }

    /// The phrases of a question that may be names of the estate, in lower case: what a [`Vocabulary`] should know of before
    /// the question is read.
    pub fn names_in(&self, question: &str) -> Vec<String> {
        if question.len() > MAX_CHARS && question.chars().nth(MAX_CHARS).is_some() {
            return Vec::new();
        }
        let words = Words::new(question);
        names::phrases(&words, &self.lexicon.senses(&words))
    }

    /// Reads a question.
    pub fn classify(&self, question: &str, cx: &Context<'_>) -> Reading {
        let (words, mended) = match self.words(question, cx) {
            Ok(words) => words,
            Err(unreadable) => return *unreadable,
        };
        let senses = self.lexicon.senses(&words);
        let said = self.rules(&words, &senses, mended, cx, None);
        let own = match Own::of(question, &said.reading.route, cx) {
            Own::Read(reading) => return reading,
            other => other,
        };
        if let Some(reading) = self.idiom(&said, &words, cx) {
            return reading;
        }
        let said = self.in_other_words(said, &words, cx).spared();
        own.told_in(self.judge(said.reading, said.table, &words, &senses).reading)
    }

    /// What the question is where it is a phrase that everybody uses, and the rules read no query in it.
    fn idiom(&self, said: &Said, words: &Words, cx: &Context<'_>) -> Option<Reading> {
        if !matches!(said.reading.route, Route::Unusual { .. }) {
            return None;
        }
        let (text, note) = idioms::rephrased(words)?;
        let words = Words::new(&text);
        let mut reading = self.rules(&words, &self.lexicon.senses(&words), vec![note], cx, None).reading;
        reading.confidence = reading.confidence.min(0.9);
        matches!(reading.route, Route::Common(_)).then_some(reading)
    }

    /// What the rules make of the question with its phrases in other words, where they read no query in it as it is.
    fn in_other_words(&self, said: Said, words: &Words, cx: &Context<'_>) -> Said {
        if !matches!(said.reading.route, Route::Unusual { .. }) {
            return said;
        }
        let Some((text, notes)) = self.rewordings.reworded(words) else { return said };
        let other = Words::new(&text);
        let notes = said.mended.iter().cloned().chain(notes).collect();
        let again = self.rules(&other, &self.lexicon.senses(&other), notes, cx, None);
        if matches!(again.reading.route, Route::Common(_)) {
            return again;
        }
        Said { spare: said.spare.or(again.spare), ..said }
    }

    /// The question without the words that no rule could place, where that is read and those words turn nothing round: what
    /// somebody may have meant who was not answered. Whether the words matter, only they can tell.
    pub fn shortened(&self, question: &str, cx: &Context<'_>) -> Option<String> {
        let (words, mended) = self.words(question, cx).ok()?;
        let senses = self.lexicon.senses(&words);
        let said = self.rules(&words, &senses, mended, cx, None);
        let shorter = said.nearly.and_then(|_| shorter::without(&words, &senses, &said.reading.unread))?;
        let is_read = matches!(self.classify(&shorter, cx).route, Route::Common(_));
        let offered = |near: &String| near.eq_ignore_ascii_case(&shorter);
        let is_new = || !self.readable.nearest(&words, said.table.map(|table| table.name)).iter().any(offered);
        (is_read && is_new()).then_some(shorter)
    }

    /// Reads a question, and says what was made of every word, who decided, and what it could have been instead.
    pub fn explain(&self, question: &str, cx: &Context<'_>) -> Explanation {
        let (words, mended) = match self.words(question, cx) {
            Ok(words) => words,
            Err(unreadable) => return Explanation::of_text(*unreadable),
        };
        let senses = self.lexicon.senses(&words);
        let mut trace = Trace::new();
        let said = self.rules(&words, &senses, mended, cx, Some(&mut trace));
        let own = match Own::of(question, &said.reading.route, cx) {
            Own::Read(reading) => return Explanation::of_own(reading, question),
            other => other,
        };
        if let Some(reading) = self.idiom(&said, &words, cx) {
            let phrases = trace.phrases(&reading.unread);
            return Explanation { reading, phrases, layer: Layer::Rules, runner_up: None };
        }
        let said = self.in_other_words(said, &words, cx).spared();
        let mut verdict = self.judge(said.reading, said.table, &words, &senses);
        verdict.reading = own.told_in(verdict.reading);
        let phrases = match verdict.reading.route {
            Route::Common(_) => trace.all_placed(),
            _ => trace.phrases(&verdict.reading.unread),
        };
        let layer = if verdict.overruled.is_some() { Layer::Model } else { Layer::Rules };
        let nearly = said.nearly.as_ref();
        let runner_up = explain::runner_up(&verdict.reading, verdict.overruled.as_ref(), nearly, verdict.second);
        Explanation { reading: verdict.reading, phrases, layer, runner_up }
    }

    /// The words of a question, their spelling mended, and what was mended; or what becomes of a text that no rule looks at.
    fn words(&self, question: &str, cx: &Context<'_>) -> Result<(Words, Vec<String>), Box<Reading>> {
        if question.len() > MAX_CHARS && question.chars().nth(MAX_CHARS).is_some() {
            return Err(Box::new(Reading::too_long(&format!("{MAX_CHARS} characters"))));
        }
        if !question.chars().any(char::is_alphanumeric) {
            let why = "there is no question: ask for instance `list all VMs`".to_owned();
            return Err(Box::new(Reading::without_words(Route::Refused { why })));
        }
        let mut words = Words::new(question);
        if words.len() > MAX_WORDS {
            return Err(Box::new(Reading::too_long(&format!("{MAX_WORDS} words"))));
        }
        let mended = spelling::mend(&mut words, &self.lexicon, cx.vocabulary);
        Ok((words, mended))
    }

    /// What the rules alone make of a question.
    fn rules(
        &self,
        words: &Words,
        senses: &Senses<'_>,
        mut mended: Vec<String>,
        cx: &Context<'_>,
        mut trace: Option<&mut Trace>,
    ) -> Said {
        if let Some(why) = rules::refuse(words, senses) {
            return Said::only(Reading { confidence: 0.95, ..Reading::without_words(Route::Refused { why }) });
        }
        match self.repair(words, senses, cx) {
            Repair::Nothing => self.as_asked(words, senses, mended, cx, trace),
            Repair::Unclear => self.all_of_it(words, senses, mended, cx, trace).0.unclear(),
            Repair::Without(left_out) => {
                let (kept, places) = words.without(&left_out);
                let said = left_out.iter().map(|(at, len)| words.raw_phrase(*at, *len));
                mended.extend(said.map(|said| format!("`{said}` is read as taken back")));
                if let Some(trace) = trace.as_deref_mut() {
                    trace.without(words, &left_out, &places);
                }
                self.as_asked(&kept, &self.lexicon.senses(&kept), mended, cx, trace)
            }
        }
    }

    /// What somebody took back while writing.
    fn repair(&self, words: &Words, senses: &Senses<'_>, cx: &Context<'_>) -> Repair {
        if !rules::may_repair(words) {
            return Repair::Nothing;
        }
        let about = about(words, senses, cx).unwrap_or(&tables::RESOURCES);
        let columns = senses.columns(about);
        rules::repair(&Draft::new(words, senses, &columns, cx, about))
    }

    /// What the rules make of all of a question, or of what is left without what is said beside it.
    fn as_asked(
        &self,
        words: &Words,
        senses: &Senses<'_>,
        mended: Vec<String>,
        cx: &Context<'_>,
        mut trace: Option<&mut Trace>,
    ) -> Said {
        let (said, beside) = self.all_of_it(words, senses, mended, cx, trace.as_deref_mut());
        if matches!(said.reading.route, Route::Common(_)) || beside.is_empty() {
            return said;
        }
        let (kept, places) = words.without(&beside);
        let mut second = trace.as_deref().map(|trace| trace.again(words, &beside, &places));
        let mut notes = said.mended.clone();
        // "could you please" says little; what follows a question, and a word that nobody knows, might have said which rows.
        let strange = |at: usize| senses.is_unknown(at) && !rules::chat_words().any(|word| word == words.lower(at));
        let told = beside.iter().filter(|(at, len)| *len > 2 && (*at > 0 || (*at..at + len).any(strange)));
        notes.extend(
            told.map(|(at, len)| format!("`{}` is taken as said beside the question", words.raw_phrase(*at, *len))),
        );
        let (less, _) = self.all_of_it(&kept, &self.lexicon.senses(&kept), notes, cx, second.as_mut());
        let is_read = matches!(less.reading.route, Route::Common(_));
        if let (Some(trace), Some(second)) = (trace, second)
            && (is_read || less.spare.is_some())
        {
            *trace = second;
        }
        if is_read { less } else { Said { spare: less.spare.or(said.spare), ..said } }
    }

    /// What the rules make of every word of a question; and where it is not answered, what of it is beside the question.
    fn all_of_it(
        &self,
        words: &Words,
        senses: &Senses<'_>,
        mended: Vec<String>,
        cx: &Context<'_>,
        trace: Option<&mut Trace>,
    ) -> (Said, Vec<(usize, usize)>) {
        // Without a table the words are still read, to name those that mean nothing here.
        let table = about(words, senses, cx);
        let about = table.unwrap_or(&tables::RESOURCES);
        let columns = senses.columns(about);
        let mut draft = Draft::new(words, senses, &columns, cx, about);
        draft.notes.extend(mended.iter().cloned());
        match trace {
            Some(trace) => rules::read(&mut draft, |draft, at, len| trace.step(draft, at, len)),
            None => rules::read(&mut draft, |_, _, _| {}),
        }
        let query = rules::assemble(&mut draft);
        let spare = match (table, &query) {
            (Some(_), Ok(query)) if !draft.unread.is_empty() && !draft.is_amiss => {
                self.spare.passes_over(&draft, query).map(|note| spared(&draft, query.clone(), note))
            }
            _ => None,
        };
        let (reading, nearly) = match (table, query) {
            (Some(_), Ok(query)) if draft.unread.is_empty() => (common(&draft, query), None),
            (Some(table), Ok(query)) => (unusual(&draft, unplaced(&draft, table.name)), Some(query)),
            (Some(table), Err(why)) => {
                let why = if unread(&draft).is_empty() { why } else { unplaced(&draft, table.name) };
                (unusual(&draft, why), None)
            }
            (None, _) => (unusual(&draft, "it names nothing that there is a table of: machines, disks, networks, databases, buckets, functions, costs, …".to_owned()), None),
        };
        let is_read = matches!(reading.route, Route::Common(_));
        let beside = if is_read { Vec::new() } else { rules::padding(&draft) };
        let spare = spare.filter(|reading| matches!(reading.route, Route::Common(_)));
        (Said { reading, table, nearly, mended, spare }, beside)
    }

    /// What becomes of a question after the model had its say; with questions near to it, where it is not answered.
    fn judge(&self, said: Reading, table: Option<&Table>, words: &Words, senses: &Senses<'_>) -> Verdict {
        let features = self.model.as_ref().map(|model| (model, Features::of(words, senses)));
        let mut verdict = match &features {
            Some((model, features)) => judge::judge(model, said, words, senses, features),
            None => Verdict::of_rules(said),
        };
        if let Route::Unusual { nearest, .. } = &mut verdict.reading.route {
            let guessed = || features.as_ref().and_then(|(model, features)| model.table(features));
            let about = table.map(|table| table.name).or_else(guessed);
            *nearest = self.readable.nearest(words, about);
        }
        verdict
    }
}

/// The table that a question is about: the one that it says, or whose row it names.
fn about(words: &Words, senses: &Senses<'_>, cx: &Context<'_>) -> Option<&'static Table> {
    rules::subject(words, senses, cx.vocabulary).or_else(|| rules::table_of_name(words, cx.vocabulary))
}

/// What the rules say of a question.
struct Said {
    reading: Reading,
    /// The table that it is about, where it says one.
    table: Option<&'static Table>,
    /// The query that it is without the words that could not be placed.
    nearly: Option<Query>,
    /// What was mended in its spelling.
    mended: Vec<String>,
    /// How it is read without words that add nothing, where those are all that could not be placed.
    spare: Option<Reading>,
}

impl Said {
    /// Of a question that takes something back, of which it cannot be told what.
    fn unclear(self) -> Self {
        let Route::Common(query) = self.reading.route else { return Self { spare: None, ..self } };
        let why = "it takes something back, and it is not clear what: ask it anew".to_owned();
        let route = Route::Unusual { why, nearest: Vec::new() };
        let reading = Reading { route, confidence: 0.8, reading: String::new(), ..self.reading };
        Self { reading, nearly: Some(query), spare: None, ..self }
    }

    /// Without words that add nothing, where it is not read with them.
    fn spared(self) -> Self {
        match (&self.reading.route, self.spare) {
            (Route::Unusual { .. }, Some(reading)) => Self { reading, nearly: None, spare: None, ..self },
            (_, spare) => Self { spare, ..self },
        }
    }

    fn only(reading: Reading) -> Self {
        Self { reading, table: None, nearly: None, mended: Vec::new(), spare: None }
    }
}

fn common(draft: &Draft<'_>, query: Query) -> Reading {
    // The rules make no query that the schema would not take; if one ever did, no answer is better than a failing one.
    if let Err(error) = query.resolve(&[]) {
        return unusual(draft, format!("it was read as a query that cannot be run: {error}"));
    }
    Reading {
        confidence: if draft.notes.is_empty() { 1.0 } else { 0.9 },
        reasons: draft.notes.clone(),
        reading: wording::sentence(&query),
        unread: Vec::new(),
        route: Route::Common(query),
    }
}

/// A query of all words but some, of which the note says that they add nothing.
fn spared(draft: &Draft<'_>, query: Query, note: String) -> Reading {
    let mut reading = common(draft, query);
    reading.reasons.push(note);
    Reading { confidence: reading.confidence.min(0.85), ..reading }
}

fn unusual(draft: &Draft<'_>, why: String) -> Reading {
    let route = Route::Unusual { why, nearest: Vec::new() };
    Reading { route, confidence: 0.8, reasons: draft.notes.clone(), reading: String::new(), unread: unread(draft) }
}

impl Reading {
    fn too_long(than: &str) -> Self {
        let why = format!("the question is longer than {than}: ask it in a sentence or two");
        Self::without_words(Route::Unusual { why, nearest: Vec::new() })
    }

    fn without_words(route: Route) -> Self {
        Self { route, confidence: 1.0, reasons: Vec::new(), reading: String::new(), unread: Vec::new() }
    }
}

/// The words that no rule could place, neighbours together.
fn unread(draft: &Draft<'_>) -> Vec<String> {
    let mut places = draft.unread.clone();
    places.retain(|(_, len)| *len > 0);
    places.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (at, len) in places {
        match joined.last_mut() {
            Some((from, n)) if *from + *n == at => *n += len,
            _ => joined.push((at, len)),
        }
    }
    joined.into_iter().map(|(at, len)| draft.words.raw_phrase(at, len).to_owned()).collect()
}

fn unplaced(draft: &Draft<'_>, table: &str) -> String {
    let words: Vec<_> = unread(draft).iter().map(|w| format!("`{w}`")).collect();
    let hints = draft.hints.join("; ");
    match (words.is_empty(), hints.is_empty()) {
        (true, _) => hints,
        (false, true) => {
            format!("as a question about `{table}`, it has words that cannot be placed: {}", words.join(", "))
        }
        (false, false) => {
            format!("as a question about `{table}`, it has words that cannot be placed: {}; {hints}", words.join(", "))
        }
    }
}
