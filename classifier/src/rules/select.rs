//! "with name and subnet", "show name, region and cost", "names of all VMs".

use super::{comparison, tag};
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Phrases, phrases};
use crate::rules::starts::{Signs, Starts};
use schema::ColumnType;
use schema::query::Field;

pub(super) const STARTS: Starts = Starts::at(&[
    "and", ",", "with", "what", "how", "when", "in", "its", "their", "owner", "owners", "rules", "ip", "ips", "the",
    "where",
])
.and_roles(&[Role::With, Role::Showing, Role::Average])
.and_sign(Signs::COLUMN)
.and_sign(Signs::KEY);

/// Reads which columns to show.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() || draft.count || draft.total {
        return None;
    }
    if let Some(len) = what_they_cost(draft, at).or_else(|| in_which(draft, at)).or_else(|| how_they_are(draft, at)) {
        return Some(len);
    }
    let lead = draft.role(at, Role::With).into_iter().chain(draft.role(at, Role::Showing)).max();
    // "for each instance its id and name".
    let each = || (2..=5).any(|back| at >= back && matches!(draft.words.lower(at - back), "each" | "every"));
    let its = matches!(draft.words.lower(at), "its" | "their")
        || draft.words.lower(at) == "the" && behind_noun(draft, at) && each();
    let its = its.then_some(1);
    let lead = lead.or(its);
    let start = lead.map_or(at, |len| {
        draft.skip(at + len, &["the", "their", "its", "only", "just", "a", "an", "me", ":", "all", "columns"])
    });
    // "names and owners of stopped instances", "owner of each volume".
    let owners =
        lead.is_none() && matches!(draft.words.lower(at), "owner" | "owners") && draft.words.lower(at + 1) == "of";
    // "…, with owner", "with their owners": beside the rows, and no condition on them.
    let beside = lead.is_some_and(|len| {
        let phrase = draft.words.phrase(at, len);
        phrase.contains("their") || phrase.starts_with("together") || phrase.starts_with("along")
    }) || lead.is_some()
        && (at > 1 && draft.words.lower(at - 1) == "," || (at..start).any(|i| draft.words.lower(i) == "their"));
    let keys = if owners || beside { Keys::Known } else { Keys::Tagged };
    let (end, fields) = columns(draft, start, keys).or_else(|| {
        // "with owner and cost": a list with a column in it is one to see.
        let (end, fields) = lead.and_then(|_| columns(draft, start, Keys::Known))?;
        fields.iter().any(|field| matches!(field, Field::Column(_))).then_some((end, fields))
    })?;
    // "with a timeout of 3 seconds" is one as well.
    if draft.words.lower(end) == "of" && super::quantity::quantity(draft, end + 1).is_some() {
        return None;
    }
    // "with CPU of less than five percent" is a condition.
    let bound = draft.skip_to_compare(end, &["of", "at", "being", "that", "which", "is", "are"]);
    // "with a throughput at 500 or more" is one as well.
    let or_more = super::quantity::quantity(draft, bound).is_some_and(|(len, _)| draft.or_more(bound + len).is_some());
    // "with a deprecation date that lies before 2026".
    let lies = draft.skip(end, &["that", "which", "lies", "lie", "falls"]);
    let dated = lies > end && super::time::when(draft, lies).is_some();
    if comparison::begins(draft, bound) || or_more || dated {
        return None;
    }
    if comparison::follows(draft, end) && !matches!(draft.words.lower(end), "or" | "is" | "are")
        || matches!(draft.words.lower(end), "or" | "is" | "are" | "=")
    {
        return None;
    }
    // "with public accessibility" is a condition.
    let flag = fields.len() == 1 && draft.own(fields[0].column_name()).is_some_and(|c| c.ty == ColumnType::Bool);
    if flag && lead.is_some() && matches!(draft.words.lower(at), "with" | "having" | "has" | "have") {
        return None;
    }
    // "with the highest CPU utilisation" ranks them.
    if lead.is_some()
        && matches!(draft.words.lower(at), "with" | "having" | "that" | "which")
        && matches!(draft.words.lower(start), "highest" | "lowest")
    {
        return None;
    }
    // "with state stopped": so does a value of a closed set.
    if lead.is_some()
        && draft.sense(end, |s| matches!(s, Sense::Value { .. } | Sense::State(_)).then_some(())).is_some()
    {
        return None;
    }
    // "with engine postgres": a value follows, so that it is no column to see.
    if draft.senses.is_unknown(end)
        && !draft.ends(end)
        && !matches!(draft.words.lower(end), "last" | "past" | "this" | "since")
    {
        return None;
    }
    // "the most expensive instance types" ranks them, and does not show them.
    if lead.is_none() && follows_superlative(draft, at) {
        return None;
    }
    // "all VMs in prod: name, owner tag and cost": a list of columns that is a clause of its own.
    let many = fields.len() > 1 || matches!(draft.words.lower(end - 1), "names" | "ids" | "arns" | "endpoints");
    let only = usize::from(draft.words.lower(end) == "only" && draft.ends(end + 1));
    let clause = lead.is_none() && at > 0 && draft.words.lower(at - 1) == "," && many && draft.ends(end + only);
    // Without "with" or "show" before them, columns stand before "of" or right behind their noun.
    let of = matches!(draft.words.lower(end), "of" | "for");
    // "which type of instance costs most" ranks the types, and not what is of them.
    if of && at > 0 && matches!(draft.words.lower(at - 1), "which" | "what") {
        return None;
    }
    // "the cost of all volumes" is one sum.
    if of && fields.len() == 1 && fields[0].column_name() == "cost_30d" {
        return None;
    }
    // "what is the average CPU of the instances" is one number.
    if of && fields.len() == 1 && (start..end).any(|i| draft.role(i, Role::Average).is_some()) {
        return None;
    }
    // "for the running machines, what is the average CPU" is one number as well, where it is not of one thing.
    let asks = lead.is_some() && matches!(draft.words.lower(at), "what" | "what's" | "whats");
    let of_one = draft.conditions.iter().any(|condition| {
        ["name", "native_id", "resource_id"].iter().any(|column| super::assemble::holds(condition, column))
    });
    if asks && !of_one && fields.len() == 1 && (start..end).any(|i| draft.role(i, Role::Average).is_some()) {
        return None;
    }
    // "the VMs' cost" can be each one's or all of theirs.
    if lead.is_none() && fields.iter().all(|f| f.column_name() == "cost_30d") {
        return None;
    }
    // "VM names" are to be seen; "the most expensive EC2 region" is something else.
    // "every load balancer's DNS name and scheme".
    // "of every instance type" is one phrase, and no instance of which the type is asked.
    let phrase = (1..=3).any(|back| at >= back && draft.column(at - back).is_some_and(|(len, _)| len > back));
    let each_has = behind_noun(draft, at)
        && !phrase
        && draft.limit.is_none()
        && draft.order.is_empty()
        && draft.ends(end)
        && (2..=5).any(|back| at >= back && matches!(draft.words.lower(at - back), "each" | "every"));
    let listed = fields.len() > 1 && behind_noun(draft, at) && draft.ends(end) && !phrase;
    if lead.is_none() && !of && !clause && !each_has && !listed && !draft.words.lower(end - 1).ends_with('s') {
        return None;
    }
    if let Some(field) = listed_once(draft, at, start..end, &fields) {
        draft.groups.push(field);
        return Some(end - at);
    }
    let is_noun = draft.noun(start).is_some();
    if is_noun && (fields.len() < 2 || lead.is_none()) {
        return None;
    }
    let placed = of || clause || behind_noun(draft, at) && ends(draft, end);
    if lead.is_none() && !placed {
        return None;
    }
    let end = end + they_have(draft, end) + if clause { only } else { 0 };
    for field in fields {
        if !draft.select.contains(&field) {
            draft.select.push(field);
        }
    }
    draft.shown_to = end;
    Some(end - at)
}

