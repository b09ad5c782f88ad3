//! What an instance's meters show: the same value for the same hour, whoever asks and however often.
//!
//! `cpu_avg` and its like are computed from the very series that the `metrics` table hands out, so that the two
//! can be compared to the last bit.

use chrono::{DateTime, DurationRound, TimeDelta, Timelike, Utc};

/// How busy an instance is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Usual CPU utilisation, in percent.
    pub(crate) cpu: f64,
    /// Usual bytes received each second.
    pub(crate) network: f64,
    /// Mean memory utilisation, where an agent reports it.
    pub(crate) memory: Option<f64>,
    /// What makes its series its own.
    pub(crate) seed: u64,
}

/// One hour of an instance's meters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hour {
    /// When it began.
    pub(crate) begin: DateTime<Utc>,
    /// Mean CPU utilisation.
    pub(crate) cpu: f64,
    /// Highest CPU utilisation.
    pub(crate) cpu_max: f64,
    /// Bytes received.
    pub(crate) bytes_in: f64,
    /// Bytes sent.
    pub(crate) bytes_out: f64,
}

/// The utilisation columns of one instance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Utilisation {
    pub(crate) cpu_avg: f64,
    pub(crate) cpu_p95: f64,
    pub(crate) cpu_max: f64,
    pub(crate) network_in: f64,
    pub(crate) network_out: f64,
}

impl Load {
    /// The full hours from `from` to `to`.
    pub(crate) fn hours(self, from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = Hour> + Send {
        let hour = TimeDelta::hours(1);
        let floor = from.duration_trunc(hour).unwrap_or(from);
        let first = if floor < from { floor + hour } else { floor };
        (0..)
            .map(move |n| first + hour * n)
            .take_while(move |begin| *begin + hour <= to)
            .map(move |begin| self.hour(begin))
    }

    fn hour(self, begin: DateTime<Utc>) -> Hour {
        let n = begin.timestamp() / 3600;
        let noise = |salt: u64| unit(self.seed ^ (n as u64).wrapping_mul(8).wrapping_add(salt));
        // Busiest in the afternoon, quieter at the weekend (1970-01-01 was a Thursday).
        let daily = 1.0 + 0.35 * ((f64::from(begin.hour()) - 9.0) / 24.0 * std::f64::consts::TAU).sin();
        let weekly = if matches!((n / 24) % 7, 2 | 3) { 0.7 } else { 1.0 };
        let shape = daily * weekly * (0.8 + 0.4 * noise(0));
        let cpu = (self.cpu * shape).clamp(0.05, 97.0);
        let bytes_in = (self.network * 3600.0 * shape).round();
        Hour {
            begin,
            cpu,
            cpu_max: (cpu * (1.15 + noise(1))).min(100.0),
            bytes_in,
            bytes_out: (bytes_in * (0.5 + noise(2))).round(),
        }
    }

    /// The utilisation of a time; none where nothing was measured.
    pub(crate) fn utilisation(self, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Utilisation> {
        let hours: Vec<Hour> = self.hours(from, to).collect();
        if hours.is_empty() {
            return None;
        }
        let count = hours.len() as f64;
        let mean = |of: fn(&Hour) -> f64| hours.iter().map(of).sum::<f64>() / count;
        let mut sorted: Vec<f64> = hours.iter().map(|hour| hour.cpu).collect();
        sorted.sort_by(f64::total_cmp);
        Some(Utilisation {
            cpu_avg: mean(|hour| hour.cpu),
            cpu_p95: sorted[(sorted.len() - 1) * 95 / 100],
            cpu_max: hours.iter().map(|hour| hour.cpu_max).fold(0.0, f64::max),
            network_in: mean(|hour| hour.bytes_in) / 3600.0,
            network_out: mean(|hour| hour.bytes_out) / 3600.0,
        })
    }
}

/// 0.0 to 1.0 from a number, by splitmix64: a generator for each hour would cost more than the hour is worth.
pub(crate) fn unit(number: u64) -> f64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
