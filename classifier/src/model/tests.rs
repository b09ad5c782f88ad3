//! The committed model, its file, and a training small enough for a test.

use super::sources::{SOURCES, inputs, train_from};
use super::{Bounds, COMMITTED, Features, Model, Source, file};
use crate::labelled::{Way, estate, now};
use crate::{Classifier, Context, Explanation, Fate, Layer, Route};
use std::path::Path;

#[test]
fn the_committed_model_is_made_from_the_questions_that_are_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts: Vec<_> = SOURCES.iter().map(|s| std::fs::read_to_string(folder.join(s.path)).unwrap()).collect();
    let model = Model::committed().expect("the committed file is a model: run `cargo xtask train`");
    assert_eq!(
        model.inputs,
        inputs(texts.iter().map(String::as_str)),
        "questions have changed: run `cargo xtask train`"
    );
}

#[test]
fn the_committed_model_is_small_and_written_as_it_is_read() {
    assert!(COMMITTED.len() < 300_000, "{}", COMMITTED.len());
    assert_eq!(file::write(&Model::committed().unwrap()), COMMITTED);
}

#[test]
fn a_damaged_file_is_no_model() {
    assert_eq!(file::read(b""), None);
    assert_eq!(file::read(&COMMITTED[1..]), None);
    for len in (0..COMMITTED.len()).step_by(4_999) {
        assert_eq!(file::read(&COMMITTED[..len]), None, "cut at {len}");
    }
    let longer = [COMMITTED, &[0]].concat();
    assert_eq!(file::read(&longer), None);
    // The number of classes, which says how long the rest is.
    let mut other = COMMITTED.to_vec();
    other[21..25].fill(0xff);
    assert_eq!(file::read(&other), None);
}

#[test]
fn questions_of_ones_own_are_learned_from_and_a_line_that_is_none_is_named() {
    let own = |text: &str| {
        let mut sources = small();
        sources.push((&super::OWN, text.to_owned()));
        train_from(&sources)
    };
    let line = r#"{"question": "what is adrift", "route": "common", "query": {"from": "volumes"}, "asked_at": "2026-11-20T08:00:00Z"}"#;
    assert_ne!(own(line).unwrap().file, own("").unwrap().file);
    assert_eq!(own("{}").unwrap_err().line, 1);
}

/// Two authors who ask for machines and chat, each in another way.
fn small() -> Vec<(&'static Source, String)> {
    let line = |question: String, route: &str, rest: &str| {
        format!("{{\"question\": \"{question}\", \"route\": \"{route}\"{rest}}}\n")
    };
    let from = |table: &str| format!(", \"query\": {{\"from\": \"{table}\"}}");
    let of = |lead: &str| {
        let places = ["prod", "staging", "eu-west-1", "us-west-2", "eastus"];
        let each = |place: &&str| {
            line(format!("{lead} all VMs in {place}"), "common", &from("instances"))
                + &line(format!("{lead} all volumes in {place}"), "common", &from("volumes"))
                + &line(format!("{lead} what made the VMs of {place} slower than before"), "unusual", "")
                + &line(format!("{lead} a poem about the moon over {place}"), "refused", "")
        };
        places.iter().map(each).collect::<String>()
    };
    vec![(&SOURCES[0], of("list")), (&SOURCES[1], of("tell me"))]
}

#[test]
fn the_same_questions_make_the_same_bytes() {
    let one = train_from(&small()).unwrap();
    assert_eq!(one.file, train_from(&small()).unwrap().file);
    assert!(file::read(&one.file).is_some());
}

