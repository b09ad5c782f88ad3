//! "what size is vol-0abc", "who owns web-1", "endpoint of db orders": one thing, and what is asked of it.

use super::{scope, select, tag, value};
use crate::Vocabulary;
use crate::draft::Draft;
use crate::lexicon::{Kinds, Role, Sense, Senses, looks_like_code};
use crate::rules::starts::{Signs, Starts};
use crate::tokens::{Kind, Shape, Words};
use schema::query::{Aggregate, Field, Function, Literal, Op};
use schema::{ColumnType, Table, tables};

pub(super) const STARTS: Starts = Starts::at(&["who", "who's", "where", "how", "when", "what", "which", "whats"])
    .and_kinds(Kinds::TABLE)
    .and_sign(Signs::THING_LATER);

/// Reads one thing by its id or name, with what is asked of it.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() || draft.count {
        return None;
    }
    asked(draft, at)
        .or_else(|| of_thing(draft, at))
        .or_else(|| thing_first(draft, at))
        .or_else(|| after_noun(draft, at))
        .or_else(|| before_noun(draft, at))
        .or_else(|| named_plainly(draft, at))
}

/// "lambda thumbnailer: what is its timeout": a plain word is a name where what is "its" is asked behind a break.
fn named_plainly(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, noun) = draft.noun(at).filter(|(_, noun)| !noun.plural)?;
    let word = at + len;
    let strange = draft.words.kind(word) == Some(Kind::Word)
        && draft.senses.is_unknown(word)
        && draft.column(word).is_none()
        && tag::key(draft, word).is_none()
        && !scope::is_own(draft, word)
        && !value::names_software(draft, word);
    let its = draft.skip(word + 2, &["what", "whats", "what's", "is", "are", "show", "give", "me", "list"]);
    if !strange || draft.words.lower(word + 1) != "," || draft.words.lower(its) != "its" {
        return None;
    }
    let (end, fields) = select::columns(draft, its + 1, select::Keys::Known)?;
    if !closes(draft, end) {
        return None;
    }
    draft.imply(noun);
    draft.condition("name", Op::Eq, draft.words.raw(word));
    show(draft, fields);
    Some(end - at)
}

/// What stands in a question for one thing of the estate.
struct Thing {
    len: usize,
    column: &'static str,
    values: Vec<String>,
}

/// "which zone is web-1 in", "who owns web-1", "how big is vol-0abc", "when was web-1 launched".
fn asked(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (verb, fields) = opening(draft, at)?;
    // "who owns the stopped instances": of each, its owner.
    if draft.words.phrase(at, 2) == "who owns"
        && let Asked::These(fields) = &fields
        && (verb..verb + 5).take_while(|i| !draft.ends(*i)).any(|i| draft.noun(i).is_some_and(|(_, noun)| noun.plural))
    {
        let fields = fields.clone();
        show(draft, fields);
        return Some(verb - at);
    }
    let found = thing(draft, draft.skip(verb, &["the", "our", "my"]))?;
    let start = draft.skip(verb, &["the", "our", "my"]);
    let mut end = start + found.len;
    let fields = match fields {
        Asked::These(fields) => fields,
        Asked::Behind(kind) => {
            let (len, field) = behind(draft, end, kind)?;
            end += len;
            vec![field]
        }
    };
    end = tail(draft, end);
    if !closes(draft, end) {
        return None;
    }
    take(draft, found, start);
    show(draft, fields);
    Some(end - at)
}

/// What an opening asks for: columns, or what a word behind the thing will tell.
enum Asked {
    These(Vec<Field>),
    Behind(Behind),
}

#[derive(Clone, Copy)]
enum Behind {
    /// "what does web-1 cost".
    Cost,
    /// "when was web-1 launched".
    Time,
}

/// How such a question opens: where its thing begins, and what it asks.
fn opening(draft: &Draft<'_>, at: usize) -> Option<(usize, Asked)> {
    if !matches!(draft.words.lower(at), "who" | "who's" | "where" | "how" | "when" | "what" | "which" | "whats") {
        return None;
    }
    let column = |name: &str| draft.own(name).map(|c| Field::column(c.name));
    let these = |fields: Option<Field>| fields.map(|f| Asked::These(vec![f]));
    let two = draft.words.phrase(at, 2);
    let three = draft.words.phrase(at, 3);
    match (draft.words.lower(at), two, three) {
        (_, "who owns", _) => Some((at + 2, these(owner(draft))?)),
        (_, _, "who is the" | "who's the owner") if draft.words.phrase(at + 3, 2) == "owner of" => {
            Some((at + 5, these(owner(draft))?))
        }
        (_, "where is" | "where does", _) => {
            let fields = ["region", "zone"].iter().filter_map(|name| column(name)).collect();
            Some((at + 2, Asked::These(fields)))
        }
        (_, _, "how big is" | "how large is") => {
            Some((at + 3, these(draft.size_column().map(|c| Field::column(c.name)))?))
        }
        (_, _, "how old is") => Some((at + 3, these(column("created_at"))?)),
        (_, "when was" | "when did", _) => Some((at + 2, Asked::Behind(Behind::Time))),
        (_, "what does" | "what did", _) | (_, _, "how much does" | "how much did" | "how much is") => {
            let len = if two.starts_with("what") { 2 } else { 3 };
            Some((at + len, Asked::Behind(Behind::Cost)))
        }
        ("what" | "which" | "whats", ..) | (_, "how many" | "how much", _) => column_opening(draft, at),
        _ => None,
    }
}

