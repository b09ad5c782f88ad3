//! What a file's columns are: which of FOCUS's each one is, which are the file's own, and whether it is billing at all.

use crate::azure;
use crate::cast::Steps;
use crate::recipe::Recipe;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use schema::tables::COSTS;
use std::collections::HashMap;
use std::sync::Arc;

/// The columns of one file, or of many with the same header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    /// How the file is read: its columns' names and types, every one nullable.
    pub(crate) schema: SchemaRef,
    /// For each column of `costs`: how it is made from the file's.
    pub(crate) focus: Vec<Option<Recipe>>,
    /// What the file has beyond FOCUS: name, where, how.
    pub(crate) extras: Vec<(String, usize, Steps)>,
    /// Whose columns they are.
    pub(crate) dialect: Dialect,
}

/// Whose columns a file has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// FOCUS's.
    Focus,
    /// FOCUS's, as Microsoft exports them.
    MicrosoftFocus,
    /// Azure's own: charges that are either actual or amortised, which the columns do not tell.
    Azure {
        /// What a reservation or savings plan has to do with a row, where the file has a column that tells.
        commitment: Option<Recipe>,
    },
}

impl Columns {
    /// Finds out what a file's columns are. The error says why it is not billing.
    pub(crate) fn of(fields: &[(String, DataType)], is_csv: bool) -> Result<Self, NotBilling> {
        let has = |column: &str| fields.iter().any(|(name, _)| plain(name) == plain(column));
        if !has("BilledCost") && !has("EffectiveCost") && azure::is_cost_file(fields) {
            return Self::of_azure(fields, is_csv);
        }
        let dialect = if azure::is_focus_export(fields) { Dialect::MicrosoftFocus } else { Dialect::Focus };
        let positions: HashMap<String, usize> =
            COSTS.columns().enumerate().map(|(at, column)| (plain(column.name), at)).collect();
        // `provider` is ours, made from FOCUS's columns; a file's own column of that name is another thing.
        let neutral = plain(COSTS.scope_columns.provider);
        let mut focus: Vec<Option<Recipe>> = vec![None; COSTS.width()];
        let mut extras = Vec::new();
        let mut names = Names::default();
        let mut read = Vec::with_capacity(fields.len());
        let mut twice = None;
        let mut unusable = None;
        for (at, (name, ty)) in fields.iter().enumerate() {
            let ty = read_type(ty);
            let own = names.unique(name, at);
            if !is_csv && fields[..at].iter().any(|(before, _)| before == name) {
                twice = Some(name.clone());
            }
            // A CSV file's columns are found by their place, a Parquet file's by their very name.
            read.push(Field::new(if is_csv { &own } else { name }, ty.clone(), true));
            match positions.get(&plain(name)) {
                Some(position) if plain(name) != neutral => {
                    let column = COSTS.columns().nth(*position).ok_or(NotBilling::Empty)?;
                    if focus[*position].is_some() {
                        twice = Some(column.name.to_owned());
                    }
                    match Steps::find(column.ty, &ty, is_csv) {
                        Some(steps) => focus[*position] = Some(recipe(&dialect, column.name, at, steps)),
                        None => unusable = Some((name.clone(), ty.to_string(), column.ty.name())),
                    }
                }
                _ => {
                    let own = if plain(name) == neutral { names.unique(&format!("x_{name}"), at) } else { own };
                    // Text can be made of every type.
                    if let Some(steps) = Steps::find(schema::ColumnType::Text, &ty, is_csv) {
                        extras.push((own, at, steps));
                    }
                }
            }
        }
        let columns = Self { schema: Arc::new(Schema::new(read)), focus, extras, dialect };
        if let Some((name, is, wanted)) = unusable {
            return Err(NotBilling::Type { name, is, wanted });
        }
        columns.judge(fields)?;
        match twice {
            Some(name) => Err(NotBilling::Twice(name)),
            None => Ok(columns),
        }
    }

