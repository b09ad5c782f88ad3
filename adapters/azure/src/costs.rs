//! What each resource of a subscription cost in the last 30 days, by one query of Cost Management for all its tables.

use crate::arm::{Listing, Request};
use crate::fetch::Fetch;
use crate::words::{id, list, parent};
use chrono::{NaiveDate, TimeDelta};
use engine::{FetchError, FetchErrorKind};
use rust_decimal::Decimal;
use schema::{Row, Value};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::sync::Arc;

pub(crate) const ACTION: &str = "Microsoft.CostManagement/query/action";
const VERSION: &str = "2023-11-01";

/// Whole days before today, as for a bill; today's part comes besides.
const DAYS: i64 = 30;

/// Decimal places of a share: more are of no currency, and would be of none of the sum.
const SHARE_DIGITS: u32 = 12;

pub(crate) use schema::tables::common::COST_COLUMNS as COLUMNS;

/// What each resource cost, for `cost_30d`.
pub(crate) struct ResourceCosts {
    state: State,
    /// How many instances share what a uniform scale set cost, by the set's id: Azure bills the set.
    members: HashMap<String, usize>,
}

enum State {
    /// Not wanted, or failed: the columns stay null.
    Off,
    /// Wanted. Nothing is asked before there is a row that needs it.
    Unread,
    Read(Arc<Costs>),
}

impl ResourceCosts {
    pub(crate) fn wanted(f: &Fetch<'_>) -> Self {
        let is_wanted = COLUMNS.iter().any(|column| f.request.wants(column));
        Self { state: if is_wanted { State::Unread } else { State::Off }, members: HashMap::new() }
    }

    /// Takes note of a uniform scale set whose instances come next.
    pub(crate) fn share(&mut self, set: String, members: usize) {
        self.members.insert(set, members);
    }

    /// Fills the columns. Where Cost Management refuses or fails, they are a gap.
    pub(crate) async fn fill(&mut self, f: &Fetch<'_>, rows: &mut [Row]) -> Result<(), FetchError> {
        if matches!(self.state, State::Unread) {
            self.state = match shared(f).await {
                Ok(costs) => State::Read(costs),
                Err(error) => {
                    f.cx.gap(COLUMNS, None, error).await?;
                    State::Off
                }
            };
        }
        let State::Read(costs) = &self.state else { return Ok(()) };
        for row in rows {
            let Value::Text(id) = row.get("resource_id") else { continue };
            let id = id.clone();
            let own = costs.amounts.get(&id).map(|amount| (amount, None));
            match own.or_else(|| costs.of_set(&id, &self.members)) {
                Some((Amount::Of(amount, currency), members)) => {
                    let (amount, basis) = match members {
                        None => (*amount, "cost_api"),
                        Some(members) => ((*amount / Decimal::from(members)).round_dp(SHARE_DIGITS), "cost_api_share"),
                    };
                    let currency = Some(currency.as_str()).filter(|name| !name.is_empty());
                    row.set("cost_30d", amount).set("cost_basis", basis).set("cost_currency", currency);
                }
                Some((Amount::Mixed, _)) => f.cx.gap(COLUMNS, Some(id), mixed()).await?,
                None => {}
            }
        }
        Ok(())
    }
}

fn mixed() -> FetchError {
    let text = "it was charged in several currencies, which cannot be added up";
    FetchError::new(FetchErrorKind::Failed, text).with_code("several_currencies")
}

/// What one resource cost.
#[derive(Debug, PartialEq)]
enum Amount {
    /// So much, in this currency.
    Of(Decimal, String),
    /// No sum means anything: it was charged in several currencies.
    Mixed,
}

/// What was read so far, by resource id in lower case.
#[derive(Debug, Default)]
pub(crate) struct Costs {
    amounts: HashMap<String, Amount>,
}

impl Costs {
    /// Takes note of a page of the query's answer.
    fn learn(&mut self, page: &Json) -> Result<(), FetchError> {
        let columns = Columns::of(page);
        let (cost, resource, currency) = (columns.at("cost")?, columns.at("resourceid")?, columns.at("currency")?);
        for row in rows_of(page)? {
            let amount = amount(&row[cost])?;
            let Some(resource) = row[resource].as_str().filter(|id| !id.is_empty()) else { continue };
            self.add(resource.to_lowercase(), amount, row[currency].as_str().unwrap_or_default());
        }
        Ok(())
    }

    fn add(&mut self, resource: String, amount: Decimal, currency: &str) {
        match self.amounts.get_mut(&resource) {
            None => drop(self.amounts.insert(resource, Amount::Of(amount, currency.to_owned()))),
            Some(Amount::Of(sum, of)) if of == currency => *sum += amount,
            Some(other) => *other = Amount::Mixed,
        }
    }

    /// What the set of an instance cost, and how many share that.
    fn of_set(&self, instance: &str, members: &HashMap<String, usize>) -> Option<(&Amount, Option<usize>)> {
        let set = parent(instance, 1)?;
        Some((self.amounts.get(&set)?, Some(*members.get(&set)?)))
    }
}

/// Where the columns of an answer are.
pub(crate) struct Columns(Vec<String>);

