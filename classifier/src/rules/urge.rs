//! "it is time to retire them", "the removal is approved", "would be lovely if they went away", "just do it": changes that are urged
//! rather than commanded.

use super::change::{DONE, command_stem};
use super::demand::{is_asking, is_question};
use crate::lexicon::{Kinds, Sense, Senses};
use crate::phrases::Marks;
use crate::tokens::Words;

/// Words that are of telling somebody later, or elsewhere.
const TELLS: Marks = Marks::of(&[
    "alert",
    "ping",
    "page",
    "wake",
    "warn",
    "subscribe",
    "unsubscribe",
    "mail",
    "email",
    "e-mail",
    "text",
    "message",
    "remind",
    "contact",
    "phone",
    "export",
    "save",
    "upload",
]);

/// Words that an urge can begin with where no command does.
const URGES: Marks = Marks::of(&[
    "time",
    "authorise",
    "authorize",
    "approve",
    "permit",
    "demand",
    "request",
    "order",
    "consent",
    "needs",
    "requires",
    "if",
    "is",
    "are",
    "has",
    "have",
    "need",
    "must",
    "should",
    "shall",
    "may",
    "give",
    "want",
    "like",
    "by",
    "ssh",
    "rdp",
    "log",
    "login",
    "telnet",
    "exec",
    "tail",
    "connect",
    "get",
    "let",
    "run",
    "execute",
])
.and(Marks::of(NOUNS));

/// What somebody urges to have done, if that is a change.
pub(super) fn urged<'a>(words: &'a Words, senses: &Senses<'_>) -> Option<&'a str> {
    let tells = |at: &usize| TELLS.has(words.mark(*at));
    if let Some(word) = (0..words.len().min(6)).filter(tells).find_map(|at| told_off(words, at)) {
        return Some(word);
    }
    if asks(words) {
        return None;
    }
    bare_yes(words).or_else(|| {
        let begins = |at: &usize| URGES.has(words.mark(*at)) || senses.kinds(*at).any(Kinds::COMMAND);
        (0..words.len()).filter(begins).find_map(|at| {
            in_time(words, senses, at)
                .or_else(|| somebody(words, senses, at))
                .or_else(|| approved(words, at))
                .or_else(|| wished_away(words, at))
                .or_else(|| is_to_be(words, at))
                .or_else(|| no_longer(words, at))
                .or_else(|| more_of_it(words, at))
                .or_else(|| by_doing(words, at))
                .or_else(|| reaches_in(words, at))
        })
    })
}

/// "which ones is it time to retire": asks, whatever it is about.
fn asks(words: &Words) -> bool {
    let wished = |at: usize| words.phrase(at, 3) == "were no longer";
    (0..words.len()).any(|at| is_question(words.lower(at)) && !wished(at) || words.lower(at) == "many")
}

/// "yes please go ahead", "just do it": nothing else is said.
fn bare_yes(words: &Words) -> Option<&str> {
    let all = |at: usize| {
        matches!(
            words.lower(at),
            "yes"
                | "please"
                | "pls"
                | "just"
                | "do"
                | "it"
                | "go"
                | "ahead"
                | "proceed"
                | "now"
                | "confirm"
                | "confirmed"
                | "ok"
                | "okay"
                | "then"
                | "deletion"
                | "them"
                | "that"
                | "sure"
                | ","
                | "execute"
                | "approved"
                | "yep"
        )
    };
    let said = (0..words.len()).any(|at| {
        matches!(words.lower(at), "proceed" | "confirm" | "confirmed" | "execute" | "approved")
            || matches!(words.phrase(at, 2), "do it" | "go ahead" | "do that")
    });
    (said && words.len() <= 8 && (0..words.len()).all(all)).then_some("done")
}

fn is_command(senses: &Senses<'_>, at: usize) -> bool {
    senses.at(at).any(|(_, s)| matches!(s, Sense::Command))
}

