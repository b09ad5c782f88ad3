//! "I would be glad if they were made private", "our policy demands that it be terminated", "it would be best if it no longer
//! existed": changes that somebody would like to have seen.

use super::change::DONE;
use super::demand::is_question;
use crate::phrases::{Listed, Phrases, phrases};
use crate::tokens::{Kind, Words};

/// What a wish begins with; what is wished for stands behind it.
const WISHES: Phrases = phrases(&[
    "glad if",
    "happy if",
    "happier if",
    "grateful if",
    "pleased if",
    "delighted if",
    "relieved if",
    "best if",
    "better if",
    "good if",
    "nice if",
    "great if",
    "lovely if",
    "perfect if",
    "ideal if",
    "cool if",
    "appreciate if",
    "appreciate it if",
    "prefer if",
    "prefer it if",
    "love it if",
    "wish that",
    "demands that",
    "demand that",
    "requires that",
    "require that",
    "insists that",
    "insist that",
    "asks that",
    "ask that",
    "requests that",
    "request that",
    "suggest that",
    "suggests that",
    "propose that",
    "proposes that",
    "recommend that",
    "recommends that",
    "see to it that",
    "needed that",
    "necessary that",
    "required that",
    "desired that",
    "important that",
    "make sure that",
    "make sure",
    "ensure that",
    "so that",
    "time that",
]);

/// The change that somebody wishes for, if nothing is asked beside it.
pub(super) fn wished_for(words: &Words) -> Option<&str> {
    if let Some(word) = let_it(words).or_else(|| ought(words)) {
        return Some(word);
    }
    let asks = |at: usize| {
        is_question(words.lower(at)) && !matches!(words.lower(at), "were" | "been")
            || matches!(
                words.lower(at),
                "give" | "tell" | "see" | "know" | "find" | "report" | "provide" | "send" | "share"
            )
    };
    let from = (0..words.len()).find_map(|at| wish(words, at))?;
    if (0..words.len()).any(asks)
        && words.phrase(0, 4) != "see to it that"
        && !(0..from).any(|at| words.phrase(at, 3) == "see to it")
    {
        return None;
    }
    (from..words.len()).find_map(|at| change(words, at))
}

/// "let the staging cluster scale to zero", "please let those volumes go".
fn let_it(words: &Words) -> Option<&str> {
    let at = usize::from(matches!(words.lower(0), "please" | "pls" | "kindly" | "now"));
    let thing = matches!(words.lower(at + 1), "the" | "our" | "my" | "all" | "those" | "these" | "every" | "this");
    if words.lower(at) != "let" || !thing {
        return None;
    }
    (at + 2..at + 7)
        .map(|i| words.lower(i))
        .find(|word| crate::lexicon::is_command(word) && !matches!(*word, "open" | "tag" | "set" | "run" | "start"))
}

/// "those volumes ought to become gp3", "get the staging fleet down to two machines".
fn ought(words: &Words) -> Option<&str> {
    if (0..words.len()).any(|at| is_question(words.lower(at))) {
        return None;
    }
    let becomes = (1..words.len()).find(|at| {
        matches!(
            words.phrase(*at, 3),
            "ought to become" | "need to become" | "has to become" | "have to become" | "needs to become"
        ) || matches!(words.phrase(*at, 2), "should become" | "must become" | "shall become")
    });
    let at = usize::from(matches!(words.lower(0), "please" | "pls" | "kindly"));
    let down = words.lower(at) == "get"
        && (at + 2..at + 7).any(|i| matches!(words.phrase(i, 2), "down to" | "up to" | "rid of"));
    // "roll the prod nodes one by one".
    let rolls = words.lower(at) == "roll"
        && (at + 1..at + 6)
            .any(|i| matches!(words.lower(i), "nodes" | "pods" | "boxes" | "instances" | "fleet" | "machines"));
    if rolls {
        return Some("roll");
    }
    becomes.map(|_| "changed").or_else(|| down.then_some("changed"))
}

fn wish(words: &Words, at: usize) -> Option<usize> {
    words.said(at, WISHES.beginning(words.mark(at))).next().map(|len| at + len)
}

/// "were made private", "be terminated", "no longer existed"; "that are stopped" says which ones.
fn change(words: &Words, at: usize) -> Option<&str> {
    if matches!(words.phrase(at, 3), "no longer exist" | "no longer existed" | "no longer there" | "no longer public") {
        return Some("removed");
    }
    // "that image-resizer gets 1 GB".
    if matches!(words.lower(at), "gets" | "get" | "receives") && matches!(words.kind(at + 1), Some(Kind::Number(_))) {
        return Some("changed");
    }
    let is =
        matches!(words.lower(at), "is" | "are" | "was" | "were" | "be" | "been" | "got" | "get" | "gets" | "being");
    let says_which = matches!(words.lower(at.wrapping_sub(1)), "that" | "which" | "who");
    let made = matches!(
        words.phrase(at + 1, 2),
        "made private"
            | "made public"
            | "turned off"
            | "turned on"
            | "switched off"
            | "shut down"
            | "powered off"
            | "taken down"
            | "taken offline"
            | "locked down"
            | "cleaned up"
    );
    let done =
        made || DONE.contains(&words.lower(at + 1)) || matches!(words.lower(at + 1), "shut" | "removed" | "private");
    (is && !says_which && done).then(|| words.lower(at + 1))
}
