//! Spans and ranges of time, as `Query.time` and `{"ago": "90d"}` write them.

use chrono::{DateTime, DurationRound, Months, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A span such as `30d`, `12h`, `2w` or `3mo`. Displays as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    count: u32,
    unit: SpanUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum SpanUnit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A text that is no span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a span of time: write a number and m, h, d, w, mo or y, such as `30d`")]
pub struct SpanError(String);

/// The longest span that is read: a century, so that date arithmetic cannot overflow.
const MAX_YEARS: u32 = 100;

impl Span {
    /// So many days.
    pub const fn days(count: u32) -> Self {
        Self { count, unit: SpanUnit::Day }
    }

    /// Where "the last 30 days" begin: at midnight UTC of the day this span before `now`, for spans of days and more,
    /// because bills and daily figures come by whole days. Shorter spans begin to the microsecond.
    pub fn begin(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let at = self.before(now);
        match self.unit {
            SpanUnit::Minute | SpanUnit::Hour => at,
            SpanUnit::Day | SpanUnit::Week | SpanUnit::Month | SpanUnit::Year => {
                at.duration_trunc(TimeDelta::days(1)).unwrap_or(at)
            }
        }
    }

    /// The instant that lies this span before `now`.
    pub fn before(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let n = i64::from(self.count);
        let delta = match self.unit {
            SpanUnit::Minute => TimeDelta::minutes(n),
            SpanUnit::Hour => TimeDelta::hours(n),
            SpanUnit::Day => TimeDelta::days(n),
            SpanUnit::Week => TimeDelta::weeks(n),
            SpanUnit::Month => {
                return now.checked_sub_months(Months::new(self.count)).unwrap_or(now);
            }
            SpanUnit::Year => {
                return now.checked_sub_months(Months::new(self.count * 12)).unwrap_or(now);
            }
        };
        now - delta
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let error = || SpanError(text.to_owned());
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(error)?;
        let count: u32 = text[..digits].parse().map_err(|_| error())?;
        let (unit, a_year) = match &text[digits..] {
            "m" | "min" => (SpanUnit::Minute, 525_600),
            "h" => (SpanUnit::Hour, 8_760),
            "d" => (SpanUnit::Day, 365),
            "w" => (SpanUnit::Week, 52),
            "mo" => (SpanUnit::Month, 12),
            "y" => (SpanUnit::Year, 1),
            _ => return Err(error()),
        };
        if count > a_year * MAX_YEARS {
            return Err(error());
        }
        Ok(Self { count, unit })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            SpanUnit::Minute => "m",
            SpanUnit::Hour => "h",
            SpanUnit::Day => "d",
            SpanUnit::Week => "w",
            SpanUnit::Month => "mo",
            SpanUnit::Year => "y",
        };
        write!(f, "{}{unit}", self.count)
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;
    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

/// `{"last": "30d"}` (whole days in UTC, today's part included) or `{"from": "2026-10-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"}`; `to` is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum TimeRange {
    /// From a span ago until now.
    Last {
        /// How long ago it begins.
        last: Span,
    },
    /// From one instant to another.
    Between {
        /// Inclusive; open when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<DateTime<Utc>>,
        /// Exclusive; open when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<DateTime<Utc>>,
    },
}

impl TimeRange {
    /// First instant (inclusive) and end (exclusive), where they are bounded.
    pub fn bounds(&self, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        match self {
            Self::Last { last } => (Some(last.begin(now)), None),
            Self::Between { from, to } => (*from, *to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_displays_as_written_and_rejects_what_it_cannot_mean() {
        for text in ["30d", "12h", "2w", "3mo", "1y", "5m"] {
            assert_eq!(text.parse::<Span>().map(|s| s.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "d", "30", "30 d", "-1d", "9999999999d", "4000000y"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
