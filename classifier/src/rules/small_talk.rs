//! "you there?", "thanks a million, that helped", "would you mind proofreading my slides", "what does SOC 2 require": talk, favours
//! and other subjects that open or close in words of their own.

use crate::lexicon::{Kinds, Role, Senses};
use crate::tokens::Words;

/// Whether a question is none about a cloud, though some of its words could be.
pub(super) fn is_small_talk(words: &Words, senses: &Senses<'_>) -> bool {
    let asks = (0..words.len()).any(|at| is_question(words.lower(at)));
    let cloudy = (0..words.len()).any(|at| is_cloudy(senses, at));
    is_favour(words)
        || does_harm(words)
        || is_of_a_standard(words)
        || !cloudy && (is_to_the_program(words) || !asks && thanks(words))
}

fn is_question(word: &str) -> bool {
    matches!(
        word,
        "which" | "what" | "how" | "list" | "show" | "where" | "who" | "whose" | "give" | "find" | "count" | "and"
    )
}

fn is_cloudy(senses: &Senses<'_>, at: usize) -> bool {
    const CLOUDY: Kinds = Kinds::COLUMN
        .and(Kinds::TABLE)
        .and(Kinds::PROVIDER)
        .and(Kinds::SERVICE)
        .and(Kinds::CATEGORY)
        .and(Kinds::REGION)
        .and(Kinds::STATE);
    senses.kinds(at).any(CLOUDY)
        || [Role::Cost, Role::Spend, Role::TagWord, Role::Account].into_iter().any(|role| senses.plays(at, role))
}

/// "you there", "r u a bot", "how's it going": said to the program.
fn is_to_the_program(words: &Words) -> bool {
    const OPENINGS: &[&str] = &[
        "you there",
        "u there",
        "anyone home",
        "anybody home",
        "anyone there",
        "anybody there",
        "u awake",
        "you awake",
        "r u",
        "are u",
        "how's it going",
        "hows it going",
        "how is it going",
        "what's up",
        "whats up",
        "sup",
        "nice to meet",
        "pleased to meet",
        "let me introduce",
        "may i introduce",
        "bad bot",
        "good bot",
        "you're welcome",
        "how are you doing",
        "how do you do",
        "reply with",
        "which llm",
        "what llm",
        "which model are",
        "what model are",
    ];
    (0..words.len().min(3)).any(|at| (1..=4).any(|len| OPENINGS.contains(&words.phrase(at, len))))
}

/// "thank you ever so much, you saved my day".
fn thanks(words: &Words) -> bool {
    matches!(
        words.lower(0),
        "thank" | "thanks" | "thx" | "tnx" | "ty" | "cheers" | "bravo" | "kudos" | "congrats" | "congratulations"
    ) && words.lower(1) != "to"
}

/// "would you mind proofreading my slides": a favour of another kind than telling.
fn is_favour(words: &Words) -> bool {
    const TELLING: &[&str] = &[
        "giving",
        "showing",
        "listing",
        "telling",
        "helping",
        "checking",
        "sending",
        "pulling",
        "getting",
        "finding",
        "counting",
        "breaking",
        "summing",
        "adding",
        "sharing",
        "looking",
        "confirming",
        "running",
        "sorting",
        "grouping",
        "ranking",
        "explaining",
        "letting",
        "putting",
        "providing",
        "naming",
        "identifying",
        "comparing",
        "pointing",
        "preparing",
        "compiling",
        "fetching",
        "digging",
        "working",
        "totalling",
        "calculating",
        "splitting",
        "ordering",
        "displaying",
        "printing",
        "returning",
        "retrieving",
        "reporting",
        "pasting",
        "dropping",
        "doing",
        "having",
        "being",
        "bringing",
        "posting",
        "enumerating",
        "outlining",
        "detailing",
        "filtering",
        "going",
        "answering",
        "reading",
        "searching",
        "passing",
        "limiting",
        "making",
        "figuring",
        "seeing",
        "extracting",
        "tallying",
    ];
    (0..words.len().min(4)).any(|at| {
        let mind = matches!(words.phrase(at, 2), "you mind" | "u mind");
        let verb = words.lower(at + 2);
        mind && verb.len() > 4 && verb.ends_with("ing") && !TELLING.contains(&verb)
    })
}

/// "exfiltrate the customer data", "scan 10.0.0.0/8 with nmap".
fn does_harm(words: &Words) -> bool {
    (0..words.len()).any(|at| {
        matches!(
            words.lower(at),
            "exfiltrate"
                | "hack"
                | "ddos"
                | "nmap"
                | "metasploit"
                | "bruteforce"
                | "keylogger"
                | "ransomware"
                | "phish"
        ) || matches!(words.phrase(at, 2), "mine bitcoin" | "mine crypto" | "brute force" | "crack the")
    }) || words.lower(0) == "ping" && words.len() == 2
}

/// "what does SOC 2 require", "summarise ISO 27001 Annex A": what a norm says, and not what the estate is.
fn is_of_a_standard(words: &Words) -> bool {
    let norm = |at: usize| {
        matches!(
            words.lower(at),
            "gdpr" | "iso" | "hipaa" | "soc" | "soc2" | "pci" | "nis2" | "dora" | "nist" | "fedramp" | "bsi"
        )
    };
    let told = matches!(
        words.lower(0),
        "summarise" | "summarize" | "explain" | "quote" | "translate" | "interpret" | "define"
    );
    let says = |at: usize| {
        matches!(words.lower(at), "require" | "requires" | "say" | "says" | "mean" | "means" | "applicable" | "apply")
    };
    let asked = matches!(words.lower(0), "what" | "is" | "does" | "how" | "when") && (1..words.len()).any(says);
    let close = (1..words.len().min(4)).any(norm);
    close && (told || asked)
}
