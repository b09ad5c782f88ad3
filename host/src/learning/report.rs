//! How the classifier did on real use, from the questions that were kept.

use super::wording::wording;
use crate::store::questions::KeptQuestion;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// No more corrections are listed, the latest first, nor more candidates.
const LISTED: usize = 50;
/// So often is a question asked that is worth reading.
const FREQUENT: usize = 2;

/// How the classifier did on some questions.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// How many there are.
    pub questions: usize,
    /// When the first and the last were asked.
    pub since: Option<String>,
    /// See `since`.
    pub until: Option<String>,
    /// Where they went in the end.
    pub routes: BTreeMap<String, usize>,
    /// Who decided where.
    pub layers: BTreeMap<String, usize>,
    /// The share that the classifier neither read nor refused.
    pub abstention_rate: f64,
    /// Thumbs up.
    pub thumbs_up: usize,
    /// Thumbs down.
    pub thumbs_down: usize,
    /// The share of thumbs down among all thumbs; null without any.
    pub thumbs_down_rate: Option<f64>,
    /// The share that was asked again in other words.
    pub reworded_rate: f64,
    /// What somebody was not content with, the latest first.
    pub corrected: Vec<Correction>,
    /// What the classifier abstains from and is asked again and again: what the common route could learn to read.
    pub candidates: Vec<Candidate>,
}

/// A question that somebody was not content with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Correction {
    /// What was asked.
    pub question: String,
    /// When.
    pub at: String,
    /// How it was read; empty where it was not.
    pub read_as: String,
    /// The words that no rule could place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unread: String,
    /// What says so.
    pub how: How,
    /// The question in other words, where it was asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reworded: Option<String>,
    /// What it should have been, where somebody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Value>,
}

/// What says that a question was read wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Somebody wrote what it should have been.
    Query,
    /// It was asked in other words right after.
    Reworded,
    /// A thumb down.
    ThumbDown,
}

impl How {
    /// In a word or two.
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "a query",
            Self::Reworded => "reworded",
            Self::ThumbDown => "thumb down",
        }
    }
}

/// A wording that is asked again and again and not read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// The latest question of that wording.
    pub question: String,
    /// How often it was asked.
    pub times: usize,
    /// How often a program answered it.
    pub answered: usize,
    /// The words that no rule could place.
    pub unread: String,
}

impl Report {
    /// Of some questions, the oldest first.
    pub fn of(kept: &[KeptQuestion]) -> Self {
        let count = |is: &dyn Fn(&KeptQuestion) -> bool| kept.iter().filter(|kept| is(kept)).count();
        let (up, down) = (count(&|kept| kept.vote == Some(1)), count(&|kept| kept.vote == Some(-1)));
        Self {
            questions: kept.len(),
            since: kept.first().map(|kept| kept.at.clone()),
            until: kept.last().map(|kept| kept.at.clone()),
            routes: tally(kept.iter().map(|kept| kept.route.as_str())),
            layers: tally(kept.iter().map(|kept| kept.layer.as_str())),
            abstention_rate: share(count(&|kept| kept.way == "unusual"), kept.len()),
            thumbs_up: up,
            thumbs_down: down,
            thumbs_down_rate: (up + down > 0).then(|| share(down, up + down)),
            reworded_rate: share(count(&|kept| kept.reworded_by.is_some()), kept.len()),
            corrected: corrections(kept),
            candidates: candidates(kept),
        }
    }
}

fn tally<'a>(words: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

