//! "on RDS", "for compute", "EC2 and S3": which services of the bill.

use super::beside;
use crate::draft::Draft;
use crate::lexicon::{Kinds, Sense, Service};
use crate::rules::starts::Starts;
use schema::query::{Condition, Op};

pub(super) const STARTS: Starts =
    Starts::at(&["but", "excluding", "except", "other", "apart", "without", "minus", "excl", "under"])
        .and_kinds(Kinds::SERVICE.and(Kinds::CATEGORY));

/// Reads services and their categories, on the bill only.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !draft.is_bill() {
        return None;
    }
    if let Some(len) = left_out(draft, at) {
        return Some(len);
    }
    // "under the Databases category".
    let under = usize::from(draft.words.lower(at) == "under");
    let under = if under > 0 { draft.skip(at + 1, &["the"]) - at } else { 0 };
    let (len, first) = one(draft, at + under)?;
    if under > 0 && draft.words.lower(at + under + len) != "category" {
        return None;
    }
    let len = under + len;
    let mut all = vec![first];
    let mut end = at + len;
    loop {
        let against = beside::against(draft, end);
        let joint = draft.skip(end + against, &[",", "and", "or", "on", "for", "plus", "&"]);
        if joint == end {
            break;
        }
        let Some((len, more)) = one(draft, joint) else { break };
        if against > 0 {
            draft.beside.get_or_insert((end, against));
        }
        if !all.contains(&more) {
            all.push(more);
        }
        end = joint + len;
    }
    // "S3 storage", "RDS databases": what the service is anyway.
    let same = draft.sense(end, |s| match s {
        Sense::Category(category) if matches!(*category, "Storage" | "Databases") => Some(()),
        _ => None,
    });
    if let Some((len, ())) = same.filter(|_| all.len() == 1 && is_service(&all[0])) {
        end += len;
    }
    end = draft.skip(end, &["service", "services", "category", "resources"]);
    let kind = if all.iter().all(is_service) { Some("ServiceName") } else { None };
    let kind = kind.or_else(|| (!all.iter().any(is_service)).then_some("ServiceCategory"));
    if let Some(column) = kind {
        beside::listed(draft, column, all.len());
    }
    let condition = match all.len() {
        1 => all.remove(0),
        _ => Condition::Any { any: all },
    };
    draft.conditions.push(condition);
    Some(end - at)
}

/// "everything except EC2", "excluding S3 and EFS", "all services but Lambda": what was spent on the others.
fn left_out(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let but = draft.words.lower(at) == "but"
        && matches!(draft.words.lower(at.wrapping_sub(1)), "everything" | "services" | "all" | "anything");
    let out =
        draft.said(at, &["excluding", "except", "except for", "other than", "apart from", "without", "minus", "excl"]);
    let mut end = at + out.or(but.then_some(1))?;
    let mut found = Vec::new();
    loop {
        let from = draft.skip(end, &["the", "all"]);
        let (len, condition) = one(draft, from)?;
        found.push(Condition::Not { not: Box::new(condition) });
        end = from + len;
        let joint = draft.skip(end, &["and", "or", ",", "&"]);
        let more = draft.sense(joint, |s| matches!(s, Sense::Service(_) | Sense::Category(_)).then_some(()));
        if joint == end || more.is_none() {
            break;
        }
        end = joint;
    }
    draft.conditions.append(&mut found);
    Some(end - at)
}

fn is_service(condition: &Condition) -> bool {
    !matches!(condition, Condition::Compare(compare) if compare.field.column_name() == "ServiceCategory")
}

fn one(draft: &mut Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    let service = draft.sense(at, |s| match s {
        Sense::Service(service) => Some(*service),
        _ => None,
    });
    if let Some((len, service)) = service {
        draft.note(format!("{} is read as the services whose name holds {}", service.words[0], quoted(service.names)));
        return Some((len, named(service)));
    }
    let (len, category) = draft.sense(at, |s| match s {
        Sense::Category(category) => Some(*category),
        _ => None,
    })?;
    Some((len, Condition::compare("ServiceCategory", Op::Eq, category)))
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(" or ")
}

fn named(service: &Service) -> Condition {
    let mut any: Vec<_> =
        service.names.iter().map(|name| Condition::compare("ServiceName", Op::Contains, *name)).collect();
    if let Some((name, category)) = service.within {
        any.push(Condition::All {
            all: vec![
                Condition::compare("ServiceName", Op::Contains, name),
                Condition::compare("ServiceCategory", Op::Eq, category),
            ],
        });
    }
    let found = if any.len() == 1 { any.remove(0) } else { Condition::Any { any } };
    match service.but_not {
        Some(other) => Condition::All {
            all: vec![found, Condition::Not { not: Box::new(Condition::compare("ServiceName", Op::Contains, other)) }],
        },
        None => found,
    }
}
