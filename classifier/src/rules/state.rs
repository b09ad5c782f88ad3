//! "running", "not running", "stopped or failed", "unattached", "not attached to anything".

use super::quantity::{Measured, quantity};
use crate::draft::Draft;
use crate::lexicon::{Kinds, Role, Sense};
use crate::phrases::{Marks, Phrases, phrases};
use crate::rules::starts::Starts;
use schema::query::{Condition, Literal, Op};

pub(super) const STARTS: Starts = Starts::at(&[
    "nowhere",
    "still",
    "yet",
    "not",
    "belong",
    "belongs",
    "belonging",
    "hanging",
    "to",
    "at",
    "with",
    "idle",
    "spare",
    "free",
    "unused",
    "in",
    "being",
    "used",
    "in-use",
    "open",
    "active",
    "unresolved",
    "outstanding",
    "current",
    "new",
    "newly",
])
.and_at(Marks::of(SHARES))
.and_at(Marks::of(SPENDS))
.and_at(Marks::of(VERBS))
.and_kinds(Kinds::STATE)
.and_roles(&[Role::Attached, Role::Detached, Role::Not]);

/// Reads what the rows are doing, and whether something holds them.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    attached(draft, at).or_else(|| runs(draft, at)).or_else(|| busy(draft, at)).or_else(|| state(draft, at))
}

/// Verbs before a share of what there is, which is how busy they are.
const SHARES: &[&str] = &[
    "running",
    "run",
    "runs",
    "ran",
    "averaging",
    "averaged",
    "averages",
    "using",
    "use",
    "uses",
    "sit",
    "sits",
    "sitting",
    "stay",
    "stays",
    "hover",
    "peak",
    "peaking",
];

/// Verbs before an amount of money, which is what they cost.
const SPENDS: &[&str] = &["burn", "burns", "burning", "eat", "eats", "waste", "wasting", "burned"];

/// Verbs that say no more than what stands behind them.
const VERBS: &[&str] =
    &["running", "run", "runs", "ran", "use", "uses", "using", "written", "built", "based", "powered", "launched"];

/// "VMs running Windows", "functions that use python3.8": what they run, not that they run.
fn runs(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let not = draft.role(at, Role::Not).unwrap_or(0);
    if !VERBS.contains(&draft.words.lower(at + not)) {
        return None;
    }
    if let Some(len) = busy(draft, at).filter(|_| not == 0) {
        return Some(len);
    }
    // "how many functions use each runtime".
    let each = draft.count && draft.words.lower(at + 1) == "each" && super::group::dimension(draft, at + 2).is_some();
    if each && not == 0 && draft.words.lower(at) != "running" {
        return Some(1);
    }
    let what = draft.skip(at + not + 1, &["on", "in", "with", "by", "the", "an", "a", "from"]);
    if not == 0 && draft.words.lower(at) != "running" {
        let told = software(draft, what).is_some() || super::value::is_shaped(draft, what);
        return told.then_some(what - at);
    }
    let len = software(draft, what)?;
    // "running windows VMs", "running linux arm64 boxes" are VMs that run.
    let breaks = |i: &usize| draft.words.lower(*i) == ",";
    let leads = (0..at).all(|i| draft.noun(i).is_none())
        && (what + len..draft.words.len().min(what + len + 3))
            .take_while(|i| !breaks(i))
            .any(|i| draft.noun(i).is_some());
    if leads || draft.noun(what + len).is_some() {
        return None;
    }
    if not > 0 {
        draft.hint(format!("say `not {0}`, or `not running` apart from `{0}`", draft.words.raw_phrase(what, len)));
        draft.unread.push((at, not + 1 + len));
        return Some(not + 1 + len);
    }
    draft.note(format!("`{}` is read as what they run, whatever their state is", draft.words.raw_phrase(at, 1 + len)));
    Some(what - at)
}

