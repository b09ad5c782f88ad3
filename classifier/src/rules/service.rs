//! "on RDS", "for compute", "EC2 and S3": which services of the bill.

use crate::draft::Draft;
use crate::lexicon::{Sense, Service};
use schema::query::{Condition, Op};

/// Reads services and their categories, on the bill only.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !draft.is_bill() {
        return None;
    }
    if let Some(len) = charges(draft, at) {
        return Some(len);
    }
    let (len, first) = one(draft, at)?;
    let mut all = vec![first];
    let mut end = at + len;
    loop {
        let joint = draft.skip(end, &[",", "and", "or", "on", "for", "plus"]);
        if joint == end {
            break;
        }
        let Some((len, more)) = one(draft, joint) else { break };
        all.push(more);
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
    let condition = match all.len() {
        1 => all.remove(0),
        _ => Condition::Any { any: all },
    };
    draft.conditions.push(condition);
    Some(end - at)
}

fn is_service(condition: &Condition) -> bool {
    !matches!(condition, Condition::Compare(compare) if compare.field.column_name() == "ServiceCategory")
}

/// "how much tax", "recurring charges", "credits received": what kind of charge.
fn charges(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const KINDS: &[(&str, &str, &str)] = &[
        ("tax", "ChargeCategory", "Tax"),
        ("taxes", "ChargeCategory", "Tax"),
        ("credit", "ChargeCategory", "Credit"),
        ("credits", "ChargeCategory", "Credit"),
        ("recurring", "ChargeFrequency", "Recurring"),
        ("one-time", "ChargeFrequency", "One-Time"),
    ];
    // What was committed to and not used is a status of its own.
    if let Some(len) = draft.said(at, &["unused commitments", "unused commitment"]) {
        draft.condition("CommitmentDiscountStatus", Op::Eq, "Unused");
        return Some(len);
    }
    // More than one kind, or all but one, is another question.
    let kinds = |at: usize| KINDS.iter().find(|(word, ..)| draft.words.lower(at) == *word);
    let (_, column, value) = kinds(at)?;
    let alone = (0..draft.words.len()).filter(|i| kinds(*i).is_some()).count() == 1;
    let plain = (0..draft.words.len()).all(|i| {
        !matches!(
            draft.words.lower(i),
            "excluding" | "without" | "except" | "net" | "before" | "after" | "minus" | "less" | "excl" | "ex" | "plus"
                | "including" | "incl" | "not" | "no" | "or" | "with"
                // What was charged is the invoice's.
                | "charged" | "frequency" | "monthly" | "weekly" | "daily"
        )
    });
    if !alone || !plain {
        return None;
    }
    draft.condition(*column, Op::Eq, *value);
    Some(draft.skip(at + 1, &["charge", "charges", "line", "lines", "received", "booked"]) - at)
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
