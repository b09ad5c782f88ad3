//! "could I trouble you for the", "I'd be delighted to hear", "would it be possible to get": how a request begins, whose words
//! say nothing of what is asked for.

use crate::draft::Draft;
use crate::phrases::{Phrases, phrases};

/// Who asks, and whether they may.
const BEGINS: Phrases = phrases(&[
    "could",
    "can",
    "would",
    "i",
    "i'd",
    "we",
    "we'd",
    "please",
    "kindly",
    "let",
    "might",
    "perhaps",
    "maybe",
    "somebody",
    "someone",
    "if you",
    "is it possible",
    "i'm",
    "we're",
    "wants",
    "wanted",
    "needs",
    "asks",
    "asked",
    "requests",
    "just",
    "today i",
    "today we",
    "now i",
    "now we",
    "finally i",
    "finally we",
    "may i",
    "may we",
    "do you think you could",
    "any chance",
    "any chance of",
    "need",
    "want",
    "i'll",
    "appreciate",
    "pls",
]);

/// Words of a request.
const WORDS: &[&str] = &[
    "could",
    "can",
    "would",
    "might",
    "may",
    "i",
    "i'd",
    "i'm",
    "i'll",
    "we",
    "we'd",
    "we're",
    "you",
    "me",
    "us",
    "it",
    "be",
    "is",
    "am",
    "been",
    "possible",
    "able",
    "like",
    "love",
    "appreciate",
    "delighted",
    "happy",
    "glad",
    "grateful",
    "pleased",
    "obliged",
    "wonder",
    "wondering",
    "was",
    "trouble",
    "bother",
    "mind",
    "help",
    "kindly",
    "please",
    "pls",
    "just",
    "quickly",
    "simply",
    "perhaps",
    "maybe",
    "possibly",
    "somebody",
    "someone",
    "anyone",
    "whether",
    "if",
    "that",
    "a",
    "an",
    "the",
    "of",
    "for",
    "to",
    "need",
    "want",
    "wants",
    "needs",
    "wanted",
    "require",
    "wish",
    "interested",
    "in",
    "asked",
    "asks",
    "requests",
    "with",
    "only",
    "really",
    "very",
    "much",
    "so",
    "kind",
    "good",
    "enough",
    "as",
    "gladly",
    "also",
    "now",
    "today",
    "finally",
    "must",
    "have",
    "has",
    "chance",
    "think",
    "do",
    "brief",
    "quick",
    "simple",
    "short",
    "full",
    "complete",
    "let",
    "from",
    "out",
    "up",
    "over",
    "ever",
    "about",
    "well",
    "then",
    "once",
    "nice",
    "lovely",
    "great",
];

/// What is wished for, without a word of what about.
const TELLS: &[&str] = &[
    "get",
    "see",
    "have",
    "know",
    "hear",
    "tell",
    "telling",
    "give",
    "giving",
    "show",
    "showing",
    "list",
    "listing",
    "find",
    "finding",
    "need",
    "want",
    "wants",
    "needs",
    "wanted",
    "pull",
    "bring",
    "look",
    "check",
    "name",
    "appreciate",
    "like",
    "love",
    "requests",
    "asks",
    "asked",
    "trouble",
    "learn",
    "receive",
    "obtain",
    "view",
    "provide",
    "share",
    "send",
    "display",
    "retrieve",
    "fetch",
    "identify",
    "count",
    "interested",
    "wondering",
    "wonder",
    "ask",
    "let",
    "overview",
    "breakdown",
    "summary",
    "report",
    "figure",
    "figures",
    "table",
];

/// How many words begin a request there.
pub(super) fn request(draft: &Draft<'_>, at: usize, end: usize) -> Option<usize> {
    draft.said(at, BEGINS)?;
    let mut told = false;
    let mut i = at;
    let mut last = at;
    while i < end {
        let word = draft.words.lower(i);
        let tells = TELLS.contains(&word);
        if !tells && !WORDS.contains(&word) {
            break;
        }
        // "I need list prices", "we have 5 VMs": what follows is asked for.
        told |= tells;
        i += 1;
        // A preposition may belong to what follows, and is kept.
        if tells
            || !matches!(
                word,
                "of" | "for"
                    | "in"
                    | "with"
                    | "from"
                    | "to"
                    | "only"
                    | "over"
                    | "up"
                    | "out"
                    | "that"
                    | "as"
                    | "is"
                    | "have"
                    | "has"
            )
        {
            last = i;
        }
    }
    (told && last > at).then_some(last - at)
}
