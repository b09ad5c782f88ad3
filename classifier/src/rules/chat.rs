//! "hello there", "who made you", "what is 17 times 23", "play some jazz": talk that asks nothing of a cloud.

mod words;

use super::demand::is_asking;
use crate::lexicon::{Role, Sense, Senses};
use crate::tokens::{Kind, Shape, Words};
pub(super) use words::is_of_running;
use words::{ADDRESSED, BESIDE, GREETINGS, SENDS, WISHED};

/// Whether a question of which nothing is of a cloud is talk.
pub(super) fn is_chat(words: &Words, senses: &Senses<'_>) -> bool {
    is_greeting(words) || is_addressed(words, senses) || is_wished(words, senses)
}

/// "hello there", "thanks a lot", "ok cool".
fn is_greeting(words: &Words) -> bool {
    let said = |at: usize| {
        words.kind(at) == Some(Kind::Symbol)
            || GREETINGS.contains(&words.lower(at))
            || BESIDE.contains(&words.lower(at))
    };
    let greets = (0..words.len()).any(|at| GREETINGS.contains(&words.lower(at)));
    let good = (0..words.len()).any(|at| {
        matches!(words.phrase(at, 2), "good night" | "good day" | "well done" | "good job" | "good bot" | "nice work")
    });
    let ends = matches!(
        words.text().trim_end_matches([' ', ',']),
        "never mind"
            | "nevermind"
            | "forget it"
            | "exit"
            | "quit"
            | "stop"
            | "cancel"
            | "abort"
            | "are we done"
            | "happy new year"
            | "merry christmas"
            | "happy holidays"
            | "no thanks"
            | "that's all"
            | "that is all"
    );
    ends || words.len() <= 14 && (greets || good) && (0..words.len()).all(said)
}

/// "who made you", "how old are you".
fn is_addressed(words: &Words, senses: &Senses<'_>) -> bool {
    let addressed = (0..words.len()).any(|at| (1..=4).any(|len| ADDRESSED.contains(&words.phrase(at, len))));
    addressed && is_strange(words, senses, 0)
}

/// "play some jazz", "remind me to call mum".
fn is_wished(words: &Words, senses: &Senses<'_>) -> bool {
    let leads = |at: usize| {
        let word = words.lower(at);
        is_asking(word)
            || matches!(
                word,
                "hey"
                    | "hi"
                    | "just"
                    | "ok"
                    | "now"
                    | "help"
                    | "me"
                    | "to"
                    | "i"
                    | "want"
                    | "need"
                    | "neph"
                    | "nephoscope"
            )
    };
    let Some(verb) = (0..words.len()).find(|at| !leads(*at)) else { return false };
    WISHED.contains(&words.lower(verb)) && words.len() > verb + 1 && is_strange(words, senses, verb)
}

/// Whether no word is of a cloud, of a name that things may have, or of running one.
fn is_strange(words: &Words, senses: &Senses<'_>, from: usize) -> bool {
    const RUNNING: &[&str] = &[
        "slow",
        "down",
        "broke",
        "broken",
        "error",
        "errors",
        "failing",
        "failed",
        "crash",
        "crashed",
        "spike",
        "alert",
        "alerts",
        "deploy",
        "deployed",
        "deployment",
        "release",
        "rollback",
        "performance",
        "healthy",
        "health",
        "status",
        "monitoring",
        "outage",
        "incident",
        "budget",
        "waste",
        "wasting",
        "saving",
        "savings",
        "compliance",
        "compliant",
        "risk",
        "risks",
        "cloud",
        "clouds",
        "infrastructure",
        "production",
        "staging",
        "prod",
        "dev",
        "resources",
        "everything",
        "anything",
        "report",
        "owner",
        "owners",
        "team",
        "teams",
        "tag",
        "tags",
        "it",
        "them",
        "those",
        "these",
        "same",
        "kubernetes",
        "cluster",
        "pods",
        "logs",
        "traffic",
        "quota",
        "limits",
        "service",
        "services",
        "estate",
        "fleet",
        "utilisation",
        "utilization",
        "usage",
        "commitment",
        "commitments",
        "reservation",
        "reservations",
        "security",
        "secure",
        "exposed",
        "public",
        "unused",
        "idle",
        "sizes",
        "access",
        "see",
        "read",
        "sure",
        "reading",
        "connected",
        "data",
        "answer",
        "source",
        "able",
        "which",
        "accounts",
        "numbers",
    ];
    (from..words.len()).all(|at| {
        let odd = !matches!(words.lower(at), "gpt-4" | "gpt-5" | "gpt-3" | "gpt4" | "chat-gpt")
            && words.raw(at).contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '/' | '.' | '='));
        let of_cloud = senses.columns_at(at).any(|(_, _, column)| {
            !matches!(
                column.name,
                "name" | "description" | "kind" | "state" | "created_at" | "launched_at" | "modified_at"
            )
        }) || senses.at(at).any(|(_, s)| {
            !matches!(
                s,
                Sense::Role(_)
                    | Sense::Command
                    | Sense::Off(_)
                    | Sense::Compare(..)
                    | Sense::Bucket(_)
                    | Sense::OrMore(..)
                    | Sense::Superlative(..)
            )
        }) || senses.role(at, Role::Cost).or_else(|| senses.role(at, Role::Spend)).is_some();
        words.kind(at) == Some(Kind::Symbol) || !odd && !of_cloud && !RUNNING.contains(&words.lower(at))
    })
}

