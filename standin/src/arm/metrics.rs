//! `metrics:getBatch`: several metrics of up to 50 machines of one location.

use super::{ArmCall, errors};
use crate::behaviour::Behaviour;
use crate::call::Refusal;
use crate::estate::azure::VirtualMachine;
use crate::metrics::azure::{self, Aggregation, Metric};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

/// How many resources one call may name.
const MOST_RESOURCES: usize = 50;
/// How many datapoints of one metric of one resource it may ask for.
const MOST_POINTS: i64 = 50_000;
const NAMESPACES: &[&str] =
    &["microsoft.compute/virtualmachines", "microsoft.compute/virtualmachinescalesets/virtualmachines"];

pub(super) fn get_batch(call: &ArmCall<'_>) -> Result<String, Refusal> {
    let request = Request::read(call)?;
    let machines = machines(call, &request.namespace)?;
    let left_out = &call.behaviour.metrics_left_out;
    let answered = machines.into_iter().filter(|machine| !left_out.contains(&machine.resource.id.to_lowercase()));
    let values: Vec<Value> = answered.map(|machine| request.answer(machine, call.behaviour)).collect();
    Ok(json!({ "values": values }).to_string())
}

/// The machines that the body names.
fn machines<'a>(call: &ArmCall<'a>, namespace: &str) -> Result<Vec<&'a VirtualMachine>, Refusal> {
    let here = call.here()?;
    let body: Value = serde_json::from_slice(call.body).map_err(|e| invalid(format!("The body is no JSON: {e}.")))?;
    let ids: Vec<&str> = body["resourceids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if ids.is_empty() || ids.len() > MOST_RESOURCES {
        return Err(invalid(format!("{} resource ids were given: 1 to {MOST_RESOURCES} are allowed.", ids.len())));
    }
    let inside = format!("/subscriptions/{}/", here.id.to_ascii_lowercase());
    let mut machines: Vec<&VirtualMachine> = Vec::new();
    for id in ids {
        let lower = id.to_ascii_lowercase();
        let found = call.world.machines.get(&call.world.estate, id).filter(|_| lower.starts_with(&inside));
        let machine = found.ok_or_else(|| invalid(format!("The resource '{id}' does not exist here.")))?;
        if kind_of(&lower) != namespace {
            return Err(invalid(format!("The resource '{id}' has no metrics of the namespace '{namespace}'.")));
        }
        if machines.first().is_some_and(|first| first.resource.location != machine.resource.location) {
            return Err(invalid(format!("The resource '{id}' is of another region than those before it.")));
        }
        machines.push(machine);
    }
    Ok(machines)
}

/// The provider and types of an id in lower case.
fn kind_of(id: &str) -> String {
    let mut parts = id.split("/providers/").nth(1).unwrap_or_default().split('/');
    let provider = parts.next().unwrap_or_default().to_owned();
    parts.step_by(2).fold(provider, |kind, part| format!("{kind}/{part}"))
}

/// What is asked of each machine.
struct Request {
    namespace: String,
    metrics: Vec<Metric>,
    aggregations: Vec<Aggregation>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    /// As it was written, and in seconds.
    interval: (String, i64),
    /// What is said instead of success.
    error: Option<String>,
}

