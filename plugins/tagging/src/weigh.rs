//! How much a clue is worth: measured on the resources of this very estate whose owner is known.
//!
//! Each of these is asked for its owner as if it had no tag. How often a kind of clue is right then says which one is believed,
//! and how often what it decides is right is the confidence: of several clues the luckiest would look better than it is.
//! That holds for resources without a tag as far as they are like those with one, which nobody can promise.

use crate::clues::Clue;
use crate::read::Thing;
use std::collections::BTreeMap;

/// How much those that share something agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    /// There is but one.
    Single,
    /// Three in four, at least.
    Most,
    /// All, of two or three.
    AllOfFew,
    /// All, of four or more.
    AllOfMany,
}

/// How often something was right.
#[derive(Debug, Clone, Copy, Default)]
struct Record {
    right: u32,
    asked: u32,
}

impl Record {
    /// In percent; with few asked it stays near the middle.
    fn percent(self) -> f64 {
        f64::from(self.right + 1) / f64::from(self.asked + 2) * 100.0
    }
}

/// What a clue says of one resource.
struct Opinion<'a> {
    clue: Clue,
    key: &'a str,
    owner: &'a str,
    agreement: Agreement,
}

/// Whose a resource probably is.
pub(crate) struct Verdict {
    pub(crate) owner: String,
    /// What speaks for it, and for another.
    pub(crate) because: Vec<String>,
    pub(crate) against: Vec<String>,
    percent: f64,
}

impl Verdict {
    /// How sure it is.
    pub(crate) fn percent(&self) -> f64 {
        self.percent
    }
}

/// The owners of all that share something, and how much each kind of clue is worth.
pub(crate) struct Scales<'a> {
    owners: BTreeMap<&'a (Clue, String), BTreeMap<&'a str, u32>>,
    records: BTreeMap<(Clue, Agreement), Record>,
    /// The same of verdicts, by the clue that decided.
    verdicts: BTreeMap<(Clue, Agreement), Record>,
}

impl<'a> Scales<'a> {
    pub(crate) fn new(things: &'a [Thing]) -> Self {
        let mut owners: BTreeMap<_, BTreeMap<_, u32>> = BTreeMap::new();
        for (thing, owner) in things.iter().filter_map(|thing| Some((thing, thing.owner.as_deref()?))) {
            for key in &thing.keys {
                *owners.entry(key).or_default().entry(owner).or_default() += 1;
            }
        }
        let mut scales = Self { owners, records: BTreeMap::new(), verdicts: BTreeMap::new() };
        let mut records: BTreeMap<_, Record> = BTreeMap::new();
        for (thing, owner) in things.iter().filter_map(|thing| Some((thing, thing.owner.as_deref()?))) {
            for opinion in scales.opinions(thing, true) {
                let record = records.entry((opinion.clue, opinion.agreement)).or_default();
                record.asked += 1;
                record.right += u32::from(opinion.owner == owner);
            }
        }
        scales.records = records;
        let mut verdicts: BTreeMap<_, Record> = BTreeMap::new();
        for (thing, owner) in things.iter().filter_map(|thing| Some((thing, thing.owner.as_deref()?))) {
            if let Some(best) = scales.best(&scales.opinions(thing, true)) {
                let record = verdicts.entry((best.clue, best.agreement)).or_default();
                record.asked += 1;
                record.right += u32::from(best.owner == owner);
            }
        }
        scales.verdicts = verdicts;
        scales
    }

    /// Whose it probably is. `as_if_untagged` leaves its own tag out of what others say.
    pub(crate) fn verdict(&self, thing: &Thing, as_if_untagged: bool) -> Option<Verdict> {
        let opinions = self.opinions(thing, as_if_untagged);
        let best = self.best(&opinions)?;
        let record = self.verdicts.get(&(best.clue, best.agreement)).copied().unwrap_or_default();
        let (percent, owner) = (record.percent(), best.owner);
        let said = |opinion: &Opinion<'_>| format!("{} ({})", opinion.clue.says(opinion.key), opinion.owner);
        let (because, against): (Vec<_>, Vec<_>) = opinions.iter().partition(|opinion| opinion.owner == owner);
        let because = because.into_iter().map(|opinion| opinion.clue.says(opinion.key)).collect();
        let against = against.into_iter().map(said).collect();
        Some(Verdict { owner: owner.to_owned(), because, against, percent })
    }

    /// How well this works here, in a sentence for the log.
    pub(crate) fn said(&self, things: &[Thing], least: f64) -> String {
        let mut record = Record::default();
        let tagged = things.iter().filter_map(|thing| Some((thing, thing.owner.as_deref()?)));
        let mut count = 0;
        for (thing, owner) in tagged {
            count += 1;
            if let Some(verdict) = self.verdict(thing, true).filter(|verdict| verdict.percent() >= least) {
                record.asked += 1;
                record.right += u32::from(verdict.owner == owner);
            }
        }
        let Record { right, asked } = record;
        format!(
            "of {count} resources with an owner's tag, asked as if they had none, {asked} are given one, \
             {right} the right one"
        )
    }

    /// The one that is right most often, of its kind.
    fn best<'o, 't>(&self, opinions: &'o [Opinion<'t>]) -> Option<&'o Opinion<'t>> {
        opinions.iter().max_by(|a, b| self.worth(a).total_cmp(&self.worth(b)))
    }

    fn worth(&self, opinion: &Opinion<'_>) -> f64 {
        self.records.get(&(opinion.clue, opinion.agreement)).copied().unwrap_or_default().percent()
    }

    /// What each kind of clue says, by the key that says it most clearly.
    fn opinions<'t>(&'t self, thing: &'t Thing, as_if_untagged: bool) -> Vec<Opinion<'t>> {
        let own = thing.owner.as_deref().filter(|_| as_if_untagged);
        let mut best: BTreeMap<Clue, (Agreement, u32, Opinion<'t>)> = BTreeMap::new();
        for key in &thing.keys {
            let Some(owners) = self.owners.get(key) else { continue };
            let votes = owners.iter().map(|(owner, count)| (*owner, count - u32::from(own == Some(*owner))));
            let votes: Vec<_> = votes.filter(|(_, count)| *count > 0).collect();
            let total: u32 = votes.iter().map(|(_, count)| count).sum();
            let Some((owner, most)) = votes.into_iter().max_by_key(|(_, count)| *count) else { continue };
            let Some(agreement) = agreement(most, total) else { continue };
            let opinion = Opinion { clue: key.0, key: &key.1, owner, agreement };
            let is_better = best.get(&key.0).is_none_or(|(other, count, _)| (agreement, total) > (*other, *count));
            if is_better {
                best.insert(key.0, (agreement, total, opinion));
            }
        }
        best.into_values().map(|(_, _, opinion)| opinion).collect()
    }
}

fn agreement(most: u32, total: u32) -> Option<Agreement> {
    match (most == total, total) {
        (true, 1) => Some(Agreement::Single),
        (true, 2 | 3) => Some(Agreement::AllOfFew),
        (true, _) => Some(Agreement::AllOfMany),
        (false, _) => (most * 4 >= total * 3).then_some(Agreement::Most),
    }
}
