//! What the trained model makes of what the rules say: it may take an answer back, refuse, and say how sure a reading is.
//!
//! It never makes an answer of an abstention: a wrong answer is worse than none.

use crate::labelled::Way;
use crate::lexicon::{Kinds, Senses};
use crate::model::{Doubt, Features, Model, is_cloudy};
use crate::tokens::Words;
use crate::{Reading, Route};

/// What was decided.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) reading: Reading,
    /// What the rules had said, where the model decided otherwise.
    pub(crate) overruled: Option<Route>,
    /// Where else the model would have sent it.
    pub(crate) second: Option<Way>,
}

impl Verdict {
    /// What the rules say, where there is no model.
    pub(crate) fn of_rules(reading: Reading) -> Self {
        Self { reading, overruled: None, second: None }
    }
}

const REFUSED: &str = "this reads like no question about your clouds, or like a wish to change them: ask for machines, disks, networks, databases, buckets, functions or what they cost; nothing is changed here";

const VETOED: &str = "every word of it was read, but questions that are put like this one mostly mean something else";

/// How sure the rules are of a query of all words.
const SURE: f32 = 0.9;

/// Judges what the rules say.
pub(crate) fn judge(model: &Model, said: Reading, words: &Words, senses: &Senses<'_>, features: &Features) -> Verdict {
    let opinion = model.opinion(features);
    let route = match &said.route {
        Route::Common(query) if model.vetoes(opinion, features, &query.from) => {
            Some(Route::Unusual { why: VETOED.to_owned(), nearest: Vec::new() })
        }
        Route::Unusual { .. } if doubt(words, senses).is_some_and(|doubt| model.refuses(opinion, doubt)) => {
            Some(Route::Refused { why: REFUSED.to_owned() })
        }
        _ => None,
    };
    let way = Way::from(route.as_ref().unwrap_or(&said.route));
    let confidence = model.confidence(opinion, way).unwrap_or(said.confidence);
    // What was read without some of its words is no surer for being put like what is read with all of them.
    let is_unsure = way == Way::Common && said.confidence < SURE;
    let confidence = if is_unsure { confidence.min(said.confidence) } else { confidence };
    let second = opinion.best_but(way);
    let Some(route) = route else {
        return Verdict { reading: Reading { confidence, ..said }, overruled: None, second };
    };
    let overruled = Some(said.route);
    Verdict { reading: Reading { confidence, route, reading: String::new(), ..said }, overruled, second }
}

/// Whether the rules, which abstain, agree that a question may be none about a cloud, and why.
pub(crate) fn doubt(words: &Words, senses: &Senses<'_>) -> Option<Doubt> {
    if senses.kinds_somewhere().any(const { Kinds::COMMAND.and(Kinds::OFF) }) {
        return Some(Doubt::PerhapsCommand);
    }
    (!(0..words.len()).any(|at| is_cloudy(senses, at))).then_some(Doubt::NothingOfClouds)
}
