//! Azure Monitor in batches: up to 50 machines of one region and kind a call, never a call for each machine.

use crate::arm::{Request, array};
use crate::fetch::Fetch;
use crate::percentile;
use crate::unmeasured::{Down, LeftOut, Refused, metric_of};
use crate::words::{id, list};
use chrono::{DateTime, DurationRound, SecondsFormat, TimeDelta, Utc};
use engine::FetchError;
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

/// Machines that one call may ask for.
pub(crate) struct Batch {
    pub(crate) region: String,
    pub(crate) kind: String,
    pub(crate) ids: Vec<String>,
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
