//! Azure Monitor in batches: up to 50 machines of one region and kind a call, never a call for each machine.

use crate::arm::{Request, array};
use crate::errors;
use crate::fetch::Fetch;
use crate::percentile;
use crate::words::{id, list, text};
use chrono::{DateTime, DurationRound, SecondsFormat, TimeDelta, Utc};
use engine::{FetchError, FetchErrorKind};
use futures::stream::{self, StreamExt};
use schema::{Row, Value};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) const ACTION: &str = "Microsoft.Insights/metrics/read";
const VERSION: &str = "2024-02-01";

/// The API takes at most so many resources in one call.
pub(crate) const RESOURCES_A_CALL: usize = 50;

/// Rows that wait for each other, so that the calls of each region are full.
pub(crate) const ROWS_THAT_WAIT: usize = 1000;

/// Calls in flight for one subscription.
pub(crate) const CALLS_AT_ONCE: usize = 4;

/// The aggregation that says how many samples a datapoint is of.
const COUNT: &str = "count";

/// Utilisation is of the last 14 days.
const DAYS: i64 = 14;

/// A utilisation column of `instances`, and how it is made of a metric.
#[derive(Debug)]
pub(crate) struct Measure {
    pub(crate) column: &'static str,
    /// Azure's name.
    name: &'static str,
    /// Azure's aggregation, as a datapoint writes it.
    aggregation: &'static str,
    combine: Combine,
}

/// How the days of a metric become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Combine {
    /// The mean of all samples: each day weighs as many as it has, so that an hour is not a whole day.
    Mean,
    /// What the mean leaves of 100 percent: Azure measures the memory that is free.
    Rest,
    /// The largest.
    Max,
    /// All, over the seconds of the window.
    Rate,
}

/// The utilisation columns that are made of days. The percentile is not among them: see [`percentile`].
pub(crate) static MEASURES: &[Measure] = &[
    measure("cpu_avg", "Percentage CPU", "average", Combine::Mean),
    measure("cpu_max", "Percentage CPU", "maximum", Combine::Max),
    measure("memory_avg", "Available Memory Percentage", "average", Combine::Rest),
    measure("network_in", "Network In Total", "total", Combine::Rate),
    measure("network_out", "Network Out Total", "total", Combine::Rate),
];

const fn measure(column: &'static str, name: &'static str, aggregation: &'static str, combine: Combine) -> Measure {
    Measure { column, name, aggregation, combine }
}

/// The utilisation columns that a fetch wants.
pub(crate) struct Utilisation {
    measures: Vec<&'static Measure>,
    wants_percentile: bool,
    /// Where the measures, and where the percentile, cannot be read.
    down: Down,
    percentile_down: Down,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Utilisation {
    pub(crate) fn wanted(f: &Fetch<'_>) -> Self {
        let measures = MEASURES.iter().filter(|measure| f.request.wants(measure.column)).collect();
        let end = f.cx.now().duration_trunc(TimeDelta::minutes(1)).unwrap_or(f.cx.now());
        let wants_percentile = f.request.wants(percentile::COLUMN);
        let (down, percentile_down) = (Down::default(), Down::default());
        Self { measures, wants_percentile, down, percentile_down, start: end - TimeDelta::days(DAYS), end }
    }

    pub(crate) fn is_wanted(&self) -> bool {
        !self.measures.is_empty() || self.wants_percentile
    }

    /// Fills the columns. Where Azure Monitor refuses, or fails for a region, they are a gap, and are not asked for there
    /// again.
    pub(crate) async fn fill(&mut self, f: &Fetch<'_>, rows: &mut [Row]) -> Result<(), FetchError> {
        let batches = if self.is_wanted() { batches(rows) } else { Vec::new() };
        if !self.measures.is_empty() {
            self.fill_measures(f, &batches, rows).await?;
        }
        if self.wants_percentile {
            let window = Window { start: self.start, end: self.end, interval: percentile::INTERVAL };
            self.wants_percentile = percentile::fill(f, &batches, &window, &mut self.percentile_down, rows).await?;
        }
        Ok(())
    }

    async fn fill_measures(&mut self, f: &Fetch<'_>, batches: &[Batch], rows: &mut [Row]) -> Result<(), FetchError> {
        let mut points: HashMap<String, Json> = HashMap::new();
        let (names, asked) = (self.names(), self.down.others(batches));
        let calls: Vec<_> = asked.iter().map(|batch| self.read(f, batch)).collect();
        let done: Vec<Result<Vec<Json>, FetchError>> = stream::iter(calls).buffered(CALLS_AT_ONCE).collect().await;
        let (mut failed, mut left_out, mut refused) = (Vec::new(), LeftOut::default(), Refused::default());
        for (batch, result) in asked.into_iter().zip(done) {
            match result {
                Ok(mut values) => {
                    refused.take_out(&mut values, &names);
                    points.extend(values.into_iter().filter_map(|one| Some((id(&one, "/resourceid")?, one))));
                    left_out.note(batch, |id| points.contains_key(id));
                }
                Err(error) => failed.push((batch, error)),
            }
        }
        for row in rows {
            let Value::Text(id) = row.get("resource_id") else { continue };
            let Some(of) = points.get(id) else { continue };
            for measure in &self.measures {
                row.set(measure.column, self.value(measure, of));
            }
        }
        refused.tell(f, |name| self.columns(|measure| measure.name == name)).await?;
        let columns = self.columns(|_| true);
        if let Some(error) = left_out.error() {
            f.cx.gap(&columns, None, error).await?;
        }
        if !self.down.tell(f, &columns, failed).await? {
            self.measures.clear();
        }
        Ok(())
    }

    fn names(&self) -> String {
        set(self.measures.iter().map(|measure| measure.name))
    }

    fn columns(&self, holds: impl Fn(&Measure) -> bool) -> Vec<&'static str> {
        self.measures.iter().filter(|measure| holds(measure)).map(|measure| measure.column).collect()
    }