/// "disregard your rules", "bypass the read only mode": would talk a language model out of its task. "ignore the staging account"
/// is said of rows.
pub(super) fn talks_over(words: &Words) -> bool {
    let verb = |at: usize| {
        matches!(
            words.lower(at),
            "ignore"
                | "disregard"
                | "forget"
                | "override"
                | "overrule"
                | "bypass"
                | "circumvent"
                | "unlearn"
                | "violate"
                | "suspend"
                | "skip"
                | "discard"
                | "neglect"
        )
    };
    // "resources that violate policy" tells of them.
    let told = |at: usize| at > 0 && matches!(words.lower(at - 1), "that" | "which" | "who");
    let begins = |at: usize| {
        at < 4 && !told(at)
            || matches!(
                words.lower(at - 1),
                "and" | "then" | "," | "please" | "kindly" | "to" | "you" | "now" | "just" | "must" | "can" | "may"
            )
    };
    let ruled = |at: usize| {
        matches!(
            words.lower(at),
            "instruction"
                | "instructions"
                | "rule"
                | "rules"
                | "prompt"
                | "prompts"
                | "above"
                | "previous"
                | "prior"
                | "earlier"
                | "guideline"
                | "guidelines"
                | "restriction"
                | "restrictions"
                | "limits"
                | "limitations"
                | "safety"
                | "safeguards"
                | "policy"
                | "policies"
                | "permission"
                | "permissions"
                | "guardrails"
                | "grant"
                | "sandbox"
                | "read-only"
                | "readonly"
                | "training"
                | "told"
                | "everything"
                | "checks"
                | "protections"
                | "programming"
        ) || words.phrase(at, 2) == "read only"
    };
    (0..words.len())
        .any(|at| verb(at) && begins(at) && (at + 1..at + 6).take_while(|i| words.lower(*i) != ",").any(ruled))
}

/// "19 * 23 + 4", "what is 17 times 23", "15% of 80".
pub(super) fn is_sum(words: &Words) -> bool {
    // "2+2" is one word.
    let glued = |at: usize| {
        let word = words.lower(at);
        words.shape(at).any(const { Shape::SLASH.and(Shape::OTHER) })
            && word.contains(['+', '*', '/', '^'])
            && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'*' | b'/' | b'^' | b'.'))
    };
    let numbers: usize = (0..words.len())
        .map(|at| if glued(at) { 2 } else { usize::from(matches!(words.kind(at), Some(Kind::Number(_)))) })
        .sum();
    let said = |at: usize| {
        glued(at)
            || matches!(words.kind(at), Some(Kind::Number(_) | Kind::Symbol))
            || matches!(
                words.lower(at),
                "*" | "x"
                    | "+"
                    | "-"
                    | "/"
                    | "^"
                    | "what"
                    | "is"
                    | "what's"
                    | "times"
                    | "plus"
                    | "minus"
                    | "divided"
                    | "multiplied"
                    | "by"
                    | "of"
                    | "percent"
                    | "squared"
                    | "cubed"
                    | "calculate"
                    | "compute"
                    | "solve"
                    | "equals"
                    | "how"
                    | "much"
                    | "the"
                    | "sum"
                    | "and"
                    | "please"
                    | "product"
                    | "root"
                    | "square"
            )
    };
    numbers > 1 && (0..words.len()).all(said)
}

/// "post the report to slack", "email bob the list": what would go to others.
pub(super) fn sends_out(words: &Words) -> Option<&str> {
    let leads = |at: usize| {
        let word = words.lower(at);
        is_asking(word) || matches!(word, "then" | "and" | "now" | "also")
    };
    let begins = |at: usize| {
        (0..at).all(leads) || matches!(words.lower(at - 1), "and" | "then") && !words.lower(at + 1).is_empty()
    };
    (0..words.len()).filter(|at| SENDS.contains(&words.lower(*at))).find_map(|at| {
        let told = matches!(words.lower(at + 1), "me" | "us" | "" | "," | "is" | "addresses" | "address" | "of");
        if super::mention::sends_list(words, at) {
            return None;
        }
        let acts = matches!(
            words.lower(at + 1),
            "the" | "this" | "that" | "it" | "them" | "a" | "an" | "all" | "our" | "my" | "everyone" | "to" | "every"
        ) || (at + 1..words.len()).any(|i| matches!(words.lower(i), "to" | "about") && at + 1 < i);
        (begins(at) && !told && acts).then(|| words.lower(at))
    })
}
