//! The metrics of AWS's instances (those of Azure's machines are in [`azure`]): a function of the instance, the metric
//! and the time, so that a test can compute the truth.
//!
//! Each metric has one **sample an hour**, at the start of each hour (UTC), from the instance's launch on and only
//! while the instance is `running`; [`sample`] is that function. Everything else is computed from samples:
//!
//! - A datapoint stands at `start + k × period` (`start` cut to the whole minute), and covers the samples in
//!   `[start + k × period, start + (k + 1) × period)` that are also before `end`. No samples: no datapoint.
//! - Where a period is shorter than an hour, the datapoint has the sample of the hour in which it begins.
//! - `Average`, `Minimum`, `Maximum` and `pNN` are of the samples (percentiles: nearest rank). `SampleCount` is their
//!   number.
//! - For `NetworkIn` and `NetworkOut` a sample is the bytes of the whole hour; `Sum` adds them (times period ÷ 3600 for
//!   periods shorter than an hour). So the mean rate over a period is Sum ÷ seconds covered.
//!
//! [`values`] computes all of that; the server uses nothing else.

pub mod azure;

use crate::estate::{Instance, Usage};
use crate::seeded;
use chrono::{DateTime, Utc};

/// A metric of instances in the namespace `AWS/EC2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Percent.
    CpuUtilization,
    /// Bytes received.
    NetworkIn,
    /// Bytes sent.
    NetworkOut,
}

impl Metric {
    /// The metric that CloudWatch calls so.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "CPUUtilization" => Some(Self::CpuUtilization),
            "NetworkIn" => Some(Self::NetworkIn),
            "NetworkOut" => Some(Self::NetworkOut),
            _ => None,
        }
    }
}

/// A statistic over the samples of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Statistic {
    Average,
    Minimum,
    Maximum,
    Sum,
    SampleCount,
    /// `p95` is `Percentile(95.0)`.
    Percentile(f64),
}

impl Statistic {
    /// The statistic that CloudWatch calls so.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "Average" => Some(Self::Average),
            "Minimum" => Some(Self::Minimum),
            "Maximum" => Some(Self::Maximum),
            "Sum" => Some(Self::Sum),
            "SampleCount" => Some(Self::SampleCount),
            _ => {
                let percent: f64 = name.strip_prefix('p')?.parse().ok()?;
                (0.0..=100.0).contains(&percent).then_some(Self::Percentile(percent))
            }
        }
    }
}

/// The sample of an hour, counted in hours since 1970.
///
/// CPU: `cpu + cpu_swing × (wave + noise)`, cut to 0.1..100, where `wave` is -1 at midnight, 1 at noon and straight
/// between, and `noise` is -0.5 to 0.5. Network: `rate × 3600 × (1 + 0.5 × (wave + noise))` in whole bytes.
pub fn sample(usage: &Usage, metric: Metric, hour: i64) -> f64 {
    let of_day = hour.rem_euclid(24) as f64;
    let wave = 1.0 - (of_day - 12.0).abs() / 6.0;
    let noise = seeded::unit(seeded::mix(usage.seed ^ seeded::mix(hour as u64 ^ ((metric as u64) << 40)))) - 0.5;
    match metric {
        Metric::CpuUtilization => (usage.cpu + usage.cpu_swing * (wave + noise)).clamp(0.1, 100.0),
        Metric::NetworkIn => bytes_of_hour(usage.network_in, wave + noise),
        Metric::NetworkOut => bytes_of_hour(usage.network_out, wave + noise),
    }
}

fn bytes_of_hour(rate: f64, swing: f64) -> f64 {
    (rate * 3600.0 * (1.0 + 0.5 * swing)).max(0.0).round()
}

/// The datapoints of an instance's metric from `start` until before `end`, oldest first.
pub fn values(
    instance: &Instance,
    metric: Metric,
    statistic: Statistic,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    period_seconds: i64,
) -> Vec<(DateTime<Utc>, f64)> {
    if instance.state != "running" || period_seconds <= 0 {
        return Vec::new();
    }
    let (start, end) = (start.timestamp().div_euclid(60) * 60, end.timestamp());
    let first_hour = instance.launched_at.timestamp().div_euclid(3600);
    let mut points = Vec::new();
    let mut at = start;
    while at < end {
        let until = (at + period_seconds).min(end);
        if let Some(value) = point(&instance.usage, metric, statistic, at, until, period_seconds, first_hour)
            && let Some(time) = DateTime::from_timestamp(at, 0)
        {
            points.push((time, value));
        }
        at += period_seconds;
    }
    points
}

fn point(
    usage: &Usage,
    metric: Metric,
    statistic: Statistic,
    at: i64,
    until: i64,
    period: i64,
    first_hour: i64,
) -> Option<f64> {
    if period < 3600 {
        let hour = at.div_euclid(3600);
        let part = period as f64 / 3600.0;
        return (hour >= first_hour).then(|| match statistic {
            Statistic::Sum => sample(usage, metric, hour) * part,
            Statistic::SampleCount => 1.0,
            _ => sample(usage, metric, hour),
        });
    }
    let hours = (at + 3599).div_euclid(3600).max(first_hour)..(until + 3599).div_euclid(3600);
    let count = hours.end - hours.start;
    if count <= 0 {
        return None;
    }
    let samples = hours.map(|hour| sample(usage, metric, hour));
    Some(match statistic {
        Statistic::SampleCount => count as f64,
        Statistic::Sum => samples.sum(),
        Statistic::Average => samples.sum::<f64>() / count as f64,
        Statistic::Minimum => samples.fold(f64::INFINITY, f64::min),
        Statistic::Maximum => samples.fold(f64::NEG_INFINITY, f64::max),
        Statistic::Percentile(percent) => {
            let mut sorted: Vec<f64> = samples.collect();
            sorted.sort_by(f64::total_cmp);
            let rank = (percent / 100.0 * count as f64).ceil().max(1.0) as usize;
            sorted[rank.min(sorted.len()) - 1]
        }
    })
}
