//! What must hold for any question: the one definition that the test beside it and the fuzz target `question` share. It names
//! public items only.

use classifier::labelled::{estate, now};
use classifier::{Classifier, Context, MOST_SUGGESTIONS, Route, Vocabulary};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// What the longest question may take in the product.
const PROMISED: Duration = Duration::from_millis(5);

/// So many times slower are builds that are optimised little and have assertions, or instruments, in them: fifty conditions take
/// 0.4 ms in the product and 10 ms there.
const SLOWER: u32 = 25;

/// A machine that has other things to do is slow now and then; what is slow by itself is slow each time.
const TRIES: usize = 5;

fn ready() -> &'static (Classifier, Vocabulary) {
    static READY: OnceLock<(Classifier, Vocabulary)> = OnceLock::new();
    READY.get_or_init(|| (Classifier::new(), estate()))
}

/// Panics where a question is read as what cannot be run, or otherwise by another way.
pub(crate) fn holds(text: &str) {
    let (classifier, vocabulary) = ready();
    let cx = Context { now: now(), vocabulary };
    let reading = classifier.classify(text, &cx);
    if let Route::Common(query) = &reading.route {
        query.to_sql(now()).expect("what was read can be run");
    }
    assert!((0.0..=1.0).contains(&reading.confidence), "{reading:?}");
    assert_eq!(classifier.explain(text, &cx).reading, reading, "{text:?}");
    assert!(classifier.suggest(text, vocabulary).len() <= MOST_SUGGESTIONS, "{text:?}");
}

/// Panics where reading a question takes longer than is promised.
pub(crate) fn is_soon(text: &str) {
    let (classifier, vocabulary) = ready();
    let cx = Context { now: now(), vocabulary };
    let took = || {
        let began = Instant::now();
        let _ = classifier.classify(text, &cx);
        began.elapsed()
    };
    let most = PROMISED * SLOWER;
    let tries: Vec<Duration> = (0..TRIES).map(|_| took()).take_while(|took| *took > most).collect();
    assert!(tries.len() < TRIES, "{tries:?}: {text:?}");
}
