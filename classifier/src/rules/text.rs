//! "named web-1", "name starts with web", "of type m5.large", "engine postgres", "with python3.8 runtime".

use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::phrases;
use crate::rules::starts::{Signs, Starts};
use crate::tokens::Kind;
use schema::query::{Condition, Literal, Op};
use schema::{Column, ColumnType};

pub(super) const STARTS: Starts = Starts::at(&[])
    .and_before(&["in", "somewhere"])
    .and_roles(&[Role::Named, Role::StartsWith, Role::EndsWith, Role::Contains, Role::With, Role::Without])
    .and_sign(Signs::COLUMN);

/// Reads a text column and what it is compared with.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    named(draft, at)
        .or_else(|| begins(draft, at))
        .or_else(|| compared(draft, at))
        .or_else(|| in_the_name(draft, at))
        .or_else(|| borne(draft, at))
}

/// "that bear the description 'temporary'": a quoted text behind its column.
fn borne(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::With)?;
    let from = draft.skip(at + len, &["the", "a", "an"]);
    let (n, _) = draft.column(from)?;
    let quoted = (0..=1).any(|more| draft.words.kind(from + n + more) == Some(Kind::Quoted));
    quoted.then(|| compared(draft, from)).flatten().map(|read| from + read - at)
}

fn named(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::Named)?;
    draft.own("name")?;
    let from = draft.skip(at + len, &["exactly", "like"]);
    let like = from > at + len && draft.words.lower(from - 1) == "like";
    let value = named_value(draft, from)?;
    // "with name and subnet" lists columns.
    if draft.words.lower(at) == "with" && draft.words.kind(from) == Some(Kind::Word) && !draft.senses.is_unknown(from) {
        return None;
    }
    let mut values = vec![value];
    let mut end = from + 1;
    loop {
        let joint = joint(draft, end);
        // "web-1, web-2 and web-3" are all of them; a plain word behind a comma may be another thing.
        let listed = if joint == 0 { usize::from(draft.words.lower(end) == "and") } else { joint };
        let next = end + listed;
        let Some(more) = draft.name(next).filter(|_| listed > 0 && draft.senses.is_unknown(next)) else { break };
        let either = draft.words.lower(end) == "or";
        if !(either || is_told_apart(more) && is_told_apart(&values[0]) && closes_list(draft, next + 1)) {
            break;
        }
        values.push(more.to_owned());
        end = next + 1;
    }
    if values.len() > 1 {
        if like || values.iter().any(|v| v.contains(['*', '%'])) {
            return None;
        }
        draft.condition("name", Op::In, values);
    } else {
        let (op, value) = pattern(&values[0], if like { Op::Contains } else { Op::Eq });
        draft.condition("name", op, value);
    }
    Some(end - at)
}

/// Whether a name looks like one that somebody gave a thing, and like no place.
fn is_told_apart(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains(['-', '_', '.'])
        && !name.contains(['*', '%', '='])
        && !crate::lexicon::looks_like_code(&name)
        && !crate::lexicon::looks_like_code(name.trim_end_matches(|c: char| c.is_ascii_lowercase()))
        && super::value::table_of(&name).is_none()
}

/// Whether a list of names ends there, or goes on.
fn closes_list(draft: &Draft<'_>, at: usize) -> bool {
    draft.ends(at) || matches!(draft.words.lower(at), "," | "and" | "or" | "in" | "on" | "that" | "which" | "are")
}

/// "buckets starting with prod-": it is names that begin and end.
fn begins(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let start = draft.role(at, Role::StartsWith).map(|len| (len, Op::StartsWith));
    let (len, op) = start.or_else(|| draft.role(at, Role::EndsWith).map(|len| (len, Op::EndsWith)))?;
    draft.own("name")?;
    let value = draft.name(at + len)?.to_owned();
    let unknown = draft.senses.is_unknown(at + len) || draft.words.kind(at + len) == Some(Kind::Quoted);
    if !unknown {
        return None;
    }
    draft.condition("name", op, value);
    Some(len + 1)
}

fn named_value(draft: &Draft<'_>, at: usize) -> Option<String> {
    // "name equals owner" compares two columns.
    let column = draft.words.kind(at) != Some(Kind::Quoted) && super::tag::key(draft, at).is_some();
    if column && matches!(draft.words.lower(at.wrapping_sub(1)), "equals" | "is" | "=") {
        return None;
    }
    draft.name(at).map(str::to_owned)
}

