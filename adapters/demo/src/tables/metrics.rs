//! `metrics`: the instances' meters, hour by hour up to 14 days and day by day beyond.

use super::{Ask, DemoTable, Rows};
use crate::estate::load::{Hour, Load};
use crate::estate::model::Instance;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use engine::source::Push;
use schema::Row;
use schema::tables::METRICS;

pub(crate) static TABLE: DemoTable = DemoTable {
    pushes: &[Push::Column("resource_id"), Push::Column("metric"), Push::Column("statistic")],
    ..DemoTable::listing(&METRICS, "demo:GetMetricData", rows)
};

/// The longest time that is told hour by hour.
const HOURLY_UP_TO: TimeDelta = TimeDelta::days(14);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    let Some((from, to)) = ask.time else { return Box::new(std::iter::empty()) };
    let to = to.min(ask.now);
    let period = if to - from <= HOURLY_UP_TO { TimeDelta::hours(1) } else { TimeDelta::days(1) };
    let measured = ask.spot.region().instances.iter().filter_map(|instance| Some((instance, instance.load?)));
    Box::new(measured.flat_map(move |(instance, load)| {
        let start = from.max(instance.launched_at);
        periods(load, start, to, period).flat_map(move |point| points(ask, instance, period, &point))
    }))
}

/// The series in full periods; days are made of their hours.
fn periods(
    load: Load,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    period: TimeDelta,
) -> Box<dyn Iterator<Item = Hour> + Send> {
    if period == TimeDelta::hours(1) {
        return Box::new(load.hours(from, to));
    }
    let floor = from.duration_trunc(period).unwrap_or(from);
    let first = if floor < from { floor + period } else { floor };
    let days = (0..).map(move |n| first + period * n).take_while(move |begin| *begin + period <= to);
    Box::new(days.filter_map(move |begin| day(load, begin, period)))
}

fn day(load: Load, begin: DateTime<Utc>, period: TimeDelta) -> Option<Hour> {
    let hours: Vec<Hour> = load.hours(begin, begin + period).collect();
    let count = hours.len() as f64;
    Some(Hour {
        begin: hours.first()?.begin,
        cpu: hours.iter().map(|hour| hour.cpu).sum::<f64>() / count,
        cpu_max: hours.iter().map(|hour| hour.cpu_max).fold(0.0, f64::max),
        bytes_in: hours.iter().map(|hour| hour.bytes_in).sum(),
        bytes_out: hours.iter().map(|hour| hour.bytes_out).sum(),
    })
}

fn points(ask: Ask<'_>, instance: &Instance, period: TimeDelta, point: &Hour) -> [Row; 4] {
    let plan = ask.spot.place.plan;
    let row = |metric: &str, statistic: &str, value: f64, unit: &str| {
        Row::new(&METRICS)
            .with("provider", plan.provider)
            .with("account_id", plan.id)
            .with("account_name", plan.name)
            .with("region", ask.spot.place.region)
            .with("resource_id", instance.facts.ids.resource.as_str())
            .with("metric", metric)
            .with("statistic", statistic)
            .with("period", period.num_seconds())
            .with("time", point.begin)
            .with("value", value)
            .with("unit", unit)
    };
    [
        row("cpu", "average", point.cpu, "percent"),
        row("cpu", "maximum", point.cpu_max, "percent"),
        row("network_in", "sum", point.bytes_in, "bytes"),
        row("network_out", "sum", point.bytes_out, "bytes"),
    ]
}
