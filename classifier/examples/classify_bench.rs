//! How long reading a question takes: p50 and p99 over a sample of the seen questions, of every kind, as JSON.

#![allow(clippy::print_stdout, missing_docs)]

use classifier::labelled::{self, Labelled};
use classifier::{Classifier, Context, Route, model};
use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Rounds over all questions: enough for a p99 that holds still. One more comes first, which warms the caches.
const ROUNDS: usize = 10;

/// Of each kind of question one in so many is read, and the first in any case.
const ONE_IN: usize = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let questions = sample()?;
    let classifier = Classifier::new();
    let vocabulary = labelled::estate();
    let (mut times, mut common) = (Vec::with_capacity(questions.len() * ROUNDS), 0);
    for round in 0..=ROUNDS {
        for question in &questions {
            let cx = Context { now: question.now(), vocabulary: &vocabulary };
            let started = Instant::now();
            let reading = black_box(classifier.classify(black_box(&question.question), &cx));
            let took = started.elapsed();
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
        questions.len(),
        common / ROUNDS,
        at(50),
        at(99)
    );
    Ok(())
}

/// Some questions of each kind that people asked, out of those that the model learned from.
fn sample() -> Result<Vec<Labelled>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut sampled, mut seen) = (Vec::new(), HashMap::new());
    for source in model::SOURCES.iter().filter(|source| source.path.starts_with("data/questions/")) {
        let text = std::fs::read_to_string(folder.join(source.path))?;
        for question in labelled::questions(&text, None)? {
            let so_far: &mut usize = seen.entry(question.kind().to_owned()).or_default();
            *so_far += 1;
            if *so_far % ONE_IN == 1 {
                sampled.push(question);
            }
        }
    }
    Ok(sampled)
}
