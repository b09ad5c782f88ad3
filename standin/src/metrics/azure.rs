//! The metrics of Azure's virtual machines: a function of the machine, the metric and the time, as CloudWatch's are.
//!
//! Each metric has one **sample a minute**, the same for all minutes of an hour (UTC), from the minute in which the
//! machine was made and only while its power state is `running`; [`sample`] is that function. Everything else is
//! computed from samples:
//!
//! - A datapoint stands at `start + k × interval` (`start` cut to the whole minute), and covers the minutes that begin
//!   in `[start + k × interval, start + (k + 1) × interval)` and before `end`.
//! - `Average`, `Minimum` and `Maximum` are of the samples, `Total` adds them, `Count` is their number.
//! - A datapoint without samples has its time and no value, as Azure writes it.
//!
//! [`values`] computes all of that; the server uses nothing else.

use crate::estate::azure::{Usage, VirtualMachine};
use crate::seeded;
use chrono::{DateTime, Utc};

/// A metric of virtual machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// `Percentage CPU`.
    PercentageCpu,
    /// `Available Memory Percentage`.
    AvailableMemoryPercentage,
    /// `Network In Total`, bytes.
    NetworkInTotal,
    /// `Network Out Total`, bytes.
    NetworkOutTotal,
    /// `Disk Read Bytes`.
    DiskReadBytes,
    /// `Disk Write Bytes`.
    DiskWriteBytes,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 6] = [
        Self::PercentageCpu,
        Self::AvailableMemoryPercentage,
        Self::NetworkInTotal,
        Self::NetworkOutTotal,
        Self::DiskReadBytes,
        Self::DiskWriteBytes,
    ];

    /// What Azure calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PercentageCpu => "Percentage CPU",
            Self::AvailableMemoryPercentage => "Available Memory Percentage",
            Self::NetworkInTotal => "Network In Total",
            Self::NetworkOutTotal => "Network Out Total",
            Self::DiskReadBytes => "Disk Read Bytes",
            Self::DiskWriteBytes => "Disk Write Bytes",
        }
    }

    /// The metric that Azure calls so, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name().eq_ignore_ascii_case(name))
    }

    /// `Percent` or `Bytes`.
    pub fn unit(self) -> &'static str {
        match self {
            Self::PercentageCpu | Self::AvailableMemoryPercentage => "Percent",
            _ => "Bytes",
        }
    }
}

/// What is made of the samples of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Aggregation {
    Average,
    Minimum,
    Maximum,
    Total,
    Count,
}

impl Aggregation {
    /// The aggregation that Azure calls so, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Average, Self::Minimum, Self::Maximum, Self::Total, Self::Count];
        all.into_iter().find(|one| one.field().eq_ignore_ascii_case(name))
    }

    /// The field of a datapoint.
    pub fn field(self) -> &'static str {
        match self {
            Self::Average => "average",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Total => "total",
            Self::Count => "count",
        }
    }
}

/// The sample of each minute of an hour, counted in hours since 1970.
///
/// With `swing = wave + noise`, where `wave` is -1 at midnight, 1 at noon and straight between, and `noise` is -0.5 to
/// 0.5. CPU: `cpu + cpu_swing × swing`, cut to 0.1..100. Memory: `available_memory × (1 - 0.1 × swing)`, cut to
/// 0.1..100. Bytes: `rate × 60 × (1 + 0.5 × swing)`, whole.
pub fn sample(usage: &Usage, metric: Metric, hour: i64) -> f64 {
    let of_day = hour.rem_euclid(24) as f64;
    let wave = 1.0 - (of_day - 12.0).abs() / 6.0;
    let noise = seeded::unit(seeded::mix(usage.seed ^ seeded::mix(hour as u64 ^ ((metric as u64) << 40)))) - 0.5;
    let swing = wave + noise;
    let bytes = |rate: f64| (rate * 60.0 * (1.0 + 0.5 * swing)).max(0.0).round();
    match metric {
        Metric::PercentageCpu => (usage.cpu + usage.cpu_swing * swing).clamp(0.1, 100.0),
        Metric::AvailableMemoryPercentage => (usage.available_memory * (1.0 - 0.1 * swing)).clamp(0.1, 100.0),
        Metric::NetworkInTotal => bytes(usage.network_in),
        Metric::NetworkOutTotal => bytes(usage.network_out),
        Metric::DiskReadBytes => bytes(usage.disk_read),
        Metric::DiskWriteBytes => bytes(usage.disk_write),
    }
}

/// The datapoints of a machine's metric from `start` until before `end`, oldest first.
pub fn values(
    machine: &VirtualMachine,
    metric: Metric,
    aggregation: Aggregation,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    interval_seconds: i64,
) -> Vec<(DateTime<Utc>, Option<f64>)> {
    let (interval, start) = ((interval_seconds / 60).max(1), start.timestamp().div_euclid(60));
    // A last minute that has begun counts.
    let end = (end.timestamp() + 59).div_euclid(60);
    let first =
        if machine.power_state == "running" { machine.time_created.timestamp().div_euclid(60) } else { i64::MAX };
    let mut points = Vec::new();
    let mut at = start;
    while at < end {
        let value = point(&machine.usage, metric, aggregation, at.max(first), (at + interval).min(end));
        if let Some(time) = DateTime::from_timestamp(at * 60, 0) {
            points.push((time, value));
        }
        at += interval;
    }
    points
}

/// The value over the minutes from `at` until before `until`.
fn point(usage: &Usage, metric: Metric, aggregation: Aggregation, at: i64, until: i64) -> Option<f64> {
    if at >= until {
        return None;
    }
    let hours = at.div_euclid(60)..=(until - 1).div_euclid(60);
    let parts = hours.map(|hour| {
        let minutes = until.min((hour + 1) * 60) - at.max(hour * 60);
        (sample(usage, metric, hour), minutes as f64)
    });
    let count = (until - at) as f64;
    Some(match aggregation {
        Aggregation::Count => count,
        Aggregation::Total => parts.map(|(value, minutes)| value * minutes).sum(),
        Aggregation::Average => parts.map(|(value, minutes)| value * minutes).sum::<f64>() / count,
        Aggregation::Minimum => parts.map(|(value, _)| value).fold(f64::INFINITY, f64::min),
        Aggregation::Maximum => parts.map(|(value, _)| value).fold(f64::NEG_INFINITY, f64::max),
    })
}
