//! "sitting below 5 % CPU", "weighing in at over 1 TB", "idle boxes, CPU under 3 %": words that a number beside them makes
//! plain, and that say no more than it does.

use super::comparison;
use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::{Phrases, phrases};
use schema::Column;

/// Verbs before a comparison.
const VERBS: Phrases = phrases(&[
    "chilling",
    "hovering",
    "pegged",
    "pinned",
    "idling",
    "idle",
    "cruising",
    "coasting",
    "loafing",
    "ticking over",
    "weighing",
    "weigh",
    "weighs",
    "weighing in",
    "clocking",
    "clocking in",
    "clocks in",
    "clock in",
    "coming in",
    "comes in",
    "come in",
    "stuck",
    "utilizing",
    "utilising",
    "utilize",
    "utilise",
    "consuming",
    "consume",
    "consumes",
    "drawing",
    "registering",
    "reporting",
    "configured",
    "equipped",
    "packing",
    "boasting",
    "sporting",
    "sized",
    "rated",
    "parked",
    "lingering",
    "hanging",
    "hang",
    "sat",
    "sits",
    "sit",
    "sitting",
    "doing",
    "running hot",
    "well",
    "way",
    "far",
    "somewhere",
    "anywhere",
]);

/// Verbs that mean something else where nothing but a number follows.
const VERBS_AT: Phrases = phrases(&["running", "run", "runs", "provisioned", "set up", "allocated", "assigned"]);

/// How busy a machine is, without a number.
const BUSY: Phrases = phrases(&[
    "idle",
    "idling",
    "idle-ish",
    "idlish",
    "underused",
    "under-used",
    "underutilised",
    "underutilized",
    "under-utilised",
    "under-utilized",
    "quiet",
    "lazy",
    "sleepy",
    "bored",
    "overloaded",
    "busy",
    "hot",
    "pegged",
    "maxed-out",
    "maxed out",
    "stressed",
    "struggling",
    "starved",
    "mostly idle",
    "basically idle",
    "practically idle",
    "doing nothing",
    "doing very little",
    "doing almost nothing",
    "barely used",
    "hardly used",
    "run hot",
    "running hot",
    "sluggish",
]);

/// How large a thing is, without a number.
const LARGE: Phrases = phrases(&[
    "big",
    "large",
    "huge",
    "beefy",
    "chunky",
    "fat",
    "hefty",
    "oversized",
    "over-sized",
    "oversize",
    "overprovisioned",
    "over-provisioned",
    "massive",
    "giant",
    "small",
    "tiny",
]);

/// Passes over such words.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() {
        return None;
    }
    leads(draft, at).or_else(|| told(draft, at))
}

/// "pegged above 90 %", "provisioned with more than 3000 IOPS".
fn leads(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let begins = |from: usize| comparison::begins(draft, from);
    if let Some(len) = draft.said(at, VERBS) {
        let from = [at + len, draft.skip(at + len, &["in", "at", "with", "out", "on", "of"])];
        return from.into_iter().find(|from| begins(*from)).map(|from| from - at);
    }
    let len = draft.said(at, VERBS_AT)?;
    let from = draft.skip(at + len, &["at", "with"]);
    (from > at + len && begins(from)).then_some(from - at)
}

/// "idle boxes, CPU under 3 %", "large VMs with 16 or more vCPUs".
fn told(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let busy = draft.said(at, BUSY).filter(|_| draft.own("cpu_avg").is_some());
    let busy = busy.filter(|_| compares(draft, |column| column.name.starts_with("cpu_")));
    let large = draft.said(at, LARGE).filter(|_| {
        compares(draft, |c| matches!(c.name, "vcpus" | "memory_gib" | "size_gib" | "storage_gib" | "node_count"))
    });
    let len = busy.or(large)?;
    // "not busy" is another question, and "20 % idle" is the rest of it.
    let counted = at > 0
        && (matches!(draft.words.lower(at - 1), "%" | "percent" | "pct")
            || super::quantity::number(draft, at - 1).is_some());
    let denied = counted || at > 0 && [Role::Not, Role::Without].iter().any(|role| draft.role(at - 1, *role).is_some());
    (!denied).then_some(len)
}

/// Whether a column is compared with a number somewhere in the question.
fn compares(draft: &Draft<'_>, wanted: impl Fn(&Column) -> bool) -> bool {
    let named = |at: usize| draft.columns(at).is_some_and(|(_, columns)| columns.iter().any(|c| wanted(c)));
    let begins = |at: usize| {
        comparison::begins(draft, at)
            || super::quantity::quantity(draft, at).is_some_and(|(len, _)| draft.or_more(at + len).is_some())
    };
    (0..draft.words.len()).any(|at| begins(at) && (at.saturating_sub(4)..at + 6).any(named))
}
