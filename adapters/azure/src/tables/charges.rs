//! `costs`: charges by day, service and region from Cost Management. A billing export says more, and is taken where there
//! is one.

use crate::PROVIDER;
use crate::arm::Listing;
use crate::costs::{ACTION, Columns, amount, question, rows_of};
use crate::fetch::Fetch;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use engine::source::TableSupport;
use engine::{FetchError, FetchErrorKind};
use rust_decimal::Decimal;
use schema::tables::COSTS;
use schema::{Row, azure_region};
use serde_json::Value as Json;
use std::collections::BTreeMap;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &COSTS, costly: &[], pushes: &[] };

/// What is asked for where nothing says which time is meant.
const DEFAULT_DAYS: i64 = 30;

/// The most days of one query: where it asks for each day, Cost Management may cut a longer period to a month, and says
/// nothing of what it left out.
const LONGEST: i64 = 31;

/// The day, the service, the location and the currency.
type Key = (NaiveDate, String, String, String);

#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    effective: Decimal,
    billed: Decimal,
}

pub(super) async fn rows(f: &Fetch<'_>) -> Result<Vec<Row>, FetchError> {
    let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
    for days in periods(f.request.time, f.cx.now()) {
        read(f, "AmortizedCost", days, &mut sums, |sums, amount| sums.effective += amount).await?;
        read(f, "ActualCost", days, &mut sums, |sums, amount| sums.billed += amount).await?;
    }
    Ok(sums.iter().map(|(key, sums)| row(f, key, *sums)).collect())
}

/// The days to ask for, first and last, in parts that one query may have. What has not begun costs nothing yet.
fn periods(time: Option<(DateTime<Utc>, DateTime<Utc>)>, now: DateTime<Utc>) -> Vec<(NaiveDate, NaiveDate)> {
    let (from, to) = time.unwrap_or((now - TimeDelta::days(DEFAULT_DAYS), now));
    let last = (to - TimeDelta::microseconds(1)).min(now).date_naive();
    let mut first = from.date_naive();
    let mut periods = Vec::new();
    while first <= last {
        let end = last.min(first + TimeDelta::days(LONGEST - 1));
        periods.push((first, end));
        first = end + TimeDelta::days(1);
    }
    periods
}

async fn read(
    f: &Fetch<'_>,
    kind: &str,
    days: (NaiveDate, NaiveDate),
    sums: &mut BTreeMap<Key, Sums>,
    add: fn(&mut Sums, Decimal),
) -> Result<(), FetchError> {
    let request = question(f, kind, days, "Daily", &["ServiceName", "ResourceLocation"])?;
    let mut listing = Listing::of(request);
    while let Some(page) = listing.query(f.arm, f.cx).await? {
        let columns = Columns::of(&page);
        let (cost, day) = (columns.at("cost")?, columns.at("usagedate")?);
        let (service, place) = (columns.at("servicename")?, columns.at("resourcelocation")?);
        let currency = columns.at("currency")?;
        for row in rows_of(&page)? {
            let text = |at: usize| row[at].as_str().unwrap_or_default().to_owned();
            let region = azure_region::code(&text(place)).unwrap_or_default();
            let key = (day_of(&row[day])?, text(service), region, text(currency));
            add(sums.entry(key).or_default(), amount(&row[cost])?);
        }
    }
    Ok(())
}

/// How many queries the charges of some time take.
pub(super) fn queries(time: Option<(DateTime<Utc>, DateTime<Utc>)>) -> usize {
    // What is billed and what is amortised are two questions.
    2 * periods(time, time.map_or(DateTime::UNIX_EPOCH, |(_, to)| to)).len()
}

/// A day, as a number like 20260131, as the text of one, or as an ISO date with or without its time.
fn day_of(cell: &Json) -> Result<NaiveDate, FetchError> {
    let written = match cell {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        _ => String::new(),
    };
    let day = match written.parse() {
        Ok(number) => date(number),
        Err(_) => written.get(..10).and_then(|day| day.parse().ok()),
    };
    day.ok_or_else(|| {
        FetchError::new(FetchErrorKind::Failed, format!("`{ACTION}` gave a charge of a day that is none"))
    })
}

/// A day that is written as the number 20260131.
fn date(number: i64) -> Option<NaiveDate> {
    let part = |of: i64| u32::try_from(of).ok();
    NaiveDate::from_ymd_opt(i32::try_from(number / 10_000).ok()?, part(number / 100 % 100)?, part(number % 100)?)
}

fn row(f: &Fetch<'_>, (day, service, place, currency): &Key, sums: Sums) -> Row {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let month = day.with_day(1);
    let next_month = month.and_then(|month| month.checked_add_months(Months::new(1)));
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    Row::new(&COSTS)
        .with("provider", PROVIDER)
        .with("BilledCost", sums.billed)
        .with("EffectiveCost", sums.effective)
        .with("BillingCurrency", currency.as_str())
        .with("BillingPeriodStart", month.map(midnight))
        .with("BillingPeriodEnd", next_month.map(midnight))
        .with("ChargePeriodStart", midnight(*day))
        .with("ChargePeriodEnd", day.succ_opt().map(midnight))
        .with("ServiceName", filled(service))
        .with("RegionId", filled(place))
        .with("SubAccountId", f.place.account_id.as_str())
        .with("SubAccountName", f.place.account_name.as_str())
        .with("ProviderName", "Microsoft")
        .with("ServiceProviderName", "Microsoft")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn days_are_asked_for_up_to_today_and_a_month_at_a_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-11-01T12:00:00Z");
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let october = Some((at("2026-10-01T00:00:00Z"), at("2026-11-01T00:00:00Z")));
        assert_eq!(periods(october, now), [(day("2026-10-01"), day("2026-10-31"))]);
        let two_months = Some((at("2026-09-01T00:00:00Z"), at("2027-01-01T00:00:00Z")));
        let expected = [(day("2026-09-01"), day("2026-10-01")), (day("2026-10-02"), day("2026-11-01"))];
        assert_eq!(periods(two_months, now), expected);
        assert_eq!(periods(Some((at("2027-01-01T00:00:00Z"), at("2027-02-01T00:00:00Z"))), now), []);
    }

    #[test]
    fn an_estimate_has_a_query_of_each_kind_for_each_month() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(queries(None), 2);
        assert_eq!(queries(Some((at("2026-10-01T00:00:00Z"), at("2026-11-01T00:00:00Z")))), 2);
        assert_eq!(queries(Some((at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")))), 24);
    }

    #[test]
    fn a_day_is_read_however_it_is_written_and_one_that_cannot_be_is_an_error() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 31);
        for cell in [json!(20_260_131), json!("20260131"), json!("2026-01-31"), json!("2026-01-31T00:00:00Z")] {
            assert_eq!(day_of(&cell).ok(), day, "{cell}");
        }
        for cell in [json!(null), json!("soon"), json!(31), json!("2026-02-31"), json!({})] {
            assert!(day_of(&cell).unwrap_err().message.contains("a day that is none"), "{cell}");
        }
    }

    #[test]
    fn a_day_is_read_from_its_number() {
        assert_eq!(date(20_260_131), NaiveDate::from_ymd_opt(2026, 1, 31));
        assert_eq!(date(20_260_231), None);
        assert_eq!(date(-1), None);
    }
}