/// "the engine they run", "the network it is in".
fn they_have(draft: &Draft<'_>, at: usize) -> usize {
    const SAID: Phrases = phrases(&[
        "they run",
        "they use",
        "they have",
        "they are in",
        "they are on",
        "they belong to",
        "they live in",
        "they sit in",
        "it runs",
        "it uses",
        "it has",
        "it is in",
        "they were made from",
        "they hold",
        "they run on",
        "they're in",
        "they come from",
    ]);
    draft.said(at, SAID).filter(|len| draft.ends(at + len)).unwrap_or(0)
}

/// "and how big are they", "and how old are they".
fn how_they_are(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let and = usize::from(matches!(draft.words.lower(at), "and" | ","));
    let len = draft.said(
        at + and,
        const {
            phrases(&[
                "how big are they",
                "how large are they",
                "how old are they",
                "how big they are",
                "how large they are",
                "how old they are",
                "when were they created",
                "when they were created",
                "where they are",
                "where are they",
                "where they live",
                "where they lie",
            ])
        },
    )?;
    let place = (at..at + and + len).any(|i| draft.words.lower(i) == "where");
    let ages = (at..at + and + len).any(|i| matches!(draft.words.lower(i), "old" | "created"));
    let column = match (ages, place) {
        (true, _) => draft.own("created_at")?,
        (_, true) => draft.own("region").filter(|_| draft.regions.is_empty())?,
        _ => draft.size_column()?,
    };
    if at < 2 || !draft.ends(at + and + len) {
        return None;
    }
    draft.select.push(column.name.into());
    Some(and + len)
}

