//! `metrics`: CPU and network of EC2 instances as time series, by `cloudwatch:GetMetricData`, 500 series a call.

use super::{calls, paid_calls};
use crate::arn;
use crate::fetch::Fetch;
use crate::metrics::{self, SERIES, Series, Window};
use crate::pages::Pages;
use crate::place::time;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, Push, TableSupport};
use schema::Row;
use schema::tables::METRICS;

pub(crate) static SUPPORT: TableSupport = TableSupport {
    table: &METRICS,
    costly: &[],
    pushes: &[Push::Column("metric"), Push::Column("statistic"), Push::Column("resource_id")],
};

const LIST_ACTION: &str = "ec2:DescribeInstances";

/// What is asked for where nothing says which time is meant.
const DEFAULT_SPAN: TimeDelta = TimeDelta::days(14);

/// Up to this span one data point is an hour, beyond it a day: a chart has a few hundred points either way.
const HOURLY_UP_TO: TimeDelta = TimeDelta::days(14);

pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    let each = series(request).len();
    let paid = |calls| paid_calls(metrics::ACTION, calls, metrics::dollars_per_call());
    match request.texts_of("resource_id") {
        _ if each == 0 => Vec::new(),
        // Those that are named are not listed, and asked for where they are.
        Some(arns) => {
            let here = format!(":{}:{}:instance/", request.scope.region, request.scope.account_id);
            let machines = arns.iter().filter(|arn| arn.contains(&here)).count();
            vec![paid(machines.div_ceil(metrics::resources_a_call(each)) as u64)]
        }
        None => {
            let points = points(request.time.map_or(DEFAULT_SPAN, |(start, end)| end - start));
            vec![calls(LIST_ACTION, 1), paid(request.calls_of(metrics::SERIES_A_CALL.saturating_mul(points)))]
        }
    }
}

/// The series that a request wants.
fn series(request: &FetchRequest) -> Vec<&'static Series> {
    let wanted = |column: &str, word: &str| request.texts_of(column).is_none_or(|texts| texts.contains(&word));
    SERIES.iter().filter(|one| wanted("metric", one.metric) && wanted("statistic", one.statistic)).collect()
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let series = series(f.request);
    let window = window(f.request, f.cx.now());
    if series.is_empty() || window.start >= window.end {
        return Ok(());
    }
    if let Some(arns) = f.request.texts_of("resource_id") {
        let ids: Vec<String> =
            arns.iter().filter_map(|arn| arn::instance_id(&f.place, arn)).map(str::to_owned).collect();
        return fill(f, &ids, &series, &window).await;
    }
    list(f, &series, &window).await
}

async fn list(f: &Fetch<'_>, series: &[&Series], window: &Window) -> Result<(), FetchError> {
    let mut waiting: Vec<String> = Vec::new();
    let mut pages = Pages::of(LIST_ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_instances().max_results(1000);
            request.set_next_token(token.clone()).customize().config_override(f.here()).send()
        };
        let page = f.call(LIST_ACTION, send).await?;
        let instances = page.reservations().iter().flat_map(|reservation| reservation.instances());
        waiting.extend(instances.filter_map(|instance| instance.instance_id().map(str::to_owned)));
        let batch = metrics::resources_a_call(series.len());
        let whole: Vec<String> = waiting.drain(..waiting.len() / batch * batch).collect();
        fill(f, &whole, series, window).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    fill(f, &waiting, series, window).await
}

async fn fill(f: &Fetch<'_>, ids: &[String], series: &[&Series], window: &Window) -> Result<(), FetchError> {
    for chunk in ids.chunks(metrics::resources_a_call(series.len())) {
        let mut batch = metrics::Batch::of(chunk.len(), series.len());
        while let Some(token) = batch.token() {
            let reply = metrics::get(f, chunk, series, window, token).await?;
            let mut rows = Vec::new();
            for result in &reply.results {
                let Some((resource, which)) = result.of(series.len()) else { continue };
                let (Some(id), Some(series)) = (chunk.get(resource), series.get(which)) else { continue };
                for (at, value) in result.points() {
                    rows.extend(time(Some(at)).map(|at| row(f, id, series, window, at, value)));
                }
            }
            f.emit(rows).await?;
            batch.turn(reply)?;
        }
    }
    Ok(())
}