/// "which zone is …", "what size and type is …", "how many cores does … have".
fn column_opening(draft: &Draft<'_>, at: usize) -> Option<(usize, Asked)> {
    let word = if draft.words.lower(at) == "how" { 2 } else { 1 };
    let from = draft.skip(at + word, &["is", "are", "the"]);
    let (end, fields) = select::columns(draft, from, select::Keys::Known)?;
    let verb = matches!(draft.words.lower(end), "is" | "are" | "does" | "do" | "did" | "has" | "was" | "of");
    verb.then_some((end + 1, Asked::These(fields)))
}

/// What the word behind the thing tells: that its cost is asked, or which time.
fn behind(draft: &Draft<'_>, at: usize, kind: Behind) -> Option<(usize, Field)> {
    match kind {
        Behind::Cost => {
            let len = draft.role(at, Role::Cost)?;
            let us = usize::from(matches!(draft.words.lower(at + len), "us" | "me"));
            let monthly = draft.role(at + len + us, Role::Monthly).unwrap_or(0);
            Some((len + us + monthly, Field::column(draft.cost_column()?.name)))
        }
        Behind::Time => {
            let (len, columns) = draft.columns(at)?;
            let column = columns.iter().find(|c| c.ty == ColumnType::Time)?;
            Some((len, Field::column(column.name)))
        }
    }
}

fn owner(draft: &Draft<'_>) -> Option<Field> {
    draft.tags_column()?;
    Some(tag::field(draft, "owner"))
}

/// What may end such a question without saying more: "in", "have", "running on".
fn tail(draft: &Draft<'_>, at: usize) -> usize {
    draft.skip(
        at,
        &[
            "in", "on", "have", "has", "use", "uses", "using", "run", "runs", "running", "at", "from", "made", "sit",
            "live", "belong", "to", "with", "hosted", "located", "placed", "built",
        ],
    )
}

fn closes(draft: &Draft<'_>, at: usize) -> bool {
    draft.ends(at) || matches!(draft.words.lower(at), "please" | "and" | "pls")
}

/// "state of vm etcd-3", "private ip of i-0abc and its type".
fn of_thing(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // Most questions name no single thing.
    if !(at..draft.words.len()).any(|i| may_be_thing(draft, i)) {
        return None;
    }
    let from = draft.skip(at, &["the"]);
    let (end, mut fields) = select::columns(draft, from, select::Keys::Known)?;
    if !matches!(draft.words.lower(end), "of" | "for" | "on") {
        return None;
    }
    let start = draft.skip(end + 1, &["the", "our", "my"]);
    let found = thing(draft, start)?;
    let mut end = start + found.len;
    // "type of web-1 and its ami".
    let more = draft.skip(end, &["and", ",", "its", "their"]);
    if matches!(draft.words.lower(more.wrapping_sub(1)), "its" | "their")
        && let Some((next, others)) = select::columns(draft, more, select::Keys::Known)
    {
        fields.extend(others);
        end = next;
    }
    if !closes(draft, end) {
        return None;
    }
    take(draft, found, start);
    show(draft, fields);
    Some(end - at)
}

/// "i-0abc type and zone", "lambda img-resizer: memory, timeout", "launch time db-proxy-2 vm".
fn thing_first(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if at > 0 && !draft.ends(at - 1) || !(at..draft.words.len()).any(|i| may_be_thing(draft, i)) {
        return None;
    }
    if let Some(found) = thing(draft, at) {
        let start = draft.skip(at + found.len, &[","]);
        let (end, fields) = select::columns(draft, start, select::Keys::Known)?;
        if !draft.ends(end) {
            return None;
        }
        take(draft, found, at);
        show(draft, fields);
        return Some(end - at);
    }
    let (end, fields) = select::columns(draft, at, select::Keys::Tagged)?;
    // "engine aurora-x database" is a condition.
    let told = fields.last().and_then(|f| draft.own(f.column_name()));
    if told.is_none_or(|c| c.ty == ColumnType::Text && !matches!(c.name, "private_ip" | "public_ip" | "endpoint")) {
        return None;
    }
    let found = thing(draft, end)?;
    let (noun, _) = draft.noun(end + found.len).filter(|(_, noun)| !noun.plural)?;
    let close = end + found.len + noun;
    if !draft.ends(close) {
        return None;
    }
    take(draft, found, end);
    show(draft, fields);
    Some(close - at)
}

