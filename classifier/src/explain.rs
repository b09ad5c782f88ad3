//! How a question was read, for the person who asked: word by word, who decided, and what it could have been instead.

use crate::draft::Draft;
use crate::labelled::Way;
use crate::tokens::Words;
use crate::wording;
use crate::{Reading, Route};
use serde::Serialize;

/// How a question was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What [`crate::Classifier::classify`] says of it.
    pub reading: Reading,
    /// Every word of it, in order, and what was made of it. Empty where the question was refused before it was read, which
    /// `reading` says why.
    pub phrases: Vec<Phrase>,
    /// Who decided.
    pub layer: Layer,
    /// What it would have been, had it not been this.
    pub runner_up: Option<RunnerUp>,
}

impl Explanation {
    /// Of a text that no rule looks at.
    pub(crate) fn of_text(reading: Reading) -> Self {
        Self { reading, phrases: Vec::new(), layer: Layer::Text, runner_up: None }
    }
}

impl Explanation {
    /// Of a question about a table of a source's own, which is read as a whole or not at all.
    pub(crate) fn of_own(reading: Reading, question: &str) -> Self {
        let fate = if matches!(reading.route, Route::Common(_)) { Fate::Read } else { Fate::Unplaced };
        let read_as = if fate == Fate::Read { vec![reading.reading.clone()] } else { Vec::new() };
        let phrase = Phrase { text: question.trim().to_owned(), spelled: None, read_as, fate };
        Self { reading, phrases: vec![phrase], layer: Layer::Rules, runner_up: None }
    }
}

/// Some words next to each other that were read together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phrase {
    /// As they were written.
    pub text: String,
    /// As they were read, where that is another spelling.
    pub spelled: Option<String>,
    /// What they were read as, a sentence each; empty where they were passed over.
    pub read_as: Vec<String>,
    /// What became of them.
    pub fate: Fate,
}

/// What became of some words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// They are part of the query.
    Read,
    /// They may stand there without changing what is asked.
    PassedOver,
    /// No rule could place them.
    Unplaced,
}

/// Who decided where a question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// A look at the text as such: it is empty, or too long.
    Text,
    /// The rules.
    Rules,
    /// The trained model, against the rules.
    Model,
}

/// What a question would have been instead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunnerUp {
    /// Where it would have gone.
    pub route: Way,
    /// What it would have been read as, on the common route.
    pub reading: String,
    /// Whose second choice it is.
    pub why: String,
}

/// Follows the rules through a question, and notes what each step adds to the draft.
#[derive(Debug)]
pub(crate) struct Trace {
    /// Each with the place where it stands.
    phrases: Vec<(usize, Phrase)>,
    before: Vec<String>,
    /// Where the words that are read stand in the question, where they are not all of it.
    places: Option<Vec<usize>>,
}

impl Trace {
    /// Nothing read yet.
    pub(crate) fn new() -> Self {
        Self { phrases: Vec::new(), before: Vec::new(), places: None }
    }

    /// For a reading without some stretches of the words that this one is of.
    pub(crate) fn again(&self, words: &Words, left_out: &[(usize, usize)], places: &[usize]) -> Self {
        let mut again = Self { places: self.places.clone(), ..Self::new() };
        let kept = self.phrases.iter().filter(|(at, _)| self.places.as_ref().is_some_and(|all| !all.contains(at)));
        again.phrases.extend(kept.cloned());
        again.without(words, left_out, places);
        again
    }

    /// Notes that some stretches of the words are left out, and where those that are left stand.
    pub(crate) fn without(&mut self, words: &Words, left_out: &[(usize, usize)], places: &[usize]) {
        for (at, len) in left_out {
            let text = words.raw_phrase(*at, *len).to_owned();
            let phrase = Phrase { text, spelled: None, read_as: Vec::new(), fate: Fate::PassedOver };
            self.phrases.push((self.place(*at), phrase));
        }
        self.places = Some(places.iter().map(|at| self.place(*at)).collect());
    }

    fn place(&self, at: usize) -> usize {
        self.places.as_ref().map_or(at, |places| places.get(at).copied().unwrap_or(at))
    }

