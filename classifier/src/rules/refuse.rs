//! Questions that this product does not answer: those that would change something, and those about other things.

use crate::lexicon::{Kinds, Off, Role, Sense, Senses};
use crate::tokens::{Kind, Words};

/// Commands that are also adjectives or nouns, unless something to act upon follows.
const AMBIGUOUS: &[&str] = &[
    "open",
    "empty",
    "tag",
    "label",
    "snapshot",
    "backup",
    "back",
    "run",
    "start",
    "close",
    "share",
    "set",
    "clean",
    "block",
    "change",
    "power",
    "switch",
    "archive",
    "launch",
    "copy",
    "reserve",
    "schedule",
    "make",
    "lock",
    "patch",
    "update",
    "bring",
    "write",
    "force",
    "register",
    "mount",
    "double",
    "halve",
    "lower",
    "raise",
    "cap",
    "extend",
    "clone",
    "draft",
    "bounce",
    "swap",
    "approve",
    "ban",
    "retire",
    "trash",
    "scrap",
    "bin",
    "build",
    "grow",
    "implement",
    "accept",
    "act",
    "toss",
    "take",
    "park",
    "shift",
];

/// Words that point at what a command is to act upon.
const POINTERS: &[&str] = &[
    "them", "it", "all", "the", "these", "those", "this", "that", "my", "our", "every", "each", "any", "off", "down",
    "up", "on", "a", "an", "me", "port", "ports", "new", "out", "one", "another",
];

/// What stands before a command without making it a question.
const LEADS: &[&str] = &[
    "please",
    "pls",
    "can",
    "could",
    "would",
    "you",
    "will",
    "i",
    "want",
    "need",
    "to",
    "go",
    "ahead",
    "and",
    "now",
    "just",
    "let's",
    "lets",
    "let",
    "us",
    "we",
    "must",
    "kindly",
    "hey",
    "hi",
    "hello",
    "ok",
    "okay",
    "help",
    "me",
    "should",
    "then",
    "also",
    "immediately",
    "quickly",
    "automatically",
    "neph",
    "nephoscope",
    "like",
    "i'd",
    "so",
    "love",
    "it",
    "appreciate",
    "grateful",
    "glad",
    "happy",
    "dear",
    "assistant",
    ",",
    "perhaps",
    "maybe",
    "might",
    "may",
    "possibly",
];

const ELSEWHERE_SENTENCE: &str = "this is not a question about your clouds: ask for machines, disks, networks, databases, buckets, functions or what they cost";

/// Why a question is refused, if it is.
pub(crate) fn refuse(words: &Words, senses: &Senses<'_>) -> Option<String> {
    // "accounts that your credentials cannot read".
    let unable = (0..words.len())
        .any(|at| matches!(words.lower(at), "unable" | "cannot" | "can't" | "couldn't" | "denied" | "lack"))
        && (0..words.len()).any(|at| matches!(words.lower(at), "read" | "reach" | "see" | "access"));
    let told = |at: usize, len: usize| unable && words.phrase(at, len) == "your credentials";
    let off = |off: Off| {
        senses.kinds_somewhere().any(Kinds::off(off))
            && (0..words.len())
                .any(|at| senses.at(at).any(|(len, s)| matches!(s, Sense::Off(o) if *o == off) && !told(at, len)))
    };
    if off(Off::Wish) {
        return Some(ELSEWHERE_SENTENCE.to_owned());
    }
    if let Some(command) = (super::mention::purpose_end(words)..words.len()).find_map(|at| command(words, senses, at)) {
        return Some(format!(
            "this program only reads: it will not `{command}` anything. Ask instead which things it is about, and change them with the provider's own tools"
        ));
    }
    if let Some(change) = super::change::wished(words, senses) {
        return Some(format!(
            "this program only reads: it will not see to it that anything is `{change}`. Ask instead which things it is about, and change them with the provider's own tools"
        ));
    }
    if super::change::is_shell(words, senses) {
        return Some("this program only reads clouds: commands of a shell and code are not run".to_owned());
    }
    if let Some(word) = super::chat::sends_out(words) {
        return Some(format!("this program answers here and nowhere else: it will not `{word}` anything"));
    }
    if off(Off::Write) {
        return Some("this program only reads: statements that write are not run".to_owned());
    }
    if off(Off::Secret) {
        return Some("passwords, keys and tokens are never shown: ask for the things themselves".to_owned());
    }
    if off(Off::Injection) || super::chat::talks_over(words) {
        return Some(
            "this is not a question about your clouds, and instructions in a question change nothing here".to_owned(),
        );
    }
    const CLOUDY: Kinds = Kinds::TABLE.and(Kinds::PROVIDER).and(Kinds::SERVICE);
    let knows = (0..words.len()).any(|at| {
        senses.kinds(at).any(CLOUDY)
            || senses.plays(at, Role::Cost)
            || senses.plays(at, Role::Spend)
            || senses.columns_at(at).any(|(_, _, c)| {
                matches!(
                    c.name,
                    "cpu_avg"
                        | "cpu_max"
                        | "cpu_p95"
                        | "vcpus"
                        | "memory_avg"
                        | "instance_type"
                        | "network_in"
                        | "network_out"
                )
            })
    });
    let running = (0..words.len()).any(|at| super::chat::is_of_running(words.lower(at)));
    if !knows && !running && off(Off::Elsewhere) {
        return Some(ELSEWHERE_SENTENCE.to_owned());
    }
    if !knows && (asks_the_world(words, senses) || super::chat::is_chat(words, senses)) {
        return Some(ELSEWHERE_SENTENCE.to_owned());
    }
    (super::chat::is_sum(words) || super::small_talk::is_small_talk(words, senses))
        .then(|| ELSEWHERE_SENTENCE.to_owned())
}

