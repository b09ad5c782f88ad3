//! How long reading a question takes: p50 and p99 over the questions of the test file, as JSON.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use chrono::{TimeZone, Utc};
use classifier::{Classifier, Context, Route, Vocabulary};
use std::hint::black_box;
use std::time::Instant;

/// Rounds over all questions: enough for a p99 that holds still.
const ROUNDS: usize = 50;

const QUESTIONS: &[&str] = &[
    "list all VMs",
    "show me running EC2 instances in eu-west-1 with name and subnet",
    "how many VMs per provider",
    "VMs with CPU below 20% and cost over $100",
    "top 10 most expensive instances",
    "untagged volumes",
    "gp2 volumes larger than 100 GB",
    "which regions do we spend most in",
    "cost by service last month",
    "spend per team tag over the last 30 days",
    "instances of type m5.xlarge or larger owned by team payments",
    "how many resources of each kind in each account",
    "VMs launched in the last 7 days sorted by launch time",
    "please delete all stopped instances",
    "which volumes are probably owned by the team that started instances in the same hour",
];

fn main() {
    let classifier = Classifier::new();
    let vocabulary = Vocabulary::default();
    let now = Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap();
    let cx = Context { now, vocabulary: &vocabulary };
    let mut times = Vec::new();
    let mut common = 0;
    for round in 0..ROUNDS + 1 {
        for question in QUESTIONS {
            let started = Instant::now();
            let reading = black_box(classifier.classify(black_box(question), &cx));
            let took = started.elapsed();
            // The first round warms the caches.
            if round > 0 {
                times.push(took.as_secs_f64() * 1e6);
                common += usize::from(matches!(reading.route, Route::Common(_)));
            }
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[times.len() * share / 100];
    println!(
        "{{\"questions\": {}, \"on_common_route\": {}, \"p50_us\": {:.2}, \"p99_us\": {:.2}}}",
        QUESTIONS.len(),
        common / ROUNDS,
        at(50),
        at(99)
    );
}
