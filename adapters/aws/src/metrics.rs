//! CloudWatch in batches: up to 500 series a call, never a call for each resource.
//!
//! The columns of `instances` take one data point a series, because one period spans the whole window; the `metrics`
//! table takes many. The arithmetic is pure and tested here.

use crate::fetch::Fetch;
use crate::pages::{Pages, without_list};
use crate::place::time;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, StatusCode};
use aws_smithy_types::DateTime as SdkTime;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use engine::{FetchError, FetchErrorKind};
use futures::stream::{self, StreamExt};
use rust_decimal::Decimal;
use schema::{Row, Value};
use std::collections::{BTreeSet, HashMap};

pub(crate) const ACTION: &str = "cloudwatch:GetMetricData";

/// The API takes at most so many series in one call.
pub(crate) const SERIES_A_CALL: usize = 500;

/// Calls in flight for one scope: CloudWatch allows 50 a second in an account and region.
const CALLS_AT_ONCE: usize = 4;

/// Utilisation is of the last 14 days.
const DAYS: i64 = 14;

/// CloudWatch is billed a cent for 1,000 series.
pub(crate) fn dollars_per_call() -> Decimal {
    Decimal::new(5, 3)
}

/// One of CloudWatch's series of an instance.
#[derive(Debug)]
pub(crate) struct Series {
    /// AWS's name, in namespace `AWS/EC2`.
    name: &'static str,
    /// AWS's statistic.
    stat: &'static str,
    /// The neutral name, as the `metrics` table has it.
    pub(crate) metric: &'static str,
    /// The neutral statistic.
    pub(crate) statistic: &'static str,
    /// The neutral unit.
    pub(crate) unit: &'static str,
}

/// The series of the `metrics` table.
pub(crate) static SERIES: &[Series] = &[
    Series { name: "CPUUtilization", stat: "Average", metric: "cpu", statistic: "average", unit: "percent" },
    Series { name: "CPUUtilization", stat: "Maximum", metric: "cpu", statistic: "maximum", unit: "percent" },
    Series { name: "NetworkIn", stat: "Sum", metric: "network_in", statistic: "sum", unit: "bytes" },
    Series { name: "NetworkOut", stat: "Sum", metric: "network_out", statistic: "sum", unit: "bytes" },
];

/// A utilisation column of `instances`, and how it is made of a series.
#[derive(Debug)]
pub(crate) struct Measure {
    pub(crate) column: &'static str,
    series: Series,
    combine: Combine,
}

/// How the points of a series become one value. There is more than one only where CloudWatch laid the borders of its
/// periods through the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Combine {
    /// Each counts for the time that it covers. Exact for averages of even samples, near for percentiles.
    Mean,
    /// The largest.
    Max,
    /// All, over the seconds of the window.
    Rate,
}

/// The utilisation columns.
pub(crate) static MEASURES: &[Measure] = &[
    measure("cpu_avg", "CPUUtilization", "Average", Combine::Mean),
    measure("cpu_p95", "CPUUtilization", "p95", Combine::Mean),
    measure("cpu_max", "CPUUtilization", "Maximum", Combine::Max),
    measure("network_in", "NetworkIn", "Sum", Combine::Rate),
    measure("network_out", "NetworkOut", "Sum", Combine::Rate),
];

const fn measure(column: &'static str, name: &'static str, stat: &'static str, combine: Combine) -> Measure {
    // Only `name` and `stat` are sent; the neutral words are for the `metrics` table.
    Measure { column, series: Series { name, stat, metric: "", statistic: "", unit: "" }, combine }
}

/// From when to when, in which steps.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
    /// Seconds.
    pub(crate) period: i32,
}

impl Window {
    /// The last 14 days as one period, to the minute.
    fn utilisation(now: DateTime<Utc>) -> Self {
        let end = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        Self { start: end - TimeDelta::days(DAYS), end, period: 1_209_600 }
    }

    fn seconds(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "two weeks of seconds are far below 2^52")]
        let seconds = (self.end - self.start).num_seconds() as f64;
        seconds
    }
}

/// How many resources fit in a call, with so many series each.
pub(crate) fn resources_a_call(series_each: usize) -> usize {
    (SERIES_A_CALL / series_each.max(1)).max(1)
}

