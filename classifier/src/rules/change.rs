//! "I want every box shut down", "please proceed to delete", "take a snapshot of": changes wished for in other words
//! than a command.

use crate::lexicon::{Kinds, Role, Sense, Senses};
use crate::phrases::Marks;
use crate::tokens::{Kind, Words};

/// What a wish may end in when it says how soon.
const SOON: &[&str] = &[
    "by",
    "now",
    "tonight",
    "today",
    "tomorrow",
    "asap",
    "immediately",
    "please",
    "pls",
    "before",
    "forthwith",
    "first",
    "at",
    "straight",
    "right",
    "and",
    "then",
    "for",
    "over",
    "every",
    "each",
    "as",
    "within",
];

/// Participles of changes. Those that things can be in as well count only where somebody wants them so.
pub(super) const DONE: &[&str] = &[
    "deleted",
    "removed",
    "terminated",
    "stopped",
    "started",
    "restarted",
    "rebooted",
    "resized",
    "destroyed",
    "purged",
    "killed",
    "encrypted",
    "tagged",
    "detached",
    "attached",
    "moved",
    "migrated",
    "renamed",
    "upgraded",
    "downgraded",
    "disabled",
    "enabled",
    "rotated",
    "revoked",
    "cancelled",
    "canceled",
    "released",
    "wiped",
    "erased",
    "closed",
    "blocked",
    "downsized",
    "archived",
    "decommissioned",
    "gone",
    "fixed",
    "patched",
    "nuked",
    "replaced",
    "dropped",
    "emptied",
    "enlarged",
    "restored",
    "cloned",
    "rebuilt",
    "redeployed",
    "hibernated",
    "quarantined",
    "evicted",
];

/// What the person wants done, if that is a change.
pub(crate) fn wished<'a>(words: &'a Words, senses: &Senses<'_>) -> Option<&'a str> {
    const STARTS: Marks = Marks::of(&[
        "proceed", "continue", "go", "please", "pls", "kindly", "you", "would", "begin", "start", "want", "need",
        "like", "have", "get", "see", "take", "create", "make",
    ]);
    (0..words.len())
        .filter(|at| STARTS.has(words.mark(*at)))
        .find_map(|at| proceeds(words, senses, at).or_else(|| wants(words, at)).or_else(|| takes(words, at)))
        .or_else(|| told_to_go_on(words))
        .or_else(|| super::demand::demanded(words, senses))
        .or_else(|| super::urge::urged(words, senses))
        .or_else(|| super::wish::wished_for(words))
}

/// "my boss approved deleting the old VMs, go ahead": what was spoken of is to be done.
fn told_to_go_on(words: &Words) -> Option<&str> {
    let last = words.len() - usize::from(words.len() > 0 && words.lower(words.len() - 1) == ",");
    let go = last.checked_sub(2).is_some_and(|at| {
        matches!(words.phrase(at, 2), "go ahead" | "please proceed" | "do it" | "get going" | "get started")
    });
    let gerund = |at: usize| words.lower(at).strip_suffix("ing").is_some_and(command_stem);
    go.then(|| (0..last).find(|at| gerund(*at)).map(|at| words.lower(at)))?
}

/// "proceed to delete", "please be creating", "go on and stop", "would you mind rebooting".
fn proceeds<'a>(words: &'a Words, senses: &Senses<'_>, at: usize) -> Option<&'a str> {
    let command = |at: usize| senses.at(at).any(|(len, s)| len == 1 && matches!(s, Sense::Command));
    let verb = match (words.lower(at), words.lower(at + 1)) {
        ("proceed", "to") | ("continue", "to") => at + 2,
        ("go", "on") | ("go", "ahead") if matches!(words.lower(at + 2), "and" | "to" | "with") => at + 3,
        ("please" | "pls" | "kindly" | "you", "be") | ("would" | "you", "mind") => at + 2,
        ("begin" | "start", _) if at == 0 || matches!(words.lower(at - 1), "please" | "and" | "then" | "you") => at + 1,
        _ => return None,
    };
    let word = words.lower(verb);
    let asked = matches!(word, "giving" | "showing" | "listing" | "telling" | "helping" | "checking" | "so" | "making");
    let gerund = word.strip_suffix("ing").is_some_and(command_stem);
    (!asked && (command(verb) || gerund)).then_some(word)
}

/// Whether a stem with its ending put back is a command: "creat", "stopp", "delet".
pub(super) fn command_stem(stem: &str) -> bool {
    let known = |word: &str| crate::lexicon::is_command(word);
    let doubled = stem.len() > 2 && stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2];
    known(stem) || known(&format!("{stem}e")) || doubled && known(&stem[..stem.len() - 1])
}