/// Whether a word has a form that names have.
pub(super) fn may_be_thing(draft: &Draft<'_>, at: usize) -> bool {
    draft.words.kind(at) == Some(Kind::Quoted)
        || draft.words.shape(at).any(const { Shape::DASH.and(Shape::JOINT).and(Shape::SLASH) })
}

/// "vm etcd-3", "the bucket data-lake-raw".
fn after_noun(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (_, noun) = draft.noun(at)?;
    let found = thing(draft, at).filter(|found| found.column == "name")?;
    let plain = !noun.plural && !noun.bare;
    if !plain || !closes(draft, at + found.len) && !matches!(draft.words.lower(at + found.len), "in" | "on") {
        return None;
    }
    let len = found.len;
    take(draft, found, at);
    Some(len)
}

/// Words in the names of things that no adjective has.
const IN_NAMES: &[&str] = &[
    "api", "app", "archive", "assets", "backup", "backups", "bucket", "cache", "cluster", "data", "db", "eks", "aks",
    "fn", "lambda", "log", "logs", "main", "master", "primary", "prod", "queue", "raw", "replica", "server", "service",
    "site", "staging", "store", "svc", "web", "worker", "dev",
];

/// "the orders-db database", "our acme-logs bucket": the one that is named so.
fn before_noun(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !matches!(draft.words.lower(at.wrapping_sub(1)), "the" | "our" | "my") || at == 0 {
        return None;
    }
    draft.own("name")?;
    let value = name(draft, at)?;
    let (len, noun) = draft.noun(at + 1)?;
    let lower = value.to_ascii_lowercase();
    let (first, last) = (lower.split('-').next()?, lower.rsplit('-').next()?);
    let given = lower.contains(|c: char| c.is_ascii_digit()) || IN_NAMES.contains(&first) || IN_NAMES.contains(&last);
    let end = at + 1 + len;
    if noun.plural || noun.bare || noun.table.name == "accounts" || !given {
        return None;
    }
    if !draft.ends(end) && !matches!(draft.words.lower(end), "in" | "on" | "please") {
        return None;
    }
    draft.condition("name", Op::Eq, value);
    Some(1)
}

/// The thing there, the noun before it as well.
fn thing(draft: &Draft<'_>, at: usize) -> Option<Thing> {
    if let Some((len, column, value)) = value::found_id(draft, at) {
        let own = column == "native_id" || column == "resource_id";
        return own.then(|| Thing { len, column, values: vec![value] });
    }
    draft.own("name")?;
    let noun = draft.noun(at).filter(|(_, noun)| !noun.plural).map_or(0, |(len, _)| len);
    let from = at + noun;
    let mut values = vec![name(draft, from)?];
    let mut end = from + 1;
    while matches!(draft.words.lower(end), "and" | "or")
        && let Some(more) = name(draft, end + 1)
    {
        values.push(more);
        end += 2;
    }
    Some(Thing { len: end - at, column: "name", values })
}

/// A name that somebody gave: "web-1", "orders-db"; a plain word could be anything.
fn name(draft: &Draft<'_>, at: usize) -> Option<String> {
    let given = match draft.words.kind(at)? {
        Kind::Quoted => true,
        Kind::Word => {
            is_name(draft.words, draft.senses, at)
                && !scope::is_own(draft, at)
                && tag::key(draft, at).is_none()
                && !value::names_software(draft, at)
                && draft.column(at).is_none()
        }
        _ => false,
    };
    given.then(|| draft.words.raw(at).to_owned())
}

/// Whether a word looks like a name that somebody gave a thing, and like nothing else.
fn is_name(words: &Words, senses: &Senses<'_>, at: usize) -> bool {
    let word = words.lower(at);
    if !words.shape(at).any(Shape::DASH) {
        return false;
    }
    let parts = word.split('-').filter(|part| !part.is_empty()).count();
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    words.kind(at) == Some(Kind::Word)
        && senses.is_unknown(at)
        && plain
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && parts > 1
        && (word.contains(|c: char| c.is_ascii_digit()) || word.len() > 5)
        && ![
            "service-", "us-", "eu-", "ap-", "high-", "low-", "read-", "write-", "long-", "short-", "auto-", "team-",
            "account-", "project-", "non-", "pre-", "re-", "co-", "self-", "multi-", "single-", "cross-", "over-",
            "under-",
        ]
        .iter()
        .any(|head| word.starts_with(head))
        // "read-replica" is of the language, "orders-db-replica" somebody's.
        && !COMPOUNDS.iter().any(|end| word.ends_with(end) && !(parts > 2 && *end == "-replica"))
        && !looks_like_code(word)
        && value::table_of(word).is_none()
}