/// One page of results.
pub(crate) struct Reply {
    pub(crate) results: Vec<SeriesResult>,
    pub(crate) next_token: Option<String>,
}

/// All pages of the series of one batch. CloudWatch answers for every series, with `Complete` once all points of it
/// came: a series that it ends without that was not read, which is not the same as one without points.
pub(crate) struct Batch {
    pages: Pages,
    unread: BTreeSet<String>,
}

impl Batch {
    pub(crate) fn of(resources: usize, series: usize) -> Self {
        Self { pages: Pages::of(ACTION), unread: (0..resources * series).map(id_of).collect() }
    }

    pub(crate) fn token(&self) -> Option<Option<String>> {
        self.pages.token()
    }

    /// Takes note of a page. An error where it was the last one and some series are not complete.
    pub(crate) fn turn(&mut self, reply: Reply) -> Result<(), FetchError> {
        for result in &reply.results {
            let id = result.0.id().unwrap_or_default();
            match result.0.status_code() {
                Some(StatusCode::PartialData) => self.unread.insert(id.to_owned()),
                _ => self.unread.remove(id),
            };
        }
        self.pages.turn(reply.next_token)?;
        if self.pages.token().is_some() || self.unread.is_empty() {
            return Ok(());
        }
        let text = format!("`{ACTION}` ended with {} series that are not complete", self.unread.len());
        Err(FetchError::new(FetchErrorKind::Failed, text).with_code("partial_data"))
    }
}

/// The points of one series.
pub(crate) struct SeriesResult(MetricDataResult);

impl SeriesResult {
    /// Which resource and which of its series it is of.
    pub(crate) fn of(&self, series_each: usize) -> Option<(usize, usize)> {
        let at: usize = self.0.id()?.strip_prefix('m')?.parse().ok()?;
        Some((at / series_each.max(1), at % series_each.max(1)))
    }

    pub(crate) fn points(&self) -> impl Iterator<Item = (&SdkTime, f64)> {
        self.0.timestamps().iter().zip(self.0.values().iter().copied())
    }
}

/// Gets one page of the series of some instances.
pub(crate) async fn get(
    f: &Fetch<'_>,
    ids: &[String],
    series: &[&Series],
    window: &Window,
    token: Option<String>,
) -> Result<Reply, FetchError> {
    let queries = queries(ids, series, window.period);
    let send = || {
        let request = f.clients().cloudwatch.get_metric_data().set_metric_data_queries(Some(queries.clone()));
        let request = request.start_time(SdkTime::from_secs(window.start.timestamp()));
        let request = request.end_time(SdkTime::from_secs(window.end.timestamp()));
        request.set_next_token(token.clone()).customize().config_override(f.here()).send()
    };
    let mut reply = f.call(ACTION, send).await?;
    if reply.metric_data_results().iter().find_map(refused).is_some_and(|error| error.kind.may_pass()) {
        reply = f.call(ACTION, send).await?;
    }
    // Said of the whole call, which CloudWatch then has answered as far as it could.
    if let Some(text) = reply.messages().iter().find_map(|message| message.value()) {
        f.cx.warn(format!("`{ACTION}` in {}: {}", f.request.scope, crate::errors::safe(text))).await?;
    }
    let results = reply.metric_data_results.ok_or_else(|| without_list(ACTION))?;
    if let Some(error) = results.iter().find_map(refused) {
        return Err(error);
    }
    Ok(Reply { results: results.into_iter().map(SeriesResult).collect(), next_token: reply.next_token })
}

fn queries(ids: &[String], series: &[&Series], period: i32) -> Vec<MetricDataQuery> {
    let pairs = ids.iter().flat_map(|id| series.iter().map(move |series| (id, *series)));
    pairs.enumerate().map(|(at, (id, series))| query(at, id, series, period)).collect()
}

fn query(at: usize, id: &str, series: &Series, period: i32) -> MetricDataQuery {
    let dimension = Dimension::builder().name("InstanceId").value(id).build();
    let metric = Metric::builder().namespace("AWS/EC2").metric_name(series.name).dimensions(dimension).build();
    let stat = MetricStat::builder().metric(metric).period(period).stat(series.stat).build();
    MetricDataQuery::builder().id(id_of(at)).metric_stat(stat).return_data(true).build()
}

