//! A part of the questions, and what became of each of them.

use crate::baselines;
use classifier::labelled::{self, Labelled, Way, same};
use classifier::{Classifier, Context, Reading, Route};
use std::path::Path;
use std::time::Instant;

/// Nothing was made from the questions of these files: neither a rule, nor a word of the lexicon, nor a weight.
const UNSEEN: &[&str] = &["author-c.jsonl", "author-e.jsonl", "author-m.jsonl"];

/// How often each question is read for its time; the first time does not count.
const ROUNDS: usize = 5;

/// A part of the questions.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) is_unseen: bool,
    pub(crate) outcomes: Vec<Outcome>,
    /// What they would have become by other means, for comparison: a name, and the outcomes.
    pub(crate) baselines: Vec<(&'static str, Vec<Outcome>)>,
    /// Microseconds.
    pub(crate) times: Vec<f64>,
}

/// What became of one question.
#[derive(Clone)]
pub(crate) struct Outcome {
    pub(crate) labelled: Labelled,
    pub(crate) reading: Reading,
    /// Whether the query is the labelled one.
    pub(crate) is_same: bool,
    /// Whether it gives the rows of the labelled one on the demo estate, where somebody looked.
    pub(crate) has_same_rows: Option<bool>,
}

impl Outcome {
    pub(crate) fn of(labelled: Labelled, reading: Reading) -> Self {
        let is_same = match (&reading.route, &labelled.query) {
            (Route::Common(got), Some(wanted)) => same(got, wanted),
            _ => false,
        };
        Self { labelled, reading, is_same, has_same_rows: None }
    }

    pub(crate) fn way(&self) -> Way {
        Way::from(&self.reading.route)
    }

    /// Whether it went where it should.
    pub(crate) fn is_routed(&self) -> bool {
        self.way() == self.labelled.way
    }

    /// Whether it went where it should and, as a query, is the labelled one.
    pub(crate) fn is_right(&self) -> bool {
        self.is_routed() && (self.is_same || self.way() != Way::Common)
    }
}

impl Part {
    /// Reads every question of a file.
    pub(crate) fn measure(file: &Path) -> Result<Self, String> {
        let said = |error: &dyn std::fmt::Display| format!("`{}`: {error}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| said(&error))?;
        let questions = labelled::questions(&text, None).map_err(|error| said(&error))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_unseen = UNSEEN.contains(&name.as_str());
        let (outcomes, times) = read_all(&questions);
        let baselines = baselines::ALL.iter().map(|(name, read)| {
            let outcomes = questions.iter().map(|question| Outcome::of(question.clone(), read(&question.question)));
            (*name, outcomes.collect())
        });
        Ok(Self { name, is_unseen, outcomes, baselines: baselines.collect(), times })
    }
}

fn read_all(questions: &[Labelled]) -> (Vec<Outcome>, Vec<f64>) {
    let (classifier, vocabulary) = (Classifier::new(), labelled::estate());
    let mut times = Vec::with_capacity(questions.len() * ROUNDS);
    let mut outcomes = Vec::new();
    for round in 0..=ROUNDS {
        for question in questions {
            let cx = Context { now: question.now(), vocabulary: &vocabulary };
            let began = Instant::now();
            let reading = std::hint::black_box(classifier.classify(&question.question, &cx));
            let took = began.elapsed();
            if round == 0 {
                outcomes.push(Outcome::of(question.clone(), reading));
            } else {
                times.push(took.as_secs_f64() * 1e6);
            }
        }
    }
    times.sort_by(f64::total_cmp);
    (outcomes, times)
}

/// The parts that nothing was kept from, as one before the others where there are more than one.
pub(crate) fn joined(parts: Vec<Part>) -> Vec<Part> {
    let (unseen, seen): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| part.is_unseen);
    let mut seen = seen.into_iter();
    let Some(mut first) = seen.next() else { return unseen };
    for other in seen {
        first.name = format!("{}, {}", first.name, other.name);
        first.outcomes.extend(other.outcomes);
        first.times.extend(other.times);
        for (mine, others) in first.baselines.iter_mut().zip(other.baselines) {
            mine.1.extend(others.1);
        }
    }
    first.times.sort_by(f64::total_cmp);
    std::iter::once(first).chain(unseen).collect()
}
