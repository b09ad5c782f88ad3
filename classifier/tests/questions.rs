//! Questions through the front door: text, estate and time in; query, unusual or refused out.
#![allow(clippy::unwrap_used, missing_docs)]

use chrono::{DateTime, Utc};
use classifier::{Classifier, Context, MAX_CHARS, MAX_WORDS, Reading, Route, Vocabulary};
use serde_json::Value;

/// A Saturday.
fn now() -> DateTime<Utc> {
    "2026-11-21T09:30:00Z".parse().unwrap()
}

fn estate() -> Vocabulary {
    let account = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    Vocabulary {
        providers: vec!["aws".to_owned(), "azure".to_owned()],
        accounts: vec![
            account("111122223333", "prod"),
            account("444455556666", "Acme Staging"),
            account("5f1e2d3c-0000-4000-8000-00000000abcd", "azure-dev"),
        ],
        regions: vec!["eu-west-1".to_owned(), "us-west-2".to_owned(), "westeurope".to_owned()],
        tag_keys: vec!["Team".to_owned(), "env".to_owned(), "cost-center".to_owned(), "backup".to_owned()],
        own_tables: Vec::new(),
        names: Vec::new(),
    }
}

fn read(question: &str, vocabulary: &Vocabulary) -> Reading {
    use std::sync::OnceLock;
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    let cx = Context { now: now(), vocabulary };
    CLASSIFIER.get_or_init(Classifier::new).classify(question, &cx)
}

/// The lines of a data file, without its comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Checks every line of a file of questions with their queries, and names all that differ.
fn check_all(file: &str, vocabulary: &Vocabulary) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in lines(file) {
        let line: Value = serde_json::from_str(line).unwrap();
        let question = line["question"].as_str().unwrap();
        let reading = read(question, vocabulary);
        count += 1;
        match &reading.route {
            Route::Common(query) if serde_json::to_value(query).unwrap() == line["query"] => {
                assert!(query.to_sql(now()).is_ok(), "{question}");
                assert!(!reading.reading.is_empty() && reading.unread.is_empty(), "{question}: {reading:?}");
            }
            other => wrong.push(format!(
                "{question}\n  wanted {}\n  got    {}",
                line["query"],
                serde_json::to_string(other).unwrap()
            )),
        }
    }
    assert!(wrong.is_empty(), "{} of {count} read otherwise:\n{}", wrong.len(), wrong.join("\n"));
    count
}

#[test]
fn questions_are_read_into_their_queries() {
    let count = check_all(include_str!("questions.jsonl"), &Vocabulary::default());
    assert!(count >= 150, "{count}");
}

#[test]
fn names_of_the_estate_are_found_in_questions() {
    check_all(include_str!("estate.jsonl"), &estate());
}

#[test]
fn a_question_with_a_word_that_cannot_be_placed_is_unusual() {
    let (mut count, mut other) = (0, Vec::new());
    for question in lines(include_str!("unusual.txt")) {
        count += 1;
        let reading = read(question, &Vocabulary::default());
        let Route::Unusual { why, .. } = &reading.route else {
            other.push(format!("{question}: {}", serde_json::to_string(&reading.route).unwrap()));
            continue;
        };
        assert!(!why.is_empty(), "{question}");
        assert!(reading.unread.iter().all(|word| !word.is_empty()), "{question}: {reading:?}");
    }
    assert!(other.is_empty(), "{} of {count}:\n{}", other.len(), other.join("\n"));
    assert!(count >= 40, "{count}");
}

#[test]
fn words_that_add_nothing_are_passed_over_and_named() {
    for (question, passed) in [
        ("list the lingering unattached volumes", "`lingering` passed over"),
        ("the disks lurking unencrypted in eu-west-1", "`lurking` passed over"),
    ] {
        let reading = read(question, &estate());
        assert!(matches!(reading.route, Route::Common(_)), "{question}: {reading:?}");
        assert!(reading.unread.is_empty() && reading.confidence <= 0.85, "{question}: {reading:?}");
        let said = reading.reasons.iter().any(|reason| reason.contains(passed));
        assert!(said, "{question}: {:?}", reading.reasons);
    }
}

#[test]
fn a_question_that_is_not_answered_is_offered_without_its_unknown_words() {
    let classifier = Classifier::new();
    let vocabulary = estate();
    let cx = Context { now: now(), vocabulary: &vocabulary };
    let shorter = |question: &str| classifier.shortened(question, &cx);
    assert_eq!(shorter("flaky volumes larger than 100 GB").as_deref(), Some("volumes larger than 100 GB"));
    assert_eq!(shorter("the wobbly stopped machines in prod").as_deref(), Some("stopped machines in prod"));
    assert_eq!(shorter("instances of the wobblers").as_deref(), Some("instances"));
    assert_eq!(shorter("volumes larger than 100 GB"), None);
    // Without its unknown word it still asks for what no volume is.
    let impossible = "volumes larger than 500 GB and smaller than 100 GB";
    for question in [impossible.to_owned(), format!("flaky {impossible}")] {
        assert!(matches!(read(&question, &vocabulary).route, Route::Unusual { .. }), "{question}");
        assert_eq!(shorter(&question), None, "{question}");
    }
}