fn id_of(at: usize) -> String {
    format!("m{at}")
}

/// CloudWatch can answer a call and refuse some of its series.
fn refused(result: &MetricDataResult) -> Option<FetchError> {
    let kind = match result.status_code()? {
        StatusCode::Forbidden => FetchErrorKind::Denied,
        StatusCode::InternalError => FetchErrorKind::Transient,
        _ => return None,
    };
    let reason = result.messages().iter().find_map(|message| message.value()).unwrap_or("no reason given");
    let text = format!("`{ACTION}` answered without some series: {}", crate::errors::safe(reason));
    Some(FetchError::new(kind, text))
}

/// The utilisation columns that a fetch wants.
pub(crate) struct Utilisation {
    measures: Vec<&'static Measure>,
    window: Window,
}

impl Utilisation {
    pub(crate) fn wanted(f: &Fetch<'_>) -> Self {
        let measures = MEASURES.iter().filter(|measure| f.request.wants(measure.column)).collect();
        Self { measures, window: Window::utilisation(f.cx.now()) }
    }

    pub(crate) fn is_wanted(&self) -> bool {
        !self.measures.is_empty()
    }

    pub(crate) fn rows_a_call(&self) -> usize {
        resources_a_call(self.measures.len())
    }

    /// Fills the columns. Where CloudWatch refuses or fails, they are a gap, and are not asked for again.
    pub(crate) async fn fill(&mut self, f: &Fetch<'_>, rows: &mut [Row]) -> Result<(), FetchError> {
        if !self.is_wanted() {
            return Ok(());
        }
        let chunks: Vec<_> = rows.chunks_mut(self.rows_a_call()).map(|chunk| self.fill_chunk(f, chunk)).collect();
        let done: Vec<Result<(), FetchError>> = stream::iter(chunks).buffered(CALLS_AT_ONCE).collect().await;
        if let Some(error) = done.into_iter().find_map(Result::err) {
            let columns: Vec<&'static str> = self.measures.iter().map(|measure| measure.column).collect();
            self.measures.clear();
            f.cx.gap(&columns, None, error).await?;
        }
        Ok(())
    }

    async fn fill_chunk(&self, f: &Fetch<'_>, rows: &mut [Row]) -> Result<(), FetchError> {
        let ids: Vec<String> = rows.iter().map(native_id).collect();
        let series: Vec<&Series> = self.measures.iter().map(|measure| &measure.series).collect();
        let mut points: HashMap<(usize, usize), Vec<(DateTime<Utc>, f64)>> = HashMap::new();
        let mut batch = Batch::of(ids.len(), series.len());
        while let Some(token) = batch.token() {
            let reply = get(f, &ids, &series, &self.window, token).await?;
            for result in &reply.results {
                let Some(of) = result.of(series.len()) else { continue };
                let timed = result.points().filter_map(|(at, value)| Some((time(Some(at))?, value)));
                points.entry(of).or_default().extend(timed);
            }
            batch.turn(reply)?;
        }
        for ((resource, which), points) in points {
            if let (Some(row), Some(measure)) = (rows.get_mut(resource), self.measures.get(which)) {
                row.set(measure.column, combine(measure.combine, &points, &self.window));
            }
        }
        Ok(())
    }
}

fn native_id(row: &Row) -> String {
    match row.get("native_id") {
        Value::Text(id) => id.clone(),
        _ => String::new(),
    }
}

/// One value of all points; none where nothing was measured, which is not zero.
fn combine(how: Combine, points: &[(DateTime<Utc>, f64)], window: &Window) -> Option<f64> {
    if points.is_empty() {
        return None;
    }
    let values = points.iter().map(|(_, value)| *value);
    Some(match how {
        Combine::Max => values.fold(f64::MIN, f64::max),
        Combine::Rate => values.sum::<f64>() / window.seconds(),
        Combine::Mean if points.len() == 1 => points[0].1,
        Combine::Mean => {
            let weights: Vec<f64> = points.iter().map(|(at, _)| covered_seconds(*at, window)).collect();
            let total: f64 = weights.iter().sum();
            let weighted: f64 = values.zip(&weights).map(|(value, weight)| value * weight).sum();
            if total > 0.0 { weighted / total } else { points[0].1 }
        }
    })
}

