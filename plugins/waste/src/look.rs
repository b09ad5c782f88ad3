//! Looks at the rows of a view with every control that is about them.

use crate::control::{Control, Is, Look, Saves, View, When};
use guest_sdk::{Day, Decimal, Error, Finding, Findings, Host, Parameters, Resource, Row, Unknown, Value};
use std::collections::BTreeMap;

/// One query, and all that is found in its rows. What a control cannot tell, because a column is null, is counted and
/// told once for each place.
pub(crate) fn at(
    host: &Host,
    parameters: &Parameters,
    view: &View,
    controls: &[(&'static Control, &'static Look)],
    findings: &mut Findings,
) -> Result<(), Error> {
    let today = host.today()?;
    let mut unknown: BTreeMap<(&str, &str), Unknown> = BTreeMap::new();
    for row in host.query(&sql(view, controls), &[])? {
        let row = row?;
        if matches!(row.optional_text("state")?, Some("deleting" | "deleted")) {
            continue;
        }
        let provider = row.optional_text("provider")?;
        for (control, look) in controls {
            if look.provider.is_some() && look.provider != provider {
                continue;
            }
            match judge(&row, look, parameters, today)? {
                Verdict::Waste(evidence) => findings.emit(finding(control, look, &row, evidence)?)?,
                Verdict::Unknown(column) => {
                    let none_yet = || Unknown::of(view.what, format!("`{column}` is not known"));
                    unknown.entry((control.rule.id, column)).or_insert_with(none_yet).count(&row)?;
                }
                Verdict::Well => {}
            }
        }
    }
    for ((id, _), counted) in unknown {
        let Some((control, _)) = controls.iter().find(|(control, _)| control.rule.id == id) else { continue };
        counted.tell(findings, &control.rule);
    }
    Ok(())
}

/// Only the columns that its controls name: some take calls of their own.
fn sql(view: &View, controls: &[(&Control, &Look)]) -> String {
    let common =
        ["state"].into_iter().chain(Resource::COLUMNS.split(", ")).chain(["cost_30d", "cost_basis", "cost_currency"]);
    let mut columns: Vec<_> = common.map(|name| format!("t.{name} AS {name}")).collect();
    let is_named = |name: &str| controls.iter().any(|(_, look)| look.columns().any(|column| column == name));
    let named = view.columns.iter().filter(|(name, _)| is_named(name));
    columns.extend(named.map(|(name, expression)| format!("{expression} AS {name}")));
    format!("SELECT {} FROM {}", columns.join(", "), view.from)
}

/// What a control says of a row.
enum Verdict {
    /// It is waste, by these values of these columns.
    Waste(Vec<(&'static str, Value)>),
    /// It is not.
    Well,
    /// It would be, if this column, which is null, were as it must be.
    Unknown(&'static str),
}

fn judge(row: &Row, look: &Look, parameters: &Parameters, today: Day) -> Result<Verdict, Error> {
    let (mut evidence, mut unknown) = (Vec::new(), None);
    for when in look.when {
        match holds(row, when, parameters, today)? {
            (Some(true), value) => evidence.push((when.column, value)),
            // One condition that does not hold is enough, whatever is not known of the others.
            (Some(false), _) => return Ok(Verdict::Well),
            (None, _) => unknown = unknown.or(Some(when.column)),
        }
    }
    Ok(unknown.map_or(Verdict::Waste(evidence), Verdict::Unknown))
}

/// Whether a condition holds, `None` where that is not known, and the value that it was about.
fn holds(row: &Row, when: &When, parameters: &Parameters, today: Day) -> Result<(Option<bool>, Value), Error> {
    let column = when.column;
    let text = || row.optional_text(column);
    let begins = |beginnings: &[&str]| {
        let text = text()?;
        let begins = text.map(|text| beginnings.iter().any(|beginning| text.starts_with(beginning)));
        Ok((begins, Value::from(text)))
    };
    match &when.is {
        Is::Null => Ok((Some(text()?.is_none()), Value::Null)),
        Is::Set => Ok((Some(text()?.is_some()), text()?.into())),
        Is::OneOf(words) => Ok((text()?.map(|text| words.contains(&text)), text()?.into())),
        Is::Begins(beginnings) => begins(beginnings),
        Is::BeginsWithParameter(name) => begins(&parameters.list(name)?),
        Is::Above(name) => {
            let (number, bound) = (row.optional_integer(column)?, parameters.integer(name)?);
            Ok((number.map(|number| number > bound), number.into()))
        }
        Is::AtMost(name) => {
            let (number, bound) = (row.optional_integer(column)?, parameters.integer(name)?);
            Ok((number.map(|number| number <= bound), number.into()))
        }
        Is::Below(name) => {
            let (number, bound) = (row.optional_real(column)?, parameters.real(name)?);
            Ok((number.map(|number| number < bound), number.into()))
        }
        Is::OlderThan(name) => {
            let (time, days) = (row.optional_time(column)?, parameters.integer(name)?);
            Ok((time.map(|time| today.days_since(time) > days), time.into()))
        }
        Is::JsonBegins(place, beginning) => {
            let json = row.optional_json(column)?;
            let text = json.as_ref().and_then(|json| json.pointer(place)).and_then(|value| value.as_str());
            Ok((text.map(|text| text.starts_with(beginning)), text.into()))
        }
    }
}

fn finding(control: &Control, look: &Look, row: &Row, evidence: Vec<(&'static str, Value)>) -> Result<Finding, Error> {
    let mut finding = Finding::new(&control.rule, Resource::of(row)?);
    for (column, value) in evidence {
        finding = finding.evidence(column, value);
    }
    let cost = row.optional_decimal("cost_30d")?;
    if let Some(cost) = cost {
        finding = finding.evidence("cost_30d", cost);
        finding = finding.evidence("cost_basis", row.optional_text("cost_basis")?);
        finding = finding.evidence("cost_currency", row.optional_text("cost_currency")?);
    }
    let saving = cost.map(|cost| saving(row, cost, look.saves)).transpose()?;
    Ok(finding.saving_in(saving.flatten(), row.optional_text("cost_currency")?))
}

/// A month is taken to be the 30 days that the cost is of. Nothing is saved where nothing was paid.
fn saving(row: &Row, cost: Decimal, saves: Saves) -> Result<Option<Decimal>, Error> {
    let saving = match saves {
        Saves::All => Some(cost),
        Saves::PercentWhile { percent, column, most } => {
            let is_within = row.optional_integer(column)?.is_some_and(|number| number <= most);
            is_within.then(|| cost.checked_mul(Decimal::new(percent.into(), 2))).flatten()
        }
        Saves::Unsaid => None,
    };
    Ok(saving.filter(|saving| *saving > Decimal::ZERO).map(|saving| saving.normalize()))
}