/// "running under 20 % CPU", "that averaged less than 5 %": how busy they are, whatever their state is. "that burn more
/// than 100 dollars" is what they cost.
fn busy(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let word = draft.words.lower(at);
    if !SHARES.contains(&word) && !SPENDS.contains(&word) {
        return None;
    }
    let from = draft.skip(at + 1, &["at", "on", "an", "average", "of", "only", "just"]);
    let unit = compared_unit(draft, from)?;
    let wanted = if SHARES.contains(&word) { unit == Measured::Percent } else { unit == Measured::Money };
    if !wanted {
        return None;
    }
    if word == "running" {
        draft.note("`running` is read as how busy they are, whatever their state is");
    }
    Some(from - at)
}

/// The unit of the number that a comparison there is with.
fn compared_unit(draft: &Draft<'_>, at: usize) -> Option<Measured> {
    let len = match draft.compare(at) {
        Some((len, _)) => len,
        None if draft.words.lower(at) == "between" => {
            // "between 20 and 60 %": the unit stands with either.
            let (len, first) = quantity(draft, at + 1)?;
            let second = quantity(draft, draft.skip(at + 1 + len, &["and", "to"]));
            return Some(second.map_or(first.unit, |(_, second)| second.unit));
        }
        None => 0,
    };
    let (_, quantity) = quantity(draft, draft.skip(at + len, &["a", "an", "the", "about"])).filter(|_| len > 0)?;
    Some(quantity.unit)
}

/// How many words name software there: an operating system, a database engine, a language.
fn software(draft: &Draft<'_>, at: usize) -> Option<usize> {
    draft
        .sense(at, |s| matches!(s, Sense::Value { column: "platform", .. }).then_some(()))
        .map(|(len, ())| len)
        .or_else(|| super::value::names_software(draft, at).then_some(1))
}