/// What a command acts upon, behind it.
fn pointed(words: &Words, senses: &Senses<'_>, at: usize) -> bool {
    matches!(
        words.lower(at),
        "the" | "all" | "these" | "those" | "this" | "that" | "it" | "them" | "our" | "my" | "every"
    ) || senses.at(at).any(|(_, s)| matches!(s, Sense::Table(_)))
        || is_name(words, at)
}

fn is_name(words: &Words, at: usize) -> bool {
    let word = words.lower(at);
    word.contains('-') && word.len() > 3
        || word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.ends_with(|c: char| c.is_ascii_digit())
}

/// "time to retire the old databases", "it is time that someone deleted the snapshots".
fn in_time<'a>(words: &'a Words, senses: &Senses<'_>, at: usize) -> Option<&'a str> {
    if words.lower(at) != "time" || at > 3 {
        return None;
    }
    let verb = match words.lower(at + 1) {
        "to" => at + 2,
        "that" | "someone" | "somebody" | "we" | "you" => {
            return (at + 2..at + 6).find(|i| DONE.contains(&words.lower(*i))).map(|i| words.lower(i));
        }
        _ => return None,
    };
    (is_command(senses, verb) && pointed(words, senses, verb + 1)).then(|| words.lower(verb))
}

/// "somebody kill the staging db", "wld u stop web-1", "may I ask you to shut down the VMs", "…, so delete it".
fn somebody<'a>(words: &'a Words, senses: &Senses<'_>, at: usize) -> Option<&'a str> {
    if !senses.kinds(at).any(Kinds::COMMAND) {
        return None;
    }
    let calls = |i: usize| {
        matches!(
            words.lower(i),
            "somebody"
                | "someone"
                | "anybody"
                | "anyone"
                | "wld"
                | "cld"
                | "wud"
                | "cud"
                | "u"
                | "ask"
                | "needful"
                | "kind"
                | "guys"
                | "folks"
        )
    };
    let lead = |i: usize| {
        is_asking(words.lower(i))
            || calls(i)
            || matches!(
                words.lower(i),
                "ya" | "may"
                    | "might"
                    | "i"
                    | "to"
                    | "beg"
                    | "do"
                    | "the"
                    | "and"
                    | "hey"
                    | "yo"
                    | "team"
                    | "all"
                    | "quickly"
                    | "be"
                    | "so"
                    | "good"
                    | "as"
                    | "want"
                    | "need"
                    | "have"
                    | "trust"
            )
    };
    let so = at > 1 && matches!(words.phrase(at - 2, 2), ", so" | ", then" | ", hence" | ", therefore");
    let led = at > 0 && (0..at).all(lead) && (0..at).any(calls);
    let len = senses.at(at).find_map(|(len, s)| matches!(s, Sense::Command).then_some(len))?;
    ((led || so) && pointed(words, senses, at + len)).then(|| words.phrase(at, len))
}

const NOUNS: &[&str] = &[
    "deletion",
    "removal",
    "termination",
    "restart",
    "reboot",
    "shutdown",
    "decommissioning",
    "migration",
    "cleanup",
    "upgrade",
    "rollback",
    "failover",
    "resize",
    "resizing",
];

/// "I authorise the removal of vol-123", "deletion of old snapshots is requested", "web-1 needs a restart".
fn approved(words: &Words, at: usize) -> Option<&str> {
    let word = words.lower(at);
    if matches!(word, "authorise" | "authorize" | "approve" | "permit" | "demand" | "request" | "order" | "consent")
        && (0..at).all(|i| {
            matches!(words.lower(i), "i" | "we" | "hereby" | "herewith" | "formally" | "as" | "manager" | "your" | ",")
        })
    {
        return (at + 1..at + 4)
            .find(|i| NOUNS.contains(&words.lower(*i)) || words.lower(*i).strip_suffix("ing").is_some_and(command_stem))
            .map(|i| words.lower(i));
    }
    if matches!(word, "needs" | "requires") && matches!(words.lower(at + 1), "a" | "an") {
        let noun = at + 2 + usize::from(matches!(words.lower(at + 2), "quick" | "full" | "hard" | "clean"));
        return NOUNS.contains(&words.lower(noun)).then(|| words.lower(noun));
    }
    if !NOUNS.contains(&word) || at > 2 {
        return None;
    }
    let granted = |i: usize| {
        matches!(words.lower(i), "is" | "was" | "has" | "are")
            && (i + 1..i + 4).any(|j| {
                matches!(words.lower(j), "requested" | "approved" | "authorised" | "authorized" | "ordered" | "granted")
            })
    };
    (at + 1..words.len()).any(granted).then_some(word)
}