#[expect(clippy::cast_precision_loss, reason = "counts of questions are small")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn corrections(kept: &[KeptQuestion]) -> Vec<Correction> {
    let by_id: HashMap<&str, &KeptQuestion> = kept.iter().map(|kept| (kept.answer_id.as_str(), kept)).collect();
    let each = kept.iter().rev().filter_map(|kept| {
        let how = match (&kept.corrected, &kept.reworded_by, kept.vote) {
            (Some(_), ..) => How::Query,
            (None, Some(_), _) => How::Reworded,
            (None, None, Some(-1)) => How::ThumbDown,
            _ => return None,
        };
        let reworded = kept.reworded_by.as_deref().and_then(|id| by_id.get(id));
        Some(Correction {
            question: kept.question.clone(),
            at: kept.at.clone(),
            read_as: kept.reading.clone(),
            unread: kept.unread.clone(),
            how,
            reworded: reworded.map(|other| other.question.clone()),
            query: kept.corrected.as_deref().and_then(|json| serde_json::from_str(json).ok()),
        })
    });
    each.take(LISTED).collect()
}

fn candidates(kept: &[KeptQuestion]) -> Vec<Candidate> {
    let mut by_wording: BTreeMap<String, Candidate> = BTreeMap::new();
    for kept in kept.iter().filter(|kept| kept.way == "unusual") {
        let candidate = by_wording.entry(wording(&kept.question)).or_insert_with(|| Candidate {
            question: String::new(),
            times: 0,
            answered: 0,
            unread: String::new(),
        });
        candidate.question.clone_from(&kept.question);
        candidate.unread.clone_from(&kept.unread);
        candidate.times += 1;
        candidate.answered += usize::from(!matches!(kept.route.as_str(), "refused" | "failed"));
    }
    let mut frequent: Vec<Candidate> = by_wording.into_values().filter(|one| one.times >= FREQUENT).collect();
    frequent.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.question.cmp(&b.question)));
    frequent.truncate(LISTED);
    frequent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(answer_id: &str, question: &str, way: &str, route: &str) -> KeptQuestion {
        KeptQuestion {
            answer_id: answer_id.to_owned(),
            question: question.to_owned(),
            way: way.to_owned(),
            route: route.to_owned(),
            layer: "rules".to_owned(),
            ..KeptQuestion::default()
        }
    }

    #[test]
    fn rates_are_of_the_questions_that_they_are_about() {
        let mut all = [
            kept("a", "list all VMs", "common", "common"),
            kept("b", "old boxes", "common", "common"),
            kept("c", "lost boxes", "unusual", "refused"),
            kept("d", "buy me a box", "refused", "refused"),
        ];
        assert_eq!(Report::of(&all).thumbs_down_rate, None);
        (all[0].vote, all[1].vote) = (Some(1), Some(-1));
        all[2].reworded_by = Some("d".to_owned());
        let report = Report::of(&all);
        assert_eq!((report.abstention_rate, report.thumbs_down_rate, report.reworded_rate), (0.25, Some(0.5), 0.25));
        assert_eq!(report.routes, BTreeMap::from([("common".to_owned(), 2), ("refused".to_owned(), 2)]));
        let told: Vec<_> = report.corrected.iter().map(|one| (one.question.as_str(), one.how)).collect();
        assert_eq!(told, [("lost boxes", How::Reworded), ("old boxes", How::ThumbDown)]);
        assert_eq!(report.corrected[0].reworded.as_deref(), Some("buy me a box"));
        assert_eq!(Report::of(&[]), Report::default());
    }

    #[test]
    fn what_is_asked_again_with_other_numbers_and_names_is_one_candidate() {
        let report = Report::of(&[
            kept("a", "Which boxes idled for 3 weeks?", "unusual", "refused"),
            kept("b", "which boxes idled for 12 weeks", "unusual", "known"),
            kept("c", "who made \"web-1\"", "unusual", "refused"),
            kept("d", "who made \"db 7\"?", "unusual", "failed"),
            kept("e", "list all VMs", "common", "common"),
            kept("f", "list all VMs", "common", "common"),
            kept("g", "only once", "unusual", "refused"),
        ]);
        let told: Vec<_> = report.candidates.iter().map(|c| (c.question.as_str(), c.times, c.answered)).collect();
        assert_eq!(told, [("which boxes idled for 12 weeks", 2, 1), ("who made \"db 7\"?", 2, 0)]);
    }
}
