//! How an unfinished question could go on.
#![allow(clippy::unwrap_used, missing_docs)]

use classifier::labelled::{estate, now};
use classifier::{Classifier, Context, MAX_CHARS, MOST_SUGGESTIONS, Route, Suggestion, SuggestionKind, Vocabulary};
use std::sync::OnceLock;

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(Classifier::new)
}

fn suggest(unfinished: &str) -> Vec<Suggestion> {
    classifier().suggest(unfinished, &estate())
}

fn words(unfinished: &str) -> Vec<String> {
    suggest(unfinished).into_iter().map(|suggestion| suggestion.word).collect()
}

/// All of these are offered.
fn check(unfinished: &str, expected: &[&str]) {
    let words = words(unfinished);
    assert!(expected.iter().all(|word| words.iter().any(|offered| offered == word)), "{unfinished:?}: {words:?}");
}

/// This one comes first.
fn check_first(unfinished: &str, expected: &str) {
    assert_eq!(
        words(unfinished).first().map(String::as_str),
        Some(expected),
        "{unfinished:?}: {:?}",
        words(unfinished)
    );
}

#[test]
fn a_table_is_completed() {
    check_first("list all vol", "volumes");
    check("how many snap", &["snapshots"]);
    check_first("list all security gr", "security groups");
    check("list all ", &["instances", "volumes", "snapshots"]);
}

#[test]
fn a_column_of_the_table_is_completed() {
    check_first("volumes with io", "iops");
    check("instances sorted by cpu", &["cpu avg"]);
    check("instances sorted by cpu_", &["cpu_avg"]);
    check("cost by ", &["service", "region"]);
    assert!(!words("volumes by instance_ty").contains(&"instance_type".to_owned()));
}

#[test]
fn behind_a_column_stands_a_comparison_that_fits_it() {
    check("instances with cpu ", &["over", "under", "between"]);
    check_first("instances with cpu ", "cpu avg");
    check("volumes with name ", &["contains", "starting with"]);
    assert!(!words("volumes with name ").contains(&"over".to_owned()));
}

#[test]
fn behind_a_comparison_stand_the_values_of_the_column() {
    check("instances with state is ", &["running", "stopped"]);
    check("instances with state is st", &["stopping", "stopped"]);
}

#[test]
fn names_of_the_estate_are_offered_where_they_belong() {
    check("volumes in account ", &["prod", "staging", "azure-dev"]);
    check("volumes in ", &["eu-west-1", "prod"]);
    check_first("volumes in west", "westeurope");
    check("instances without tag ", &["cost-center", "owner"]);
    check("instances on a", &["aws", "azure"]);
    assert!(!classifier().suggest("volumes in west", &Vocabulary::default()).iter().any(|s| s.word == "westeurope"));
}

#[test]
fn an_empty_question_is_begun_and_a_whole_one_is_completed() {
    check("", &["list all", "how many", "top 10"]);
    let found = suggest("volumes not att");
    assert_eq!((found[0].text.as_str(), found[0].kind), ("volumes not attached to anything", SuggestionKind::Question));
}

#[test]
fn what_was_typed_stays_as_it_was_typed() {
    let found = suggest("Show me  VOLUMES with IO");
    assert_eq!(found[0].text, "Show me  VOLUMES with iops");
    assert!(!found[0].about.is_empty());
}

#[test]
fn they_are_few_and_always_the_same() {
    for text in
        ["", "a", "instances ", "instances with s", "list all ", "cost by ", "in in in ", "🙂", "\u{202e}vol", "ß"]
    {
        let found = suggest(text);
        assert!(found.len() <= MOST_SUGGESTIONS, "{text}: {}", found.len());
        assert_eq!(found, Classifier::new().suggest(text, &estate()), "{text}");
        for (at, one) in found.iter().enumerate() {
            assert!(one.text.ends_with(&one.word), "{one:?}");
            assert!(found[..at].iter().all(|other| other.word != one.word), "{text}: {found:?}");
        }
    }
    assert_eq!(suggest(&"volumes ".repeat(MAX_CHARS)), []);
}

#[test]
fn a_big_estate_gives_no_more_of_them() {
    let accounts = (0..20_000).map(|i| (format!("{i:012}"), format!("team-{i}"))).collect();
    let found = classifier().suggest("volumes in account team-1", &Vocabulary { accounts, ..estate() });
    assert_eq!(found.len(), MOST_SUGGESTIONS);
    assert_eq!(found[0].word, "team-10");
}

#[test]
fn what_is_suggested_behind_a_table_is_read() {
    let vocabulary = estate();
    let cx = Context { now: now(), vocabulary: &vocabulary };
    let unread = |text: &str| !matches!(classifier().classify(text, &cx).route, Route::Common(_));
    let offered = [
        "list all i",
        "list all v",
        "list all d",
        "list all s",
        "list all b",
        "list all n",
        "list all p",
        "volumes in ",
        "volumes on ",
    ];
    let is_name = |one: &Suggestion| !matches!(one.kind, SuggestionKind::Operator | SuggestionKind::Column);
    let is_table = |one: &Suggestion| schema::tables::ALL.iter().any(|table| table.name.replace('_', " ") == one.word);
    let fits = |one: &Suggestion| is_name(one) && (one.text.starts_with("volumes") || is_table(one));
    let found: Vec<_> = offered.iter().flat_map(|text| suggest(text)).filter(fits).collect();
    assert!(found.len() > 15, "{found:?}");
    let wrong: Vec<_> = found.into_iter().map(|one| one.text).filter(|text| unread(text)).collect();
    assert_eq!(wrong, Vec::<String>::new());
}
