//! "web-* boxes", "machines matching prod-*", "boxes on 10.20.*", "public IPs starting 34.240.": what begins or ends alike.

use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::phrases;
use crate::tokens::Kind;
use schema::query::Op;

/// Reads a pattern of names or of addresses.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    addresses(draft, at).or_else(|| names(draft, at)).or_else(|| explained(draft, at))
}

/// "kafka boxes (name has kafka)": the word before the noun is explained behind it.
fn explained(draft: &Draft<'_>, at: usize) -> Option<usize> {
    if !draft.senses.is_unknown(at) || draft.words.kind(at) != Some(Kind::Word) {
        return None;
    }
    let len = (1..=2).find(|len| draft.noun(at + len).is_some())?;
    let said: String = (at..at + len).map(|i| draft.words.lower(i)).collect();
    let told = (at + len..draft.words.len()).any(|i| {
        let name = matches!(draft.words.phrase(i, 2), "name has" | "name contains" | "name includes");
        let tag = || super::tag::key(draft, i).map(|(n, _)| i + n).filter(|sign| draft.words.lower(*sign) == "=");
        name && draft.words.lower(i + 2) == said || tag().is_some_and(|sign| draft.words.lower(sign + 1) == said)
    });
    told.then_some(len)
}

/// "web-* boxes", "boxes like web-*", "matching prod-*".
fn names(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = draft.said(
        at,
        const { phrases(&["matching", "like", "that match", "named like", "with names like", "whose name matches"]) },
    );
    let from = at + lead.unwrap_or(0);
    let word = draft.words.raw(from);
    if draft.words.kind(from) != Some(Kind::Word) || !word.contains('*') || word.contains('.') {
        return None;
    }
    draft.own("name")?;
    let before = (1..=3).any(|back| from >= back && draft.noun(from - back).is_some_and(|(len, _)| len == back));
    if lead.is_none() && !before && draft.noun(from + 1).is_none() {
        return None;
    }
    let inner = word.trim_matches('*');
    if inner.is_empty() || inner.contains('*') || !inner.contains(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let (op, inner) = match (word.starts_with('*'), word.ends_with('*')) {
        (true, true) => (Op::Contains, inner.to_owned()),
        (true, false) => (Op::EndsWith, inner.to_owned()),
        _ => (Op::StartsWith, inner.to_owned()),
    };
    draft.condition("name", op, inner);
    Some(from + 1 - at)
}

/// "10.20.*", "starting 34.240.", "with IPs that start with 10.1.".
fn addresses(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead =
        draft.role(at, Role::StartsWith).or_else(|| draft.said(at, const { phrases(&["starting", "beginning"]) }));
    let from = at + lead.unwrap_or(0);
    let word = draft.words.raw(from);
    let stem = word.strip_suffix('*').filter(|stem| stem.ends_with('.') || lead.is_some());
    let stem = stem.or_else(|| lead.is_some().then_some(word))?.trim_end_matches('.');
    let parts: Vec<_> = stem.split('.').collect();
    let numbers = parts.iter().all(|part| part.parse::<u8>().is_ok());
    if !numbers || !(1..=3).contains(&parts.len()) || parts.len() == 1 && !word.contains('.') {
        return None;
    }
    let private = matches!(parts.as_slice(), ["10", ..] | ["192", "168", ..])
        || matches!(parts.as_slice(), ["172", second, ..] if second.parse::<u8>().is_ok_and(|n| (16..32).contains(&n)));
    let names: &[&str] = if private { &["private_ip"] } else { &["public_ip", "address"] };
    let column = draft.first_of(names)?.name;
    let value = format!("{stem}.");
    draft.condition(column, Op::StartsWith, value);
    let end = from + 1;
    // "10.20.* private net": what it is anyway.
    let kind = draft.said(
        end,
        const { phrases(&["private net", "private network", "private range", "range", "private ips", "addresses"]) },
    );
    Some(end + kind.unwrap_or(0) - at)
}
