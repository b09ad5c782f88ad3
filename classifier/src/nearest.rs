//! Questions that can be read, to offer in place of one that cannot.

use crate::lexicon::Fnv;
use crate::phrases::Marks;
use crate::tokens::Words;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// One question for each thing that can be read; all are tested to be read.
pub(crate) static READABLE: &[&str] = &[
    "list all VMs",
    "running EC2 instances in eu-west-1 with name and subnet",
    "how many VMs per provider",
    "VMs with CPU below 20% and cost over $100",
    "top 10 most expensive instances",
    "VMs launched in the last 7 days sorted by launch time",
    "average CPU by instance type",
    "instances of type m5.xlarge or larger",
    "instances without public IP",
    "instances owned by team payments",
    "untagged volumes",
    "volumes not attached to anything",
    "gp2 volumes larger than 100 GB",
    "unencrypted volumes",
    "snapshots older than 90 days",
    "oldest snapshots",
    "images created this year",
    "public IPs that are not associated",
    "load balancers by region",
    "internet-facing load balancers",
    "S3 buckets created this year",
    "databases without tag env",
    "publicly accessible databases",
    "databases with engine postgres",
    "functions with python3.12 runtime",
    "security groups open to the world",
    "subnets with less than 10 available addresses",
    "NAT gateways in us-east-1",
    "networks by account",
    "how many resources of each kind in each account",
    "is there anything running in us-west-2",
    "which regions do we spend most in",
    "what can I save",
    "cost by service last month",
    "what did we spend on RDS last week",
    "spend per team tag over the last 30 days",
    "daily cost trend for the last 30 days",
    "cheapest region for compute last month",
    "which accounts could not be read",
    "list accounts",
];

/// How many are offered.
const OFFERED: usize = 3;

/// What the same table counts, in letters of a shared word.
const SAME_TABLE: usize = 6;

/// Words that say little of what a question is about.
const SMALL: &[&str] = &[
    ",", "in", "the", "of", "with", "to", "and", "by", "all", "that", "are", "do", "is", "we", "not", "than", "on",
    "per", "each", "for", "%", "$",
];

const IS_SMALL: Marks = Marks::of(SMALL);

/// Readable questions by their number, a bit each.
type Set = u64;

/// The readable questions, by their words and by the tables that they are about.
#[derive(Debug, Default)]
pub(crate) struct Readable {
    /// Which have a word, and which have it as one of many: `volumes` is there under `volume` too.
    words: HashMap<Box<str>, (Set, Set), BuildHasherDefault<Fnv>>,
    tables: Vec<Option<&'static str>>,
}

impl FromIterator<(Words, Option<&'static str>)> for Readable {
    fn from_iter<T: IntoIterator<Item = (Words, Option<&'static str>)>>(all: T) -> Self {
        let mut readable = Self::default();
        for (number, (words, table)) in all.into_iter().enumerate() {
            for word in (0..words.len()).map(|at| words.lower(at)) {
                readable.words.entry(word.into()).or_default().0 |= 1 << number;
                if let Some(one) = word.strip_suffix('s') {
                    readable.words.entry(one.into()).or_default().1 |= 1 << number;
                }
            }
            readable.tables.push(table);
        }
        readable
    }
}

impl Readable {
    /// Those that share most with a question that is not. Where it is known which table that is about, questions about the
    /// same one are near to it even if they share no word.
    pub(crate) fn nearest(&self, words: &Words, about: Option<&str>) -> Vec<String> {
        let same = |table: &Option<&str>| usize::from(about.is_some() && *table == about) * SAME_TABLE;
        let mut scores: Vec<usize> = self.tables.iter().map(same).collect();
        for at in 0..words.len().min(200) {
            let word = words.lower(at);
            if IS_SMALL.has(words.mark(at)) && SMALL.contains(&word) {
                continue;
            }
            let mut those = self.with(word);
            while those != 0 {
                // The longer words say more of what a question is about.
                scores[those.trailing_zeros() as usize] += word.len();
                those &= those - 1;
            }
        }
        let mut scored: Vec<_> = scores.into_iter().enumerate().filter(|(_, score)| *score > 0).collect();
        scored.sort_by_key(|(number, score)| (Reverse(*score), *number));
        scored.truncate(OFFERED);
        scored.into_iter().map(|(number, _)| READABLE[number].to_owned()).collect()
    }

    /// Those with a word, be it one or many.
    fn with(&self, word: &str) -> Set {
        let (as_it_is, as_many) = self.words.get(word).copied().unwrap_or_default();
        let one = word.strip_suffix('s').and_then(|one| self.words.get(one));
        as_it_is | as_many | one.map_or(0, |(as_it_is, _)| *as_it_is)
    }
}

#[cfg(test)]
mod tests {
    use super::{READABLE, Readable, Set};
    use crate::tokens::Words;

    #[test]
    fn every_readable_question_has_a_bit_of_its_own() {
        assert!(READABLE.len() <= Set::BITS as usize);
    }

    #[test]
    fn one_and_many_of_a_thing_are_shared() {
        let readable: Readable = READABLE.iter().map(|question| (Words::new(question), None)).collect();
        assert_eq!(readable.nearest(&Words::new("network"), None), ["networks by account"]);
        assert_eq!(readable.nearest(&Words::new("snapshots of the moon"), None)[..2], READABLE[14..16]);
    }
}
