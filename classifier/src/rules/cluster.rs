//! "on Kubernetes 1.31", "with extended support", "with a public API endpoint", "on the free tier": what is said of clusters.

use super::value;
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Phrases, phrases};
use schema::query::{Condition, Op};
use schema::tables;

/// What of a cluster its callers reach.
const SERVERS: Phrases = phrases(&[
    "endpoint",
    "endpoints",
    "api",
    "api endpoint",
    "api endpoints",
    "api server",
    "api servers",
    "api server endpoint",
    "apiserver",
    "cluster endpoint",
    "control plane",
    "control planes",
    "control plane endpoint",
    "kubernetes api",
    "kubernetes endpoint",
    "kubernetes api server",
    "k8s api",
    "master",
    "masters",
]);

/// How its control plane can be dimensioned.
const TIERS: &[&str] = &["free", "standard", "premium"];

/// Reads what only clusters have.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.table != &tables::CLUSTERS {
        return None;
    }
    versions(draft, at)
        .or_else(|| support(draft, at))
        .or_else(|| tier(draft, at))
        .or_else(|| endpoint(draft, at))
        .or_else(|| {
            (matches!(draft.words.lower(at), "kubernetes" | "k8s") && draft.noun(at + 1).is_some()).then_some(1)
        })
}

/// How many words say there that the contrary is asked for.
fn not(draft: &Draft<'_>, at: usize) -> usize {
    draft.role(at, Role::Not).max(draft.role(at, Role::NotIn)).unwrap_or(0)
}

/// A version as people write it, "v1.31" as well: how many numbers it has, and the version.
fn version(draft: &Draft<'_>, at: usize) -> Option<(usize, String)> {
    let word = draft.words.raw(at);
    let word = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let parts = word.split('.').count();
    let whole = word.split('.').all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    (whole && (2..=3).contains(&parts) && word.starts_with("1.")).then(|| (parts, word.to_owned()))
}

/// "running 1.29", "on version 1.31 or 1.32", "not on 1.33".
fn versions(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const LEAD: &[&str] = &[
        "running",
        "run",
        "runs",
        "on",
        "at",
        "with",
        "using",
        "still",
        "is",
        "are",
        "=",
        "of",
        "kubernetes",
        "k8s",
        "version",
        "versions",
        "release",
    ];
    let none = not(draft, at);
    let ones = if none > 0 { draft.skip(at + none, &["the", "those", "ones", "that", "which", "are"]) } else { at };
    let mut from = draft.skip(ones, LEAD);
    let mut all = vec![version(draft, from)?];
    // "older than 1.30": which releases those are, their text does not say.
    let compared = matches!(draft.words.lower(at.wrapping_sub(1)), "than" | "before" | "below" | "under" | "above")
        || matches!(draft.words.lower(at.wrapping_sub(1)), "least" | "most" | "<" | ">" | "<=" | ">=" | "to" | "from");
    from += 1;
    loop {
        let joint = draft.skip(from, &[",", "and", "or", "on", "version"]);
        match version(draft, joint) {
            Some(more) if joint > from => {
                all.push(more);
                from = joint + 1;
            }
            _ => break,
        }
    }
    if compared || draft.or_more(from).is_some() || draft.words.lower(from) == "to" {
        draft.hint(
            "versions of Kubernetes are text, which says not which is the older: name each, as in `1.31 or 1.32`",
        );
        return None;
    }
    // EKS names a version by two numbers, AKS by three.
    let two = draft.implied_providers == ["aws"];
    let mut any: Vec<_> = all
        .into_iter()
        .map(|(parts, version)| match parts {
            2 if !two => value::release("version", &version),
            _ => Condition::compare("version", Op::Eq, version),
        })
        .collect();
    let any = if any.len() == 1 { any.remove(0) } else { Condition::Any { any } };
    draft.conditions.push(if none > 0 { Condition::Not { not: Box::new(any) } } else { any });
    Some(from - at)
}

/// "with extended support", "not on standard support".
fn support(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let none = not(draft, at);
    // "that pay for extended support" asks for no sum.
    let paid = draft.said(at, &["pay for", "that pay for", "which pay for", "paying for", "billed for", "charged for"]);
    let from =
        draft.skip(at + none.max(paid.unwrap_or(0)), &["in", "on", "with", "under", "using", "have", "the", "an", "a"]);
    let (len, plan) = if let Some(len) = draft.said(from, &["long-term", "long term", "lts"]) {
        (len - usize::from(draft.words.lower(from) == "lts"), "extended")
    } else {
        (1, ["extended", "standard"].into_iter().find(|plan| *plan == draft.words.lower(from))?)
    };
    let end = draft.skip(from + len, &["kubernetes", "version"]);
    let end = end + draft.said(end, &["support", "support plan", "support type", "lts"])?;
    draft.condition("support_plan", if none > 0 { Op::Ne } else { Op::Eq }, plan);
    draft.note(format!("`{plan}` support is read as what the cluster's support plan is, whatever its version needs"));
    Some(end - at)
}

/// "on the free tier".
fn tier(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let none = not(draft, at);
    let from = draft.skip(at + none, &["in", "on", "with", "of", "the", "a"]);
    let tier = TIERS.iter().find(|tier| **tier == draft.words.lower(from))?;
    if draft.words.lower(from + 1) != "tier" {
        return None;
    }
    draft.condition("tier", if none > 0 { Op::Ne } else { Op::Eq }, *tier);
    Some(from + 2 - at)
}

/// "with a public API endpoint", "whose control plane is private".
fn endpoint(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "public EKS endpoints": that they are so, was said before the noun.
    let said = draft.conditions.iter().any(|condition| super::assemble::holds(condition, "publicly_accessible"));
    if said && at > 0 && draft.noun(at - 1).is_some_and(|(len, _)| len == 1) {
        return draft.said(at, SERVERS);
    }
    let without = draft.role(at, Role::Without).unwrap_or(0);
    let from = draft.skip(
        at + without,
        &["with", "having", "have", "has", "whose", "where", "expose", "exposing", "their", "its", "the", "a", "an"],
    );
    let (end, so) = match (public(draft, from), draft.said(from, SERVERS)) {
        (Some((len, so)), _) => (from + len + draft.said(from + len, SERVERS)?, so),
        (None, Some(len)) if without == 0 => {
            let verb = draft.skip(from + len, &["is", "are", "that", "being", "set", "to"]);
            let none = draft.role(verb, Role::Not).unwrap_or(0);
            let (len, so) = public(draft, verb + none)?;
            (verb + none + len, so == (none == 0))
        }
        _ => return None,
    };
    draft.condition("publicly_accessible", Op::Eq, so == (without == 0));
    Some(end - at)
}

/// Whether what is said there is that everybody reaches a thing, or that nobody from outside does.
fn public(draft: &Draft<'_>, at: usize) -> Option<(usize, bool)> {
    if let Some(len) = draft.said(at, &["exposed publicly", "publicly exposed", "open publicly", "exposed", "open"])
        && draft.sense(at, |s| matches!(s, Sense::Flag { .. }).then_some(())).is_none_or(|(n, ())| n <= len)
    {
        return Some((len, true));
    }
    draft.sense(at, |s| match s {
        Sense::Flag { column: "publicly_accessible", value } => Some(*value),
        _ => None,
    })
}
