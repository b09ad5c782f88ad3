//! Makes a model from labelled questions: the weights, the scores from which on it has a say, and what a score is worth.
//!
//! Weights are fitted to all questions. Bounds and worth come from weights that had not seen the questions that they are
//! measured on: once with one author left out after the other, once with a part of all templates left out.

use super::calibrate::Steps;
use super::features::{Features, skeleton};
use super::linear::row;
use super::svm;
use super::{Bounds, Doubt, Model, Opinion, Worth, file};
use crate::labelled::{self, Labelled, Way, same};
use crate::tokens::{Kind, Words};
use crate::{Classifier, Context, Reading, Route};
use std::collections::{BTreeMap, BTreeSet};

/// Buckets of the model of routes, which looks at runs of letters too.
const ROUTE_BUCKETS: usize = 1 << 15;

/// Buckets of the model of tables, which looks at words alone: letters add little to it, and it has many classes to add up.
const TABLE_BUCKETS: usize = 1 << 13;

/// Into how many parts the templates are cut.
const TEMPLATE_PARTS: u64 = 5;

/// One in so many of the questions that are rightly abstained from may be refused: nobody answers those.
const REFUSES_ONE_IN: usize = 500;

/// One in so many of the questions that are rightly read may be taken back. With more, plain questions are lost, and none of the
/// wrong answers among strangers' questions is caught for it.
const VETOES_ONE_IN: usize = 1_000;

/// How far a bound stays from the nearest score that would have spoiled something.
const MARGIN: f64 = 0.05;

/// A question to learn from.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    /// The question and what should become of it.
    pub(crate) labelled: Labelled,
    /// Who wrote it, so that one author can be left out; none where it is only ever learned from.
    pub(crate) author: Option<usize>,
}

/// What came out of a training.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The file of the model.
    pub file: Vec<u8>,
    /// What was chosen and how it did on questions that its weights had not seen, in sentences.
    pub report: Vec<String>,
}

/// An example as the model sees it, and what the rules alone make of it.
struct Seen {
    features: Features,
    way: Way,
    table: Option<usize>,
    author: Option<usize>,
    part: u64,
    rules: Rules,
    /// Its words, without names, numbers and signs.
    words: Vec<String>,
    /// Whether it has one that nobody but its author uses.
    has_own_words: bool,
}

/// What the rules alone make of a question.
struct Rules {
    way: Way,
    right: bool,
    table: Option<String>,
    doubt: Option<Doubt>,
}

/// What weights that had not seen it say of an example.
struct Held<'a> {
    seen: &'a Seen,
    opinion: Opinion,
    /// How much more of a score another table has than the one that the rules took.
    other_table: f64,
    /// Whether it finds the table, of a question that is about one.
    finds_table: Option<bool>,
}

/// Trains a model. `inputs` is a hash of what the examples were read from, and is kept in the file.
pub(crate) fn train(examples: &[Example], inputs: u64) -> Trained {
    let mut tables: Vec<String> =
        examples.iter().filter_map(|e| e.labelled.query.as_ref().map(|query| query.from.clone())).collect();
    tables.sort_unstable();
    tables.dedup();
    let classifier = Classifier::rules_alone();
    let mut seen: Vec<Seen> = examples.iter().filter_map(|example| see(&classifier, example, &tables)).collect();
    mark_own_words(&mut seen);
    let by_author = held_by_author(&seen, &tables);
    let by_template = held_by_template(&seen, &tables);
    let bounds = Bounds::strictest(choose(&by_author), choose(&by_template));
    let worth = worth(&by_author, bounds);
    let all: Vec<&Seen> = seen.iter().collect();
    let mut report = vec![format!("{} questions, {} tables, {bounds:?}", seen.len(), tables.len())];
    report.push(format!("an author left out: {}", summary(&by_author, bounds)));
    report.push(format!("templates left out: {}", summary(&by_template, bounds)));
    report.push(format!("{worth:?}"));
    let model = Model { inputs, bounds, worth, ..fitted(&all, &tables) };
    Trained { file: file::write(&model), report }
}