/// `web-*` is a beginning; `*web*` a piece.
fn pattern(value: &str, op: Op) -> (Op, String) {
    let inner = value.trim_matches(['*', '%']);
    let open = |c: Option<char>| matches!(c, Some('*' | '%'));
    match (open(value.chars().next()), open(value.chars().last())) {
        _ if inner.is_empty() || inner.contains(['*', '%']) => (op, value.to_owned()),
        (true, true) => (Op::Contains, inner.to_owned()),
        (true, false) => (Op::EndsWith, inner.to_owned()),
        (false, true) => (Op::StartsWith, inner.to_owned()),
        // "called temp-something" gives one as well.
        (false, false)
            if op == Op::Eq && ["-something", "-whatever", "_something"].iter().any(|end| value.ends_with(end)) =>
        {
            let stem = value.trim_end_matches("something").trim_end_matches("whatever");
            (Op::StartsWith, stem.to_owned())
        }
        // "named web-" gives a beginning.
        (false, false) if op == Op::Eq && value.len() > 1 && value.ends_with(['-', '_']) => {
            (Op::StartsWith, value.to_owned())
        }
        (false, false) => (op, value.to_owned()),
    }
}

/// "engine postgres", "runtime is python3.8", "name contains prod", "type m5.large or m5.xlarge".
fn compared(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, columns) = draft.columns(at)?;
    let column = columns.iter().copied().find(|c| c.ty == ColumnType::Text)?;
    // "which subscriptions are unreadable": the noun is no column here.
    if draft.noun(at).is_some_and(|(n, _)| n >= len) {
        return None;
    }
    let from = at + len;
    // "which zone is web-1 in" asks for the column.
    if matches!(draft.words.lower(at.wrapping_sub(1)), "which" | "what")
        && matches!(draft.words.lower(from), "is" | "are")
    {
        return None;
    }
    if let Some(n) = version(draft, from, column) {
        return Some(len + n);
    }
    let signs = [(Role::Contains, Op::Contains), (Role::StartsWith, Op::StartsWith), (Role::EndsWith, Op::EndsWith)];
    if let Some(n) = lacks(draft, from, column, &signs) {
        return Some(len + n);
    }
    for (role, op) in signs {
        if let Some(n) = draft.role(from, role) {
            let n = n + usize::from(draft.words.lower(from + n) == "the");
            let mut values = vec![draft.name(from + n)?.to_owned()];
            let mut end = from + n + 1;
            // "contain test or dev".
            while draft.words.lower(end) == "or"
                && let Some(more) = draft
                    .name(end + 1)
                    .filter(|_| draft.senses.is_unknown(end + 1) || draft.words.kind(end + 1) == Some(Kind::Quoted))
            {
                values.push(more.to_owned());
                end += 2;
            }
            // "like '%mysql%'": the signs say which piece it is.
            let mut any: Vec<_> = values
                .into_iter()
                .map(|v| if v.contains(['%', '*']) { pattern(&v, op) } else { (op, v) })
                .map(|(op, v)| Condition::compare(column.name, op, v))
                .collect();
            match any.len() {
                1 => draft.conditions.append(&mut any),
                _ => draft.conditions.push(Condition::Any { any }),
            }
            return Some(end - at);
        }
    }
    if let Some(n) = pieces(draft, from, column) {
        return Some(len + n);
    }
    let (n, op) = match (draft.role(from, Role::IsNot), draft.role(from, Role::Is)) {
        (Some(n), _) => (n, Op::Ne),
        (None, Some(n)) if draft.words.lower(from) != "of" => (n, Op::Eq),
        // "whose description says …".
        _ if matches!(draft.words.lower(from), "says" | "reads" | "say" | "read")
            && draft.words.kind(from + 1) == Some(Kind::Quoted) =>
        {
            (1, Op::Eq)
        }
        // "type gp2": without a sign, the value must be one that means nothing else.
        _ => (0, Op::Eq),
    };
    let (end, values) = values(draft, from + n, column, n > 0)?;
    // "engines other than mysql and postgres": two of which neither is meant.
    if op == Op::Ne
        && column.name == "engine"
        && draft.words.lower(end) == "and"
        && super::value::is_engine(draft.words.lower(end + 1))
    {
        return None;
    }
    // The instance of an address is kept apart from the interface that holds it.
    if column.name == "associated_with" && values.iter().any(|v| v.starts_with("i-")) {
        return None;
    }
    if refers(column) && !values.iter().all(|v| is_id(v)) {
        draft.hint(format!("`{}` holds an id: say one, such as `subnet-0abc1234`", column.name));
        return None;
    }
    if values.len() == 1 && super::value::has_larger(draft, end) {
        return None;
    }
    if column.name == "region" && op == Op::Eq && draft.regions.is_empty() {
        draft.regions = values;
        return Some(end - at);
    }
    if column.name == "provider" && op == Op::Eq && draft.providers.is_empty() {
        draft.providers = values.iter().map(|value| value.to_ascii_lowercase()).collect();
        return Some(end - at);
    }
    // "unreadable_reason not null".
    if let [only] = values.as_slice()
        && ["null", "blank", "empty", "unset", "missing", "undefined", "absent"]
            .iter()
            .any(|gone| only.eq_ignore_ascii_case(gone))
        && draft.words.kind(end - 1) != Some(Kind::Quoted)
    {
        let null = if op == Op::Ne { Condition::is_not_null(column.name) } else { Condition::is_null(column.name) };
        draft.conditions.push(null);
        return Some(end - at);
    }
    // What is on an invoice is what was billed.
    if column.name == "InvoiceId" && op == Op::Eq && draft.measure == "EffectiveCost" {
        draft.measure = "BilledCost";
        draft.note("what an invoice asks is its billed cost; say `effective cost` for what was used, amortised");
    }
    push(draft, column, op, values);
    Some(end - at)
}

