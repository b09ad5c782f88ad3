//! "raised by the exposure plugin", "high or worse", "resolved this month", "the latest five": what is said of findings.

use super::time;
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::tokens::Kind;
use schema::query::{Op, OrderBy};
use schema::tables;

/// Severities from the least to the worst, as `severity_id` numbers them.
pub(super) const SEVERITIES: &[&str] = &["informational", "low", "medium", "high", "critical", "fatal"];

/// Reads what only findings have.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.table != &tables::FINDINGS {
        return None;
    }
    thing(draft, at)
        .or_else(|| on_kind(draft, at))
        .or_else(|| plugin(draft, at))
        .or_else(|| worse(draft, at))
        .or_else(|| settled(draft, at))
        .or_else(|| latest(draft, at))
}

/// "about web-3", "concerning the bucket `logs`": what they were found on, by its name.
fn thing(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const LEADS: &[&str] = &["about", "concerning", "regarding", "against", "affecting", "on", "for"];
    let lead = draft.said(at, LEADS)?;
    let from = draft.skip(at + lead, &["the", "our"]);
    let noun = draft.sense(from, |s| matches!(s, Sense::Table(noun) if !noun.plural).then_some(()));
    let from = from + noun.map_or(0, |(len, ())| len);
    let name = draft.name(from)?.to_owned();
    // A name that somebody gave: "web-3", and no place, no account, no id.
    let given = draft.words.kind(from) == Some(Kind::Quoted)
        || name.contains('-')
            && draft.senses.is_unknown(from)
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let known = super::scope::is_own(draft, from) || super::value::table_of(draft.words.lower(from)).is_some();
    if !given || known {
        return None;
    }
    draft.condition("name", Op::Eq, name);
    Some(from + 1 - at)
}

/// "about databases", "that concern buckets": on which kind of thing they were found.
fn on_kind(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const LEADS: &[&str] = &[
        "about",
        "concerning",
        "regarding",
        "against",
        "affecting",
        "on",
        "that concern",
        "which concern",
        "that affect",
        "which affect",
        "that are about",
    ];
    let lead = draft.said(at, LEADS)?;
    let from = draft.skip(at + lead, &["the", "our", "all"]);
    // "on ALBs" says more than the kind, and "on databases that are encrypted" what findings do not tell.
    let (len, kind) = draft.sense(from, |s| match s {
        Sense::Table(noun) if noun.plural && !noun.bare && noun.implies.is_none() && noun.provider.is_none() => {
            noun.table.row_kind
        }
        _ => None,
    })?;
    let closes = draft.ends(from + len) || draft.words.lower(from + len) == "in";
    if !closes || draft.conditions.iter().any(|condition| super::assemble::holds(condition, "kind")) {
        return None;
    }
    draft.condition("kind", Op::Eq, kind);
    Some(from + len - at)
}

/// "raised by the exposure plugin", "from plugin trivy", "that the waste plugin found".
fn plugin(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const LEADS: &[&str] = &[
        "raised by",
        "found by",
        "reported by",
        "produced by",
        "detected by",
        "discovered by",
        "flagged by",
        "coming from",
        "that come from",
        "from",
        "of",
        "by",
        "that",
        "which",
        "what",
    ];
    let is_word = |at: usize| matches!(draft.words.lower(at), "plugin" | "scanner" | "plug-in");
    let lead = draft.said(at, LEADS)?;
    let from = draft.skip(at + lead, &["the", "our"]);
    let (name, end) = match (is_word(from), is_word(from + 1)) {
        (true, _) => (from + 1, from + 2),
        (false, true) => (from, from + 2),
        // "found by trivy".
        _ if draft.words.phrase(at, lead).ends_with(" by") && draft.senses.is_unknown(from) => (from, from + 1),
        _ => return None,
    };
    let value = draft.name(name)?.to_owned();
    let clause = matches!(draft.words.lower(at), "that" | "which" | "what");
    let verb = draft.skip(end, &["has", "have"]);
    let told = matches!(draft.words.lower(verb), "found" | "raised" | "reported" | "flagged" | "detected" | "finds");
    if clause != told {
        return None;
    }
    draft.condition("plugin", Op::Eq, value);
    Some(if told { verb + 1 - at } else { end - at })
}

fn severity(draft: &Draft<'_>, at: usize) -> Option<(usize, usize)> {
    let (len, value) = draft.sense(at, |s| match s {
        Sense::Value { column: "severity", value } => Some(*value),
        _ => None,
    })?;
    SEVERITIES.iter().position(|known| *known == value).map(|place| (len, place + 1))
}

/// "high or worse", "severity at least high", "above medium": of an order, which the number has.
fn worse(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = draft.skip(at, &["with", "of", "a", "severity", "is", "are", "that", "which"]);
    const BEHIND: &[&str] = &["severity", "in"];
    // "of critical severity or worse".
    if let Some((len, place)) = severity(draft, lead) {
        let end = draft.skip(lead + len, BEHIND);
        let (more, op) = more(draft, end)?;
        draft.condition("severity_id", op, i64::try_from(place).ok()?);
        return Some(draft.skip(end + more, BEHIND) - at);
    }
    let worse = [("worse than", Op::Gt), ("more severe than", Op::Gt), ("less severe than", Op::Lt)];
    let said = worse.into_iter().find(|(phrase, _)| draft.words.phrase(lead, phrase.split(' ').count()) == *phrase);
    let (len, op) = match said {
        Some((phrase, op)) => (phrase.split(' ').count(), op),
        None => draft.compare(lead).map(|(len, (op, _))| (len, op)).filter(|(_, op)| *op != Op::Eq)?,
    };
    let (n, place) = severity(draft, draft.skip(lead + len, &["a", "severity"]))?;
    draft.condition("severity_id", op, i64::try_from(place).ok()?);
    let end = draft.skip(lead + len, &["a", "severity"]) + n;
    Some(draft.skip(end, BEHIND) - at)
}

/// "or worse", "and above", behind a severity.
fn more(draft: &Draft<'_>, at: usize) -> Option<(usize, Op)> {
    const WORSE: &[&str] =
        &["or worse", "and worse", "or more severe", "or graver", "upwards", "or above", "and above"];
    draft.said(at, WORSE).map(|len| (len, Op::Ge)).or_else(|| draft.or_more(at).map(|(len, (op, _))| (len, op)))
}

/// "resolved this month", "which were fixed since Monday": when they were.
fn settled(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = draft.skip(at, &["were", "was", "got", "have", "been", "that", "which"]);
    if !matches!(draft.words.lower(lead), "resolved" | "fixed" | "settled" | "closed" | "remediated") {
        return None;
    }
    let from = draft.skip(lead + 1, &["at", "sometime"]);
    let (len, when) = time::when(draft, from)?;
    for (op, literal) in time::bounds(when, draft.cx.now) {
        draft.condition("resolved_at", op, literal);
    }
    Some(from + len - at)
}

/// "the most recent findings": those that were found last.
fn latest(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, dir) = draft.sense(at, |s| match s {
        Sense::Superlative(crate::lexicon::Measure::Created, dir) => Some(*dir),
        _ => None,
    })?;
    let told = draft.noun(at + len).is_some()
        || draft.role(at + len, Role::Filler).is_some()
        || super::quantity::number(draft, at + len).is_some();
    if !draft.order.is_empty() || !told {
        return None;
    }
    draft.order.push(OrderBy { field: "first_seen".into(), dir });
    if draft.limit.is_none() && draft.noun(at + len).is_some_and(|(_, noun)| !noun.plural) {
        draft.limit = Some(1);
    }
    Some(len)
}
