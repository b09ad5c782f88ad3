//! What a person is told of how their question was read.
#![allow(clippy::unwrap_used, missing_docs)]

use classifier::labelled::{Way, estate, now};
use classifier::{Classifier, Context, Explanation, Fate, Layer, Route};
use std::fmt::Write;

fn explain(question: &str) -> Explanation {
    let vocabulary = estate();
    Classifier::new().explain(question, &Context { now: now(), vocabulary: &vocabulary })
}

/// One line for each phrase.
fn told(explanation: &Explanation) -> String {
    let mut text = String::new();
    for phrase in &explanation.phrases {
        let spelled = phrase.spelled.as_ref().map(|word| format!(" [{word}]")).unwrap_or_default();
        let what = match phrase.fate {
            Fate::Read => phrase.read_as.join("; "),
            Fate::PassedOver => "-".to_owned(),
            Fate::Unplaced => "?".to_owned(),
        };
        let _ = writeln!(text, "{}{spelled}: {what}", phrase.text);
    }
    text
}

#[test]
fn every_word_is_accounted_for() {
    let explanation = explain("please show me the stoped EC2 instances in staging that cost over $100, top 5 by cost");
    insta::assert_snapshot!(told(&explanation), @r#"
    please: -
    show me: -
    the: -
    stoped [stopped]: state is `stopped`
    EC2 instances: rows of `instances`; a thing of aws
    in: -
    staging: in account staging
    that: -
    cost over $ 100: cost_30d is more than 100
    ,: -
    top 5: at most 5; the most or least first
    by cost: ordered by cost_30d
    "#);
    assert_eq!(explanation.layer, Layer::Rules);
    assert!(matches!(explanation.reading.route, Route::Common(_)));
    let second = explanation.runner_up.unwrap();
    assert!(second.route != Way::Common && second.reading.is_empty(), "{second:?}");
}

#[test]
fn words_that_could_not_be_placed_are_named_and_the_rest_is_the_runner_up() {
    let explanation = explain("unencrypted volumes unless they are idle");
    insta::assert_snapshot!(told(&explanation), @r#"
    unencrypted: encrypted is false
    volumes: rows of `volumes`
    unless: ?
    they: -
    are: -
    idle: ?
    "#);
    assert_eq!(explanation.reading.unread, ["unless", "idle"]);
    insta::assert_json_snapshot!(explanation.runner_up, @r#"
    {
      "route": "common",
      "reading": "volumes, where encrypted is false",
      "why": "without the words that could not be placed"
    }
    "#);
}

#[test]
fn a_text_that_is_not_read_has_no_words() {
    for text in ["", "?!", &"list all VMs ".repeat(200)] {
        let explanation = explain(text);
        assert_eq!((explanation.layer, explanation.phrases.len()), (Layer::Text, 0));
    }
}

#[test]
fn an_explanation_reads_as_an_answer_does() {
    let (classifier, vocabulary) = (Classifier::new(), estate());
    let cx = Context { now: now(), vocabulary: &vocabulary };
    for question in Classifier::examples() {
        let explanation = classifier.explain(question, &cx);
        assert_eq!(explanation.reading, classifier.classify(question, &cx), "{question}");
        assert!(explanation.phrases.iter().all(|phrase| phrase.fate != Fate::Unplaced), "{question}: {explanation:?}");
        assert!(explanation.phrases.iter().any(|phrase| phrase.fate == Fate::Read), "{question}: {explanation:?}");
    }
}
