//! Questions that can be read, to offer in place of one that cannot.

use crate::tokens::Words;

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

/// A readable question, and the table that it is about.
#[derive(Debug)]
pub(crate) struct Readable {
    pub(crate) words: Words,
    pub(crate) table: Option<&'static str>,
}

/// The readable questions that share most with one that is not. Where it is known which table that is about, questions about
/// the same one are near to it even if they share no word.
pub(crate) fn nearest(readable: &[Readable], words: &Words, about: Option<&str>) -> Vec<String> {
    let mut scored: Vec<(usize, usize)> = readable
        .iter()
        .enumerate()
        .map(|(i, other)| {
            let same = about.is_some() && other.table == about;
            (shared(words, &other.words) + usize::from(same) * SAME_TABLE, i)
        })
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.truncate(OFFERED);
    scored.into_iter().map(|(_, i)| READABLE[i].to_owned()).collect()
}

/// What the same table counts, in letters of a shared word.
const SAME_TABLE: usize = 6;

fn shared(words: &Words, other: &Words) -> usize {
    const SMALL: &[&str] = &[
        ",", "in", "the", "of", "with", "to", "and", "by", "all", "that", "are", "do", "is", "we", "not", "than", "on",
        "per", "each", "for", "%", "$",
    ];
    let is = |at: &usize, word: &str| {
        let other = other.lower(*at);
        other == word || (other.strip_suffix('s') == Some(word)) || (word.strip_suffix('s') == Some(other))
    };
    (0..words.len().min(200))
        .map(|at| words.lower(at))
        .filter(|word| !SMALL.contains(word) && (0..other.len()).any(|at| is(&at, word)))
        // The longer words say more of what a question is about.
        .map(str::len)
        .sum()
}
