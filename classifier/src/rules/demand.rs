//! "can the dev VMs be stopped", "those volumes need to go", "perform a backup", "I need a new VM": changes that are demanded
//! without the verb of a command at their head.

use super::change::DONE;
use crate::lexicon::{Sense, Senses};
use crate::tokens::{Kind, Words};

/// Whether a word is of those that begin a request politely.
pub(super) fn is_asking(word: &str) -> bool {
    matches!(word, "please" | "pls" | "can" | "could" | "would" | "you" | "kindly" | ",")
}

/// What somebody demands, if that is a change.
pub(super) fn demanded<'a>(words: &'a Words, senses: &Senses<'_>) -> Option<&'a str> {
    if let Some(script) = (0..words.len().min(6)).find_map(|at| script(words, at)) {
        return Some(script);
    }
    if asks(words) {
        return None;
    }
    (0..words.len())
        .find_map(|at| {
            passive(words, at)
                .or_else(|| must_go(words, at))
                .or_else(|| nominal(words, at))
                .or_else(|| one_more(words, senses, at))
                .or_else(|| has_done(words, at))
                .or_else(|| out_of_service(words, at))
        })
        .or_else(|| verb_last(words, senses))
}

/// Whether a word asks, wherever it stands.
pub(super) fn is_question(word: &str) -> bool {
    matches!(
        word,
        "which"
            | "what"
            | "what's"
            | "how"
            | "who"
            | "why"
            | "when"
            | "where"
            | "whose"
            | "list"
            | "show"
            | "count"
            | "were"
            | "been"
            | "number"
    )
}

/// "which VMs can be stopped", "what should be deleted", "list what must go": asks, whatever it is about.
fn asks(words: &Words) -> bool {
    (0..words.len()).any(|at| {
        is_question(words.lower(at))
            || matches!(
                words.lower(at),
                "that" | "if" | "whether" | "there" | "any" | "find" | "was" | "candidates" | "report"
            ) && !(words.lower(at) == "that" && matches!(words.lower(at + 1), "the" | "it" | "all" | "nothing"))
    })
}

/// "can the test database be restarted", "the IPs should be released", "must be made private".
fn passive(words: &Words, at: usize) -> Option<&str> {
    if words.lower(at) != "be" {
        return None;
    }
    let modal = (at.saturating_sub(8)..at).any(|i| {
        matches!(
            words.lower(i),
            "can"
                | "could"
                | "should"
                | "must"
                | "needs"
                | "need"
                | "has"
                | "have"
                | "ought"
                | "shall"
                | "please"
                | "better"
                | "let"
                | "want"
        )
    });
    let from = if matches!(
        words.lower(at + 1),
        "made" | "set" | "turned" | "switched" | "shut" | "powered" | "taken" | "put" | "all" | "now"
    ) {
        at + 1
    } else {
        at
    };
    let two = matches!(
        words.phrase(from, 2),
        "made private"
            | "made public"
            | "turned off"
            | "turned on"
            | "switched off"
            | "switched on"
            | "shut down"
            | "powered off"
            | "powered down"
            | "powered on"
            | "taken down"
            | "taken offline"
            | "put offline"
            | "set to"
    );
    let done = two || DONE.contains(&words.lower(at + 1)) || DONE.contains(&words.lower(from + 1));
    (modal && done).then(|| words.phrase(at + 1, 1))
}

/// "those volumes need to go", "web-1 has to go".
fn must_go(words: &Words, at: usize) -> Option<&str> {
    let goes = matches!(words.phrase(at, 3), "need to go" | "needs to go" | "has to go" | "have to go" | "got to go")
        || matches!(words.phrase(at, 2), "must go" | "gotta go" | "should go" | "can go") && at > 1;
    let end = at + if words.phrase(at, 3).ends_with("to go") { 3 } else { 2 };
    (goes && matches!(words.lower(end), "" | "," | "now" | "away" | "please" | "today" | "asap")).then_some("removed")
}