/// Whether the name of a thing stands there, as far as its form tells.
pub(super) fn names_a_thing(words: &Words, senses: &Senses<'_>, at: usize) -> bool {
    is_name(words, senses, at)
}

/// Words with a hyphen that are of the language, by how they end.
const COMPOUNDS: &[&str] = &[
    "-enabled",
    "-disabled",
    "-attached",
    "-replica",
    "-replicas",
    "-prem",
    "-premises",
    "-scaling",
    "-go",
    "-mem",
    "-large",
    "-medium",
    "-small",
    "-xlarge",
    "-micro",
    "-nano",
    "-east",
    "-west",
    "-north",
    "-south",
    "-central",
    "-based",
    "-facing",
    "-wide",
    "-wise",
    "-level",
    "-side",
    "-sized",
    "-optimized",
    "-optimised",
    "-month",
    "-year",
    "-day",
    "-week",
    "-hour",
    "-quarter",
    "-time",
    "-date",
    "-only",
    "-free",
    "-ish",
    "-like",
    "-up",
    "-down",
    "-off",
    "-on",
    "-in",
    "-out",
    "-by",
    "-end",
    "-user",
    "-tier",
    "-class",
    "-term",
    "-running",
    "-used",
    "-utilised",
    "-utilized",
    "-cost",
    "-priced",
    "-compliant",
    "-critical",
    "-ready",
    "-available",
    "-redundant",
    "-generation",
    "-gen",
    "-core",
    "-memory",
    "-cpu",
    "-region",
    "-account",
    "-zone",
    "-az",
    "-tagged",
    "-encrypted",
    "-public",
    "-private",
    "-production",
    "-prod",
    "-approved",
    "-standard",
    "-default",
    "-managed",
    "-owned",
    "-provisioned",
    "-purpose",
    "-demand",
    "-sizing",
    "-sized",
    "-tenant",
    "-cloud",
    "-service",
    "-open",
    "-to-world",
    "-state",
];

/// Has the rows be that thing, and what its noun says.
fn take(draft: &mut Draft<'_>, found: Thing, at: usize) {
    if let Some((_, noun)) = draft.noun(at) {
        draft.imply(noun);
    }
    let Thing { column, mut values, .. } = found;
    match (values.len(), values.pop()) {
        (1, Some(only)) => draft.condition(column, Op::Eq, only),
        (_, Some(last)) => {
            values.push(last);
            draft.condition(column, Op::In, Literal::from(values));
        }
        _ => {}
    }
}

fn show(draft: &mut Draft<'_>, fields: Vec<Field>) {
    // What it costs is a sum, as it is of many.
    if let [field] = fields.as_slice()
        && field.column_name() == "cost_30d"
    {
        draft.aggregates.push(Aggregate::of(Function::Sum, "cost_30d", "total_cost_30d"));
        return;
    }
    for field in fields {
        if !draft.select.contains(&field) {
            draft.select.push(field);
        }
    }
}

/// The table of a question such as "what does db-7 cost", whose only noun is the name of a thing: all of them.
pub(crate) fn subject(words: &Words, senses: &Senses<'_>, own: &Vocabulary) -> Option<&'static Table> {
    let opens = matches!(
        words.phrase(0, 2),
        "what does"
            | "what did"
            | "who owns"
            | "where is"
            | "how old"
            | "when was"
            | "how much"
            | "which account"
            | "what account"
            | "which region"
            | "what region"
    );
    // "the account of web-1"; what the spend of a name is may be about an account that nobody told us of.
    let of = (1..words.len()).any(|at| words.lower(at - 1) == "of" && is_name(words, senses, at));
    let money =
        (0..words.len()).any(|at| senses.at(at).any(|(_, s)| matches!(s, Sense::Role(Role::Cost | Role::Spend))));
    if !(opens || of && !money) {
        return None;
    }
    let bare = |at: usize| {
        is_name(words, senses, at)
            && !own.accounts.iter().any(|(id, name)| [id, name].iter().any(|a| a.eq_ignore_ascii_case(words.lower(at))))
            && !matches!(words.lower(at.wrapping_sub(1)), "team" | "account" | "for" | "by" | "in")
    };
    let names = (2..words.len()).filter(|at| bare(*at)).count();
    let noun = (0..words.len()).any(|at| {
        senses.at(at).any(|(_, s)| {
            matches!(s, Sense::Service(_) | Sense::Category(_))
                || matches!(s, Sense::Table(n) if n.table.name != "accounts" && n.table.name != "costs")
        })
    });
    (names == 1 && !noun).then_some(&tables::RESOURCES)
}
