//! Short forms and slips of the keyboard, mended before a question is read.
//!
//! Only a word that means nothing is mended, and only where one known word alone is near to it. What stands where a
//! name is expected is left as it was written.

use crate::Vocabulary;
use crate::lexicon::Lexicon;
use crate::own::is_part_of_name;
use crate::phrases::{Mark, Marks};
use crate::tokens::{Kind, Words};

/// Short forms of the trade, where they mean nothing else.
const SHORT: &[(&str, &str)] = &[
    ("vols", "volumes"),
    ("vol", "volume"),
    ("snaps", "snapshots"),
    ("snap", "snapshot"),
    ("acct", "account"),
    ("accts", "accounts"),
    ("acc", "account"),
    ("subs", "subscriptions"),
    ("sub", "subscription"),
    ("svr", "server"),
    ("svrs", "servers"),
    ("srv", "server"),
    ("srvs", "servers"),
    ("qtr", "quarter"),
    ("yr", "year"),
    ("amt", "amount"),
    ("prov", "provider"),
    ("envs", "environments"),
    ("prj", "project"),
    ("proj", "project"),
    ("regs", "regions"),
    ("ntwk", "network"),
    ("buckts", "buckets"),
    ("bkts", "buckets"),
    ("subn", "subnet"),
    ("avail", "available"),
    ("unencr", "unencrypted"),
    ("enc", "encrypted"),
    ("wether", "whether"),
    ("w", "with"),
    ("w/", "with"),
    ("w/o", "without"),
    ("wo", "without"),
    ("sg", "security group"),
    ("sgs", "security groups"),
    ("secgroup", "security group"),
    ("secgroups", "security groups"),
    ("lb", "load balancer"),
    ("lbs", "load balancers"),
    ("gw", "gateway"),
    ("gws", "gateways"),
    ("pip", "public ip"),
    ("pips", "public ips"),
    ("db", "database"),
    ("dbs", "databases"),
    ("inst", "instance"),
    ("mem", "memory"),
    ("tot", "total"),
    ("yday", "yesterday"),
    ("hw", "how"),
    ("hv", "have"),
    ("wk", "week"),
    ("mth", "month"),
    ("mths", "months"),
    ("svc", "service"),
    ("svcs", "services"),
    ("res", "resources"),
    ("cnt", "count"),
    ("grp", "group"),
    ("unassoc", "unassociated"),
    ("arent", "aren't"),
    ("isnt", "isn't"),
    ("dont", "don't"),
    ("doesnt", "doesn't"),
    ("acount", "account"),
    ("disc", "disk"),
    ("discs", "disks"),
    ("rn", "right now"),
    ("natgw", "nat gateway"),
    ("natgws", "nat gateways"),
    ("fn", "function"),
    ("fns", "functions"),
    ("cw", "cloudwatch"),
    ("win", "windows"),
    ("evry", "every"),
    ("shwo", "show"),
    ("teh", "the"),
    ("lsit", "list"),
    ("lst", "last"),
    ("mnth", "month"),
    ("mnths", "months"),
    ("dyas", "days"),
    ("csot", "cost"),
    ("cots", "cost"),
    ("tpye", "type"),
    ("siez", "size"),
    ("naem", "name"),
    ("tgas", "tags"),
    ("wtih", "with"),
    ("whit", "with"),
    ("wiht", "with"),
    ("adn", "and"),
    ("wich", "which"),
    ("whcih", "which"),
    ("wether", "whether"),
    ("hwo", "how"),
    ("mnay", "many"),
    ("coud", "could"),
    ("plese", "please"),
    ("disks'", "disks"),
    ("loadbalancer", "load balancer"),
    ("loadbalancers", "load balancers"),
    ("natgateway", "nat gateway"),
    ("natgateways", "nat gateways"),
    ("securitygroup", "security group"),
    ("securitygroups", "security groups"),
    ("publicips", "public ips"),
    ("publicip", "public ip"),
    ("elasticips", "elastic ips"),
    ("lamda", "lambda"),
    ("lamdas", "lambdas"),
    ("img", "image"),
    ("imgs", "images"),
    ("cfg", "configuration"),
    ("az", "zone"),
    ("azs", "zones"),
    ("thats", "that"),
    ("theyre", "they're"),
    ("cant", "can't"),
    ("couldnt", "couldn't"),
    ("didnt", "didn't"),
    ("havent", "haven't"),
    ("hasnt", "hasn't"),
    ("wasnt", "wasn't"),
    ("werent", "weren't"),
    ("crit", "critical"),
    ("crits", "critical findings"),
    ("sth", "something"),
    ("smth", "something"),
    ("btwn", "between"),
    ("grps", "groups"),
    ("util", "utilisation"),
    ("pub", "public"),
    ("priv", "private"),
    ("kube", "kubernetes"),
    ("pgsql", "postgres"),
    ("psql", "postgres"),
    ("mssql", "sqlserver"),
    ("addr", "address"),
    ("addrs", "addresses"),
    ("descr", "description"),
    ("recs", "recommendations"),
    ("vuln", "vulnerability"),
    ("vulns", "vulnerabilities"),
    ("func", "function"),
    ("funcs", "functions"),
];