    async fn read(&self, f: &Fetch<'_>, batch: &Batch) -> Result<Vec<Json>, FetchError> {
        let names = self.names();
        let weighed = self.measures.iter().any(|measure| measure.combine.is_weighed()).then_some(COUNT);
        let aggregations = set(self.measures.iter().map(|measure| measure.aggregation).chain(weighed));
        get(f, batch, (&names, &aggregations), &Window { start: self.start, end: self.end, interval: "P1D" }).await
    }

    fn value(&self, measure: &Measure, of: &Json) -> Option<f64> {
        let metric = metric_of(of, measure.name)?;
        let days = list(metric, "/timeseries").flat_map(|series| list(series, "/data"));
        measure.combine.one(days, measure.aggregation, (self.end - self.start).num_seconds())
    }
}

impl Combine {
    fn is_weighed(self) -> bool {
        matches!(self, Self::Mean | Self::Rest)
    }

    /// One value of days, or none where none has samples.
    fn one<'a>(self, days: impl Iterator<Item = &'a Json>, aggregation: &str, seconds: i64) -> Option<f64> {
        let days = days.filter_map(|day| Some((day[aggregation].as_f64()?, day[COUNT].as_f64())));
        let days: Vec<_> = days.filter(|(_, count)| !self.is_weighed() || *count != Some(0.0)).collect();
        // Where some do not say how many samples they are of, no day is known to weigh more than another.
        let are_equal = !self.is_weighed() || days.iter().any(|(_, count)| count.is_none());
        let days: Vec<(f64, f64)> =
            days.into_iter().map(|(value, count)| (value, count.filter(|_| !are_equal).unwrap_or(1.0))).collect();
        if days.is_empty() {
            return None;
        }
        let sum: f64 = days.iter().map(|(value, weight)| value * weight).sum();
        let samples: f64 = days.iter().map(|(_, weight)| weight).sum();
        #[expect(clippy::cast_precision_loss, reason = "the seconds of two weeks are far below 2^52")]
        let seconds = seconds as f64;
        Some(match self {
            Self::Mean => sum / samples,
            Self::Rest => 100.0 - sum / samples,
            Self::Max => days.into_iter().map(|(value, _)| value).fold(f64::MIN, f64::max),
            Self::Rate => sum / seconds,
        })
    }
}

/// From when to when, in steps of which length.
pub(crate) struct Window {
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
    /// As Azure writes it: `PT1H`, `P1D`.
    pub(crate) interval: &'static str,
}

/// Words, each once, as the API takes several.
pub(crate) fn set<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(",")
}