/// "…, and in which account?": where each of them is.
fn in_which(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = draft.said(
        at,
        const { phrases(&["and in which", "and on which", "in which", "and which", "and on what", "and in what"]) },
    )?;
    let (len, column) = draft.column(at + lead)?;
    let place = matches!(column.name, "region" | "account_name" | "zone" | "provider" | "network_id" | "subnet_id");
    let end = draft.skip(at + lead + len, &["are", "is", "they", "it", "do", "does", "in", "located", "live", "sit"]);
    if at < 2 || !place || !draft.ends(end) || draft.words.lower(at + lead + len - 1).ends_with('s') {
        return None;
    }
    draft.select.push(column.name.into());
    Some(end - at)
}

/// "and what they cost": beside what else is shown.
fn what_they_cost(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const SAID: Phrases = phrases(&[
        "what they cost",
        "what it costs",
        "what each costs",
        "what does each cost",
        "what does each one cost",
        "what each one costs",
        "how much they cost",
        "how much each costs",
        "what they are costing",
        "how much it costs",
        "what each of them costs",
    ]);
    let and = usize::from(matches!(draft.words.lower(at), "and" | "," | "with"));
    let end = at + and + draft.said(at + and, SAID)?;
    let end = end + usize::from(matches!(draft.words.lower(end), "us" | "me"));
    let end = end + draft.role(end, Role::Monthly).unwrap_or(0);
    let cost = draft.cost_column()?;
    if at == 0 || draft.compare(end).is_some() || draft.role(end, Role::Total).is_some() {
        return None;
    }
    draft.select.push(cost.name.into());
    Some(end - at)
}

fn follows_superlative(draft: &Draft<'_>, at: usize) -> bool {
    let ranks = |s: &Sense| matches!(s, Sense::Superlative(..) | Sense::Role(Role::Most | Role::Least | Role::Top));
    let ends_in_one = |at: usize| {
        (1..=3).any(|back| at >= back && draft.senses.at(at - back).any(|(len, s)| len == back && ranks(s)))
    };
    // "most expensive instance types": its noun may stand between.
    let noun = (1..=3).find(|back| at >= *back && draft.noun(at - back).is_some_and(|(len, _)| len == *back));
    ends_in_one(at) || noun.is_some_and(|back| ends_in_one(at - back))
}

/// "list instance types", "show the regions with VMs": each of them once, and not one for each row.
fn listed_once(draft: &Draft<'_>, at: usize, place: std::ops::Range<usize>, fields: &[Field]) -> Option<Field> {
    const EACH: &[&str] = &[
        "region",
        "account_name",
        "provider",
        "zone",
        "kind",
        "instance_type",
        "engine",
        "runtime",
        "volume_type",
        "platform",
        "state",
    ];
    let [field] = fields else { return None };
    let end = place.end;
    let plural = draft.words.lower(end.checked_sub(1)?).ends_with('s');
    let begins = at == 0 && draft.role(at, Role::Showing).is_some();
    let whole = draft.ends(end) || matches!(draft.words.lower(end), "with" | "that" | "where" | "in" | "on" | "we");
    (begins
        && draft.noun(place.start).is_none_or(|(len, _)| len < place.len())
        && plural
        && whole
        && EACH.contains(&field.column_name()))
    .then(|| field.clone())
}