const IS_SHORT: Marks = {
    let (mut marks, mut at) = (Marks::NONE, 0);
    while at < SHORT.len() {
        marks = marks.with(Mark::of(SHORT[at].0));
        at += 1;
    }
    marks
};

/// Words of the language that are near to known ones, and mean something else.
static OTHERS: &[&str] = &[
    "applies",
    "assess",
    "attaches",
    "attacked",
    "balanced",
    "balances",
    "began",
    "booked",
    "broke",
    "carried",
    "counter",
    "county",
    "crated",
    "creates",
    "databased",
    "dated",
    "eternal",
    "fifth",
    "filed",
    "fixed",
    "functional",
    "imaged",
    "lasted",
    "later",
    "liked",
    "listen",
    "lived",
    "locates",
    "machined",
    "modes",
    "operations",
    "posts",
    "published",
    "publishes",
    "rates",
    "ruled",
    "served",
    "serves",
    "shame",
    "speeds",
    "staged",
    "stages",
    "statue",
    "stopper",
    "stored",
    "summer",
    "takes",
    "tanks",
    "throughout",
    "typed",
    "updates",
    "valued",
    "yearn",
    "zoned",
];

/// Mends the words of a question, and says what was read as what.
pub(crate) fn mend(words: &mut Words, lexicon: &Lexicon, vocabulary: &Vocabulary) -> Vec<String> {
    let mut mended: Vec<(usize, String)> = Vec::new();
    let mut notes = Vec::new();
    for at in 0..words.len() {
        if words.kind(at) != Some(Kind::Word) {
            continue;
        }
        let word = words.lower(at);
        let before = words.lower(at.wrapping_sub(1));
        if word == "+" {
            // "16+", "80%+".
            let share = before == "%" && matches!(words.kind(at.wrapping_sub(2)), Some(Kind::Number(_)));
            let counted = share || matches!(words.kind(at.wrapping_sub(1)), Some(Kind::Number(_)));
            mended.push((at, if counted { "or more" } else { "and" }.to_owned()));
            continue;
        }
        if word == "&" || word == "n" {
            mended.push((at, "and".to_owned()));
            continue;
        }
        if word == "mo" && matches!(before, "this" | "last" | "per" | "past" | "each") {
            mended.push((at, "month".to_owned()));
            continue;
        }
        // "which cant we read": part of a known phrase or not, it has lost its apostrophe.
        let lost = SHORT.iter().find(|(short, long)| *short == word && long.contains('\''));
        if let Some((_, long)) = lost {
            mended.push((at, (*long).to_owned()));
            continue;
        }
        // The short forms that are part of a phrase elsewhere ("mem avg") are shorter than other words.
        let known = lexicon.knows_word(word);
        if known && (word.len() > 3 || lexicon.has_phrase(word)) {
            continue;
        }
        let given = matches!(before, "named" | "called" | "=" | "owner" | "contains" | "containing");
        let short = IS_SHORT.has(words.mark(at)).then(|| SHORT.iter().find(|(short, _)| *short == word)).flatten();
        if let Some((_, long)) = short.filter(|_| !given) {
            mended.push((at, (*long).to_owned()));
            continue;
        }
        if known {
            continue;
        }
        // "py3.9 lambdas".
        if let Some(version) = word.strip_prefix("py").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            mended.push((at, format!("python{version}")));
            continue;
        }
        if is_named(words, at) || is_own(word, vocabulary) || is_part_of_name(word, &vocabulary.own_tables) {
            continue;
        }
        if word.len() >= 5
            && word.bytes().all(|b| b.is_ascii_lowercase())
            && !OTHERS.contains(&word)
            && let Some(near) = nearest(word, lexicon)
        {
            notes.push(format!("`{}` is read as `{near}`", words.raw(at)));
            mended.push((at, near.to_owned()));
        }
    }
    words.respell(&mended);
    notes
}

/// Whether it is a word of a name of the user's own estate.
fn is_own(word: &str, vocabulary: &Vocabulary) -> bool {
    let names = vocabulary.accounts.iter().map(|(_, name)| name);
    names
        .chain(&vocabulary.tag_keys)
        .chain(&vocabulary.regions)
        .any(|name| name.split_whitespace().any(|part| part.eq_ignore_ascii_case(word)))
        || vocabulary.has_in_name(word)
}