/// Asks for metrics of machines by some aggregations. What comes back has one entry a machine, and may say of one metric
/// of it that there are no values.
pub(crate) async fn get(
    f: &Fetch<'_>,
    batch: &Batch,
    asked: (&str, &str),
    window: &Window,
) -> Result<Vec<Json>, FetchError> {
    let reply = f.arm.call(f.cx, &request(f, batch, asked, window)?).await?;
    array(ACTION, reply, "values")
}

/// The call that asks for metrics of machines by some aggregations.
pub(crate) fn request(
    f: &Fetch<'_>,
    batch: &Batch,
    (names, aggregations): (&str, &str),
    window: &Window,
) -> Result<Request, FetchError> {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (start, end) = (time(window.start), time(window.end));
    let query = [
        ("metricnamespace", batch.kind.as_str()),
        ("metricnames", names),
        ("aggregation", aggregations),
        ("starttime", &start),
        ("endtime", &end),
        ("interval", window.interval),
    ];
    let body = json!({ "resourceids": batch.ids });
    f.arm.post_metrics(ACTION, &batch.region, &f.path("metrics:getBatch"), VERSION, &query, body)
}

/// Regions whose metrics cannot be read: each is told of once, and is not asked again. The others go on.
#[derive(Debug, Default)]
pub(crate) struct Down(BTreeSet<String>);

impl Down {
    pub(crate) fn has(&self, batch: &Batch) -> bool {
        self.0.contains(&batch.region)
    }

    /// The batches of other regions.
    pub(crate) fn others<'a>(&self, batches: &'a [Batch]) -> Vec<&'a Batch> {
        batches.iter().filter(|batch| !self.has(batch)).collect()
    }

    /// Tells of batches that failed, and gives back whether others are worth asking for.
    pub(crate) async fn tell(
        &mut self,
        f: &Fetch<'_>,
        columns: &[&'static str],
        failed: Vec<(&Batch, FetchError)>,
    ) -> Result<bool, FetchError> {
        if let Some((_, error)) = failed.iter().find(|(_, error)| is_everywhere(error)) {
            f.cx.gap(columns, None, error.clone()).await?;
            return Ok(false);
        }
        for (Batch { region, .. }, error) in failed {
            if self.0.insert(region.clone()) {
                let message = format!("metrics of the region `{}`: {}", errors::safe(region), error.message);
                f.cx.gap(columns, Some(region.clone()), FetchError { message, ..error }).await?;
            }
        }
        Ok(true)
    }
}

/// Whether other regions would answer the same: who may not read, or has no token, is the same there.
pub(crate) fn is_everywhere(error: &FetchError) -> bool {
    matches!(error.kind, FetchErrorKind::Denied | FetchErrorKind::Expired)
}

/// What an answer has of one metric of a machine.
fn metric_of<'a>(machine: &'a Json, name: &str) -> Option<&'a Json> {
    list(machine, "/value").find(|one| text(one, "/name/value") == Some(name))
}

/// Of a machine that is in an answer, without a metric that was asked for. One without samples is there, and empty.
pub(crate) fn not_named() -> FetchError {
    let text = format!("`{ACTION}` was answered without a metric that was asked for");
    FetchError::new(FetchErrorKind::Transient, text).with_code("left_out")
}

/// Metrics, by name, that a reply has no values of for some machines: how many, the first of them, and why.
#[derive(Debug, Default)]
pub(crate) struct Refused(BTreeMap<String, (usize, String, FetchError)>);

impl Refused {
    /// Takes out what is no whole series, and notes which of the metrics that were asked for are not there.
    pub(crate) fn take_out(&mut self, values: &mut [Json], names: &str) {
        for of_machine in values {
            let machine = id(of_machine, "/resourceid").unwrap_or_default();
            for name in names.split(',').filter(|name| metric_of(of_machine, name).is_none()) {
                self.note(name, &machine, not_named());
            }
            let metrics = of_machine.pointer_mut("/value").and_then(Json::as_array_mut);
            for metric in metrics.into_iter().flatten() {
                let said = errors::of_metric(ACTION, text(metric, "/errorCode"), text(metric, "/errorMessage"));
                if let Err(error) = said {
                    self.note(text(metric, "/name/value").unwrap_or_default(), &machine, error);
                    metric["timeseries"] = Json::Null;
                }
            }
        }
    }