/// "whose name does not contain prod", "doesn't start with prod-".
fn lacks(draft: &mut Draft<'_>, at: usize, column: &'static Column, signs: &[(Role, Op)]) -> Option<usize> {
    let not = draft.said(at, const { phrases(&["doesn't", "does not", "don't", "do not"]) });
    let not = not.or_else(|| draft.role(at, Role::Not))?;
    let (len, op) = signs.iter().find_map(|(role, op)| draft.role(at + not, *role).map(|len| (len, *op)))?;
    let from = at + not + len;
    let value = draft.name(from)?.to_owned();
    // "isn't like web-1" could mean the whole of it.
    if draft.words.phrase(at + not, len).ends_with("like") {
        return None;
    }
    // "does not contain a or b": neither, or not both.
    if matches!(draft.words.lower(from + 1), "or" | "nor") || !closes_list(draft, from + 1) {
        return None;
    }
    let (op, value) = if value.contains(['%', '*']) { pattern(&value, op) } else { (op, value) };
    let held = Condition::compare(column.name, op, value);
    draft.conditions.push(Condition::Not { not: Box::new(held) });
    Some(not + len + 1)
}

/// "name has tfstate", "names ending -canary", "cidr starts 172.31": a piece of it, in few words.
fn pieces(draft: &mut Draft<'_>, at: usize, column: &'static Column) -> Option<usize> {
    let op = match draft.words.lower(at) {
        "has" | "having" if matches!(column.name, "name" | "description") => Op::Contains,
        "ending" | "ends" => Op::EndsWith,
        "starting" | "starts" | "begins" | "beginning" => Op::StartsWith,
        _ => return None,
    };
    let value = draft.name(at + 1)?.to_owned();
    let plain = op == Op::Contains && draft.senses.is_unknown(at + 1) || value.contains(['-', '_', '.']);
    if !plain && draft.words.kind(at + 1) != Some(Kind::Quoted) {
        return None;
    }
    // "version 5.7 (engine version starting 5.7)" says once more what a version is.
    if column.name == "engine_version" && op == Op::StartsWith {
        let release = super::value::release(column.name, &value);
        draft.conditions.retain(|condition| *condition != release);
    }
    draft.condition(column.name, op, value);
    Some(2)
}

/// Whether a column holds the id of another thing, so that the thing's name would find nothing.
fn refers(column: &Column) -> bool {
    matches!(
        column.name,
        "instance_id"
            | "volume_id"
            | "snapshot_id"
            | "image_id"
            | "network_id"
            | "subnet_id"
            | "native_id"
            | "resource_id"
    )
}

fn is_id(value: &str) -> bool {
    let hex = |text: &str| text.len() >= 3 && text.bytes().all(|b| b.is_ascii_hexdigit());
    value.starts_with('/') || value.starts_with("arn:") || value.split_once('-').is_some_and(|(_, rest)| hex(rest))
}

fn push(draft: &mut Draft<'_>, column: &'static Column, op: Op, mut values: Vec<String>) {
    if values.len() == 1
        && let Some(value) = values.pop()
    {
        let of_family = column.name == "engine" && is_family(&value);
        let value = if of_family { family(value) } else { value };
        let (op, value) = match op {
            Op::Eq if of_family => (Op::Contains, value),
            Op::Ne if of_family => {
                let held = Condition::compare(column.name, Op::Contains, value);
                draft.conditions.push(Condition::Not { not: Box::new(held) });
                return;
            }
            Op::Eq => pattern(&value, op),
            _ => (op, value),
        };
        draft.condition(column.name, op, value);
    } else if column.name == "engine" && values.iter().all(|value| is_family(value)) {
        let held = |value: String| Condition::compare(column.name, Op::Contains, family(value));
        let any = Condition::Any { any: values.into_iter().map(held).collect() };
        draft.conditions.push(if op == Op::Eq { any } else { Condition::Not { not: Box::new(any) } });
    } else {
        let op = if op == Op::Eq { Op::In } else { Op::NotIn };
        let values: Vec<Literal> = values.into_iter().map(Literal::from).collect();
        draft.condition(column.name, op, Literal::List(values));
    }
}

