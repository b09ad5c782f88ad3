//! Scopes as the engine's grants have them: a grant is one block of providers × accounts × regions.

use super::ScopePattern;
use schema::query::ScopeFilter;
use std::collections::{BTreeMap, BTreeSet};

/// For each of provider, account and region: these names, or all.
type Block = [Option<BTreeSet<String>>; 3];

/// Filters that together let through what the patterns mean, and each of them no more than that. Patterns that differ in one
/// part become one filter: two regions of one account do, an account here and a subscription there do not.
pub fn blocks(patterns: &[ScopePattern]) -> Vec<ScopeFilter> {
    let of_pattern = |pattern: &ScopePattern| pattern.parts.clone().map(|part| part.map(|name| BTreeSet::from([name])));
    let all: BTreeSet<&ScopePattern> = patterns.iter().collect();
    let widest = all.iter().filter(|pattern| !is_within_another(pattern, &all));
    let mut blocks: Vec<Block> = widest.map(|pattern| of_pattern(pattern)).collect();
    // Regions first, for that is where scopes of one account differ.
    while [2, 1, 0].into_iter().any(|part| joined(&mut blocks, part)) {}
    blocks.into_iter().map(filter).collect()
}

/// A pattern is within those that have `*` in place of some of its names, and within no others.
fn is_within_another(pattern: &ScopePattern, all: &BTreeSet<&ScopePattern>) -> bool {
    (1..8).any(|mask| {
        let mut wider = pattern.clone();
        for (at, part) in wider.parts.iter_mut().enumerate() {
            if mask >> at & 1 == 1 {
                *part = None;
            }
        }
        wider != *pattern && all.contains(&wider)
    })
}

/// Joins the blocks that differ in this part alone; says whether there were any.
fn joined(blocks: &mut Vec<Block>, part: usize) -> bool {
    let before = blocks.len();
    let mut alike: BTreeMap<Block, Option<BTreeSet<String>>> = BTreeMap::new();
    for mut block in blocks.drain(..) {
        let names = block[part].take();
        let entry = alike.entry(block).or_insert_with(|| Some(BTreeSet::new()));
        *entry = entry.take().zip(names).map(|(all, more)| all.into_iter().chain(more).collect());
    }
    blocks.extend(alike.into_iter().map(|(mut block, names)| {
        block[part] = names;
        block
    }));
    blocks.len() < before
}

fn filter(block: Block) -> ScopeFilter {
    let [providers, accounts, regions] =
        block.map(|names| names.map(|names| names.into_iter().collect()).unwrap_or_default());
    ScopeFilter { providers, accounts, regions }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::Grant;

    fn check(patterns: &[&str], expected: &[&str]) {
        let patterns: Vec<ScopePattern> = patterns.iter().map(|text| text.parse().unwrap()).collect();
        let words = |filter: &ScopeFilter| Grant::everything().within(filter).scopes_in_words();
        assert_eq!(blocks(&patterns).iter().map(words).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn scopes_that_differ_in_one_part_are_one_block() {
        check(&[], &[]);
        check(&["*/*/*"], &["all scopes"]);
        check(&["*/*/*", "aws/1/eu-west-1"], &["all scopes"]);
        check(&["aws/1/eu-west-1", "aws/1/us-east-1"], &["aws account 1 in eu-west-1, us-east-1"]);
        check(
            &["aws/1/eu-west-1", "aws/1/us-east-1", "aws/2/us-east-1", "aws/2/eu-west-1"],
            &["aws account 1, 2 in eu-west-1, us-east-1"],
        );
        check(&["aws/*/*", "azure/*/*"], &["aws, azure"]);
    }

    #[test]
    fn scopes_that_differ_in_more_stay_apart() {
        check(&["aws/1/eu-west-1", "azure/2/*"], &["aws account 1 in eu-west-1", "azure account 2"]);
        check(&["aws/1/eu-west-1", "aws/2/us-east-1"], &["aws account 1 in eu-west-1", "aws account 2 in us-east-1"]);
    }
}