/// "I want every box in Frankfurt shut down by tonight", "we need those volumes removed".
fn wants(words: &Words, at: usize) -> Option<&str> {
    let wish = matches!(words.lower(at), "want" | "need" | "like" | "have" | "get" | "see");
    let leads = (0..at).all(|i| {
        matches!(
            words.lower(i),
            "i" | "we"
                | "i'd"
                | "we'd"
                | "would"
                | "please"
                | "just"
                | "really"
                | "to"
                | "can"
                | "you"
                | "could"
                | "have"
                | "now"
                | "so"
                | ","
                | "also"
        )
    });
    if !wish || !leads || at > 6 {
        return None;
    }
    // "I want volumes that are deleted": those that are so, and not that they be made so.
    let told = (at..words.len()).any(|i| {
        matches!(
            words.lower(i),
            "that"
                | "which"
                | "who"
                | "list"
                | "show"
                | "know"
                | "number"
                | "count"
                | "how"
                | "what"
                | "where"
                | "were"
                | "been"
        )
    });
    if told {
        return None;
    }
    (at + 2..words.len()).find_map(|i| {
        let two = matches!(
            words.phrase(i, 2),
            "shut down"
                | "turned off"
                | "switched off"
                | "powered off"
                | "turned on"
                | "switched on"
                | "powered down"
                | "cleaned up"
                | "taken down"
                | "torn down"
                | "spun up"
        );
        let done = two || DONE.contains(&words.lower(i));
        let end = i + if two { 2 } else { 1 };
        let next = words.lower(end);
        let soon = SOON.contains(&next) && !matches!(words.lower(end + 1), "account" | "region");
        // At the end only what nobody lists: "I want instances stopped" may be those that are.
        let alone = (next.is_empty() || next == ",")
            && matches!(
                words.lower(i),
                "removed"
                    | "resized"
                    | "gone"
                    | "fixed"
                    | "rebooted"
                    | "restarted"
                    | "destroyed"
                    | "purged"
                    | "killed"
                    | "cleaned"
                    | "rotated"
                    | "revoked"
                    | "renamed"
                    | "wiped"
                    | "nuked"
                    | "downsized"
                    | "patched"
            );
        let timed = matches!(next, "for" | "over" | "at" | "within" | "every" | "each") && !soon_enough(words, end);
        (done && (alone || soon && !timed)).then(|| words.phrase(i, end - i))
    })
}

/// "for the weekend", "over night": how long a change is to last.
fn soon_enough(words: &Words, at: usize) -> bool {
    (at..at + 4).any(|i| {
        matches!(
            words.lower(i),
            "night" | "weekend" | "weekends" | "evening" | "once" | "now" | "noon" | "midnight" | "seven" | "hour"
        )
    })
}

/// "from server app-2 take a snapshot now", "make an image of web-1".
fn takes(words: &Words, at: usize) -> Option<&str> {
    let thing = |i: usize| matches!(words.lower(i), "snapshot" | "snapshots" | "backup" | "image" | "copy" | "dump");
    let takes = matches!(words.lower(at), "take" | "create" | "make")
        && matches!(words.lower(at + 1), "a" | "an" | "one" | "new" | "another");
    let asks = (0..at).any(|i| {
        matches!(
            words.lower(i),
            "who" | "which" | "what" | "when" | "how" | "did" | "does" | "do" | "that" | "we" | "they" | "to"
        )
    });
    let new = usize::from(words.lower(at + 2) == "new");
    (takes && !asks && thing(at + 2 + new)).then(|| words.phrase(at, 3))
}

/// Whether a text is of a shell or a program rather than of a person: nothing of that kind is run.
pub(crate) fn is_shell(words: &Words, senses: &Senses<'_>) -> bool {
    const PIECES: &[&str] = &[
        "://169.254",
        "neph_",
        "_api_key",
        "_secret",
        "--force",
        "os.system",
        "/etc/",
        "<script",
        "$(",
        "/bin/",
        "aws_access",
        "subprocess",
        "eval(",
        "rm -rf",
        "xp_cmdshell",
        ".ssh/",
        "id_rsa",
        "/proc/",
        "file://",
        "~/.aws",
        "/.aws",
        "printenv",
        "[system]",
        "/system",
        "im_start",
    ];
    let starts = matches!(
        words.lower(0),
        "curl"
            | "wget"
            | "cat"
            | "sudo"
            | "bash"
            | "sh"
            | "echo"
            | "exec"
            | "eval"
            | "chmod"
            | "chown"
            | "kubectl"
            | "ansible"
            | "powershell"
    ) && words.len() > 1;
    // "terraform drift" is asked about, "terraform apply" is run.
    let tool = words.lower(0) == "terraform"
        && matches!(
            words.lower(1),
            "apply" | "destroy" | "plan" | "init" | "import" | "taint" | "untaint" | "fmt" | "validate" | "refresh"
        )
        || matches!(words.lower(0), "aws" | "az" | "gcloud")
            && (1..words.len()).any(|at| words.lower(at).starts_with("--") && words.lower(at).len() > 3);
    let starts = starts
        || tool
        || matches!(words.lower(0), "env" | "printenv" | "whoami")
            && (1..words.len()).any(|at| matches!(words.lower(at), "grep" | "awk" | "sed"))
        || words.lower(0) == "export"
            && words.raw(1).contains('_')
            && words.raw(1).bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let odd = |at: usize| {
        !words.shape(at).is_plain()
            && words.lower(at).len() > 1
            && words.lower(at).contains(|c: char| !c.is_ascii_alphanumeric())
    };
    let piece = (0..words.len()).any(|at| odd(at) && PIECES.iter().any(|piece| words.lower(at).contains(piece)));
    // "ec2 running && cpu < 5" is a question of somebody in a hurry.
    const CLOUDY: Kinds = Kinds::TABLE.and(Kinds::PROVIDER).and(Kinds::SERVICE).and(Kinds::REGION);
    let of_clouds = senses.kinds_somewhere().any(CLOUDY)
        || senses.plays_somewhere(Role::Cost)
        || senses.plays_somewhere(Role::Spend);
    let joined = !of_clouds
        && (0..words.len()).any(|at| matches!(words.lower(at), "&&" | "||") && words.kind(at + 1) == Some(Kind::Word));
    starts || piece || joined
}