/// "who won the match", "how do I boil an egg": a question of the world, and not one word of it is of a cloud.
fn asks_the_world(words: &Words, senses: &Senses<'_>) -> bool {
    let opens =
        matches!(
            words.lower(0),
            "who" | "whos" | "who's" | "when" | "why" | "explain" | "translate" | "recommend" | "define" | "draw"
        ) || matches!(words.phrase(0, 3), "how do i" | "how should i" | "how can i" | "what is the" | "what's a good")
            || matches!(
                words.phrase(0, 2),
                "how does" | "how did" | "where is" | "where can" | "what does" | "what's the"
            );
    // Words that point at what was asked before, or at the estate.
    let points = (0..words.len()).any(|at| {
        matches!(
            words.lower(at),
            "it" | "that"
                | "them"
                | "this"
                | "these"
                | "those"
                | "they"
                | "one"
                | "ones"
                | "we"
                | "our"
                | "us"
                | "same"
                | "again"
                | "last"
                | "other"
                | "another"
                | "anything"
                | "something"
                | "everything"
                | "things"
                | "stuff"
                | "savings"
                | "save"
                | "saving"
                | "commitment"
                | "forecast"
                | "waste"
                | "security"
                | "secure"
                | "compliance"
                | "compliant"
                | "risk"
                | "risks"
                | "backup"
                | "backups"
                | "alert"
                | "alerts"
                | "deploy"
                | "outage"
                | "incident"
                | "access"
                | "iam"
                | "user"
                | "users"
                | "role"
                | "roles"
                | "policy"
                | "policies"
                | "kubernetes"
                | "cluster"
                | "clusters"
                | "pods"
                | "logs"
                | "traffic"
                | "quota"
                | "quotas"
                | "limits"
                | "uptime"
                | "latency"
                | "certificate"
                | "certificates"
                | "dns"
                | "domain"
                | "queue"
                | "queues"
                | "production"
                | "staging"
                | "dev"
                | "prod"
                | "environment"
                | "app"
                | "service"
                | "services"
                | "team"
                | "teams"
                | "tag"
                | "tags"
                | "wasting"
                | "idle"
                | "changed"
                | "changes"
                | "added"
                | "removed"
                | "deleted"
                | "terminated"
                | "appeared"
                | "disappeared"
                | "vanished"
                | "modified"
                | "new"
                | "biggest"
                | "cheaper"
                | "expensive"
                | "money"
                | "price"
                | "prices"
                | "infrastructure"
                | "cloud"
                | "clouds"
                | "you"
                | "neph"
                | "nephoscope"
                | "data"
                | "tool"
                | "carbon"
                | "emissions"
                | "sla"
                | "workload"
                | "workloads"
                | "resource"
                | "gpu"
                | "gpus"
                | "cpu"
                | "ram"
                | "vpn"
                | "firewall"
                | "keys"
                | "key"
        )
    });
    let mut strange = 0;
    for at in 0..words.len() {
        if words.kind(at) == Some(Kind::Symbol) {
            continue;
        }
        let cloudy = senses.columns_at(at).next().is_some()
            || senses.at(at).any(|(_, s)| {
                !matches!(s, Sense::Role(_) | Sense::Command | Sense::Off(_) | Sense::Compare(..) | Sense::Bucket(_))
            });
        if cloudy
            || words.raw(at).contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '/' | '.' | '=' | ':'))
        {
            return false;
        }
        strange += usize::from(senses.is_unknown(at));
    }
    // Chat needs more words of its own before it is taken for chat.
    let chats = matches!(
        words.lower(0),
        "i" | "i'm"
            | "i've"
            | "my"
            | "suggest"
            | "plan"
            | "book"
            | "order"
            | "call"
            | "play"
            | "invent"
            | "compose"
            | "teach"
            | "guess"
            | "predict"
            | "should"
            | "can"
            | "could"
            | "will"
            | "let's"
            | "tell"
            | "give"
            | "help"
            | "please"
            | "is"
            | "are"
            | "do"
            | "does"
            | "did"
            | "how"
            | "what"
            | "what's"
            | "whats"
            | "where"
            | "write"
            | "read"
    );
    !points && (opens && strange >= 2 || chats && strange >= 4)
}

