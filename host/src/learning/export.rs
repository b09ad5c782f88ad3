//! Questions that somebody judged, as the labelled questions that the classifier is trained with.

use super::wording::is_reworded;
use crate::store::questions::KeptQuestion;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// So many times may somebody say the same in other words until one of them was right.
const CHAIN: usize = 8;

/// A question and what should have become of it: a line of a file of labelled questions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Labelled {
    /// What was asked.
    pub question: String,
    /// Where it should go: `common`, `unusual` or `refused`.
    pub route: String,
    /// What it should be read as, on the common route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Value>,
    /// When it was asked: "last week" is another one each week.
    pub asked_at: String,
}

/// What somebody judged, the oldest first: a query of theirs counts more than a thumb, and that more than other words. What nobody
/// judged is left out, for the classifier would only learn to do what it does.
pub fn labelled(kept: &[KeptQuestion]) -> Vec<Labelled> {
    let by_id: HashMap<&str, &KeptQuestion> = kept.iter().map(|kept| (kept.answer_id.as_str(), kept)).collect();
    kept.iter().filter_map(|one| label(one, &by_id)).collect()
}

fn label(one: &KeptQuestion, by_id: &HashMap<&str, &KeptQuestion>) -> Option<Labelled> {
    let (route, query) = judged(one).or_else(|| judged_in_other_words(one, by_id))?;
    Some(Labelled { question: one.question.clone(), route, query, asked_at: one.at.clone() })
}

/// What a person said of the question itself.
fn judged(one: &KeptQuestion) -> Option<(String, Option<Value>)> {
    let query = |json: &str| serde_json::from_str::<Value>(json).ok();
    if let Some(json) = &one.corrected {
        return Some(("common".to_owned(), Some(query(json)?)));
    }
    match (one.vote, one.way.as_str(), &one.query) {
        (Some(1), "common", Some(json)) => Some(("common".to_owned(), Some(query(json)?))),
        (Some(1), "common", None) => None,
        (Some(1), way, _) => Some((way.to_owned(), None)),
        _ => None,
    }
}

/// What it was after somebody had said it in other words, which then were read rightly.
fn judged_in_other_words(one: &KeptQuestion, by_id: &HashMap<&str, &KeptQuestion>) -> Option<(String, Option<Value>)> {
    let mut last = one;
    for _ in 0..CHAIN {
        let next = by_id.get(last.reworded_by.as_deref()?)?;
        // One that was written down before likeness was asked for may be another question.
        if !is_reworded(&last.question, &next.question) {
            return None;
        }
        last = next;
        if let Some((route, query)) = judged(last) {
            return (route == "common").then_some((route, query));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use classifier::labelled::{Way, questions};

    fn kept(answer_id: &str, way: &str, vote: Option<i64>) -> KeptQuestion {
        KeptQuestion {
            answer_id: answer_id.to_owned(),
            at: "2026-11-20T08:00:00.000000Z".to_owned(),
            question: format!("question {answer_id}"),
            way: way.to_owned(),
            route: way.to_owned(),
            query: (way == "common").then(|| r#"{"from":"instances"}"#.to_owned()),
            vote,
            ..KeptQuestion::default()
        }
    }

    fn told(kept: &[KeptQuestion]) -> Vec<(String, String)> {
        labelled(kept).into_iter().map(|one| (one.question, one.route)).collect()
    }

    fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(question, route)| ((*question).to_owned(), (*route).to_owned())).collect()
    }

    #[test]
    fn what_nobody_judged_or_only_turned_down_teaches_nothing() {
        let all = [kept("a", "common", None), kept("b", "common", Some(-1)), kept("c", "unusual", None)];
        assert_eq!(told(&all), []);
    }

    #[test]
    fn a_thumb_up_says_that_the_question_went_where_it_should() {
        let all = [kept("a", "common", Some(1)), kept("b", "unusual", Some(1)), kept("c", "refused", Some(1))];
        let wanted = [("question a", "common"), ("question b", "unusual"), ("question c", "refused")];
        assert_eq!(told(&all), pairs(&wanted));
    }

    #[test]
    fn other_words_count_only_where_they_were_read_rightly() {
        let mut all = [kept("a", "unusual", None), kept("b", "unusual", None), kept("c", "common", Some(1))];
        (all[0].reworded_by, all[1].reworded_by) = (Some("b".to_owned()), Some("c".to_owned()));
        assert_eq!(told(&all).len(), 3);
        let like = std::mem::replace(&mut all[1].question, "what else is there".to_owned());
        assert_eq!(told(&all), pairs(&[("question c", "common")]));
        all[1].question = like;
        all[2].vote = None;
        assert_eq!(told(&all), []);
    }

    #[test]
    fn each_line_is_a_labelled_question_as_training_reads_it() {
        let mut all = [kept("a", "common", Some(-1)), kept("b", "unusual", Some(1))];
        all[0].corrected = Some(r#"{"from":"volumes","limit":5}"#.to_owned());
        let lines: Vec<_> = labelled(&all).iter().map(|one| serde_json::to_string(one).expect("JSON")).collect();
        let read = questions(&lines.join("\n"), None).expect("labelled questions");
        assert_eq!((read[0].way, read[0].query.as_ref().and_then(|query| query.limit)), (Way::Common, Some(5)));
        assert_eq!((read[1].way, read[1].asked_at.is_some()), (Way::Unusual, true));
    }
}