fn behind_noun(draft: &Draft<'_>, at: usize) -> bool {
    (1..=3).any(|back| at >= back && draft.noun(at - back).is_some_and(|(len, noun)| len == back && !noun.bare))
}

fn ends(draft: &Draft<'_>, at: usize) -> bool {
    draft.ends(at) || matches!(draft.words.lower(at), "and" | "in" | "on" | "with" | "sorted" | "ordered")
}

/// Which tag keys are columns to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// "owner tag".
    Tagged,
    /// "owner" alone as well.
    Known,
}

/// "name, region and cost".
pub(crate) fn columns(draft: &Draft<'_>, at: usize, keys: Keys) -> Option<(usize, Vec<Field>)> {
    if rules(draft, at) {
        return Some((at + 1, vec![Field::column("ingress"), Field::column("egress")]));
    }
    let (len, mut fields) = match mean_and_peak(draft, at) {
        Some(found) => found,
        None => one(draft, at, keys).map(|(len, field)| (len, vec![field]))?,
    };
    let mut end = at + len;
    loop {
        let joint =
            draft.skip(end, &[",", "and", "the", "their", "its", "plus", "&", "+", "/", "also", "show", "a", "an"]);
        if joint == end {
            break;
        }
        // Behind one column "owner" is another.
        let Some((len, field)) = one(draft, joint, Keys::Known) else { break };
        // "with name and cost over $100": the last one begins a condition.
        if comparison::follows(draft, joint + len) {
            // "with cpu and memory over 80%": the condition may well be of both.
            let last = fields.last().and_then(|f| draft.own(f.column_name()));
            if last.is_some_and(|c| c.ty.is_number()) {
                return None;
            }
            break;
        }
        fields.push(field);
        end = joint + len;
    }
    fields.dedup();
    Some((end, fields))
}

fn one(draft: &Draft<'_>, at: usize, keys: Keys) -> Option<(usize, Field)> {
    if keys == Keys::Known && draft.words.lower(at) == "owners" && draft.tags_column().is_some() {
        return Some((1, tag::field(draft, "owner")));
    }
    if let Some((len, key)) = tag::key(draft, at) {
        let word = draft.role(at + len, Role::TagWord);
        let bare = keys == Keys::Known && draft.column(at).is_none() && draft.tags_column().is_some();
        if word.is_some() || bare && !draft.senses.is_unknown(at + len) || bare && draft.ends(at + len) {
            return Some((len + word.unwrap_or(0), tag::field(draft, &key)));
        }
    }
    if let Some(field) = address(draft, at) {
        return Some((1, field));
    }
    let (len, columns) = draft.columns(at)?;
    // The id of an account is what the accounts call it.
    let name =
        if draft.table.name == "accounts" && columns[0].name == "native_id" { "account_id" } else { columns[0].name };
    Some((len, Field::column(name)))
}

/// "ip", where nothing says which: the one that every machine has.
fn address(draft: &Draft<'_>, at: usize) -> Option<Field> {
    let ip = matches!(draft.words.lower(at), "ip" | "ips") && draft.column(at).is_none();
    let value = draft.words.lower(at + 1).starts_with(|c: char| c.is_ascii_digit());
    // "which VMs have a public IP, give me name and ip": the one that was spoken of.
    let public = draft.conditions.iter().any(|condition| super::assemble::holds(condition, "public_ip"));
    let names: &[&str] = if public { &["public_ip"] } else { &["private_ip", "address"] };
    let column = draft.first_of(names).filter(|_| ip && !value)?;
    Some(Field::column(column.name))
}

/// "average and maximum CPU" are two columns.
fn mean_and_peak(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<Field>)> {
    let average = draft.role(at, Role::Average)?;
    let joint = at + average;
    if draft.words.lower(joint) != "and" {
        return None;
    }
    let most =
        draft.role(joint + 1, Role::Maximum).or_else(|| (draft.words.lower(joint + 1) == "peak").then_some(1))?;
    let (len, column) = draft.column(joint + 1 + most)?;
    let peak = draft.named.cpu_max.filter(|_| column.name == "cpu_avg")?;
    Some((joint + 1 + most + len - at, vec![Field::column(column.name), Field::column(peak.name)]))
}

/// "the rules of sg-0abc" are those of both ways.
fn rules(draft: &Draft<'_>, at: usize) -> bool {
    draft.table.name == "security_groups" && draft.words.lower(at) == "rules"
}