/// Whether an engine is a family that has more names than its own: "oracle-ee", "sqlserver-se", "aurora-mysql".
fn is_family(engine: &str) -> bool {
    matches!(engine, "oracle" | "sqlserver" | "mysql" | "postgres" | "postgresql" | "mariadb")
}

/// What all names of a family hold.
fn family(engine: String) -> String {
    if engine == "postgresql" { "postgres".to_owned() } else { engine }
}

fn values(draft: &Draft<'_>, at: usize, column: &'static Column, signed: bool) -> Option<(usize, Vec<String>)> {
    let mut values = vec![value(draft, at, column, signed)?];
    let mut end = at + 1;
    while let joint @ 1.. = joint(draft, end) {
        let Some(value) = value(draft, end + joint, column, false) else { break };
        values.push(value);
        end += joint + 1;
    }
    Some((end, values))
}

fn joint(draft: &Draft<'_>, at: usize) -> usize {
    match (draft.words.lower(at), draft.words.lower(at + 1)) {
        (",", "or" | "and") => 2,
        ("or" | ",", _) => 1,
        _ => 0,
    }
}

fn value(draft: &Draft<'_>, at: usize, column: &'static Column, signed: bool) -> Option<String> {
    if draft.words.kind(at) == Some(Kind::Quoted) {
        return Some(draft.words.raw(at).to_owned());
    }
    if column.name == "state" {
        return draft
            .sense(at, |s| match s {
                Sense::State(state) => Some((*state).to_owned()),
                _ => None,
            })
            .filter(|(len, _)| *len == 1)
            .map(|(_, state)| state);
    }
    if !column.values.is_empty() {
        let found = draft.sense(at, |s| match s {
            Sense::Value { column: c, value } if *c == column.name && column.values.contains(value) => {
                Some((*value).to_owned())
            }
            _ => None,
        });
        return found.filter(|(len, _)| *len == 1).map(|(_, value)| value);
    }
    let name = draft.name(at)?;
    // "name equals owner" compares two columns.
    if signed && draft.words.kind(at) == Some(Kind::Word) && super::tag::key(draft, at).is_some() {
        return None;
    }
    // "type t3.micro, us-east-1": a place is no value of another column.
    if column.name != "region" && crate::lexicon::looks_like_code(draft.words.lower(at)) {
        return None;
    }
    // "zone redundancy", "network problems": a plain word behind a column is a value only where a sign says so.
    let fits = draft.senses.is_unknown(at) && (signed || looks_like_value(column, name))
        || draft.words.lower(at.wrapping_sub(1)) == "=";
    (draft.words.kind(at) == Some(Kind::Word) && fits).then(|| super::value::spelled(column, name))
}

fn looks_like_value(column: &Column, name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | '*' | '/'))
        || super::value::is_usual(column, name)
}

/// "version 14": every release of it.
fn version(draft: &mut Draft<'_>, at: usize, column: &'static Column) -> Option<usize> {
    let from = draft.skip(at, &["is", "="]);
    if column.name != "engine_version" || !matches!(draft.words.kind(from), Some(Kind::Number(_))) {
        return None;
    }
    let value = draft.words.raw(from).to_owned();
    draft.conditions.push(super::value::release(column.name, &value));
    Some(from + 1 - at)
}

/// "containing prod in the name", "with web in their name", "win2019 in name", "mention X in their description".
fn in_the_name(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "without logs in the name".
    let without = draft.role(at, Role::Without);
    let lead = draft.role(at, Role::Contains).or_else(|| draft.role(at, Role::With)).or(without).unwrap_or(0);
    if !matches!(draft.words.lower(at + lead + 1), "in" | "somewhere") {
        return None;
    }
    let value = draft.name(at + lead)?.to_owned();
    let quoted = draft.words.kind(at + lead) == Some(Kind::Quoted);
    if lead == 0 && !quoted && !draft.senses.is_unknown(at) {
        return None;
    }
    let joint = draft.skip(at + lead + 1, &["somewhere"]);
    if draft.words.lower(joint) != "in" {
        return None;
    }
    let from = draft.skip(joint + 1, &["the", "their", "its"]);
    let (len, column) = draft.column(from)?;
    if !matches!(column.name, "name" | "description") {
        return None;
    }
    if without == Some(lead) {
        let held = Condition::compare(column.name, Op::Contains, value);
        draft.conditions.push(Condition::Not { not: Box::new(held) });
        return Some(from + len - at);
    }
    draft.condition(column.name, Op::Contains, value);
    Some(from + len - at)
}
