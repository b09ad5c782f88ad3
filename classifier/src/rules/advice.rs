//! "recommendations about unattached volumes", "what could we save on gp2": which rule a recommendation is by, in the words of what it is
//! about.

use crate::draft::Draft;
use crate::phrases::{Phrases, phrases};
use schema::query::Op;
use schema::tables;

/// What things are said to be: a rule.
const STATES: &[(&str, &[&str], &[&str])] = &[
    (
        "unattached_volume",
        &["unattached", "detached", "unused", "loose", "dangling", "unmounted"],
        &["volumes", "disks", "ebs volumes", "ebs", "drives"],
    ),
    ("gp2_volume", &["gp2"], &["volumes", "disks", "ebs volumes", "ebs", ""]),
    ("old_snapshot", &["old", "aged", "ancient"], &["snapshots"]),
    ("orphaned_snapshot", &["orphaned", "orphan"], &["snapshots"]),
    (
        "unassociated_public_ip",
        &["unassociated", "unattached", "unused", "idle"],
        &["public ips", "ips", "addresses", "public addresses", "elastic ips", "eips", "ip addresses"],
    ),
    (
        "under_used_instance",
        &["under-used", "underused", "underutilised", "underutilized", "under-utilised", "under-utilized", "oversized"],
        &["instances", "machines", "vms", "servers", "boxes", "ec2 instances"],
    ),
    (
        "old_generation_instance",
        &["old-generation", "old generation", "previous-generation", "previous generation", "older-generation"],
        &["instances", "machines", "vms", "servers", "boxes", "ec2 instances"],
    ),
];

/// Reads what a recommendation is about.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.table != &tables::RECOMMENDATIONS {
        return None;
    }
    if let Some(len) = draft.said(at, WITHIN_REACH) {
        return Some(len);
    }
    let from =
        draft.skip(at, &["about", "on", "for", "of", "from", "concerning", "regarding", "with", "the", "our", "all"]);
    STATES.iter().find_map(|(rule, states, things)| {
        let len = draft.said(from, *states)?;
        let more = things.iter().filter_map(|thing| match *thing {
            "" => draft.ends(from + len).then_some(0),
            thing => draft.said(from + len, &[thing]),
        });
        let more = more.max()?;
        draft.condition("rule", Op::Eq, *rule);
        Some(from + len + more - at)
    })
}

/// "savings that we could make": all of them could be.
const WITHIN_REACH: Phrases = phrases(&[
    "we could make",
    "we could get",
    "we can make",
    "we can get",
    "we could have",
    "we could realise",
    "we could realize",
    "to be had",
    "to be made",
    "on the table",
    "achievable",
    "within reach",
]);