    /// Notes what became of the words there; `len` is 0 where no rule could place the one that stands there.
    pub(crate) fn step(&mut self, draft: &Draft<'_>, at: usize, len: usize) {
        let now = parts(draft);
        let mut read_as = added(&self.before, &now);
        self.before = now;
        let is_noun = draft.noun(at).is_some_and(|(long, _)| long <= len);
        if is_noun && read_as.iter().all(|part| part.starts_with("a thing of")) {
            read_as.insert(0, format!("rows of `{}`", draft.table.name));
        }
        let fate = match (len, read_as.is_empty()) {
            (0, _) => Fate::Unplaced,
            (_, true) => Fate::PassedOver,
            (_, false) => Fate::Read,
        };
        let (text, read) = (draft.words.raw_phrase(at, len.max(1)), draft.words.phrase(at, len.max(1)));
        let spelled = (!text.eq_ignore_ascii_case(read)).then(|| read.to_owned());
        self.phrases.push((self.place(at), Phrase { text: text.to_owned(), spelled, read_as, fate }));
    }

    /// All of them, of a question that is answered: a word that no rule could place is one that adds nothing.
    pub(crate) fn all_placed(self) -> Vec<Phrase> {
        let mut phrases = self.phrases(&[]);
        for phrase in phrases.iter_mut().filter(|phrase| phrase.fate == Fate::Unplaced) {
            phrase.fate = Fate::PassedOver;
        }
        phrases
    }

    /// All of them. A word that a later step gave up on counts as not placed.
    pub(crate) fn phrases(mut self, unread: &[String]) -> Vec<Phrase> {
        self.phrases.sort_by_key(|(at, _)| *at);
        for (_, phrase) in &mut self.phrases {
            if unread.contains(&phrase.text) {
                phrase.fate = Fate::Unplaced;
            }
        }
        self.phrases.into_iter().map(|(_, phrase)| phrase).collect()
    }
}

/// What a draft holds, a sentence for each part.
fn parts(draft: &Draft<'_>) -> Vec<String> {
    let mut parts: Vec<String> = draft.conditions.iter().map(wording::condition).collect();
    let fields = |word: &'static str, fields: &[schema::query::Field]| {
        fields.iter().map(|field| format!("{word} {field}")).collect::<Vec<_>>()
    };
    parts.extend(fields("shows", &draft.select));
    parts.extend(fields("for each", &draft.groups));
    parts.extend(draft.aggregates.iter().map(wording::aggregate));
    parts.extend(draft.order.iter().map(|order| format!("ordered by {}", order.field)));
    parts.extend(draft.limit.map(|limit| format!("at most {limit}")));
    parts.extend(draft.providers.iter().map(|provider| format!("on {provider}")));
    parts.extend(draft.implied_providers.iter().map(|provider| format!("a thing of {provider}")));
    parts.extend(draft.accounts.iter().map(|account| format!("in account {account}")));
    parts.extend(draft.regions.iter().map(|region| format!("in {region}")));
    parts.extend(draft.times.iter().map(|(.., when)| wording::when(&when.range()).trim().to_owned()));
    let flags = [
        (draft.count, "how many"),
        (draft.total, "all together"),
        (draft.ranked.is_some(), "the most or least first"),
        (draft.each, "one row for each"),
        (draft.cost_at.is_some(), "what it costs"),
    ];
    parts.extend(flags.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word.to_owned()));
    parts
}

/// The parts of the second list beyond those of the first, each as often as it came.
fn added(before: &[String], now: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = before.iter().collect();
    let mut added = Vec::new();
    for part in now {
        match left.iter().position(|old| *old == part) {
            Some(at) => drop(left.swap_remove(at)),
            None => added.push(part.clone()),
        }
    }
    added
}

/// What a question would have been, had it not been this.
pub(crate) fn runner_up(
    reading: &Reading,
    overruled: Option<&Route>,
    nearly: Option<&schema::Query>,
    second: Option<Way>,
) -> Option<RunnerUp> {
    let sentence = |route: &Route| match route {
        Route::Common(query) => wording::sentence(query),
        _ => String::new(),
    };
    if let Some(route) = overruled {
        let why = "the rules alone had decided so".to_owned();
        return Some(RunnerUp { route: Way::from(route), reading: sentence(route), why });
    }
    if let (Route::Unusual { .. }, Some(query)) = (&reading.route, nearly) {
        let why = match reading.unread.is_empty() {
            true => "as far as the words were understood".to_owned(),
            false => "without the words that could not be placed".to_owned(),
        };
        return Some(RunnerUp { route: Way::Common, reading: wording::sentence(query), why });
    }
    let why = "the trained model's second choice".to_owned();
    second.map(|route| RunnerUp { route, reading: String::new(), why })
}