/// Whether a name that somebody gave stands there, rather than a word of the language.
fn is_named(words: &Words, at: usize) -> bool {
    let before = words.lower(at.wrapping_sub(1));
    let behind = words.lower(at + 1);
    matches!(
        before,
        "named"
            | "called"
            | "name"
            | "team"
            | "squad"
            | "owner"
            | "tag"
            | "tagged"
            | "="
            | "account"
            | "subscription"
            | "with"
            | "contains"
            | "containing"
            | "key"
            | "project"
            | "app"
            | "is"
            | "whose"
    ) && !matches!(before, "with" | "is" | "whose")
        || before == "by" && matches!(words.lower(at.wrapping_sub(2)), "owned" | "tagged" | "created")
        || matches!(before, "with" | "starting" | "ending")
            && matches!(
                words.lower(at.wrapping_sub(2)),
                "starting"
                    | "starts"
                    | "start"
                    | "begins"
                    | "beginning"
                    | "begin"
                    | "ending"
                    | "ends"
                    | "end"
                    | "tagged"
            )
        || matches!(behind, "=" | "tag" | "team" | "squad" | "wise")
}

/// The one known word that a slip of the keyboard makes of it, if there is one alone.
fn nearest<'a>(word: &str, lexicon: &'a Lexicon) -> Option<&'a str> {
    let far = if word.len() >= 10 { 2 } else { 1 };
    let mut best: Option<(usize, &str)> = None;
    let mut alone = true;
    let letters = letters(word);
    for known in lexicon.spelled_like(word, far, letters) {
        // "engine" and "engines" are two words, and no slip makes one of the other.
        if is_inflection(word, known) {
            continue;
        }
        let Some(distance) = distance(word.as_bytes(), known.as_bytes()).filter(|d| *d <= far) else { continue };
        match best {
            Some((least, _)) if distance > least => {}
            // A letter is left out more often than one too many is put in.
            Some((least, same)) if distance == least && known.len() < word.len() && same.len() >= word.len() => {}
            // "volums" is rather one letter short of "volumes" than "volume" with another letter: its end is kept.
            Some((least, same)) if distance == least && is_inflection(known, same) => {
                if known.as_bytes().last() == word.as_bytes().last() {
                    best = Some((distance, known));
                }
            }
            Some((least, same)) if distance == least && (known.len() < word.len()) == (same.len() < word.len()) => {
                alone = false;
            }
            _ => {
                best = Some((distance, known));
                alone = true;
            }
        }
    }
    best.filter(|_| alone).map(|(_, known)| known)
}

/// Which letters a word has, a bit each. A letter put in, left out or changed makes a difference of two at most.
pub(crate) fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |letters, b| letters | 1 << (b & 31))
}

fn is_inflection(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short).is_some_and(|rest| matches!(rest, "s" | "d" | "r" | "y" | "es" | "ed" | "er" | "ly"))
}

/// As `strsim::osa_distance`, without a heap: in its stead the median time of the labelled questions rose by 2 to 6 in a
/// hundred, and most of a slip's time is spent here.
///
/// How many letters must be put in, left out, changed or swapped with their neighbour; nothing where a word is long.
/// Whether one word is another with a slip in it.
pub(crate) fn is_slip(word: &str, of: &str) -> bool {
    word.len() > 3 && distance(word.as_bytes(), of.as_bytes()) == Some(1)
}

fn distance(a: &[u8], b: &[u8]) -> Option<usize> {
    const MOST: usize = 24;
    if a.len() >= MOST || b.len() >= MOST {
        return None;
    }
    let mut rows = [[0usize; MOST]; 3];
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        let (now, last, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i;
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[last][j] + 1).min(rows[now][j - 1] + 1).min(rows[last][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[before][j - 2] + 1);
            }
            rows[now][j] = least;
        }
    }
    Some(rows[a.len() % 3][b.len()])
}

#[cfg(test)]
mod tests {
    use super::{OTHERS, distance, nearest};
    use crate::lexicon::Lexicon;

    #[test]
    fn every_word_that_is_left_alone_would_otherwise_be_mended() {
        let lexicon = Lexicon::new();
        let idle: Vec<_> =
            OTHERS.iter().filter(|word| lexicon.knows_word(word) || nearest(word, &lexicon).is_none()).collect();
        assert!(idle.is_empty(), "these stand in the list for nothing: {idle:?}");
        assert!(OTHERS.is_sorted(), "the list is kept in order, so that no word is there twice");
    }

    #[test]
    fn a_slip_of_two_neighbours_is_one() {
        assert_eq!(distance(b"spned", b"spend"), Some(1));
        assert_eq!(distance(b"servres", b"servers"), Some(1));
        assert_eq!(distance(b"databses", b"databases"), Some(1));
        assert_eq!(distance(b"cost", b"cost"), Some(0));
        assert_eq!(distance(b"abc", b""), Some(3));
    }
}