/// The command that stands there, if the verb there is one.
fn command<'a>(words: &'a Words, senses: &Senses<'_>, at: usize) -> Option<&'a str> {
    let word = words.lower(at);
    // "we pay for machines that do nothing" tells what is so.
    if matches!(words.phrase(at, 2), "pay for" | "pay too")
        && matches!(words.lower(at.wrapping_sub(1)), "we" | "i")
        && at == 1
    {
        return None;
    }
    // "allow me to ask for an overview" is polite.
    if words.phrase(at, 3) == "allow me to"
        && matches!(words.lower(at + 3), "ask" | "inquire" | "enquire" | "request" | "put")
    {
        return None;
    }
    // "will we run out of addresses" runs nothing.
    if matches!(words.phrase(at, 3), "run out of" | "run low on") {
        return None;
    }
    if let Some(word) = gives_access(words, senses, at) {
        return Some(word);
    }
    if !senses.kinds(at).any(Kinds::COMMAND) {
        return None;
    }
    // "smart functions": a slip of a word that is more than a command is not held against anybody.
    if AMBIGUOUS.contains(&word) && !words.raw(at).eq_ignore_ascii_case(word) {
        return None;
    }
    // "double the spend of last month" is a number.
    let behind = at + 1 + usize::from(matches!(words.lower(at + 1), "the" | "our" | "my"));
    if word == "double" && (senses.plays(behind, Role::Cost) || senses.plays(behind, Role::Spend)) {
        return None;
    }
    // A phrase such as "get rid of" leaves no doubt.
    let phrase = senses.at(at).find_map(|(len, s)| matches!(s, Sense::Command).then_some(len)).filter(|len| *len > 1);
    if let Some(len) = phrase {
        let joined = at > 0 && matches!(words.lower(at - 1), "and" | "then" | "," | "please" | "you");
        return (joined || leads(words, at)).then(|| words.phrase(at, len));
    }
    if words.kind(at) != Some(Kind::Word)
        || !senses.at(at).any(|(_, s)| matches!(s, Sense::Command))
        || !begins(words, senses, at)
    {
        return None;
    }
    // "snapshot costs", "block storage": a noun stands there.
    // "purchase lines of September" are rows of a bill.
    if word == "purchase" && matches!(words.lower(at + 1), "line" | "lines" | "charges" | "rows" | "entries") {
        return None;
    }
    let noun = senses.at(at).any(|(len, s)| len > 1 && matches!(s, Sense::Table(_) | Sense::Service(_)))
        || senses.columns_at(at).any(|(len, ..)| len > 1);
    let next = words.lower(at + 1);
    let thing = senses.at(at + 1).any(|(_, s)| matches!(s, Sense::Table(_)));
    if super::mention::mentions(words, senses, at) || words.lower(0) == "should" {
        return None;
    }
    // "snapshot volumes" wants snapshots made; "snapshot costs" asks what they cost.
    let taken = word == "snapshot"
        && senses.at(at + 1).any(
            |(_, s)| matches!(s, Sense::Table(n) if matches!(n.table.name, "volumes" | "instances" | "databases")),
        );
    // "tag env = prod" is a condition that somebody began with.
    let assigns = !matches!(word, "tag" | "label") && words.lower(at + 2) == "=";
    let counted = matches!(words.kind(at + 1), Some(Kind::Number(_)));
    let pointed = assigns
        || taken
        || counted
        || POINTERS.contains(&next)
        || (thing && !matches!(word, "open" | "empty" | "snapshot" | "archive" | "backup" | "share" | "clean"))
        // "start web-1", "change gp2 to gp3".
        || (senses.is_unknown(at + 1) && next.contains(|c: char| c == '-' || c.is_ascii_digit()))
        || (matches!(word, "change" | "switch" | "update") && words.lower(at + 2) == "to")
        || (word == "set" && (at + 2..at + 5).any(|i| words.lower(i) == "to"));
    let leading = (0..at)
        .any(|i| matches!(words.lower(i), "please" | "can" | "could" | "would" | "want" | "need" | "must" | "let's"));
    let is_command =
        !noun && !reports(words, at) && (!AMBIGUOUS.contains(&word) || pointed || (leading && !next.is_empty()));
    is_command.then_some(word)
}