#[test]
fn nothing_is_offered_that_means_the_opposite_or_is_offered_already() {
    let classifier = Classifier::new();
    let vocabulary = estate();
    let cx = Context { now: now(), vocabulary: &vocabulary };
    for question in [
        "unencrypted volumes unless they are idle",
        "volumes no longer encrypted",
        "volumes that were formerly attached",
        "half of the unencrypted volumes",
        "instances without frobs",
        "instances used to run",
        "volumes only if encrypted",
        "instances never stopped",
        "non-wobbly volumes",
        "spend last month except for tax",
        "instances tagged stopped",
        "volumes that need encryption",
        "spend of my team last month",
        "instances with frobs in prod",
        "flaky unencrypted volumes",
        "unattached volumes, ignoring ones younger than 30 days",
        "instances supposed to be stopped",
        "VMs launched outside business hours",
    ] {
        assert_eq!(classifier.shortened(question, &cx), None, "{question}");
    }
}

#[test]
fn of_two_keys_that_mean_the_same_it_is_said_which_is_looked_at() {
    let keys = ["env", "environment", "team", "Squad", "CostCenter", "cost_center", "owner"];
    let vocabulary = Vocabulary { tag_keys: keys.map(str::to_owned).to_vec(), ..estate() };
    for (question, said) in [
        ("instances with tag env = prod", "only the tag `env` is looked at; the estate has `environment` too"),
        ("spend by team last month", "only the tag `team` is looked at; the estate has `Squad` too"),
        (
            "instances without cost center tag",
            "only the tag `CostCenter` is looked at; the estate has `cost_center` too",
        ),
        ("how many teams have volumes", "only the tag `team` is looked at"),
    ] {
        let reading = read(question, &vocabulary);
        assert!(matches!(reading.route, Route::Common(_)), "{question}: {reading:?}");
        assert!(reading.reasons.iter().any(|reason| reason.starts_with(said)), "{question}: {:?}", reading.reasons);
    }
    for question in ["instances with tag owner = alice", "untagged instances", "instances by env and environment"] {
        let reading = read(question, &vocabulary);
        assert!(!reading.reasons.iter().any(|reason| reason.contains("is looked at")), "{question}: {reading:?}");
    }
}

#[test]
fn a_word_that_could_matter_is_never_passed_over() {
    for question in [
        "volumes, twice",
        "machines unless they idle",
        "buckets and half of their cost",
        "databases which are not",
        "load balancers versus last week",
        "snapshots, the flaky ones",
        "instances on hold",
        "volumes `lingering`",
        "who has buckets",
        "volumes that need encryption",
        "volumes wanting encryption",
        "databases looking to be multi-az",
        "spend by manager last month",
        "number of instances by boss",
        "cost of the campaign last month",
        "client spend by month",
        "contractors' spend last month",
        "instances hanging",
        "struggling databases",
        "instances with trouble",
        "instances in trouble in prod",
        "machines of the contractors",
        "security groups we discussed",
        "instances someone forgot",
        "instances with cpu below 20 tagged with cpu",
        "volumes without backup",
        "VMs with no backup",
    ] {
        let reading = read(question, &estate());
        assert!(!matches!(reading.route, Route::Common(_)), "{question}: {reading:?}");
    }
}

#[test]
fn a_question_that_would_change_something_or_is_of_other_things_is_refused() {
    let mut count = 0;
    for question in lines(include_str!("refused.txt")) {
        count += 1;
        let reading = read(question, &Vocabulary::default());
        assert!(matches!(&reading.route, Route::Refused { why } if !why.is_empty()), "{question}: {reading:?}");
    }
    assert!(count >= 30, "{count}");
}

#[test]
fn a_word_of_a_change_where_none_is_asked_for_refuses_nothing() {
    for question in [
        "delete candidates: unattached volumes older than 90 days",
        "shutdown candidates",
        "we want to delete old snapshots, which are older than a year?",
        "run the numbers for October",
        "drop tax, spend by service",
        "make it short: number of VMs",
        "kindly revert with the cost by team",
        "build servers by cost",
        "ec2 running && cpu < 5",
        "smart functions",
        "clean volumes",
        "resources that violate policy",
        "double the spend of last month",
    ] {
        let reading = read(question, &Vocabulary::default());
        assert!(!matches!(reading.route, Route::Refused { .. }), "{question}: {reading:?}");
    }
}

#[test]
fn every_example_is_read() {
    for question in Classifier::examples() {
        let reading = read(question, &Vocabulary::default());
        assert!(matches!(reading.route, Route::Common(_)), "{question}: {reading:?}");
    }
}