impl Request {
    fn read(call: &ArmCall<'_>) -> Result<Self, Refusal> {
        let required = |name: &str| {
            call.query.get(name).ok_or_else(|| invalid(format!("The query parameter '{name}' is required.")))
        };
        let time = |name: &str, otherwise: DateTime<Utc>| match call.query.get(name) {
            None => Ok(otherwise),
            Some(text) => DateTime::parse_from_rfc3339(text)
                .map(|at| at.to_utc())
                .map_err(|_| invalid(format!("The {name} '{text}' is no time like 2026-01-31T00:00:00Z."))),
        };
        let namespace = required("metricnamespace")?.to_ascii_lowercase();
        if !NAMESPACES.contains(&namespace.as_str()) {
            return Err(invalid(format!("The stand-in has no metrics of the namespace '{namespace}'.")));
        }
        let metric = |name: &str| Metric::named(name).ok_or_else(|| invalid(format!("There is no metric '{name}'.")));
        let aggregation =
            |name: &str| Aggregation::named(name).ok_or_else(|| invalid(format!("There is no aggregation '{name}'.")));
        let end = time("endtime", call.world.estate.now)?;
        let start = time("starttime", end - TimeDelta::hours(1))?;
        let interval = call.query.get("interval").unwrap_or("PT1M").to_owned();
        let seconds =
            seconds(&interval).ok_or_else(|| invalid(format!("The interval '{interval}' is not supported.")))?;
        if start >= end || (end - start).num_seconds() / seconds > MOST_POINTS {
            return Err(invalid(format!("The time from {start} to {end} is empty or too long for {interval}.")));
        }
        Ok(Self {
            namespace,
            metrics: required("metricnames")?.split(',').map(|name| metric(name.trim())).collect::<Result<_, _>>()?,
            aggregations: call
                .query
                .get("aggregation")
                .unwrap_or("average")
                .split(',')
                .map(|name| aggregation(name.trim()))
                .collect::<Result<_, _>>()?,
            start,
            end,
            interval: (interval, seconds),
            error: call.behaviour.metrics_error.clone(),
        })
    }

    fn answer(&self, machine: &VirtualMachine, behaviour: &Behaviour) -> Value {
        let id = machine.resource.id.to_lowercase();
        let refused = behaviour.metrics_refused.get(&id).map(String::as_str);
        let not_named = behaviour.metrics_not_named.get(&id).map(String::as_str);
        let named = self.metrics.iter().filter(|metric| not_named != Some(metric.name()));
        json!({
            "starttime": time(self.start),
            "endtime": time(self.end),
            "interval": self.interval.0,
            "namespace": self.namespace,
            "resourceregion": machine.resource.location,
            "resourceid": machine.resource.id,
            "value": named.map(|metric| self.metric(machine, *metric, refused)).collect::<Value>(),
        })
    }

    fn metric(&self, machine: &VirtualMachine, metric: Metric, refused: Option<&str>) -> Value {
        let name = metric.name();
        let error = self.error.as_deref().or((refused == Some(name)).then_some("InternalError"));
        let series = match error {
            Some(_) => json!([]),
            None => json!([{ "metadatavalues": [], "data": self.data(machine, metric) }]),
        };
        json!({
            "id": format!("{}/providers/Microsoft.Insights/metrics/{name}", machine.resource.id),
            "type": "Microsoft.Insights/metrics",
            "name": { "value": name, "localizedValue": name },
            "unit": metric.unit(),
            "timeseries": series,
            "errorCode": error.unwrap_or("Success"),
        })
    }

    /// One object a time; where there are no samples it has nothing but the time.
    fn data(&self, machine: &VirtualMachine, metric: Metric) -> Vec<Value> {
        let mut data: Vec<Value> = Vec::new();
        for aggregation in &self.aggregations {
            let points = azure::values(machine, metric, *aggregation, self.start, self.end, self.interval.1);
            for (nth, (at, value)) in points.into_iter().enumerate() {
                if data.len() <= nth {
                    data.push(json!({ "timeStamp": time(at) }));
                }
                if let Some(value) = value {
                    data[nth][aggregation.field()] = json!(value);
                }
            }
        }
        data
    }
}

fn seconds(interval: &str) -> Option<i64> {
    Some(match interval {
        "PT1M" => 60,
        "PT5M" => 300,
        "PT15M" => 900,
        "PT30M" => 1800,
        "PT1H" => 3600,
        "PT6H" => 21_600,
        "PT12H" => 43_200,
        "P1D" => 86_400,
        _ => return None,
    })
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn invalid(message: String) -> Refusal {
    errors::bad("BadRequest", message)
}
