//! Questions with names of the estate: each is read as its query where the estate has the name, and not at all where it has not.
#![allow(clippy::unwrap_used, missing_docs)]

use classifier::labelled::{estate, now, same};
use classifier::{Classifier, Context, LONGEST_NAME, Name, NameOf, Reading, Route, Vocabulary};

/// What the estate has, as whoever holds it would look it up.
fn names() -> Vec<Name> {
    let tag = |text: &str, key: &str| (text.to_owned(), NameOf::Tag(key.to_owned()));
    let row = |text: &str, table: &str| (text.to_owned(), NameOf::Row(table.to_owned()));
    let all = [
        tag("checkout", "app"),
        tag("billing-portal", "app"),
        tag("Data Platform", "team"),
        tag("Atlas", "team"),
        tag("atlas", "team"),
        tag("osprey", "app"),
        tag("osprey", "team"),
        tag("prod", "env"),
        tag("kestrel", "app"),
        tag("friendly", "app"),
        row("orders-replica", "databases"),
        row("kestrel", "instances"),
        row("web-1", "instances"),
    ];
    let all = all.into_iter().map(|(text, of)| Name { said: text.to_ascii_lowercase(), text, of });
    // A service is known without its provider's name as well: that is read as the provider.
    let service =
        Name { said: "ground station".to_owned(), text: "Amazon Ground Station".to_owned(), of: NameOf::Service };
    all.chain([service]).collect()
}

/// The names that stand in a question: those of its phrases that the estate has.
fn known(question: &str) -> Vec<Name> {
    let phrases = Classifier::rules_alone().names_in(question);
    assert!(phrases.iter().all(|phrase| phrase.split(' ').count() <= LONGEST_NAME));
    names().into_iter().filter(|name| phrases.contains(&name.said)).collect()
}

fn read(question: &str, names: Vec<Name>) -> Reading {
    let vocabulary = Vocabulary { names, ..estate() };
    Classifier::new().classify(question, &Context { now: now(), vocabulary: &vocabulary })
}

fn check(question: &str, query: &str) {
    let reading = read(question, known(question));
    let wanted = serde_json::from_str(query).unwrap();
    match &reading.route {
        Route::Common(got) => {
            assert!(same(got, &wanted), "{question}\n want {query}\n got  {}", serde_json::json!(got));
            assert!(!reading.reasons.is_empty() && reading.confidence < 1.0, "{question}: {reading:?}");
        }
        _ => panic!("{question}: {reading:?}"),
    }
    let without = read(question, Vec::new());
    assert!(!matches!(without.route, Route::Common(_)), "read without the estate's names: {question}: {without:?}");
}

/// Not read, with a reason that says this.
fn check_unclear(question: &str, says: &str) {
    let reading = read(question, known(question));
    let Route::Unusual { why, .. } = &reading.route else { panic!("{question}: {reading:?}") };
    assert!(why.contains(says), "{question}: {why}");
}

#[test]
fn a_value_of_one_key_is_a_tag() {
    check("checkout boxes", r#"{"from":"instances","where":[{"field":"tags.app","op":"eq","value":"checkout"}]}"#);
    check(
        "stopped checkout VMs",
        r#"{"from":"instances","where":[{"field":"tags.app","op":"eq","value":"checkout"},{"field":"state","op":"eq","value":"stopped"}]}"#,
    );
    check(
        "volumes of the billing-portal app",
        r#"{"from":"volumes","where":[{"field":"tags.app","op":"eq","value":"billing-portal"}]}"#,
    );
    check(
        "how many databases does data platform have",
        r#"{"from":"databases","where":[{"field":"tags.team","op":"eq","value":"Data Platform"}],"aggregate":[{"fn":"count","as":"count"}]}"#,
    );
}

#[test]
fn a_value_written_in_two_ways_is_both() {
    check("atlas boxes", r#"{"from":"instances","where":[{"field":"tags.team","op":"in","value":["Atlas","atlas"]}]}"#);
}

#[test]
fn two_values_of_a_key_are_either() {
    check(
        "checkout and billing-portal machines",
        r#"{"from":"instances","where":[{"field":"tags.app","op":"in","value":["checkout","billing-portal"]}]}"#,
    );
    check_unclear("checkout machines for billing-portal", "billing-portal");
}

#[test]
fn the_bill_knows_tags_and_services() {
    check(
        "what did checkout cost in october",
        r#"{"from":"costs","where":[{"field":"Tags.app","op":"eq","value":"checkout"}],"aggregate":[{"fn":"sum","field":"EffectiveCost","as":"cost"}],"group_by":["BillingCurrency"],"time":{"from":"2026-10-01T00:00:00Z","to":"2026-11-01T00:00:00Z"}}"#,
    );
    check(
        "spend on amazon ground station last month",
        r#"{"from":"costs","where":[{"field":"ServiceName","op":"eq","value":"Amazon Ground Station"}],"aggregate":[{"fn":"sum","field":"EffectiveCost","as":"cost"}],"group_by":["BillingCurrency"],"scope":{"providers":["aws"]},"time":{"from":"2026-10-01T00:00:00Z","to":"2026-11-01T00:00:00Z"}}"#,
    );
}

#[test]
fn a_name_says_what_a_question_is_about() {
    check(
        "show me orders-replica",
        r#"{"from":"databases","where":[{"field":"name","op":"eq","value":"orders-replica"}]}"#,
    );
    check_unclear("snapshots of orders-replica", "a name in `databases`");
}

#[test]
fn what_may_be_two_things_is_not_guessed() {
    check_unclear("osprey boxes", "a value of the tag `app` and a value of the tag `team`");
    check_unclear("prod boxes", "is an account, and a value of the tag `env` too");
}

#[test]
fn a_word_that_turns_a_name_round_is_not_passed_by() {
    for question in [
        "boxes without checkout",
        "machines other than checkout",
        "everything but checkout",
        "boxes like checkout",
        "volumes by checkout",
    ] {
        let reading = read(question, known(question));
        assert!(!matches!(reading.route, Route::Common(_)), "{question}: {reading:?}");
    }
}

#[test]
fn a_word_that_adds_nothing_elsewhere_is_a_name_here() {
    let reading = read("friendly databases", known("friendly databases"));
    let Route::Common(query) = &reading.route else { panic!("{reading:?}") };
    let wanted =
        serde_json::from_str(r#"{"from":"databases","where":[{"field":"tags.app","op":"eq","value":"friendly"}]}"#)
            .unwrap();
    assert!(same(query, &wanted), "{reading:?}");
}