/// "perform a backup of orders", "initiate deletion", "do a restart of web-1".
fn nominal(words: &Words, at: usize) -> Option<&str> {
    const ACTS: &[&str] = &[
        "perform",
        "do",
        "initiate",
        "trigger",
        "carry out",
        "execute",
        "start",
        "begin",
        "run",
        "schedule",
        "kick off",
        "proceed with",
        "go ahead with",
        "take",
        "arrange",
        "order",
        "request",
    ];
    const CHANGES: &[&str] = &[
        "deletion",
        "removal",
        "restart",
        "reboot",
        "resize",
        "backup",
        "shutdown",
        "termination",
        "migration",
        "rollback",
        "upgrade",
        "failover",
        "cleanup",
        "clean-up",
        "rotation",
        "restore",
        "deployment",
        "redeployment",
        "decommissioning",
        "rightsizing",
        "downsizing",
        "purge",
        "teardown",
        "snapshot",
    ];
    let len = [2, 1].into_iter().find(|len| ACTS.contains(&words.phrase(at, *len)))?;
    let begins = (0..at).all(|i| {
        let word = words.lower(i);
        is_asking(word)
            || matches!(
                word,
                "now" | "then" | "and" | "i" | "want" | "to" | "need" | "we" | "just" | "me" | "let's" | "go" | "ahead"
            )
    });
    let mut noun = at + len;
    while matches!(
        words.lower(noun),
        "a" | "an"
            | "the"
            | "full"
            | "complete"
            | "quick"
            | "new"
            | "mass"
            | "bulk"
            | "immediate"
            | "rolling"
            | "graceful"
            | "hard"
            | "soft"
    ) {
        noun += 1;
    }
    let report = matches!(
        words.lower(noun + 1),
        "report" | "audit" | "check" | "coverage" | "review" | "overview" | "costs" | "cost" | "count" | "policy"
    );
    (begins && CHANGES.contains(&words.lower(noun)) && !report).then(|| words.phrase(at, noun + 1 - at))
}

/// "I need a new VM in Frankfurt", "give us another database", "order two more servers".
fn one_more<'a>(words: &'a Words, senses: &Senses<'_>, at: usize) -> Option<&'a str> {
    let wish = matches!(
        words.lower(at),
        "need" | "want" | "give" | "get" | "order" | "like" | "require" | "have" | "build" | "make" | "set" | "provide"
    );
    let leads = (0..at).all(|i| {
        let word = words.lower(i);
        is_asking(word)
            || matches!(word, "i" | "we" | "i'd" | "we'd" | "just" | "to" | "also" | "now" | "hi" | "hey" | "hello")
    });
    if !wish || !leads {
        return None;
    }
    let mut from = at + 1;
    while matches!(words.lower(from), "me" | "us" | "to" | "up" | "have" | "get" | "for") {
        from += 1;
    }
    let more = matches!(
        words.phrase(from, 2),
        "a new" | "an additional" | "an extra" | "one more" | "some more" | "a second" | "a fresh" | "a brand"
    )
    .then_some(2)
    .or_else(|| matches!(words.lower(from), "another").then_some(1))
    .or_else(|| (words.lower(from + 1) == "more" && words.lower(from + 2) != "than").then_some(2))
    .or_else(|| (matches!(words.lower(at), "build" | "set") && matches!(words.lower(from), "a" | "an")).then_some(1))?;
    let thing = (from + more..from + more + 4).any(|i| {
        senses.at(i).any(|(_, s)| matches!(s, Sense::Table(_)))
            || matches!(words.lower(i), "cluster" | "vpc" | "queue" | "gpu")
    });
    let told = (from + more..from + more + 3).any(|i| {
        matches!(
            words.lower(i),
            "list"
                | "report"
                | "table"
                | "overview"
                | "breakdown"
                | "summary"
                | "count"
                | "number"
                | "view"
                | "query"
                | "snapshot"
                | "cost"
                | "costs"
        )
    });
    (thing && !told).then(|| words.phrase(from, more))
}

