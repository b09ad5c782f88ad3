//! "which engines do we run", "what kinds of disks", "and how many of each": which values there are, counted.

use super::{group, quantity};
use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::{Marks, Phrases, phrases};
use crate::rules::starts::Starts;
use schema::query::{Direction, Field, OrderBy};

/// Columns whose values people ask for one by one.
const LISTED: &[&str] = &[
    "region",
    "account_name",
    "provider",
    "zone",
    "kind",
    "instance_type",
    "instance_class",
    "engine",
    "runtime",
    "volume_type",
    "platform",
    "lifecycle",
    "state",
    "version",
    "engine_version",
    "load_balancer_type",
    "scheme",
];

pub(super) const STARTS: Starts = group::DIMENSION
    .and_at(Marks::of(&["with", "how", "and", "i.e.", "i.e", "the", "number", "a", "distribution", "mix", "spread"]))
    .and_at(Marks::of(&["kinds", "types", "sorts", "sizes", "in", "on", "which", "what"]))
    .and_roles(&[Role::Distinct]);

/// Reads which values are asked for.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() {
        return None;
    }
    of_each(draft, at)
        .or_else(|| counts(draft, at))
        .or_else(|| kinds(draft, at))
        .or_else(|| which(draft, at))
        .or_else(|| in_use(draft, at))
        .or_else(|| distinct(draft, at))
        .or_else(|| places_with(draft, at))
}

/// "and how many of each", "with counts": the columns named before are what is counted by.
fn of_each(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const SAID: Phrases = phrases(&[
        "with how many of each",
        "how many of each",
        "how many of them each",
        "how many each",
        "how many in each",
        "and how many in each",
        "how many are there in each",
        "and how many are there in each",
        "i.e. how many in each",
        "i.e how many in each",
        "how many are in each",
        "how often each",
        "how many in each",
        "how many are in each",
        "how many are there in each",
        "and how many are there in each",
        "and how many are in each",
        "i.e how many in each",
        "the number of each",
        "with the number of each",
        "number of each",
        "with counts",
        "with their counts",
        "with a count",
        "with the count",
        "with count",
        "and counts",
        "and the counts",
        "and their number",
        "and their numbers",
        "and how many",
    ]);
    let len = draft.said(at, SAID)?;
    if !draft.ends(at + len) || !draft.aggregates.is_empty() {
        return None;
    }
    if draft.groups.is_empty() {
        if draft.select.is_empty() || !draft.select.iter().all(is_listed) {
            return None;
        }
        draft.groups = std::mem::take(&mut draft.select);
    }
    draft.count = true;
    Some(len)
}

/// "instance type counts", "volume type count by region".
fn counts(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !(at + 1..at + 4).any(|i| matches!(draft.words.lower(i), "counts" | "count")) {
        return None;
    }
    let (len, field) = group::dimension(draft, at)?;
    let field = field.filter(is_listed)?;
    let told = matches!(draft.words.lower(at + len), "counts" | "count") && draft.noun(at).is_none_or(|(n, _)| n < len);
    if !told || matches!(draft.words.lower(at.wrapping_sub(1)), "by" | "per" | "in" | "with") || draft.count {
        return None;
    }
    count_by(draft, field);
    Some(len + 1)
}

fn is_listed(field: &Field) -> bool {
    LISTED.contains(&field.column_name())
}

/// "what kinds of servers do we have", "types of disks".
fn kinds(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(len) = distribution(draft, at) {
        return Some(len);
    }
    if !matches!(draft.words.lower(at), "kinds" | "types" | "sorts" | "sizes") || draft.words.lower(at + 1) != "of" {
        return None;
    }
    let from = draft.skip(at + 2, &["the", "our", "my"]);
    let (len, noun) = draft.noun(from)?;
    let column =
        draft.first_of(&["instance_type", "volume_type", "runtime", "engine", "load_balancer_type", "kind"])?;
    // "kinds of database engines" names the column itself.
    let named = [from, from + len]
        .into_iter()
        .find_map(|i| draft.column(i).filter(|(_, c)| LISTED.contains(&c.name)).map(|(n, c)| (i + n, c)));
    if let Some((end, named)) = named {
        count_by(draft, Field::column(named.name));
        return Some(end - at);
    }
    draft.imply(noun);
    count_by(draft, Field::column(column.name));
    Some(from + len - at)
}

/// "distribution of database engines", "the mix of instance types".
fn distribution(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = draft.said(
        at,
        const {
            phrases(&[
                "distribution of",
                "the distribution of",
                "a distribution of",
                "mix of",
                "the mix of",
                "spread of",
                "the spread of",
            ])
        },
    )?;
    let from = draft.skip(at + lead, &["the", "our", "all"]);
    let noun = draft.noun(from).map_or(0, |(len, _)| len);
    let (len, field) = [from, from + noun].into_iter().find_map(|i| {
        let (len, field) = group::dimension(draft, i)?;
        field.filter(is_listed).map(|field| (i + len, field))
    })?;
    if !draft.words.lower(len - 1).ends_with('s') {
        return None;
    }
    count_by(draft, field);
    Some(len - at)
}