    /// The columns of one of Azure's own cost files. Those that no column of `costs` is called like stay beside them.
    fn of_azure(fields: &[(String, DataType)], is_csv: bool) -> Result<Self, NotBilling> {
        let (focus, commitment) = azure::recipes(fields, is_csv)?;
        let mut names = Names::default();
        let (mut read, mut extras) = (Vec::with_capacity(fields.len()), Vec::new());
        let neutral = plain(COSTS.scope_columns.provider);
        for (at, (name, ty)) in fields.iter().enumerate() {
            if !is_csv && fields[..at].iter().any(|(before, _)| before == name) {
                return Err(NotBilling::Twice(name.clone()));
            }
            let ty = read_type(ty);
            let own = names.unique(name, at);
            read.push(Field::new(if is_csv { &own } else { name }, ty.clone(), true));
            let own = if plain(name) == neutral { names.unique(&format!("x_{name}"), at) } else { own };
            let is_ours = COSTS.columns().any(|column| plain(column.name) == plain(&own));
            if let Some(steps) = Steps::find(schema::ColumnType::Text, &ty, is_csv).filter(|_| !is_ours) {
                extras.push((own, at, steps));
            }
        }
        Ok(Self { schema: Arc::new(Schema::new(read)), focus, extras, dialect: Dialect::Azure { commitment } })
    }

    /// How a column of `costs` is made.
    pub(crate) fn recipe(&self, name: &str) -> Option<&Recipe> {
        self.focus.get(COSTS.position(name)?)?.as_ref()
    }

    /// Billing is what has a cost and a time. Without either a row adds nothing to any answer about costs.
    fn judge(&self, fields: &[(String, DataType)]) -> Result<(), NotBilling> {
        let lacks = |pair: [&'static str; 2]| pair.iter().all(|name| self.recipe(name).is_none());
        let costs = ["BilledCost", "EffectiveCost"];
        let times = ["ChargePeriodStart", "BillingPeriodStart"];
        let missing = match (lacks(costs), lacks(times)) {
            (false, false) => return Ok(()),
            (true, _) => costs,
            (false, true) => times,
        };
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        Err(NotBilling::Columns { missing, has: listed(&names), kind: known_kind(&names) })
    }
}

/// A FOCUS column as it is, except for ids that Microsoft writes otherwise than resources are called here.
fn recipe(dialect: &Dialect, column: &str, at: usize, steps: Steps) -> Recipe {
    let rule = match dialect {
        Dialect::MicrosoftFocus => azure::focus_rule(column),
        Dialect::Focus | Dialect::Azure { .. } => None,
    };
    rule.and_then(|rule| Recipe::by(rule, vec![Some((at, steps.clone()))])).unwrap_or_else(|| Recipe::as_is(at, steps))
}

/// Why a file is not billing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotBilling {
    /// It has no columns.
    #[error("has no header line")]
    Empty,
    /// Its columns are not FOCUS's.
    #[error("is not a FOCUS file: it has neither `{}` nor `{}`; its columns are {has}{}", missing[0], missing[1], hint(*kind))]
    Columns {
        /// Of which pair it has neither.
        missing: [&'static str; 2],
        /// The columns that it has.
        has: String,
        /// What it is, where that is known.
        kind: Option<&'static str>,
    },
    /// A FOCUS column stands in it twice, so that nobody can tell which one counts; or any column of a Parquet file,
    /// whose columns are found by name.
    #[error("has the column `{0}` twice")]
    Twice(String),
    /// A FOCUS column is of a type that cannot be its type.
    #[error("has the column `{name}` as {is}; FOCUS has it as {wanted}")]
    Type {
        /// Which.
        name: String,
        /// Its type in the file.
        is: String,
        /// Its type in FOCUS.
        wanted: &'static str,
    },
}

fn hint(kind: Option<&'static str>) -> String {
    kind.map(|kind| format!("; {kind}")).unwrap_or_default()
}

/// Names without case, underscores and spaces: `billed_cost` and `BILLEDCOST` are `BilledCost`.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | ' ')).flat_map(char::to_lowercase).collect()
}

fn listed(names: &[&str]) -> String {
    /// As many names as a message repeats.
    const SHOWN: usize = 8;
    let mut shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        shown.push(format!("… ({} in all)", names.len()));
    }
    shown.join(", ")
}

