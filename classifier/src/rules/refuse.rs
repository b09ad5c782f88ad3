//! Questions that this product does not answer: those that would change something, and those about other things.

use crate::lexicon::{Role, Sense, Senses};
use crate::tokens::{Kind, Words};

/// Verbs that change a cloud when they are a command.
const COMMANDS: &[&str] = &[
    "delete",
    "remove",
    "terminate",
    "stop",
    "start",
    "restart",
    "reboot",
    "resize",
    "create",
    "launch",
    "provision",
    "deploy",
    "tag",
    "untag",
    "retag",
    "attach",
    "detach",
    "modify",
    "change",
    "update",
    "set",
    "enable",
    "disable",
    "rotate",
    "scale",
    "kill",
    "destroy",
    "purge",
    "clean",
    "shut",
    "shutdown",
    "turn",
    "move",
    "migrate",
    "rename",
    "add",
    "assign",
    "unassign",
    "revoke",
    "grant",
    "allow",
    "block",
    "buy",
    "purchase",
    "upgrade",
    "downgrade",
    "encrypt",
    "decrypt",
    "patch",
    "release",
    "deregister",
    "drop",
    "insert",
    "put",
    "upload",
    "copy",
    "restore",
    "backup",
    "back",
    "reset",
    "pause",
    "suspend",
    "resume",
    "wipe",
    "expand",
    "shrink",
    "increase",
    "reduce",
    "decrease",
    "rightsize",
    "right-size",
    "convert",
    "open",
    "close",
    "expose",
    "associate",
    "disassociate",
    "hibernate",
    "empty",
    "erase",
    "nuke",
    "spin",
    "bring",
    "make",
    "power",
    "switch",
    "alter",
    "truncate",
    "write",
    "fix",
    "remediate",
    "replace",
    "transfer",
    "share",
    "unshare",
    "cancel",
    "schedule",
    "install",
    "run",
    "execute",
    "reserve",
    "allocate",
    "deallocate",
    "quarantine",
    "lock",
    "unlock",
    "label",
    "relabel",
    "configure",
    "apply",
    "downsize",
    "upsize",
    "archive",
    "snapshot",
    "invoke",
    "trigger",
];

/// Commands that are also adjectives or nouns, unless something to act upon follows.
const AMBIGUOUS: &[&str] = &[
    "open", "empty", "tag", "label", "snapshot", "backup", "back", "run", "start", "close", "share", "set", "clean",
    "block", "change", "power", "switch", "turn", "archive", "launch", "copy", "reserve", "schedule", "make", "lock",
    "release", "patch", "update", "spin", "bring", "put", "fix", "write",
];

/// Words that point at what a command is to act upon.
const POINTERS: &[&str] = &[
    "them", "it", "all", "the", "these", "those", "this", "that", "my", "our", "every", "each", "any", "off", "down",
    "up", "on", "a", "an", "me", "port", "ports", "new", "out",
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
    ",",
];

/// Phrases of those who would talk a language model out of its task.
const INJECTIONS: &[&str] = &[
    "ignore your",
    "ignore all",
    "ignore the",
    "ignore previous",
    "ignore any",
    "disregard",
    "forget your",
    "forget all",
    "forget everything",
    "system prompt",
    "your prompt",
    "your instructions",
    "you are now",
    "pretend to be",
    "pretend you",
    "act as",
    "jailbreak",
    "developer mode",
    "reveal your",
    "your rules",
    "previous instructions",
    "override your",
    "do anything now",
    "repeat the words above",
    "roleplay",
];

/// Wishes that no cloud answers, whatever they are about.
const WISHES: &[&str] = &[
    "poem",
    "haiku",
    "limerick",
    "joke",
    "song",
    "essay",
    "short story",
    "bedtime story",
    "recipe",
    "fairy tale",
    "rap",
];

