//! What the trained model makes of what the rules say: it may take an answer back, refuse, and say how sure a reading is.
//!
//! It never makes an answer of an abstention: a wrong answer is worse than none.

use crate::labelled::Way;
use crate::lexicon::{Sense, Senses};
use crate::model::{Features, Model, is_cloudy};
use crate::tokens::Words;
use crate::{Reading, Route};

/// What was decided, and by whom.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) reading: Reading,
    /// What the rules had said, where the model decided otherwise.
    pub(crate) overruled: Option<Route>,
}

const REFUSED: &str = "this reads like no question about your clouds, or like a wish to change them: ask for machines, disks, networks, databases, buckets, functions or what they cost; nothing is changed here";

const VETOED: &str = "every word of it was read, but questions that are put like this one mostly mean something else";

/// Judges what the rules say.
pub(crate) fn judge(model: &Model, said: Reading, words: &Words, senses: &Senses<'_>, features: &Features) -> Verdict {
    let opinion = model.opinion(features);
    let route = match &said.route {
        Route::Common(query) if model.vetoes(opinion, features, &query.from) => {
            Some(Route::Unusual { why: VETOED.to_owned(), nearest: Vec::new() })
        }
        Route::Unusual { .. } if may_refuse(words, senses) && model.refuses(opinion) => {
            Some(Route::Refused { why: REFUSED.to_owned() })
        }
        _ => None,
    };
    let way = Way::from(route.as_ref().unwrap_or(&said.route));
    let confidence = model.confidence(opinion, way).unwrap_or(said.confidence);
    match route {
        None => Verdict { reading: Reading { confidence, ..said }, overruled: None },
        Some(route) => {
            let reading = Reading { confidence, reading: String::new(), route, ..said.clone() };
            Verdict { reading, overruled: Some(said.route) }
        }
    }
}

/// Whether the rules have nothing against a refusal: no word of clouds is in it, or one that could be a command.
pub(crate) fn may_refuse(words: &Words, senses: &Senses<'_>) -> bool {
    let warns = |at| senses.at(at).any(|(_, sense)| matches!(sense, Sense::Command | Sense::Off(_)));
    let mut places = 0..words.len();
    !places.clone().any(|at| is_cloudy(senses, at)) || places.any(warns)
}