#[test]
fn a_trained_model_tells_routes_and_tables_of_unseen_questions_apart() {
    let model = file::read(&train_from(&small()).unwrap().file).unwrap();
    let best = |question: &str| {
        let (classifier, vocabulary) = (Classifier::rules_alone(), estate());
        let (words, _) = classifier.words(question, &Context { now: now(), vocabulary: &vocabulary }).unwrap();
        let features = Features::of(&words, &classifier.lexicon.senses(&words));
        let scores = model.opinion(&features).scores;
        let way = (0..3).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
        (way, model.table(&features).map(str::to_owned))
    };
    assert_eq!(best("list VMs in westeurope"), (0, Some("instances".to_owned())));
    assert_eq!(best("all the volumes in westeurope").1.as_deref(), Some("volumes"));
    assert_eq!(best("what made VMs slower").0, 1);
    assert_eq!(best("a poem about the sea").0, 2);
}

#[test]
fn a_source_that_cannot_be_read_names_its_line() {
    let error = train_from(&[(&SOURCES[0], "{}\n".to_owned())]).unwrap_err();
    assert_eq!(error.line, 1);
}

#[test]
fn the_model_makes_no_answer_of_what_the_rules_abstain_from() {
    let (with, without) = (Classifier::new(), Classifier::rules_alone());
    let vocabulary = estate();
    let cx = Context { now: now(), vocabulary: &vocabulary };
    for source in SOURCES {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(source.path)).unwrap();
        for line in text.lines().step_by(19) {
            let (ruled, judged) = (without.classify(line, &cx).route, with.classify(line, &cx).route);
            if let Route::Common(query) = judged {
                assert_eq!(ruled, Route::Common(query), "{line}");
            }
        }
    }
}

/// A question before a model that has a say in everything, or in nothing.
fn explained(question: &str, bounds: Bounds) -> Explanation {
    let model = Model { bounds, ..Model::committed().unwrap() };
    let vocabulary = estate();
    let classifier = Classifier { model: Some(model), ..Classifier::rules_alone() };
    classifier.explain(question, &Context { now: now(), vocabulary: &vocabulary })
}

const NOTHING: Bounds =
    Bounds { refuse_strange: f64::MAX, refuse_command: f64::MAX, veto: f64::MIN, other_table: f64::MAX };

#[test]
fn a_question_is_refused_only_where_the_rules_abstain_and_agree() {
    let refused = |question: &str, bounds| matches!(explained(question, bounds).reading.route, Route::Refused { .. });
    let strange = Bounds { refuse_strange: f64::MIN, ..NOTHING };
    let command = Bounds { refuse_command: f64::MIN, ..NOTHING };
    assert!(refused("swing dancing steps", strange) && !refused("swing dancing steps", command));
    assert!(refused("restart count of web-1", command) && !refused("restart count of web-1", strange));
    // It names a thing of clouds and no change, so that it may be answered by a program.
    let unread = "volumes unless they are idle";
    assert!(!refused(unread, strange) && !refused(unread, command));
    // What the rules read is no question of refusing.
    assert!(!refused("list all VMs", strange) && !refused("list all VMs", command));
}

#[test]
fn what_the_model_refuses_says_what_the_rules_had_said() {
    let explanation = explained("swing dancing steps", Bounds { refuse_strange: f64::MIN, ..NOTHING });
    assert_eq!((explanation.layer, explanation.runner_up.unwrap().route), (Layer::Model, Way::Unusual));
    assert!(explanation.phrases.iter().any(|phrase| phrase.fate == Fate::Unplaced));
}

#[test]
fn what_the_model_takes_back_has_its_reading_as_the_runner_up_and_questions_near_to_it() {
    for bounds in [Bounds { veto: f64::MAX, ..NOTHING }, Bounds { other_table: f64::MIN, ..NOTHING }] {
        let explanation = explained("running instances in prod", bounds);
        let Route::Unusual { why, nearest } = &explanation.reading.route else { panic!("{explanation:?}") };
        assert!(!why.is_empty() && !nearest.is_empty() && explanation.reading.reading.is_empty(), "{explanation:?}");
        let second = explanation.runner_up.unwrap();
        assert_eq!((explanation.layer, second.route), (Layer::Model, Way::Common));
        assert_eq!(second.reading, "instances in account prod, where state is `running`");
    }
}