/// Which column says what holds a row.
fn holder(draft: &Draft<'_>) -> Option<&'static str> {
    match draft.table.name {
        "volumes" => Some("instance_id"),
        "public_ips" => Some("associated_with"),
        _ => None,
    }
}

fn attached(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let column = holder(draft)?;
    if let Some(len) = to_none(draft, at) {
        draft.conditions.push(Condition::is_null(column));
        return Some(len);
    }
    if let Some(len) = draft.role(at, Role::Detached) {
        let end = at + len + draft.role(at + len, Role::ToAnything).unwrap_or(0);
        draft.conditions.push(Condition::is_null(column));
        return Some(end - at);
    }
    let spare = matches!(draft.words.lower(at), "idle" | "spare")
        || draft.words.lower(at) == "free" && draft.noun(at + 1).is_some();
    if matches!(draft.words.lower(at), "unused") || (spare && column == "associated_with") {
        draft.conditions.push(Condition::is_null(column));
        return Some(1);
    }
    let not = draft.role(at, Role::Not).unwrap_or(0);
    let word = draft.role(at + not, Role::Attached).or_else(|| {
        let in_use = matches!(draft.words.phrase(at + not, 2), "in use" | "being used")
            && (not > 0 || column == "associated_with");
        let used = matches!(draft.words.lower(at + not), "used" | "in-use") && (not > 0 || column == "associated_with");
        if in_use { Some(2) } else { used.then_some(1) }
    })?;
    let mut end = at + not + word;
    if matches!(draft.words.phrase(end, 2), "to nothing" | "with nothing" | "to none" | "to no") {
        // "not attached to nothing" says too much, and "to no" has more to come.
        if not > 0 || draft.words.lower(end + 1) == "no" {
            return None;
        }
        draft.conditions.push(Condition::is_null(column));
        return Some(end + 2 - at);
    }
    // "plugged into any server".
    if draft.words.lower(at + not) == "plugged"
        && draft.words.lower(end) == "any"
        && draft.sense(end + 1, |s| matches!(s, Sense::Table(_)).then_some(())).is_some()
    {
        draft.conditions.push(if not > 0 { Condition::is_null(column) } else { Condition::is_not_null(column) });
        return Some(end + 2 - at);
    }
    if let Some(len) = draft.role(end, Role::ToAnything) {
        let thing = matches!(draft.words.lower(end + len - 1), "anything" | "nothing" | "something" | "all" | "else");
        end += len;
        // "attached to instances tagged env=prod" is about the instances.
        let more = matches!(
            draft.words.lower(end),
            "tagged"
                | "with"
                | "without"
                | "that"
                | "which"
                | "whose"
                | "named"
                | "called"
                | "running"
                | "owned"
                | "of"
                | "launched"
                | "created"
                | "costing"
                | "having"
                | "older"
                | "we"
                | "from"
        );
        if more && !thing {
            draft.hint("what holds them is known by its id alone");
            return None;
        }
    } else if matches!(draft.words.lower(end), "to" | "with" | "by") {
        let noun = draft.sense(end + 1, |s| matches!(s, Sense::Table(_)).then_some(())).map_or(0, |(len, ())| len);
        end += noun;
        let id = draft.words.raw(end + 1);
        if !id.starts_with("i-") {
            return None;
        }
        let id = id.to_owned();
        draft.condition("instance_id", if not > 0 { Op::Ne } else { Op::Eq }, id);
        return Some(end + 2 - at);
    }
    draft.conditions.push(if not > 0 { Condition::is_null(column) } else { Condition::is_not_null(column) });
    Some(end - at)
}

/// "attached to no instance", "which to no machine are attached", "nowhere attached".
fn to_none(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let none = |at: usize| {
        if draft.words.lower(at) == "nowhere" {
            return Some(1);
        }
        let no = matches!(draft.words.lower(at), "to" | "at" | "with") && draft.words.lower(at + 1) == "no";
        let thing = draft.sense(at + 2, |s| match s {
            Sense::Table(noun) if matches!(noun.table.name, "instances" | "resources") => Some(()),
            _ => None,
        });
        thing.filter(|_| no).map(|(len, ())| 2 + len)
    };
    if let Some(len) = none(at) {
        let verb = draft.skip(at + len, &["are", "is"]);
        let word = draft.role(verb, Role::Attached)?;
        return Some(draft.skip(verb + word, &["are", "is"]) - at);
    }
    // "that belong to no machine".
    let belongs = matches!(draft.words.lower(at), "belong" | "belongs" | "belonging" | "hanging").then_some(1);
    let word = draft.role(at, Role::Attached).or(belongs)?;
    let len = none(at + word).filter(|len| draft.ends(at + word + len))?;
    Some(word + len)
}

/// "new critical findings", "newly found findings": without a time, those that were found once so far. "new and open ones" are
/// all that are open.
fn newly_found(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.table.name != "findings" || super::time::is_said(draft) {
        return None;
    }
    let state = |at: usize| matches!(draft.words.lower(at), "new" | "open");
    let joint = draft.skip(at + 1, &["and", "or", ",", "&"]);
    if state(at) && joint > at + 1 && state(joint) && draft.words.lower(joint) != draft.words.lower(at) {
        draft.condition("state", Op::In, vec!["new", "open"]);
        return Some(joint + 1 - at);
    }
    let len =
        super::filler::newly(draft, at).filter(|len| (at + len..at + len + 4).any(|i| draft.noun(i).is_some()))?;
    draft.note("`new` is read as the state of what was found once so far");
    draft.condition("state", Op::Eq, "new");
    Some(len)
}

fn state(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let column = draft.own("state")?;
    if let Some(len) = newly_found(draft, at) {
        return Some(len);
    }
    // "which critical findings are new": a state of their own.
    let new = draft.words.lower(at) == "new"
        && matches!(draft.words.lower(at.wrapping_sub(1)), "are" | "is" | "state" | "status")
        && draft.ends(at + 1);
    if draft.table.name == "findings" && new {
        draft.condition(column.name, Op::Eq, "new");
        return Some(1);
    }
    // "still not resolved" is said of what somebody has to see to.
    const UNRESOLVED: Phrases = phrases(&[
        "still not resolved",
        "not yet resolved",
        "not resolved yet",
        "still unresolved",
        "yet to be resolved",
        "still to be resolved",
        "still not fixed",
        "not yet fixed",
    ]);
    if draft.table.name == "findings"
        && let Some(len) = draft.said(at, UNRESOLVED)
    {
        draft.condition(column.name, Op::In, vec!["new", "open"]);
        return Some(len);
    }
    if draft.table.name == "findings" && still_there(draft, at) {
        draft.condition(column.name, Op::In, vec!["new", "open"]);
        return Some(1);
    }
    // "what is running on i-0abc", "what is i-0abc running": what runs there is in no table.
    if draft.words.lower(at) == "running" {
        let on = draft.words.lower(at + 1) == "on" && super::value::found_id(draft, at + 2).is_some();
        let one = at > 1
            && draft.ends(at + 1)
            && draft.words.lower(at - 1).contains('-')
            && at > 2
            && draft.words.phrase(at - 3, 2) == "what is";
        if on || one {
            draft.hint("what runs on a machine is not known");
            return None;
        }
    }
    let not = draft.role(at, Role::Not).unwrap_or(0);
    // "not starting with prod-" is about names.
    if draft.role(at + not, Role::StartsWith).is_some() {
        return None;
    }
    let (len, mut states) = one(draft, at + not).map(|(len, state)| (len, vec![state]))?;
    let mut end = at + not + len;
    loop {
        // "neither running nor stopped" is two that are not.
        let joints: &[&str] = if not > 0 { &["or", "and", ",", "nor"] } else { &["or", "and", ",", "/"] };
        let joint = draft.skip(end, joints);
        if joint == end {
            break;
        }
        let Some((len, state)) = one(draft, joint) else { break };
        if !states.contains(&state) {
            states.push(state);
        }
        end = joint + len;
    }
    end += usize::from(matches!(draft.words.lower(end), "state" | "status" | "condition" | "mode"));
    // "running for more than 30 days": since it was last started.
    if not == 0
        && states == ["running"]
        && let Some((to, condition)) = super::time::for_so_long(draft, end, "launched_at")
    {
        draft.conditions.push(Condition::compare("state", Op::Eq, "running"));
        draft.conditions.push(condition);
        return Some(to - at);
    }
    // Only machines run; of other things people say it when they mean that they are ready.
    if states.contains(&"running") && !matches!(draft.table.name, "instances" | "resources") {
        states.push("available");
        draft.note("running is read as running or available, which is what such things are when they work");
    }
    let op = match (not > 0, states.len()) {
        (false, 1) => Op::Eq,
        (true, 1) => Op::Ne,
        (false, _) => Op::In,
        (true, _) => Op::NotIn,
    };
    let value = if states.len() == 1 { Literal::from(states[0]) } else { Literal::from(states) };
    draft.condition(column.name, op, value);
    Some(end - at)
}

/// "open findings" are those that somebody has to see to, whether they were found once or again. "open to the world" is not
/// said of a finding.
fn still_there(draft: &Draft<'_>, at: usize) -> bool {
    let is_word = matches!(draft.words.lower(at), "open" | "active" | "unresolved" | "outstanding" | "current");
    is_word && draft.words.lower(at + 1) != "to"
}

/// A state that things of the table can be in: nothing uses a machine, and no disk runs.
pub(super) fn one(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static str)> {
    let found = draft.sense(at, |s| match s {
        Sense::State(state) => Some(*state),
        _ => None,
    });
    // "that are on spot" says of what kind they are, and not that they run.
    // "which are on Amazon" says where.
    let is_value = |at: usize| {
        draft
            .sense(at, |s| matches!(s, Sense::Value { .. } | Sense::Provider(_) | Sense::Region(_)).then_some(()))
            .is_some()
    };
    let found = found.filter(|(len, _)| !(draft.words.phrase(at, *len).ends_with(" on") && is_value(at + len)));
    // "running on spot" says how they are bought.
    let longer = |len: usize| {
        draft
            .sense(at, |s| matches!(s, Sense::Value { .. }).then_some(()))
            .is_some_and(|(value, ())| value > len && draft.noun(at + value).is_none())
    };
    let found = found.filter(|(len, _)| !longer(*len));
    found.filter(|(_, state)| match *state {
        "in_use" | "available" => draft.table.name != "instances",
        "running" => {
            matches!(draft.table.name, "instances" | "resources" | "databases" | "load_balancers" | "nat_gateways")
        }
        _ => true,
    })
}
