//! `metrics`: CPU and network of virtual machines as time series, by `metrics:getBatch`, 50 machines a call; those of
//! instances of uniform scale sets too, which are found set by set.

use super::instances;
use crate::PROVIDER;
use crate::fetch::Fetch;
use crate::handover::Handover;
use crate::known::{Known, MACHINES};
use crate::metrics::{self, Batch, Window};
use crate::scale_sets::{self, Members};
use crate::unmeasured::{Down, LeftOut, Refused, is_everywhere};
use crate::words::{id, list, text, time};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use engine::FetchError;
use engine::source::{FetchRequest, Push, TableSupport};
use futures::StreamExt;
use schema::tables::METRICS;
use schema::{Row, Value};
use serde_json::Value as Json;
use std::collections::HashSet;

pub(super) static SUPPORT: TableSupport =
    TableSupport { table: &METRICS, costly: &[], pushes: &[Push::Column("resource_id")] };

/// What is asked for where nothing says which time is meant.
const DEFAULT_SPAN: TimeDelta = TimeDelta::days(14);

/// Up to this span one data point is an hour, beyond it a day.
const HOURLY_UP_TO: TimeDelta = TimeDelta::days(15);

/// A series: Azure's name and aggregation, and the neutral metric, statistic and unit.
type Series = (&'static str, &'static str, &'static str, &'static str, &'static str);

static SERIES: &[Series] = &[
    ("Percentage CPU", "average", "cpu", "average", "percent"),
    ("Percentage CPU", "maximum", "cpu", "maximum", "percent"),
    ("Network In Total", "total", "network_in", "sum", "bytes"),
    ("Network Out Total", "total", "network_out", "sum", "bytes"),
];

pub(super) async fn fetch(f: &Fetch<'_>, out: &mut Handover<'_>) -> Result<(), FetchError> {
    let (window, period) = window(f.request.time, f.cx.now());
    if window.start >= window.end {
        return Ok(());
    }
    let known = Known::of(f.place.clone());
    let wanted = Wanted::of(f.request);
    let mut asking = Asking { window, period, down: Down::default() };
    if wanted.has("/microsoft.compute/virtualmachines/") {
        let all = f.all(&MACHINES, &[]).await?;
        let machines = all.iter().flat_map(|machine| instances::rows(&known, machine));
        of(f, &machines.filter(|row| wanted.is(row)).collect::<Vec<_>>(), &mut asking, out).await?;
    }
    if out.has_enough() || !wanted.has("/virtualmachinescalesets/") {
        return Ok(());
    }
    // What is already handed over stays right without the instances of sets.
    if let Err(error) = of_scale_sets(f, &known, &wanted, &mut asking, out).await {
        return f.cx.gap(&[], Some(scale_sets::SETS.path.to_owned()), error).await;
    }
    Ok(())
}

async fn of_scale_sets(
    f: &Fetch<'_>,
    known: &Known,
    wanted: &Wanted<'_>,
    asking: &mut Asking,
    out: &mut Handover<'_>,
) -> Result<(), FetchError> {
    let mut sets = scale_sets::uniform(f).await?;
    sets.retain(|set| id(set, "/id").is_some_and(|id| wanted.has(&format!("{id}/"))));
    let mut all = std::pin::pin!(scale_sets::members(f, sets));
    let mut machines = Vec::new();
    while let Some(of_set) = all.next().await {
        let Members { set, machines: read, .. } = of_set?;
        machines.extend(read.iter().map(|machine| instances::scale_set_row(known, &set, machine)));
    }
    machines.retain(|row| wanted.is(row));
    of(f, &machines, asking, out).await
}

/// The machines that are wanted, by id; all where nothing names some.
struct Wanted<'a>(Option<Vec<&'a str>>);

impl<'a> Wanted<'a> {
    /// Those that are in the request's subscription.
    fn of(request: &'a FetchRequest) -> Self {
        let here = format!("/subscriptions/{}/", request.scope.account_id);
        let named = request.texts_of("resource_id");
        Self(named.map(|ids| ids.into_iter().filter(|id| id.starts_with(&here)).collect()))
    }

    /// Whether one may be among what has this in its id.
    fn has(&self, part: &str) -> bool {
        self.0.as_ref().is_none_or(|ids| ids.iter().any(|id| id.contains(part)))
    }

    fn is(&self, row: &Row) -> bool {
        let Value::Text(id) = row.get("resource_id") else { return false };
        self.0.as_ref().is_none_or(|ids| ids.contains(&id.as_str()))
    }
}

/// What is asked of each machine, and where nothing can be.
struct Asking {
    window: Window,
    period: i64,
    down: Down,
}