/// How much of the window a point stands for.
fn covered_seconds(at: DateTime<Utc>, window: &Window) -> f64 {
    let begin = at.max(window.start);
    let end = (at + TimeDelta::seconds(window.period.into())).min(window.end);
    #[expect(clippy::cast_precision_loss, reason = "two weeks of seconds are far below 2^52")]
    let seconds = (end - begin).num_seconds().max(0) as f64;
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(1_790_000_042)
    }

    #[test]
    fn five_thousand_instances_and_one_measure_are_ten_calls() {
        let ids: Vec<String> = (0..5_000).map(|n| format!("i-{n}")).collect();
        let calls: Vec<usize> = ids
            .chunks(resources_a_call(1))
            .map(|chunk| queries(chunk, &[&MEASURES[0].series], 1_209_600).len())
            .collect();
        assert_eq!(calls, vec![500; 10]);
        assert_eq!(resources_a_call(5) * 5, 500);
        assert!(resources_a_call(3) * 3 <= 500);
    }

    #[test]
    fn a_result_finds_its_way_back_to_resource_and_measure() {
        let ids = ["i-0".to_owned(), "i-1".to_owned()];
        let series: Vec<&Series> = SERIES.iter().take(3).collect();
        let queries = queries(&ids, &series, 3_600);
        let id = queries[4].id().unwrap_or_default();
        let result = SeriesResult(MetricDataResult::builder().id(id).build());
        assert_eq!(result.of(3), Some((1, 1)));
        let metric = queries[4].metric_stat().and_then(|stat| stat.metric());
        assert_eq!(metric.and_then(|metric| metric.dimensions()[0].value()), Some("i-1"));
    }

    #[test]
    fn one_period_spans_the_window_and_is_whole_minutes() {
        let window = Window::utilisation(now());
        assert_eq!(window.seconds(), f64::from(window.period));
        assert_eq!(window.end.timestamp() % 60, 0);
        assert_eq!(window.period % 60, 0);
    }

    #[test]
    fn nothing_measured_is_null_and_bytes_become_a_rate() {
        let window = Window::utilisation(now());
        assert_eq!(combine(Combine::Mean, &[], &window), None);
        assert_eq!(combine(Combine::Rate, &[(window.start, 1_209_600.0)], &window), Some(1.0));
        assert_eq!(combine(Combine::Max, &[(window.start, 3.0), (window.end, 7.0)], &window), Some(7.0));
    }

    #[test]
    fn points_count_for_the_time_they_cover() {
        let window = Window::utilisation(now());
        // The border of a period lies a quarter into the window.
        let border = window.start + TimeDelta::seconds(1_209_600 / 4);
        let before = border - TimeDelta::seconds(1_209_600);
        assert_eq!(combine(Combine::Mean, &[(before, 40.0), (border, 20.0)], &window), Some(25.0));
    }

    #[test]
    fn a_series_that_is_never_complete_was_not_read() {
        let page = |statuses: &[(&str, StatusCode)], next: Option<&str>| {
            let result = |(id, status): &(&str, StatusCode)| {
                SeriesResult(MetricDataResult::builder().id(*id).status_code(status.clone()).build())
            };
            Reply { results: statuses.iter().map(result).collect(), next_token: next.map(str::to_owned) }
        };
        let check = |pages: Vec<Reply>, expected: Option<&str>| {
            let mut batch = Batch::of(2, 1);
            let ended = pages.into_iter().try_for_each(|page| batch.turn(page));
            assert_eq!(ended.err().map(|error| error.code).as_deref(), expected);
        };
        let complete = StatusCode::Complete;
        let partial = StatusCode::PartialData;
        check(vec![page(&[("m0", complete.clone()), ("m1", complete.clone())], None)], None);
        let first = || page(&[("m0", complete.clone()), ("m1", partial.clone())], Some("next"));
        check(vec![first(), page(&[("m1", complete.clone())], None)], None);
        check(vec![first(), page(&[], None)], Some("partial_data"));
        check(vec![page(&[("m0", complete.clone()), ("m1", partial.clone())], None)], Some("partial_data"));
        check(vec![page(&[("m0", complete.clone())], None)], Some("partial_data"));
    }
}