/// Nothing of a text that is not read at all: the model never has a say there.
fn see(classifier: &Classifier, example: &Example, tables: &[String]) -> Option<Seen> {
    let vocabulary = labelled::estate();
    let cx = Context { now: example.labelled.now(), vocabulary: &vocabulary };
    let Labelled { question, way, query, .. } = &example.labelled;
    let (words, _) = classifier.words(question, &cx).ok()?;
    let senses = classifier.lexicon.senses(&words);
    let reading = classifier.classify(question, &cx);
    Some(Seen {
        features: Features::of(&words, &senses),
        way: *way,
        table: query.as_ref().and_then(|query| tables.binary_search(&query.from).ok()),
        author: example.author,
        part: skeleton(&words, &senses) % TEMPLATE_PARTS,
        words: plain_words(&words),
        has_own_words: false,
        rules: Rules::of(&reading, &example.labelled, crate::judge::doubt(&words, &senses)),
    })
}

fn plain_words(words: &Words) -> Vec<String> {
    let is_plain = |word: &str| word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'');
    let all = (0..words.len()).filter(|at| words.kind(*at) == Some(Kind::Word)).map(|at| words.lower(at));
    all.filter(|word| is_plain(word)).map(str::to_owned).collect()
}

/// Finds the questions with a word that nobody but their author uses. The rules were written with these questions at hand, and
/// such a word is one that they may know from there: a stranger has others.
fn mark_own_words(seen: &mut [Seen]) {
    let mut users: BTreeMap<String, BTreeSet<Option<usize>>> = BTreeMap::new();
    for seen in seen.iter() {
        for word in &seen.words {
            users.entry(word.clone()).or_default().insert(seen.author);
        }
    }
    for seen in seen {
        let is_own = |word: &String| users[word].len() == 1;
        seen.has_own_words = seen.author.is_some() && seen.words.iter().any(is_own);
    }
}

impl Rules {
    fn of(reading: &Reading, labelled: &Labelled, doubt: Option<Doubt>) -> Self {
        let way = Way::from(&reading.route);
        let (right, table) = match (&reading.route, &labelled.query) {
            (Route::Common(got), Some(wanted)) => (same(got, wanted), Some(got.from.clone())),
            (Route::Common(got), None) => (false, Some(got.from.clone())),
            _ => (way == labelled.way, None),
        };
        Self { way, right, table, doubt }
    }
}

/// A model with weights alone.
fn fitted(seen: &[&Seen], tables: &[String]) -> Model {
    let rows = |of: &[&Seen], buckets, letters| {
        of.iter().map(|seen| row(&seen.features, buckets, letters)).collect::<Vec<_>>()
    };
    let ways: Vec<_> = seen.iter().map(|seen| seen.way as usize).collect();
    let with_table: Vec<&Seen> = seen.iter().copied().filter(|seen| seen.table.is_some()).collect();
    let table_of: Vec<_> = with_table.iter().filter_map(|seen| seen.table).collect();
    Model {
        inputs: 0,
        route: svm::train(&rows(seen, ROUTE_BUCKETS, true), &ways, Way::ALL.len(), ROUTE_BUCKETS, true),
        table: svm::train(&rows(&with_table, TABLE_BUCKETS, false), &table_of, tables.len(), TABLE_BUCKETS, false),
        tables: tables.to_vec(),
        bounds: Bounds { refuse_strange: f64::MAX, refuse_command: f64::MAX, veto: f64::MIN, other_table: f64::MAX },
        worth: Worth::default(),
    }
}

fn held_by_author<'a>(seen: &'a [Seen], tables: &[String]) -> Vec<Held<'a>> {
    let mut authors: Vec<_> = seen.iter().filter_map(|seen| seen.author).collect();
    authors.sort_unstable();
    authors.dedup();
    authors.iter().flat_map(|author| held(seen, tables, |seen| seen.author == Some(*author))).collect()
}

fn held_by_template<'a>(seen: &'a [Seen], tables: &[String]) -> Vec<Held<'a>> {
    (0..TEMPLATE_PARTS).flat_map(|part| held(seen, tables, |seen| seen.part == part)).collect()
}

/// What a model says of some examples that was fitted to all others.
fn held<'a>(seen: &'a [Seen], tables: &[String], is_out: impl Fn(&Seen) -> bool) -> Vec<Held<'a>> {
    let (out, rest): (Vec<&Seen>, Vec<&Seen>) = seen.iter().partition(|seen| is_out(seen));
    let model = fitted(&rest, tables);
    out.into_iter()
        .map(|seen| Held {
            seen,
            opinion: model.opinion(&seen.features),
            finds_table: seen.table.map(|at| model.table(&seen.features) == Some(tables[at].as_str())),
            other_table: seen.rules.table.as_deref().map_or(0.0, |table| model.other_table(&seen.features, table)),
        })
        .collect()
}

