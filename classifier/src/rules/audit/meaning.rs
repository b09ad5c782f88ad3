//! "their volumes", "not running in Ireland", "Azure subscription costs": words that can be two things, or were lost.

use super::any;
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::rules::assemble::holds;
use crate::tokens::Kind;
use schema::query::{Condition, Field, Function, Literal, Op};
use schema::time::TimeRange;
use schema::{ColumnType, Query};

/// "their volumes", "its cost": of what, a question before this one said.
pub(super) fn points_back(draft: &Draft<'_>, _: &Query) -> Option<&'static str> {
    let of_theirs = |at: usize| {
        matches!(draft.words.lower(at), "their" | "its" | "his" | "her" | "theirs")
            && draft.noun(at + 1).is_some_and(|(len, _)| draft.column(at + 1).is_none_or(|(n, _)| n <= len))
    };
    let named = |at: usize| {
        draft.noun(at).is_some()
            || crate::rules::scope::is_own(draft, at)
            || draft.senses.is_unknown(at)
            || draft.sense(at, |s| matches!(s, Sense::Provider(_) | Sense::Service(_)).then_some(())).is_some()
    };
    let at = (0..draft.words.len()).find(|at| of_theirs(*at))?;
    (!(0..at).any(named)).then_some("it points back to something that it does not name")
}

/// "findings resolved last week": the time of a finding is when it was first seen.
pub(super) fn when_resolved(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let ended =
        |word: &str| matches!(word, "resolved" | "fixed" | "closed" | "muted" | "cleared" | "gone" | "remediated");
    (draft.table.name == "findings" && query.time.is_some() && any(draft, ended))
        .then_some("say `resolved_at since …`: a time alone is when a finding was first seen")
}

/// "clusters in extended support": those whose version is that old. The plan says which may grow that old.
pub(super) fn in_support(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let said = |at: usize| {
        draft.words.lower(at) == "in"
            && matches!(draft.words.lower(draft.skip(at + 1, &["the", "an", "a"])), "extended" | "standard")
    };
    (query.from == "clusters" && (0..draft.words.len()).any(said)).then_some(
        "whether a version is in extended support is not known: ask for clusters with the extended support plan, which is \
         what may be",
    )
}

/// "VMs not running in Ireland": those that run elsewhere, or those there that do not run.
pub(super) fn not_there_or_not_so(draft: &Draft<'_>, _: &Query) -> Option<&'static str> {
    let said = |at: usize| {
        draft.role(at, Role::Not).is_some_and(|len| {
            matches!(draft.words.lower(at + len), "running" | "deployed" | "started" | "hosted" | "launched")
                && matches!(draft.words.lower(at + len + 1), "in" | "on" | "under")
        })
    };
    // "not hosted in Ireland" are elsewhere: only what can stop may be there and not run.
    let running = any(draft, |word| word == "running") && (0..draft.words.len()).any(said);
    running.then_some("say `outside`, or `that do not run, in`: `not running in` can be either")
}

/// "spend from last Monday": of that day, or since.
pub(super) fn from_a_day(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let Some(TimeRange::Between { from: Some(from), to: Some(to) }) = query.time else { return None };
    let weekday = |word: &str| word.len() >= 6 && word.ends_with("day") && !matches!(word, "yesterday" | "holiday");
    let led = |at: usize| {
        draft.words.lower(at) == "from"
            && weekday(draft.words.lower(draft.skip(at + 1, &["last", "this", "the", "past", "previous"])))
    };
    (to - from <= chrono::TimeDelta::days(1) && (0..draft.words.len()).any(led))
        .then_some("say `on` that day, or `since` it: `from` can be either")
}

/// "VMs with the names of their subnets": a machine knows the id of its subnet.
pub(super) fn names_of_others(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let by_id = |at: usize| {
        draft.column(at).filter(|(_, c)| c.name.ends_with("_id") && query.select.contains(&Field::column(c.name)))
    };
    let names = |at: usize| matches!(draft.words.lower(at), "name" | "names");
    let named = |at: usize| {
        names(at)
            && draft.words.lower(at + 1) == "of"
            && by_id(draft.skip(at + 2, &["the", "their", "its", "each", "our"])).is_some()
    };
    let behind = |at: usize| by_id(at).is_some_and(|(len, _)| names(at + len) && !names(at + len - 1));
    (0..draft.words.len())
        .any(|at| named(at) || behind(at))
        .then_some("what it belongs to is known by its id: ask for the names in a question of their own")
}

/// "Azure subscription costs": whose they are was said, and stands nowhere in the query.
pub(super) fn provider_said(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let named = |at: usize| {
        let provider = draft.sense(at, |s| matches!(s, Sense::Provider(_)).then_some(()))?.0;
        // "Amazon S3" is a service, and "azure-dev" an account.
        let more = draft.senses.at(at).any(|(len, s)| len > provider && matches!(s, Sense::Service(_)));
        (!more && draft.words.kind(at) == Some(Kind::Word)).then_some(())
    };
    let by_provider = query.group_by.iter().any(|field| matches!(field.column_name(), "provider" | "ProviderName"));
    let placed = !query.scope.providers.is_empty() || by_provider || query.conditions.iter().any(is_text);
    (!placed && (0..draft.words.len()).any(|at| named(at).is_some())).then_some("say `on AWS`, or `on Azure`")
}

/// Whether a condition may be about a provider, or hold its name.
fn is_text(condition: &Condition) -> bool {
    match condition {
        Condition::Compare(compare) => matches!(compare.value, Literal::Text(_) | Literal::List(_)),
        Condition::Any { any: all } | Condition::All { all } => all.iter().any(is_text),
        Condition::Not { not } => is_text(not),
    }
}

/// "confirm that no public databases exist", "check whether volumes are encrypted": a yes or a no, and no rows.
pub(super) fn yes_or_no(draft: &Draft<'_>, _: &Query) -> Option<&'static str> {
    let verb = |at: usize| {
        matches!(
            draft.words.lower(at),
            "check"
                | "confirm"
                | "verify"
                | "ensure"
                | "prove"
                | "assure"
                | "validate"
                | "tell"
                | "know"
                | "wonder"
                | "say"
        )
    };
    let at = (0..draft.words.len().min(6)).find(|at| verb(*at))?;
    let from = draft.skip(at + 1, &["me", "us", "for", "that", "please"]);
    let tells = matches!(draft.words.lower(from), "whether" | "if" | "wether" | "no");
    let all =
        matches!(draft.words.lower(from), "all" | "every") && !matches!(draft.words.lower(at), "tell" | "know" | "say");
    // "tell me if any VM has no tag" wants to see which.
    let any = (from..from + 4).any(|i| matches!(draft.words.lower(i), "any" | "anything" | "there" | "some"));
    (tells && !any || all).then_some("ask for those that are not so: no row among them is a yes")
}

/// "VMs with a scheduled shutdown": what is to come, and no state.
pub(super) fn yet_to_come(draft: &Draft<'_>, _: &Query) -> Option<&'static str> {
    let planned = |word: &str| matches!(word, "scheduled" | "planned" | "pending" | "upcoming" | "imminent");
    let event = |word: &str| {
        matches!(
            word,
            "shutdown"
                | "shutdowns"
                | "stop"
                | "start"
                | "restart"
                | "reboot"
                | "maintenance"
                | "termination"
                | "deletion"
        )
    };
    (0..draft.words.len())
        .any(|at| planned(draft.words.lower(at)) && event(draft.words.lower(at + 1)))
        .then_some("what is scheduled is in no table")
}

/// "how many snapshots were deleted": what became of them, and not what state they are in.
pub(super) fn became(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let gone = asks_state(query, "deleted");
    let told = (1..draft.words.len()).any(|at| {
        matches!(draft.words.lower(at), "deleted" | "removed" | "terminated")
            && matches!(draft.words.lower(at - 1), "were" | "was" | "been" | "got" | "we" | "they")
    });
    (gone && told && draft.table.name != "instances").then_some("say when: `deleted last week`")
}

/// "instances that are both running and stopped", "both in prod and in staging": what is one of them is not the other.
pub(super) fn both_at_once(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let scope = &query.scope;
    let of_list = |c: &Condition| matches!(c, Condition::Compare(c) if c.op == Op::In && draft.own(c.field.column_name()).is_some_and(|c| c.ty != ColumnType::List));
    let several = [&scope.accounts, &scope.regions, &scope.providers].iter().any(|all| all.len() > 1);
    if !several && !query.conditions.iter().any(of_list) {
        return None;
    }
    let places = |at: usize| matches!(draft.words.lower(at), "in" | "on" | "under");
    // "which teams have VMs in both prod and staging" asks for those that are in each.
    let distinct = query.aggregate.iter().any(|a| a.function == Function::CountDistinct);
    let grouped = distinct || !draft.is_bill() && draft.words.lower(0) == "which" && !query.group_by.is_empty();
    let told = |at: usize| {
        places(at + 1)
            || grouped && places(at.wrapping_sub(1))
            || matches!(draft.words.lower(at.wrapping_sub(1)), "are" | "is" | "be" | "being")
    };
    let alike = |at: usize| {
        let first = draft.skip(at + 1, &["in", "on", "under", "the", "account"]);
        let joint = (first + 1..first + 5).find(|i| matches!(draft.words.lower(*i), "and" | "&"))?;
        let second = draft.skip(joint + 1, &["in", "on", "under", "the", "account"]);
        one_of(draft, first).filter(|one| one_of(draft, second).as_ref() == Some(one))
    };
    (0..draft.words.len())
        .any(|at| draft.words.lower(at) == "both" && told(at) && alike(at).is_some())
        .then_some("nothing can be both of what is asked; say `or` where either will do")
}

/// Of what a word there names one: a state, an account, a region, a provider, a value of a column.
fn one_of(draft: &Draft<'_>, at: usize) -> Option<&'static str> {
    if crate::rules::scope::is_account(draft, at) {
        return Some("account");
    }
    let sensed = draft.sense(at, |s| match s {
        Sense::State(_) => Some("state"),
        Sense::Provider(_) => Some("provider"),
        Sense::Region(_) => Some("region"),
        Sense::Value { column, .. } if draft.own(column).is_some() => Some(*column),
        _ => None,
    });
    sensed.map(|(_, of)| of).or_else(|| crate::rules::scope::is_own(draft, at).then_some("region"))
}

/// "functions that errored": runs fail, and no table has them. The state is that of the function itself.
pub(super) fn failed_runs(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    if query.from != "functions" || !asks_state(query, "failed") {
        return None;
    }
    let of_state = any(draft, |word| matches!(word, "state" | "status" | "deployment"));
    let verb = |at: usize| {
        let word = draft.words.lower(at);
        word == "errored" || word == "failed" && draft.noun(at + 1).is_none()
    };
    (!of_state && (1..draft.words.len()).any(verb))
        .then_some("whether runs of a function failed is not known: ask for functions in the failed state")
}

/// Whether one state is asked for, or for all but that one.
fn asks_state(query: &Query, state: &str) -> bool {
    query.conditions.iter().any(
        |c| matches!(c, Condition::Compare(c) if c.field.column_name() == "state" && c.value == Literal::from(state)),
    )
}

/// "security groups not in use": what uses them is known of disks alone.
pub(super) fn in_use(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let knows = matches!(draft.table.name, "volumes" | "public_ips") || any(draft, |word| word == "in_use");
    (!knows && asks_state(query, "in_use")).then_some("what uses them is not known: of volumes and public IPs it is")
}

/// "VMs with at least 8 CPU": as many of them, or so busy. "CPU p95 < 10 and memory < 20" is the same of memory.
pub(super) fn cores_or_busy(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let held = |columns: &[&str]| query.conditions.iter().any(|c| columns.iter().any(|column| holds(c, column)));
    if !held(&["cpu_avg", "cpu_max", "cpu_p95"]) {
        return None;
    }
    let number = |at: usize| matches!(draft.words.kind(at), Some(Kind::Number(_)));
    let is_share = |word: &str| matches!(word, "%" | "percent" | "pct");
    let used = |word: &str| matches!(word, "usage" | "use" | "load" | "utilisation" | "utilization" | "util");
    let is_size = |word: &str| matches!(word, "gb" | "gib" | "mb" | "mib" | "tb" | "tib" | "gigabytes" | "gigs");
    let cores = |at: usize| {
        let behind = draft.words.lower(at + 2);
        let more = matches!(draft.words.phrase(at + 1, 3), "or more cpu" | "or less cpu" | "or fewer cpu");
        let than = draft.words.phrase(at.wrapping_sub(2), 2) == "cpu than" && draft.ends(at + 1);
        number(at) && (draft.words.lower(at + 1) == "cpu" && !is_share(behind) && !used(behind) || more || than)
    };
    let memory = |at: usize| {
        let led = (1..=3).any(|back| matches!(draft.words.lower(at.wrapping_sub(back)), "memory" | "mem"));
        number(at) && led && !is_size(draft.words.lower(at + 1))
    };
    let in_doubt = |at: usize| cores(at) || held(&["memory_gib"]) && memory(at);
    (0..draft.words.len())
        .any(in_doubt)
        .then_some("say `vCPUs` or `GB` of how much there is, and `%` of how much of it is used")
}