/// "which engines do we run", "in which regions do we have machines", "which five types do we have most of".
fn which(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let in_ = usize::from(matches!(draft.words.lower(at), "in" | "on"));
    let word = at + in_;
    if !matches!(draft.words.lower(word), "which" | "what") {
        return None;
    }
    let from = draft.skip(word + 1, &["of", "our", "the", "different", "distinct"]);
    let number = quantity::number(draft, from);
    let from = from + usize::from(number.is_some());
    let (len, field) = group::dimension(draft, from)?;
    let field = field.filter(is_listed).filter(|_| draft.noun(from).is_none_or(|(n, _)| n < len))?;
    let end = from + len;
    if !draft.words.lower(end - 1).ends_with('s') && in_ == 0 {
        return None;
    }
    const VERBS: Phrases = phrases(&[
        "do we currently have",
        "do we currently run",
        "are we currently on",
        "are we currently using",
        "do we have",
        "do we run",
        "do we use",
        "do we operate",
        "do we own",
        "do i have",
        "are we using",
        "are we running",
        "are we on",
        "are we in",
        "are in use",
        "are deployed",
        "are used by our",
        "are used by the",
        "are used by",
        "are used in",
        "are there",
        "are used",
        "are our",
        "do our",
        "have we got",
        "have we",
    ]);
    let mut close = end + draft.said(end, VERBS)?;
    if let Some(number) = number {
        // "have most of": they are ranked by how many there are.
        let most = draft.role(close, Role::Most)?;
        close = draft.skip(close + most, &["of"]);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in the range")]
        let limit = (number.fract() == 0.0 && (1.0..=1e6).contains(&number)).then_some(number as u64)?;
        draft.limit = Some(limit);
        draft.order.push(OrderBy { field: "count".into(), dir: Direction::Desc });
    }
    count_by(draft, field);
    Some(close - at)
}

/// "volume types in use", "engines we run": each that there is, and no state.
fn in_use(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const SAID: Phrases =
        phrases(&["in use", "currently in use", "we use", "that we use", "we run", "that we run", "that are in use"]);
    if draft.count || !draft.groups.is_empty() || !draft.opens_at(at) {
        return None;
    }
    let (len, field) = group::dimension(draft, at)?;
    let field = field.filter(is_listed).filter(|_| draft.noun(at).is_none_or(|(own, _)| own < len))?;
    let end = at + len;
    let close = end + draft.said(end, SAID)?;
    if !draft.words.lower(end - 1).ends_with('s') {
        return None;
    }
    count_by(draft, field);
    Some(close - at)
}

/// "distinct runtimes", "list of unique instance types in use": each value once, with how often there is such.
fn distinct(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::Distinct)?;
    let begins = draft.opens_at(at);
    let (n, field) = group::dimension(draft, at + len)?;
    let field = field.filter(is_listed).filter(|_| draft.noun(at + len).is_none_or(|(own, _)| own < n))?;
    let end = at + len + n;
    let plural = draft.words.lower(end - 1).ends_with('s');
    if !begins || !plural || draft.count || !draft.groups.is_empty() || !draft.aggregates.is_empty() {
        return None;
    }
    count_by(draft, field);
    Some(
        end + draft
            .said(end, const { phrases(&["in use", "we use", "we have", "we run", "used", "that we use"]) })
            .unwrap_or(0)
            - at,
    )
}

/// "regions with Windows VMs", "accounts with spot instances".
fn places_with(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let leads = |i: usize| matches!(draft.words.lower(i), "with" | "having" | "containing" | "hosting" | "that");
    if !(at + 1..at + 4).any(leads) {
        return None;
    }
    let (len, field) = group::dimension(draft, at)?;
    let field = field.filter(|f| matches!(f.column_name(), "region" | "account_name" | "zone"))?;
    let end = at + len;
    if draft.table.name == "accounts" {
        return None;
    }
    let begins = draft.opens_at(at);
    let with = matches!(draft.words.lower(end), "with" | "having" | "containing" | "hosting" | "that")
        && draft.words.lower(end - 1).ends_with('s');
    // "that have": both words lead on.
    let from = draft.skip(end + 1, &["have", "contain", "host", "any"]);
    let told = draft.compare(from).is_some()
        || quantity::number(draft, from).is_some()
        || draft.role(from, Role::Without).is_some()
        || draft.role(from, Role::Most).is_some()
        || draft.role(from, Role::Least).is_some()
        || draft.role(from, Role::Not).is_some();
    let noun = (from..from + 3).find(|i| draft.noun(*i).is_some_and(|(_, noun)| noun.plural))?;
    let plain = (from..noun).all(|i| !draft.ends(i));
    if !begins || !with || told || !plain || !draft.groups.is_empty() || draft.count {
        return None;
    }
    count_by(draft, field);
    Some(from - at)
}

fn count_by(draft: &mut Draft<'_>, field: Field) {
    if !draft.groups.contains(&field) {
        draft.groups.push(field);
    }
    draft.count = true;
}