/// Hands over the series of machines.
async fn of(f: &Fetch<'_>, machines: &[Row], asking: &mut Asking, out: &mut Handover<'_>) -> Result<(), FetchError> {
    let names = metrics::set(SERIES.iter().map(|series| series.0));
    let aggregations = metrics::set(SERIES.iter().map(|series| series.1));
    let (mut left_out, mut refused) = (LeftOut::default(), Refused::default());
    for batch in metrics::batches(machines) {
        if out.has_enough() {
            break;
        }
        if asking.down.has(&batch) {
            continue;
        }
        let mut values = match metrics::get(f, &batch, (&names, &aggregations), &asking.window).await {
            Ok(values) => values,
            Err(error) if is_everywhere(&error) => return Err(error),
            Err(error) => {
                asking.down.tell(f, &[], vec![(&batch, error)]).await?;
                continue;
            }
        };
        refused.take_out(&mut values, &names);
        let answered: HashSet<String> = values.iter().filter_map(|machine| id(machine, "/resourceid")).collect();
        left_out.note(&batch, |id| answered.contains(id));
        for machine in &values {
            out.take(SERIES.iter().flat_map(|series| rows(f, &batch, machine, series, asking.period)).collect())
                .await?;
        }
    }
    // Each of its points is a row.
    refused.tell(f, |_| Vec::new()).await?;
    if let Some(error) = left_out.error() {
        f.cx.gap(&[], None, error).await?;
    }
    Ok(())
}

fn rows(f: &Fetch<'_>, batch: &Batch, machine: &Json, series: &Series, period: i64) -> Vec<Row> {
    let (name, aggregation, metric, statistic, unit) = *series;
    let of = list(machine, "/value").filter(|one| text(one, "/name/value") == Some(name));
    let points = of.flat_map(|one| list(one, "/timeseries")).flat_map(|series| list(series, "/data"));
    let row = |point: &Json| {
        let (at, value) = (time(point, "/timeStamp")?, point[aggregation].as_f64()?);
        let row = Row::new(&METRICS)
            .with("provider", PROVIDER)
            .with("account_id", f.place.account_id.as_str())
            .with("account_name", f.place.account_name.as_str())
            .with("region", batch.region.as_str())
            .with("resource_id", id(machine, "/resourceid")?)
            .with("metric", metric)
            .with("statistic", statistic)
            .with("period", period)
            .with("time", at)
            .with("value", value)
            .with("unit", unit);
        Some(row)
    };
    points.filter_map(row).collect()
}

/// The calls for metrics that a request takes, as far as is known beforehand.
pub(super) fn calls(request: &FetchRequest) -> u64 {
    match Wanted::of(request).0 {
        Some(ids) => ids.len().div_ceil(metrics::RESOURCES_A_CALL) as u64,
        None => {
            let span = request.time.map_or(DEFAULT_SPAN, |(start, end)| end - start);
            let points = usize::try_from(span.num_seconds() / width(span).0.num_seconds()).unwrap_or_default().max(1);
            request.calls_of((metrics::RESOURCES_A_CALL * SERIES.len()).saturating_mul(points))
        }
    }
}

/// The length of a period where a span is asked for, also as Azure writes it.
fn width(span: TimeDelta) -> (TimeDelta, &'static str) {
    if span <= HOURLY_UP_TO { (TimeDelta::hours(1), "PT1H") } else { (TimeDelta::days(1), "P1D") }
}

/// Whole periods that hold the time asked for, and the seconds of one.
fn window(time: Option<(DateTime<Utc>, DateTime<Utc>)>, now: DateTime<Utc>) -> (Window, i64) {
    let (start, end) = time.unwrap_or((now - DEFAULT_SPAN, now));
    let end = end.min(now);
    let (width, interval) = width(end - start);
    let floor = |at: DateTime<Utc>| at.duration_trunc(width).unwrap_or(at);
    let last = floor(end);
    let end = if last < end { last + width } else { last };
    (Window { start: floor(start), end, interval }, width.num_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_two_weeks_come_by_the_hour_and_more_by_the_day() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::minutes(100_000_007);
        for (days, interval, seconds) in [(1, "PT1H", 3_600), (14, "PT1H", 3_600), (30, "P1D", 86_400)] {
            let (window, period) = window(Some((now - TimeDelta::days(days), now)), now);
            assert_eq!((window.interval, period), (interval, seconds));
            assert!(window.start <= now - TimeDelta::days(days) && window.end >= now);
            assert_eq!(window.start.timestamp() % seconds, 0);
        }
    }
}