    pub(crate) fn note(&mut self, metric: &str, machine: &str, error: FetchError) {
        self.0.entry(metric.to_owned()).or_insert_with(|| (0, machine.to_owned(), error)).0 += 1;
    }

    /// A gap for each metric, in the columns that are made of it.
    pub(crate) async fn tell(
        self,
        f: &Fetch<'_>,
        columns: impl Fn(&str) -> Vec<&'static str>,
    ) -> Result<(), FetchError> {
        for (metric, (machines, first, error)) in self.0 {
            let columns = columns(&metric);
            if machines == 1 {
                f.cx.gap(&columns, Some(first), error).await?;
                continue;
            }
            let message = format!("{machines} machines, `{first}` among them: {}", error.message);
            f.cx.gap(&columns, None, FetchError { message, ..error }).await?;
        }
        Ok(())
    }
}

/// Machines that were asked for and that no answer names. Nothing is known of them, which is not the same as no load.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    machines: usize,
    first: Option<String>,
}

impl LeftOut {
    /// Counts the machines of a batch whose answer has come and that are not in it.
    pub(crate) fn note(&mut self, batch: &Batch, is_answered: impl Fn(&str) -> bool) {
        for id in batch.ids.iter().filter(|id| !is_answered(id)) {
            self.machines += 1;
            self.first.get_or_insert_with(|| id.clone());
        }
    }

    /// What a gap says of them, where there are any.
    pub(crate) fn error(self) -> Option<FetchError> {
        let first = self.first?;
        let message = match self.machines {
            1 => format!("Azure Monitor was asked for `{first}` and its answer does not name it"),
            n => format!("Azure Monitor was asked for {n} machines that its answers do not name, `{first}` among them"),
        };
        Some(FetchError::new(FetchErrorKind::Transient, message).with_code("left_out"))
    }
}

/// Machines that one call may ask for.
pub(crate) struct Batch {
    pub(crate) region: String,
    pub(crate) kind: String,
    ids: Vec<String>,
}

/// Rows of machines in as few calls as may be.
pub(crate) fn batches(rows: &[Row]) -> Vec<Batch> {
    let cell = |row: &Row, column: &str| match row.get(column) {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in rows {
        groups.entry((cell(row, "region"), cell(row, "native_type"))).or_default().push(cell(row, "resource_id"));
    }
    let batch = |((region, kind), ids): ((String, String), Vec<String>)| {
        let parts: Vec<_> = ids.chunks(RESOURCES_A_CALL).map(<[String]>::to_vec).collect();
        parts.into_iter().map(move |ids| Batch { region: region.clone(), kind: kind.clone(), ids })
    };
    groups.into_iter().flat_map(batch).collect()
}

#[cfg(test)]
mod tests {
    use super::Combine;
    use serde_json::json;

    #[test]
    fn an_hour_does_not_weigh_as_much_as_a_day() {
        let days = [json!({"average": 10.0, "count": 1440}), json!({}), json!({"average": 90.0, "count": 60})];
        let mean = (10.0 * 24.0 + 90.0) / 25.0;
        let of = |combine: Combine| combine.one(days.iter(), "average", 1).unwrap_or(f64::NAN);
        assert!((of(Combine::Mean) - mean).abs() < 1e-9);
        assert!((of(Combine::Rest) - (100.0 - mean)).abs() < 1e-9);
        assert!((of(Combine::Max) - 90.0).abs() < 1e-9);
        assert_eq!(Combine::Mean.one([json!({})].iter(), "average", 1), None);
        assert_eq!(Combine::Mean.one([json!({"average": 5.0, "count": 0})].iter(), "average", 1), None);
    }

    #[test]
    fn days_that_do_not_say_how_many_samples_they_are_of_weigh_the_same() {
        let check = |days: &[serde_json::Value], mean: f64| {
            let of = |combine: Combine| combine.one(days.iter(), "average", 1);
            assert_eq!((of(Combine::Mean), of(Combine::Rest)), (Some(mean), Some(100.0 - mean)), "{days:?}");
        };
        check(&[json!({"average": 10.0}), json!({}), json!({"average": 90.0})], 50.0);
        check(&[json!({"average": 10.0, "count": 1440}), json!({"average": 90.0})], 50.0);
    }
}