/// Things that are not clouds, where nothing else in the question is of one.
const ELSEWHERE: &[&str] = &[
    "weather",
    "forecast for tomorrow",
    "rain",
    "sunny",
    "poem",
    "haiku",
    "joke",
    "recipe",
    "story",
    "song",
    "lyrics",
    "translate",
    "translation",
    "football",
    "soccer",
    "basketball",
    "movie",
    "movies",
    "film",
    "president",
    "prime minister",
    "capital of",
    "meaning of life",
    "bitcoin",
    "crypto",
    "stock price",
    "stocks",
    "horoscope",
    "restaurant",
    "restaurants",
    "dinner",
    "lunch",
    "breakfast",
    "pizza",
    "birthday",
    "girlfriend",
    "boyfriend",
    "marry",
    "essay",
    "homework",
    "holiday",
    "vacation",
    "flight",
    "flights",
    "hotel",
    "hotels",
    "dog",
    "cat",
    "cats",
    "dogs",
    "music",
    "who are you",
    "how are you",
    "what is your name",
    "what's your name",
    "are you human",
    "are you sentient",
    "your favourite",
    "your favorite",
    "what time is it",
    "tell me about yourself",
    "sing",
    "chess",
    "election",
    "war",
    "football match",
    "cook",
    "bake",
    "email to",
    "an email",
    "python script",
    "python program",
    "fibonacci",
    "sort algorithm",
    "square root",
    "love me",
    "i love you",
    "sql injection tutorial",
    "news",
];

const ELSEWHERE_SENTENCE: &str = "this is not a question about your clouds: ask for machines, disks, networks, databases, buckets, functions or what they cost";

/// Why a question is refused, if it is.
pub(crate) fn refuse(words: &Words, senses: &Senses<'_>) -> Option<String> {
    if WISHES.iter().any(|phrase| holds(words, phrase)) {
        return Some(ELSEWHERE_SENTENCE.to_owned());
    }
    if let Some(command) = (0..words.len()).find_map(|at| command(words, senses, at)) {
        return Some(format!(
            "this program only reads: it will not `{command}` anything. Ask instead which things it is about, and change them with the provider's own tools"
        ));
    }
    if INJECTIONS.iter().any(|phrase| holds(words, phrase)) {
        return Some(
            "this is not a question about your clouds, and instructions in a question change nothing here".to_owned(),
        );
    }
    let knows = (0..words.len()).any(|at| {
        senses.at(at).any(|(_, s)| {
            matches!(
                s,
                Sense::Table(_) | Sense::Provider(_) | Sense::Service(_) | Sense::Role(Role::Cost | Role::Spend)
            )
        })
    });
    if !knows && ELSEWHERE.iter().any(|phrase| holds(words, phrase)) {
        return Some(ELSEWHERE_SENTENCE.to_owned());
    }
    None
}

/// The command that stands there, if the verb there is one.
fn command<'a>(words: &'a Words, senses: &Senses<'_>, at: usize) -> Option<&'a str> {
    let word = words.lower(at);
    if words.kind(at) != Some(Kind::Word) || !COMMANDS.contains(&word) || !begins(words, at) {
        return None;
    }
    // "snapshot costs", "block storage": a noun stands there.
    let noun = senses.at(at).any(|(len, s)| len > 1 && matches!(s, Sense::Table(_) | Sense::Column(..)));
    let next = words.lower(at + 1);
    let thing = senses.at(at + 1).any(|(_, s)| matches!(s, Sense::Table(_)));
    let pointed = POINTERS.contains(&next)
        || (thing && !matches!(word, "open" | "empty" | "snapshot" | "archive" | "backup" | "share" | "release"));
    let leading = (0..at)
        .any(|i| matches!(words.lower(i), "please" | "can" | "could" | "would" | "want" | "need" | "must" | "let's"));
    let is_command = !noun && (!AMBIGUOUS.contains(&word) || pointed || (leading && !next.is_empty()));
    is_command.then_some(word)
}

/// Whether a clause begins there: the start, or a joint behind which a second wish follows.
fn begins(words: &Words, at: usize) -> bool {
    let lead = (0..at).all(|i| LEADS.contains(&words.lower(i)));
    if lead {
        return true;
    }
    let before = words.lower(at - 1);
    let acts = POINTERS.contains(&words.lower(at + 1)) || words.lower(at + 1).is_empty();
    matches!(before, "and" | "then" | "," | "please" | "to" | "you" | "also" | "just") && acts && !asks_about(words, at)
}

/// "what would it take to", "which ones are safe to delete": asks about a change and makes none.
fn asks_about(words: &Words, at: usize) -> bool {
    words.lower(at - 1) == "to"
        && !matches!(words.lower(at.wrapping_sub(2)), "want" | "need" | "like" | "you" | "going" | "try")
}

fn holds(words: &Words, phrase: &str) -> bool {
    let len = phrase.split(' ').count();
    (0..words.len()).any(|at| words.phrase(at, len) == phrase && words.kind(at) != Some(Kind::Quoted))
}