impl Columns {
    pub(crate) fn of(page: &Json) -> Self {
        Self(list(page, "/properties/columns").map(|one| id(one, "/name").unwrap_or_default()).collect())
    }

    /// The place of a column, by its name in lower case.
    pub(crate) fn at(&self, name: &str) -> Result<usize, FetchError> {
        let at = self.0.iter().position(|column| column == name);
        at.ok_or_else(|| FetchError::new(FetchErrorKind::Failed, format!("`{ACTION}` gave no column `{name}`")))
    }
}

/// The rows of an answer. One without them, which is not one of no rows, says nothing.
pub(crate) fn rows_of(page: &Json) -> Result<&Vec<Json>, FetchError> {
    let rows = page.pointer("/properties/rows").and_then(Json::as_array);
    rows.ok_or_else(|| FetchError::new(FetchErrorKind::Failed, format!("`{ACTION}` was answered without `rows`")))
}

/// An amount of an answer.
pub(crate) fn amount(cell: &Json) -> Result<Decimal, FetchError> {
    decimal(cell)
        .ok_or_else(|| FetchError::new(FetchErrorKind::Failed, format!("`{ACTION}` gave a cost that is no number")))
}

/// The number as it is written, not by way of a binary fraction. Small ones are written `1.5e-7`.
fn decimal(cell: &Json) -> Option<Decimal> {
    let written = match cell {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        _ => return None,
    };
    written.parse().ok().or_else(|| Decimal::from_scientific(&written).ok())
}

/// What was read, by this fetch or by another one of the subscription a moment ago.
async fn shared(f: &Fetch<'_>) -> Result<Arc<Costs>, FetchError> {
    let last = f.cx.now().date_naive();
    let first = last - TimeDelta::days(DAYS);
    let key = (f.place.account_id.clone(), first, last);
    f.azure.billed.of(key, f.cx.now(), || read(f, (first, last))).await
}

async fn read(f: &Fetch<'_>, days: (NaiveDate, NaiveDate)) -> Result<Costs, FetchError> {
    let mut costs = Costs::default();
    let mut listing = Listing::of(question(f, "AmortizedCost", days, "None", &["ResourceId"])?);
    while let Some(page) = listing.query(f.arm, f.cx).await? {
        costs.learn(&page)?;
    }
    Ok(costs)
}

/// A query of Cost Management: `kind` is `AmortizedCost` or `ActualCost`; both days count whole.
pub(crate) fn question(
    f: &Fetch<'_>,
    kind: &str,
    (first, last): (NaiveDate, NaiveDate),
    granularity: &str,
    grouping: &[&str],
) -> Result<Request, FetchError> {
    let midnight = |day: NaiveDate| format!("{day}T00:00:00Z");
    let dimension = |name: &&str| json!({ "type": "Dimension", "name": name });
    let body = json!({
        "type": kind,
        "timeframe": "Custom",
        "timePeriod": { "from": midnight(first), "to": midnight(last) },
        "dataset": {
            "granularity": granularity,
            "aggregation": { "totalCost": { "name": "Cost", "function": "Sum" } },
            "grouping": grouping.iter().map(dimension).collect::<Json>(),
        },
    });
    f.arm.post(ACTION, &f.path("providers/Microsoft.CostManagement/query"), VERSION, body)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn learned(rows: &Json) -> Costs {
        let names = json!([{"name": "Cost"}, {"name": "ResourceId"}, {"name": "Currency"}]);
        let mut costs = Costs::default();
        costs.learn(&json!({"properties": {"columns": names, "rows": rows}})).unwrap();
        costs
    }

    #[test]
    fn amounts_of_one_currency_are_added_up_whatever_the_case_of_the_id() {
        let costs = learned(&json!([[1.5, "/A", "EUR"], [2, "/a", "EUR"], [3, "", "EUR"]]));
        assert_eq!(costs.amounts.get("/a"), Some(&Amount::Of("3.5".parse().unwrap(), "EUR".to_owned())));
        assert_eq!(costs.amounts.len(), 1);
    }

    #[test]
    fn amounts_of_two_currencies_are_not() {
        let costs = learned(&json!([[1, "/a", "EUR"], [2, "/a", "USD"], [3, "/a", "EUR"], [1e-7, "/b", "USD"]]));
        assert_eq!(costs.amounts.get("/a"), Some(&Amount::Mixed));
        assert_eq!(costs.amounts.get("/b"), Some(&Amount::Of("0.0000001".parse().unwrap(), "USD".to_owned())));
    }

    #[test]
    fn an_answer_without_a_cost_is_refused() {
        let page = json!({"properties": {"columns": [{"name": "ResourceId"}], "rows": []}});
        assert!(Costs::default().learn(&page).unwrap_err().message.contains("`cost`"));
        let names = json!([{"name": "Cost"}, {"name": "ResourceId"}, {"name": "Currency"}]);
        for rows in [json!(null), json!({})] {
            let page = json!({"properties": {"columns": names, "rows": rows}});
            assert!(Costs::default().learn(&page).unwrap_err().message.contains("without `rows`"), "{rows}");
        }
    }
}