/// "have the volume encrypted", "please get all VMs restarted", "everything gets deleted now".
fn has_done(words: &Words, at: usize) -> Option<&str> {
    if matches!(words.phrase(at, 2), "gets deleted" | "gets stopped" | "gets terminated" | "gets removed") {
        return Some(words.phrase(at + 1, 1));
    }
    if !matches!(words.lower(at), "have" | "get" | "want") {
        return None;
    }
    let pointed = matches!(
        words.lower(at + 1),
        "the" | "all" | "every" | "those" | "these" | "this" | "it" | "them" | "my" | "our" | "everything"
    );
    let leads = (0..at).all(|i| {
        let word = words.lower(i);
        is_asking(word)
            || matches!(word, "i" | "we" | "i'd" | "we'd" | "like" | "love" | "want" | "need" | "to" | "just" | "let's")
    });
    // "want" of all that are so may well be a list.
    let done = |i: usize| {
        DONE.contains(&words.lower(i))
            && matches!(words.lower(i + 1), "" | "," | "please" | "now" | "today" | "tonight" | "asap" | "first")
    };
    let found = (at + 3..words.len().min(at + 9)).find(|i| done(*i))?;
    (pointed && leads && words.lower(at) != "want").then(|| words.phrase(found, 1))
}

/// "generate terraform for these VMs", "give me a bash script that …": programs are not written for others.
fn script(words: &Words, at: usize) -> Option<&str> {
    let verb = matches!(
        words.lower(at),
        "generate" | "write" | "give" | "create" | "produce" | "make" | "draft" | "build" | "code"
    );
    let leads = at <= 4;
    let thing = |i: usize| {
        matches!(
            words.lower(i),
            "terraform"
                | "cloudformation"
                | "bicep"
                | "ansible"
                | "playbook"
                | "boto3"
                | "powershell"
                | "dockerfile"
                | "script"
                | "scripts"
                | "snippet"
                | "pulumi"
        )
    };
    (verb && leads && (at + 1..at + 6).any(thing)).then(|| words.phrase(at, 1))
}

/// "take web-1 out of service", "take it away".
fn out_of_service(words: &Words, at: usize) -> Option<&str> {
    let takes = matches!(words.lower(at), "take" | "put" | "bring");
    let way = |i: usize| {
        matches!(words.phrase(i, 3), "out of service" | "out of rotation" | "back to life")
            || matches!(words.phrase(i, 2), "it away" | "them away" | "offline" | "back online")
    };
    (takes && (at + 1..at + 5).any(way)).then(|| words.phrase(at, 1))
}

/// "vol-0abc1234 delete", "web-1 restart please": the verb stands behind the one thing.
fn verb_last<'a>(words: &'a Words, senses: &Senses<'_>) -> Option<&'a str> {
    let mut end = words.len();
    while end > 1 && matches!(words.lower(end - 1), "please" | "pls" | "now" | "," | "asap" | "immediately") {
        end -= 1;
    }
    let thing = |at: usize| {
        words.kind(at) == Some(Kind::Quoted) || words.lower(at).contains(|c: char| c == '-' || c.is_ascii_digit())
    };
    let verb = end.checked_sub(1)?;
    let acts = matches!(
        words.lower(verb),
        "delete"
            | "stop"
            | "restart"
            | "start"
            | "reboot"
            | "terminate"
            | "remove"
            | "kill"
            | "resize"
            | "destroy"
            | "shutdown"
            | "encrypt"
    );
    let command = senses.at(verb).any(|(_, s)| matches!(s, Sense::Command));
    (acts && command && (1..=2).contains(&verb) && (0..verb).all(|at| thing(at) || words.lower(at) == ","))
        .then(|| words.phrase(verb, 1))
}