/// The exports that people have instead of FOCUS, by columns that only they have.
fn known_kind(names: &[&str]) -> Option<&'static str> {
    match names {
        [one] if one.contains(';') => return Some("its cells are separated by `;`: separate them by commas"),
        [one] if one.contains('\t') => return Some("its cells are separated by tabs: separate them by commas"),
        _ => {}
    }
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let has = |name: &str| lower.iter().any(|column| plain(column) == name);
    let begins = |start: &str| lower.iter().any(|column| column.starts_with(start));
    if begins("lineitem/") || begins("line_item_") {
        return Some("it looks like an AWS Cost and Usage Report: export FOCUS with AWS Data Exports instead");
    }
    let is_azure_cost = ["costinbillingcurrency", "pretaxcost", "resourcerate", "usagequantity", "effectiveprice"]
        .iter()
        .any(|name| has(name));
    if has("metercategory") && (is_azure_cost || has("cost") || has("quantity") || has("meterid")) {
        return Some(
            "it looks like an Azure cost export that lacks its cost, its date or its subscription: export it anew under Cost Management, Exports",
        );
    }
    if has("usagestarttime") && (has("cost") || has("costtype")) {
        return Some("it looks like a Google Cloud billing export: export its FOCUS view instead");
    }
    names
        .iter()
        .find_map(|name| {
            schema::names::nearest(name, ["BilledCost", "EffectiveCost", "ChargePeriodStart", "BillingPeriodStart"])
                .filter(|near| plain(near) != plain(name))
        })
        .map(nearest_hint)
}

fn nearest_hint(near: &str) -> &'static str {
    match near {
        "BilledCost" => "one of them is nearly `BilledCost`",
        "EffectiveCost" => "one of them is nearly `EffectiveCost`",
        "ChargePeriodStart" => "one of them is nearly `ChargePeriodStart`",
        _ => "one of them is nearly `BillingPeriodStart`",
    }
}

/// The type that a column is read with: every kind of text as plain text, everything else as it is.
pub(crate) fn read_type(ty: &DataType) -> DataType {
    match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        // Writers that do not mark their text as text.
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => DataType::Utf8,
        DataType::Dictionary(_, value) => read_type(value),
        other => other.clone(),
    }
}

/// Names that are unique whatever their case, because SQL finds columns without it.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn unique(&mut self, name: &str, at: usize) -> String {
        let name = if name.trim().is_empty() { format!("column_{}", at + 1) } else { name.trim().to_owned() };
        let count = self.0.entry(name.to_lowercase()).or_insert(0);
        *count += 1;
        if *count == 1 { name } else { format!("{name}_{count}") }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(names: &[&str], expected: &str) {
        let fields: Vec<_> = names.iter().map(|name| ((*name).to_owned(), DataType::Utf8)).collect();
        let verdict =
            Columns::of(&fields, true).map(|_| "billing".to_owned()).unwrap_or_else(|error| error.to_string());
        assert!(verdict.contains(expected), "{names:?}: {verdict}");
    }

    #[test]
    fn billing_has_a_cost_and_a_time() {
        check(&["BilledCost", "BillingPeriodStart"], "billing");
        check(&["effective_cost", "chargeperiodstart", "x_Team"], "billing");
        check(&["BilledCost"], "neither `ChargePeriodStart` nor `BillingPeriodStart`");
        check(&["a", "b"], "neither `BilledCost` nor `EffectiveCost`; its columns are `a`, `b`");
        check(&["Billed_Costs", "ChargePeriodStart"], "nearly `BilledCost`");
    }

    #[test]
    fn other_exports_are_called_by_their_name() {
        check(&["lineItem/UsageAccountId", "lineItem/UnblendedCost"], "AWS Cost and Usage Report");
        check(&["line_item_usage_account_id"], "AWS Cost and Usage Report");
        check(&["SubscriptionId", "MeterCategory", "CostInBillingCurrency"], "Azure cost export that lacks");
        check(&["usage_start_time", "cost"], "Google Cloud");
        check(&["BilledCost;EffectiveCost;ChargePeriodStart"], "separated by `;`");
    }

    #[test]
    fn a_column_twice_is_named_and_two_own_columns_of_a_name_are_told_apart() {
        check(&["BilledCost", "billed_cost", "ChargePeriodStart"], "`BilledCost` twice");
        let fields: Vec<_> = ["BilledCost", "ChargePeriodStart", "Id", "id", "", "provider", "x_provider"]
            .iter()
            .map(|name| ((*name).to_owned(), DataType::Utf8))
            .collect();
        for is_csv in [true, false] {
            let columns = Columns::of(&fields, is_csv).unwrap();
            let names: Vec<_> = columns.extras.iter().map(|(name, ..)| name.as_str()).collect();
            assert_eq!(names, ["Id", "id_2", "column_5", "x_provider", "x_provider_2"]);
        }
    }
}