/// "it would be lovely if the old snapshots went away".
fn wished_away(words: &Words, at: usize) -> Option<&str> {
    let wish = words.lower(at) == "if"
        && (0..at).any(|i| {
            matches!(
                words.lower(i),
                "lovely"
                    | "nice"
                    | "great"
                    | "good"
                    | "wonderful"
                    | "perfect"
                    | "glad"
                    | "happy"
                    | "grateful"
                    | "appreciate"
                    | "appreciated"
                    | "love"
                    | "thankful"
                    | "obliged"
            )
        });
    let gone = |i: usize| {
        matches!(words.phrase(i, 2), "went away" | "were gone" | "was gone" | "got lost")
            || matches!(words.phrase(i, 3), "were no longer" | "was no longer")
                && matches!(words.lower(i + 3), "open" | "public" | "there" | "reachable" | "exposed")
            || matches!(words.lower(i), "disappeared" | "vanished")
            || matches!(words.lower(i), "got" | "be" | "was" | "were") && DONE.contains(&words.lower(i + 1))
    };
    (wish && (at..words.len()).any(gone)).then_some("removed")
}

/// "the volume is to be detached".
fn is_to_be(words: &Words, at: usize) -> Option<&str> {
    let is = matches!(
        words.phrase(at, 3),
        "is to be" | "are to be" | "has to be" | "have to be" | "needs to be" | "need to be"
    );
    (is && at > 0 && DONE.contains(&words.lower(at + 3))).then(|| words.lower(at + 3))
}

/// "that bucket must not be public any more".
fn no_longer(words: &Words, at: usize) -> Option<&str> {
    let must = matches!(words.lower(at), "must" | "should" | "shall" | "may");
    let never = must
        && (matches!(words.phrase(at + 1, 3), "no longer be")
            || matches!(words.phrase(at + 1, 2), "not be")
                && (at + 3..words.len())
                    .any(|i| matches!(words.phrase(i, 2), "any more" | "any longer") || words.lower(i) == "anymore"));
    never.then_some("changed")
}

/// "give web-1 more RAM", "I'd like web-1 to have 16 GB", "we want web-1 twice as big".
fn more_of_it(words: &Words, at: usize) -> Option<&str> {
    let stuff = |i: usize| {
        matches!(
            words.lower(i),
            "ram" | "memory" | "disk" | "cpu" | "cpus" | "cores" | "storage" | "space" | "capacity" | "power" | "nodes"
        ) && words.lower(i + 1) != "than"
    };
    let leads = (0..at).all(|i| {
        is_asking(words.lower(i)) || matches!(words.lower(i), "i" | "we" | "i'd" | "we'd" | "just" | "now" | "to")
    });
    let number = |i: usize| matches!(words.kind(i), Some(crate::tokens::Kind::Number(_)));
    match words.lower(at) {
        // "it is too slow, give it 12000 iops".
        "give"
            if words.lower(at.wrapping_sub(1)) == ","
                && matches!(words.lower(at + 1), "it" | "them")
                && number(at + 2) =>
        {
            Some("changed")
        }
        // "get us two reservations".
        "get" if leads && matches!(words.lower(at + 1), "us" | "me") => {
            let many =
                number(at + 2) || matches!(words.lower(at + 2), "a" | "an" | "one" | "two" | "three" | "some" | "more");
            let bought = |i: usize| {
                matches!(words.lower(i), "reservation" | "reservations") && words.lower(i + 1) == "for"
                    || matches!(words.phrase(i, 2), "savings plan" | "savings plans" | "reserved instances")
                        && words.lower(i + 2) == "for"
            };
            (many && (at + 3..at + 6).any(bought)).then_some("bought")
        }
        "give" if leads => {
            let more = (at + 2..at + 4)
                .find(|i| matches!(words.lower(*i), "more" | "less" | "additional" | "extra" | "another"))?;
            (more + 1..more + 3).any(stuff).then_some("changed")
        }
        "want" | "like" | "need" if leads && is_name(words, at + 1) => {
            let so =
                matches!(words.phrase(at + 2, 2), "to have" | "to be" | "to run" | "to get" | "twice as" | "half as")
                    || matches!(
                        words.lower(at + 2),
                        "bigger" | "larger" | "smaller" | "faster" | "gone" | "off" | "down" | "back"
                    );
            so.then_some("changed")
        }
        _ => None,
    }
}