fn row(f: &Fetch<'_>, id: &str, series: &Series, window: &Window, at: DateTime<Utc>, value: f64) -> Row {
    Row::new(&METRICS)
        .with("provider", crate::PROVIDER)
        .with("account_id", f.place.account_id.as_str())
        .with("account_name", f.place.account_name.as_str())
        .with("region", f.place.region.as_str())
        .with("resource_id", arn::ec2(&f.place, "instance", id))
        .with("metric", series.metric)
        .with("statistic", series.statistic)
        .with("period", i64::from(window.period))
        .with("time", at)
        .with("value", value)
        .with("unit", series.unit)
}

/// Seconds of a period, where a span is asked for.
fn period(span: TimeDelta) -> i32 {
    if span <= HOURLY_UP_TO + TimeDelta::days(1) { 3_600 } else { 86_400 }
}

/// The points of a series without gaps.
fn points(span: TimeDelta) -> usize {
    usize::try_from(span.num_seconds() / i64::from(period(span))).unwrap_or_default().max(1)
}

/// Whole periods that hold the time asked for.
fn window(request: &FetchRequest, now: DateTime<Utc>) -> Window {
    let (start, end) = request.time.unwrap_or((now - DEFAULT_SPAN, now));
    let end = end.min(now);
    let period = period(end - start);
    let width = TimeDelta::seconds(period.into());
    let start = start.duration_trunc(width).unwrap_or(start);
    let floor = end.duration_trunc(width).unwrap_or(end);
    let end = if floor < end { floor + width } else { floor };
    Window { start, end, period }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::query::{Condition, Field, Op};

    fn check(days: i64, period: i32) {
        let now = DateTime::UNIX_EPOCH + TimeDelta::minutes(100_000_007);
        let request = FetchRequest {
            time: Some((now - TimeDelta::days(days), now)),
            ..FetchRequest::new(&METRICS, schema::Scope::new("aws", "1", "1", "eu-west-1"))
        };
        let window = window(&request, now);
        assert_eq!(window.period, period);
        assert_eq!(window.start.timestamp() % i64::from(period), 0);
        assert!(window.start <= now - TimeDelta::days(days) && window.end >= now);
    }

    #[test]
    fn an_estimate_counts_the_series_of_machines_that_are_named_or_were_seen_before() {
        let all = FetchRequest::new(&METRICS, schema::Scope::new("aws", "1", "1", "eu-west-1"));
        let of = |request: &FetchRequest, action: &str| {
            estimate(request).into_iter().find(|call| call.action == action).map(|call| call.calls)
        };
        assert_eq!((of(&all, LIST_ACTION), of(&all, metrics::ACTION)), (Some(1), Some(1)));
        // 1,000 machines with four series of 336 points.
        let seen = FetchRequest { known_rows: Some(1_000 * 4 * 336), ..all.clone() };
        assert_eq!(of(&seen, metrics::ACTION), Some(8));
        let arns: Vec<String> = (0..300).map(|n| format!("arn:aws:ec2:eu-west-1:1:instance/i-{n}")).collect();
        let named = |metric: Option<&str>| {
            let is = |column: &str, value| Condition::compare(Field::Column(column.to_owned()), Op::In, value);
            let filters = [Some(is("resource_id", arns.clone())), metric.map(|one| is("metric", vec![one.to_owned()]))];
            FetchRequest { filters: filters.into_iter().flatten().collect(), ..all.clone() }
        };
        assert_eq!((of(&named(None), LIST_ACTION), of(&named(None), metrics::ACTION)), (None, Some(3)));
        assert_eq!(of(&named(Some("network_in")), metrics::ACTION), Some(1));
        assert_eq!(estimate(&named(Some("mood"))), []);
        let elsewhere = schema::Scope::new("aws", "1", "1", "eu-west-2");
        assert_eq!(of(&FetchRequest { scope: elsewhere, ..named(None) }, metrics::ACTION), Some(0));
    }

    #[test]
    fn up_to_two_weeks_come_by_the_hour_and_more_by_the_day() {
        check(1, 3_600);
        check(14, 3_600);
        check(30, 86_400);
    }
}
