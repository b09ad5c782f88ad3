//! `cpu_p95`: Azure Monitor has no percentiles, so that one is taken of the means of every five minutes, which are what
//! EC2 measures by default. They are 4,032 a machine: asked for by this column only, and read into bare numbers.

use crate::errors;
use crate::fetch::Fetch;
use crate::metrics::{ACTION, Batch, CALLS_AT_ONCE, Window, request};
use crate::unmeasured::{Down, LeftOut, Refused, not_named};
use engine::FetchError;
use futures::stream::{self, StreamExt};
use schema::{Row, Value};
use serde::Deserialize;
use std::collections::HashMap;

/// The column.
pub(crate) const COLUMN: &str = "cpu_p95";

/// The length of one mean, as Azure writes it.
pub(crate) const INTERVAL: &str = "PT5M";

const METRIC: &str = "Percentage CPU";
const PERCENT: usize = 95;

#[derive(Deserialize)]
struct Reply {
    values: Vec<OfMachine>,
}

#[derive(Deserialize)]
struct OfMachine {
    resourceid: String,
    #[serde(default)]
    value: Vec<OfMetric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfMetric {
    #[serde(default)]
    name: Name,
    error_code: Option<String>,
    error_message: Option<String>,
    #[serde(default)]
    timeseries: Vec<Series>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Name {
    value: String,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    data: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    /// None where the machine did not run.
    average: Option<f64>,
}

/// Fills the column, and gives back whether it is worth asking for again. Machines of calls that succeed have it, also
/// where others fail.
pub(crate) async fn fill(
    f: &Fetch<'_>,
    batches: &[Batch],
    window: &Window,
    down: &mut Down,
    rows: &mut [Row],
) -> Result<bool, FetchError> {
    let asked = down.others(batches);
    let calls: Vec<_> = asked.iter().map(|batch| read(f, batch, window)).collect();
    let mut done = stream::iter(calls).buffered(CALLS_AT_ONCE);
    let mut found: HashMap<String, Option<f64>> = HashMap::new();
    let (mut failed, mut left_out, mut refused) = (Vec::new(), LeftOut::default(), Refused::default());
    let mut asked = asked.iter().copied();
    while let Some((result, batch)) = done.next().await.zip(asked.next()) {
        match result {
            Ok(values) => {
                for (id, value) in values {
                    let value = value.unwrap_or_else(|error| {
                        refused.note(METRIC, &id, error);
                        None
                    });
                    found.insert(id, value);
                }
                left_out.note(batch, |id| found.contains_key(id));
            }
            Err(error) => failed.push((batch, error)),
        }
    }
    for row in rows {
        let value = match row.get("resource_id") {
            Value::Text(id) => found.get(id).copied().flatten(),
            _ => None,
        };
        row.set(COLUMN, value);
    }
    refused.tell(f, |_| vec![COLUMN]).await?;
    if let Some(error) = left_out.error() {
        f.cx.gap(&[COLUMN], None, error).await?;
    }
    down.tell(f, &[COLUMN], failed).await
}

/// The percentile of a machine; none of one that did not run.
type OfOne = (String, Result<Option<f64>, FetchError>);

/// The percentile of each machine of a batch.
async fn read(f: &Fetch<'_>, batch: &Batch, window: &Window) -> Result<Vec<OfOne>, FetchError> {
    let reply: Reply = f.arm.call_as(f.cx, &request(f, batch, (METRIC, "average"), window)?).await?;
    let said =
        |metric: &OfMetric| errors::of_metric(ACTION, metric.error_code.as_deref(), metric.error_message.as_deref());
    let of = |machine: OfMachine| {
        let id = machine.resourceid.to_lowercase();
        let Some(metric) = machine.value.into_iter().find(|metric| metric.name.value == METRIC) else {
            return (id, Err(not_named()));
        };
        if let Err(error) = said(&metric) {
            return (id, Err(error));
        }
        let points = metric.timeseries.into_iter().flat_map(|series| series.data).filter_map(|point| point.average);
        (id, Ok(percentile(points.collect())))
    };
    Ok(reply.values.into_iter().map(of).collect())
}

/// The smallest value that at least so many percent of the values are not above.
fn percentile(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * PERCENT).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        assert_eq!(percentile((1..=100).rev().map(f64::from).collect()), Some(95.0));
        assert_eq!(percentile(vec![1.0, 9.0]), Some(9.0));
        assert_eq!(percentile(vec![3.0]), Some(3.0));
        assert_eq!(percentile(Vec::new()), None);
    }
}
