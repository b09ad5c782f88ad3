//! Cost Management's query: sums of the subscription's [`CostLine`]s by group and currency.

use super::{ArmCall, errors};
use crate::call::Refusal;
use crate::estate::azure::CostLine;
use chrono::{Datelike, NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many rows a page holds at most.
const LARGEST: usize = 1000;
/// The longest period that is answered, in days.
const LONGEST: i64 = 366;
/// How many days are told apart: of a longer period the last ones are answered, and nothing says so.
const LONGEST_DAILY: i64 = 31;

pub(super) fn query(call: &ArmCall<'_>) -> Result<String, Refusal> {
    let here = call.here()?;
    let body: Value = serde_json::from_slice(call.body).map_err(|e| invalid(format!("The body is no JSON: {e}.")))?;
    let request = Request::read(&body, call.world.estate.now.date_naive())?;
    let sums: Vec<(Key, Decimal)> = request.sums(&here.costs).into_iter().collect();
    let (range, next) = call.page(LARGEST, sums.len())?;
    let rows: Vec<Value> = sums[range].iter().map(|(key, amount)| request.row(key, *amount)).collect();
    let name = format!("{:016x}", crate::seeded::hash(0, &[&here.id]));
    let answer = json!({
        "id": format!("/subscriptions/{}/providers/Microsoft.CostManagement/query/{name}", here.id),
        "name": name,
        "type": "Microsoft.CostManagement/query",
        "location": null,
        "sku": null,
        "eTag": null,
        "properties": { "nextLink": next, "columns": request.columns(), "rows": rows },
    });
    Ok(answer.to_string())
}

/// The day (where days are told apart), the groups and the currency of a row.
type Key = (Option<NaiveDate>, Vec<String>, String);

/// What is asked for.
struct Request {
    amortized: bool,
    first: NaiveDate,
    last: NaiveDate,
    daily: bool,
    /// The column of the sums.
    column: String,
    grouping: Vec<Dimension>,
}

impl Request {
    fn read(body: &Value, today: NaiveDate) -> Result<Self, Refusal> {
        let amortized = match body["type"].as_str() {
            Some("AmortizedCost") => true,
            Some("ActualCost" | "Usage") => false,
            other => return Err(invalid(format!("The type {other:?} is not supported."))),
        };
        let (first, last) = match body["timeframe"].as_str() {
            Some("Custom") => (day(&body["timePeriod"]["from"])?, day(&body["timePeriod"]["to"])?),
            Some("MonthToDate") => (today.with_day(1).unwrap_or(today), today),
            other => return Err(invalid(format!("The timeframe {other:?} is not supported."))),
        };
        if first > last || (last - first).num_days() > LONGEST {
            return Err(invalid(format!("The time period from {first} to {last} is empty or longer than a year.")));
        }
        let dataset = &body["dataset"];
        let daily = match dataset["granularity"].as_str() {
            None | Some("None") => false,
            Some("Daily") => true,
            Some(other) => return Err(invalid(format!("The granularity {other} is not supported."))),
        };
        let first = if daily { first.max(last - TimeDelta::days(LONGEST_DAILY - 1)) } else { first };
        let sums: Vec<&Value> = dataset["aggregation"].as_object().into_iter().flat_map(|all| all.values()).collect();
        let column = match sums.as_slice() {
            [sum] if sum["function"] == "Sum" && (sum["name"] == "Cost" || sum["name"] == "PreTaxCost") => {
                sum["name"].as_str().unwrap_or_default().to_owned()
            }
            _ => return Err(invalid("One aggregation is supported: the Sum of Cost or PreTaxCost.".to_owned())),
        };
        let grouping =
            dataset["grouping"].as_array().into_iter().flatten().map(Dimension::read).collect::<Result<_, _>>()?;
        Ok(Self { amortized, first, last, daily, column, grouping })
    }

    /// The sums that are not nothing.
    fn sums(&self, lines: &[CostLine]) -> BTreeMap<Key, Decimal> {
        let mut sums = BTreeMap::new();
        let mut add = |day: Option<NaiveDate>, line: &CostLine, amount: Decimal| {
            if !amount.is_zero() {
                let groups = self.grouping.iter().map(|dimension| dimension.of(line)).collect();
                *sums.entry((day, groups, line.currency.clone())).or_insert(Decimal::ZERO) += amount;
            }
        };
        for line in lines {
            if !self.daily {
                add(None, line, line.between(self.amortized, self.first, self.last));
                continue;
            }
            for day in self.first.iter_days().take_while(|day| *day <= self.last) {
                add(Some(day), line, line.between(self.amortized, day, day));
            }
        }
        sums
    }

    fn columns(&self) -> Value {
        let mut columns = vec![json!({ "name": self.column, "type": "Number" })];
        if self.daily {
            columns.push(json!({ "name": "UsageDate", "type": "Number" }));
        }
        let groups = self.grouping.iter().map(|dimension| dimension.name());
        columns.extend(groups.chain(["Currency"]).map(|name| json!({ "name": name, "type": "String" })));
        Value::Array(columns)
    }

    /// A row in the order of the columns. Days are numbers such as 20260131.
    fn row(&self, (day, groups, currency): &Key, amount: Decimal) -> Value {
        let mut row = vec![json!(amount.to_f64().unwrap_or_default())];
        if let Some(day) = day {
            row.push(json!(i64::from(day.year()) * 10_000 + i64::from(day.month() * 100 + day.day())));
        }
        row.extend(groups.iter().chain([currency]).map(|text| json!(text)));
        Value::Array(row)
    }
}

/// What costs are grouped by.
#[derive(Debug, Clone, Copy)]
enum Dimension {
    ResourceId,
    ServiceName,
    ResourceLocation,
}

impl Dimension {
    fn read(group: &Value) -> Result<Self, Refusal> {
        let name = group["name"].as_str().unwrap_or_default();
        let all = [Self::ResourceId, Self::ServiceName, Self::ResourceLocation];
        let found = all.into_iter().find(|one| one.name().eq_ignore_ascii_case(name) && group["type"] == "Dimension");
        found.ok_or_else(|| invalid(format!("The grouping {group} is not supported.")))
    }

    fn name(self) -> &'static str {
        match self {
            Self::ResourceId => "ResourceId",
            Self::ServiceName => "ServiceName",
            Self::ResourceLocation => "ResourceLocation",
        }
    }

    /// Ids are in lower case here, unlike those of the resources themselves.
    fn of(self, line: &CostLine) -> String {
        match self {
            Self::ResourceId => line.resource_id.to_ascii_lowercase(),
            Self::ServiceName => line.service_name.clone(),
            Self::ResourceLocation => line.location.clone(),
        }
    }
}

/// The day of a time; both ends of a period count whole.
fn day(value: &Value) -> Result<NaiveDate, Refusal> {
    let text = value.as_str().unwrap_or_default();
    let parsed = text.get(..10).and_then(|day| day.parse().ok());
    parsed.ok_or_else(|| invalid(format!("The time period has '{text}' where a time like 2026-01-31 is expected.")))
}

fn invalid(message: String) -> Refusal {
    errors::bad("BadRequest", message)
}