/// "cut the bill by stopping dev machines", "save money by deleting what is idle".
fn by_doing(words: &Words, at: usize) -> Option<&str> {
    let first = (0..words.len()).find(|i| !is_asking(words.lower(*i)))?;
    let aims = matches!(words.lower(first), "cut" | "reduce" | "save" | "lower" | "shrink" | "trim" | "slash");
    let gerund = words.lower(at) == "by" && words.lower(at + 1).strip_suffix("ing").is_some_and(command_stem);
    (aims && at > first && gerund).then(|| words.lower(at + 1))
}

/// "alert me when", "mail me the list every Monday", "subscribe me to": what would be done later, and elsewhere.
fn told_off(words: &Words, at: usize) -> Option<&str> {
    let leads = (0..at)
        .all(|i| is_asking(words.lower(i)) || matches!(words.lower(i), "and" | "also" | "then" | "i" | "want" | "to"));
    let word = words.lower(at);
    let me = matches!(words.lower(at + 1), "me" | "us" | "finance" | "everyone" | "the");
    let later = (at + 2..words.len()).any(|i| {
        matches!(
            words.lower(i),
            "when" | "whenever" | "if" | "once" | "every" | "each" | "as" | "daily" | "weekly" | "monthly" | "to"
        )
    });
    let later = match word {
        "alert" | "ping" | "page" | "wake" | "warn" | "subscribe" | "unsubscribe" => me && later,
        "mail" | "email" | "e-mail" | "text" | "message" | "remind" => me && (later || word == "remind"),
        "contact" | "phone" => {
            !words.lower(at + 1).is_empty() && !matches!(words.lower(at + 1), "of" | "person" | "tag")
        }
        "export" | "save" | "upload" => (at + 1..words.len()).any(|i| {
            matches!(
                words.phrase(i, 2),
                "to s3" | "to sharepoint" | "to drive" | "to disk" | "to confluence" | "to slack"
            ) || matches!(
                words.phrase(i, 3),
                "as a dashboard" | "as a report" | "as a file" | "to a bucket" | "to a file"
            )
        }),
        _ => false,
    };
    (leads && later).then_some(word)
}

/// "ssh into web-1", "log in to web-1", "connect me to db-1", "run ls on web-1".
fn reaches_in(words: &Words, at: usize) -> Option<&str> {
    let leads = (0..at).all(|i| is_asking(words.lower(i)) || matches!(words.lower(i), "and" | "then" | "just" | "now"));
    let two =
        matches!(
            words.phrase(at, 2),
            "ssh into"
                | "ssh to"
                | "rdp into"
                | "rdp to"
                | "log into"
                | "login to"
                | "telnet to"
                | "exec into"
                | "tail the"
        ) || matches!(words.phrase(at, 3), "log in to" | "connect me to" | "get me into" | "let me into" | "log me in");
    let runs = matches!(words.lower(at), "run" | "execute") && words.lower(at + 2) == "on" && is_name(words, at + 3);
    (leads && (two || runs)).then_some("entered")
}
