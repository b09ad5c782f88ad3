//! A small trained model beside the rules: it says where a question goes and which table it is about.
//!
//! It never makes a query. It can refuse what the rules abstain from and know nothing of, abstain where the rules read a
//! question that it takes for another kind, name the table of a question that no rule can place, and say how sure a reading is.

mod calibrate;
mod features;
mod file;
mod linear;
mod sources;
mod svm;
mod train;

pub(crate) use features::{Features, is_cloudy};
pub use sources::{FILE, OWN, SOURCES, Source, train_from};
pub use train::Trained;

use crate::labelled::Way;
#[cfg(test)]
mod tests;

use calibrate::Steps;
use linear::{Linear, MOST_CLASSES};

/// The committed model. `cargo xtask train` makes it from the questions in `data/questions`.
pub(crate) static COMMITTED: &[u8] = include_bytes!("../data/model.bin");

/// A trained model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    /// A hash of the files that it was made from.
    pub(crate) inputs: u64,
    /// Common, unusual, refused.
    route: Linear,
    table: Linear,
    /// The classes of `table`.
    tables: Vec<String>,
    bounds: Bounds,
    worth: Worth,
}

/// Why a question that the rules abstain from may be one to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// A word of it could be a command, or is of what a question is refused for.
    PerhapsCommand,
    /// None is, and none is of clouds.
    NothingOfClouds,
}

/// From which scores on the model has a say. They were chosen on questions that the weights had not seen.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds {
    /// A question that the rules abstain from and find nothing of clouds in is refused from this score of `refused` on.
    refuse_strange: f64,
    /// One that has a word that could be a command.
    refuse_command: f64,
    /// A question that the rules read is not answered below this score of `common`.
    veto: f64,
    /// Nor where another table than theirs has so much more of a score.
    other_table: f64,
}

impl Bounds {
    fn all(self) -> [f64; 4] {
        [self.refuse_strange, self.refuse_command, self.veto, self.other_table]
    }
}

/// How often each kind of reading is right, by the score of its route.
#[derive(Debug, Clone, Default, PartialEq)]
struct Worth {
    common: Steps,
    unusual: Steps,
    refused: Steps,
}

impl Worth {
    fn of(&self, way: Way) -> &Steps {
        self.all()[way as usize]
    }

    fn all(&self) -> [&Steps; 3] {
        [&self.common, &self.unusual, &self.refused]
    }
}

/// What the model makes of one question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Opinion {
    /// How much speaks for common, unusual and refused, each against the rest.
    pub(crate) scores: [f64; 3],
}

impl Opinion {
    fn of(self, way: Way) -> f64 {
        self.scores[way as usize]
    }

    /// The way that most speaks for, beside this one.
    pub(crate) fn best_but(self, way: Way) -> Option<Way> {
        let others = Way::ALL.into_iter().filter(|other| *other != way);
        others.max_by(|a, b| self.of(*a).total_cmp(&self.of(*b)))
    }
}

impl Bounds {
    fn refuses(self, opinion: Opinion, doubt: Doubt) -> bool {
        let from = match doubt {
            Doubt::NothingOfClouds => self.refuse_strange,
            Doubt::PerhapsCommand => self.refuse_command,
        };
        opinion.of(Way::Refused) >= from
    }

    fn vetoes(self, opinion: Opinion, other_table: f64) -> bool {
        opinion.of(Way::Common) <= self.veto || other_table >= self.other_table
    }
}

impl Model {
    /// The committed one; none where the file was made for another version of this code, and the rules stand alone.
    pub(crate) fn committed() -> Option<Self> {
        file::read(COMMITTED)
    }

    /// What it makes of a question.
    pub(crate) fn opinion(&self, features: &Features) -> Opinion {
        let mut scores = [0.0; 3];
        self.route.scores(features, &mut scores);
        Opinion { scores }
    }

    /// Whether it refuses a question that the rules abstain from, and have such a doubt about.
    pub(crate) fn refuses(&self, opinion: Opinion, doubt: Doubt) -> bool {
        self.bounds.refuses(opinion, doubt)
    }

    /// Whether it takes back what the rules read as a query about a table.
    pub(crate) fn vetoes(&self, opinion: Opinion, features: &Features, table: &str) -> bool {
        self.bounds.vetoes(opinion, self.other_table(features, table))
    }

    /// How often such readings are right.
    pub(crate) fn confidence(&self, opinion: Opinion, way: Way) -> Option<f32> {
        self.worth.of(way).at(opinion.of(way))
    }

    /// The table that a question is most likely about, where some table is likely at all.
    pub(crate) fn table(&self, features: &Features) -> Option<&str> {
        let scores = self.table_scores(features);
        let best = (0..self.tables.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
        (scores[best] > 0.0).then(|| self.tables[best].as_str())
    }

    /// How much more of a score the best table has than this one; 0 for one that it never saw.
    fn other_table(&self, features: &Features, table: &str) -> f64 {
        let Some(this) = self.tables.iter().position(|name| name == table) else { return 0.0 };
        let scores = self.table_scores(features);
        scores.iter().take(self.tables.len()).fold(0.0, |most, score| f64::max(most, score - scores[this]))
    }

    fn table_scores(&self, features: &Features) -> [f64; MOST_CLASSES] {
        let mut scores = [0.0; MOST_CLASSES];
        self.table.scores(features, &mut scores[..self.table.classes]);
        scores
    }
}