/// The bounds that spoil no more than is allowed.
fn choose(held: &[Held<'_>]) -> Bounds {
    let read = || held.iter().filter(|held| held.seen.rules.way == Way::Common && held.seen.rules.right);
    let lost = || held.iter().filter(|h| h.seen.rules.way == Way::Unusual && h.seen.way != Way::Refused);
    let allowed = lost().count() / REFUSES_ONE_IN;
    let refuse = |doubt| {
        let doubted = lost().filter(|held| held.seen.rules.doubt == Some(doubt));
        bound(doubted.map(|held| held.opinion.of(Way::Refused)).collect(), allowed)
    };
    let (refuse_strange, refuse_command) = (refuse(Doubt::NothingOfClouds), refuse(Doubt::PerhapsCommand));
    let allowed = read().count() / VETOES_ONE_IN;
    let veto = -bound(read().map(|held| -held.opinion.of(Way::Common)).collect(), allowed);
    let other_table = bound(read().map(|held| held.other_table).collect(), allowed);
    Bounds { refuse_strange, refuse_command, veto, other_table }
}

/// Above all scores but so many of the highest.
fn bound(mut scores: Vec<f64>, but: usize) -> f64 {
    scores.sort_by(|a, b| b.total_cmp(a));
    scores.get(but).map_or(MARGIN, |score| f64::max(*score, 0.0) + MARGIN)
}

/// How often readings of each kind are right, by the score of their route.
fn worth(held: &[Held<'_>], bounds: Bounds) -> Worth {
    let of = |way: Way| {
        let of = held.iter().filter(move |held| bounds.way(held) == way);
        of.map(move |held| (held.opinion.of(way), bounds.is_right(held))).collect::<Vec<_>>()
    };
    let abstained = [of(Way::Unusual), of(Way::Unusual), lost_on_strangers(held, bounds)].concat();
    Worth { common: Steps::fit(of(Way::Common)), unusual: Steps::fit(abstained), refused: Steps::fit(of(Way::Refused)) }
}

/// What would be abstained from if the rules had never seen the words that one author alone has. They have seen some of them
/// elsewhere, so that the truth lies between this and what they do: it counts half.
fn lost_on_strangers(held: &[Held<'_>], bounds: Bounds) -> Vec<(f64, bool)> {
    let lost = held.iter().filter(|held| held.seen.has_own_words && bounds.way(held) != Way::Unusual);
    lost.map(|held| (held.opinion.of(Way::Unusual), held.seen.way == Way::Unusual)).collect()
}

impl Bounds {
    fn strictest(one: Self, other: Self) -> Self {
        Self {
            refuse_strange: one.refuse_strange.max(other.refuse_strange),
            refuse_command: one.refuse_command.max(other.refuse_command),
            veto: one.veto.min(other.veto),
            other_table: one.other_table.max(other.other_table),
        }
    }

    /// Where a question goes after the model had its say.
    fn way(&self, held: &Held<'_>) -> Way {
        match held.seen.rules.way {
            Way::Common if self.vetoes(held.opinion, held.other_table) => Way::Unusual,
            Way::Unusual if held.seen.rules.doubt.is_some_and(|doubt| self.refuses(held.opinion, doubt)) => {
                Way::Refused
            }
            way => way,
        }
    }

    fn is_right(&self, held: &Held<'_>) -> bool {
        let way = self.way(held);
        if way == held.seen.rules.way { held.seen.rules.right } else { way == held.seen.way }
    }
}

fn summary(held: &[Held<'_>], bounds: Bounds) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for held in held {
        let (rules, way) = (held.seen.rules.way, bounds.way(held));
        if rules != way {
            *counts
                .entry(format!("{} made {}, wanted {}", rules.name(), way.name(), held.seen.way.name()))
                .or_default() += 1;
        }
    }
    let best =
        |held: &Held<'_>| Way::ALL.into_iter().max_by(|a, b| held.opinion.of(*a).total_cmp(&held.opinion.of(*b)));
    let right = held.iter().filter(|held| best(held) == Some(held.seen.way)).count();
    let tables: Vec<bool> = held.iter().filter_map(|held| held.finds_table).collect();
    let found = tables.iter().filter(|found| **found).count();
    format!(
        "the model alone finds the route of {right} of {}, and the table of {found} of {}; {counts:?}",
        held.len(),
        tables.len()
    )
}