#[test]
fn an_unusual_question_names_the_words_and_offers_what_can_be_read() {
    let reading = read("unencrypted volumes unless they are idle", &Vocabulary::default());
    assert!((0.1..1.0).contains(&reading.confidence), "{reading:?}");
    // Which it is, each training says anew.
    let reading = Reading { confidence: 0.8, ..reading };
    insta::assert_json_snapshot!(reading, @r#"
    {
      "route": {
        "unusual": {
          "why": "as a question about `volumes`, it has words that cannot be placed: `unless`, `idle`",
          "nearest": [
            "unencrypted volumes",
            "untagged volumes",
            "volumes not attached to anything"
          ]
        }
      },
      "confidence": 0.8,
      "reasons": [],
      "reading": "",
      "unread": [
        "unless",
        "idle"
      ]
    }
    "#);
}

#[test]
fn questions_about_the_same_table_are_near_to_one_that_shares_no_word_with_them() {
    let near = |question: &str| match read(question, &Vocabulary::default()).route {
        Route::Unusual { nearest, .. } => nearest,
        other => panic!("{question}: {other:?}"),
    };
    assert!(near("lambdas unless idle").contains(&"functions with python3.12 runtime".to_owned()));
    assert!(near("boxes unless idle").contains(&"list all VMs".to_owned()));
}

#[test]
fn a_reading_says_how_it_was_understood() {
    let question = "List VMs with CPU under 20 % that cost more than $100 last month, on AWS and Azure";
    let reading = read(question, &Vocabulary::default());
    insta::assert_snapshot!(reading.reading, @"instances with cpu_avg, cost_30d on aws or azure, where cpu_avg is less than 20 and cost_30d is more than 100");
    insta::assert_json_snapshot!(reading.reasons, @r#"
    [
      "`last month` is read as the last 30 days, which is what `cost_30d` holds"
    ]
    "#);
}

#[test]
fn nothing_and_too_much_get_a_sentence() {
    for question in ["", "   ", "?!", "\u{0}\u{0}", "🙂🙂🙂"] {
        assert!(matches!(read(question, &estate()).route, Route::Refused { .. }), "{question:?}");
    }
    let long = "list all VMs ".repeat(MAX_CHARS / 13 + 1);
    assert!(matches!(read(&long, &estate()).route, Route::Unusual { .. }));
    let words = "VMs ".repeat(MAX_WORDS + 1);
    let Route::Unusual { why, .. } = read(&words, &estate()).route else { panic!() };
    assert_eq!(why, "the question is longer than 300 words: ask it in a sentence or two");
    let wide = "é".repeat(MAX_CHARS);
    assert!(matches!(read(&wide, &estate()).route, Route::Unusual { .. }));
}

/// A small generator of its own, so that a failure can be repeated from its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

#[test]
fn no_text_makes_it_panic_and_every_query_can_be_run() {
    const PIECES: &[&str] = &[
        "list",
        "VMs",
        "with",
        "without",
        "by",
        "per",
        "each",
        "cost",
        "cpu",
        "over",
        "100",
        "$",
        "%",
        "GB",
        "last",
        "month",
        "tag",
        "env",
        "=",
        "prod",
        "not",
        "or",
        "and",
        "between",
        "top",
        "10",
        "most",
        "expensive",
        "volumes",
        "attached",
        "to",
        "named",
        "\"",
        "'",
        "`",
        "“",
        "ß",
        "🙂",
        "m5.xlarge",
        "or larger",
        "in",
        "account",
        "region",
        "eu-west-1",
        "Ireland",
        "older than",
        "90",
        "days",
        "created",
        "since",
        "2026-13",
        "Q5",
        "February",
        "31",
        "spend",
        "service",
        "daily",
        "sum",
        "average",
        "sorted by",
        "descending",
        "how many",
        "untagged",
        "\u{200b}",
        "\n",
        ":",
        "..",
        "--",
        "0",
        "99999999999999999999",
        "1e400",
        "-1",
        "owned by team",
        "tags.",
        "tag:",
        "arn:aws:",
        "i-",
        "db.",
        "standard_",
        "the",
        "first",
        "limit",
        "from",
        "before",
        "9999-12",
        "9999-12-31",
        "0000-01-01",
        "before 0001-01-01",
        "ago",
        "more than",
        "1000000000 years",
    ];
    let estate = estate();
    for seed in 0..3_000 {
        let mut random = Random(seed);
        let mut question = String::new();
        for _ in 0..random.below(14) + 1 {
            if random.below(12) == 0 {
                question.extend(char::from_u32(u32::try_from(random.below(0x3000)).unwrap()));
            }
            question.push_str(PIECES[random.below(PIECES.len())]);
            if random.below(8) > 0 {
                question.push(' ');
            }
        }
        if let Route::Common(query) = read(&question, &estate).route {
            assert!(query.to_sql(now()).is_ok(), "seed {seed}: {question}");
            let json = serde_json::to_string(&query).unwrap();
            let again: schema::Query = serde_json::from_str(&json).unwrap();
            assert_eq!(again, query, "seed {seed}: {question}");
        }
    }
}