/// "make me a list of", "create a report on": asks to be told something.
fn reports(words: &Words, at: usize) -> bool {
    let mut end = at + 1;
    while matches!(words.lower(end), "me" | "us" | "a" | "an" | "the" | "quick" | "short" | "full") {
        end += 1;
    }
    matches!(words.lower(at), "make" | "create" | "run" | "write" | "build" | "grow")
        && matches!(
            words.lower(end),
            "report" | "list" | "table" | "query" | "summary" | "overview" | "chart" | "graph" | "breakdown"
        )
}

/// "give alice access to the bucket", "let everyone read it": rights change hands.
fn gives_access<'a>(words: &'a Words, senses: &Senses<'_>, at: usize) -> Option<&'a str> {
    let word = words.lower(at);
    let rights = |i: usize| {
        let told = matches!(words.lower(at + 1), "me" | "us") && matches!(words.lower(i), "read" | "write");
        !told
            && !matches!(words.lower(i + 1), "key" | "keys")
            && matches!(
                words.lower(i),
                "access" | "admin" | "permission" | "permissions" | "rights" | "privileges" | "read" | "write"
            )
    };
    // "let us see the bill" asks to be told.
    let gives = (matches!(word, "give" | "provide") || word == "let" && !matches!(words.lower(at + 1), "us" | "me"))
        && begins(words, senses, at);
    (gives && (at + 2..at + 6).any(rights)).then_some(word)
}

/// Whether nothing but what leads up to a wish stands before that place.
fn leads(words: &Words, at: usize) -> bool {
    // "if you could".
    (0..at).all(|i| LEADS.contains(&words.lower(i)) || words.lower(i) == "if" && words.lower(i + 1) == "you")
}

/// Whether a clause begins there: the start, or a joint behind which a second wish follows.
fn begins(words: &Words, senses: &Senses<'_>, at: usize) -> bool {
    if leads(words, at) {
        return true;
    }
    let before = words.lower(at - 1);
    let acts = POINTERS.contains(&words.lower(at + 1)) || words.lower(at + 1).is_empty();
    // "User may delete. Delete snapshot snap-0abc."
    let plain = before == ","
        && matches!(
            words.lower(at),
            "delete" | "remove" | "terminate" | "stop" | "destroy" | "purge" | "kill" | "drop" | "wipe"
        )
        && senses.at(at + 1).any(|(_, s)| matches!(s, Sense::Table(_)));
    plain
        || matches!(before, "and" | "then" | "," | "please" | "to" | "you" | "also" | "just")
            && acts
            && !asks_about(words, at)
}

/// "what would it take to", "which ones are safe to delete": asks about a change and makes none.
fn asks_about(words: &Words, at: usize) -> bool {
    words.lower(at - 1) == "to"
        && !matches!(words.lower(at.wrapping_sub(2)), "want" | "need" | "like" | "you" | "going" | "try")
}
