//! Moments and days in UTC, as the tables have them.

use std::fmt;
use std::str::FromStr;

const DAY: i64 = 24 * 60 * 60;

/// A moment in UTC, to the second. Read and written as ISO 8601 with `Z`; what is finer than a second is dropped.
///
/// ```
/// use guest_sdk::{Day, Time};
/// let made: Time = "2026-08-01T23:59:59.5Z".parse()?;
/// let today: Day = "2026-11-26".parse()?;
/// assert_eq!(today.days_since(made), 117);
/// assert_eq!(made.to_string(), "2026-08-01T23:59:59Z");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// A day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Time {
    /// A moment as APIs write it: with `Z`, or with what the clock there is ahead of UTC by (`+02:00`).
    ///
    /// ```
    /// use guest_sdk::Time;
    /// let made = Time::with_offset("2026-08-01T23:30:00.120-07:00")?;
    /// assert_eq!(made.to_string(), "2026-08-02T06:30:00Z");
    /// # Ok::<(), String>(())
    /// ```
    pub fn with_offset(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no time: one is written `2026-11-26T09:30:00+02:00`");
        let at = text.len().checked_sub("+02:00".len()).filter(|at| text.is_char_boundary(*at));
        let Some((clock, ahead)) = at.map(|at| text.split_at(at)) else { return Err(wrong()) };
        let sign = match ahead.as_bytes()[0] {
            b'+' => 1,
            b'-' => -1,
            _ => return text.parse(),
        };
        let Some((hours, minutes)) = ahead[1..].split_once(':') else { return Err(wrong()) };
        let (Some(hours @ 0..=23), Some(minutes @ 0..=59)) = (digits(hours), digits(minutes)) else {
            return Err(wrong());
        };
        let there: Self = format!("{clock}Z").parse().map_err(|_| wrong())?;
        Ok(Self(there.0 - sign * (hours * 3600 + minutes * 60)))
    }

    /// Seconds since 1970 began.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// The day that it lies in.
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(DAY))
    }
}

impl Day {
    /// How many days lie between the day of a moment and this one; negative where the moment is later.
    pub fn days_since(self, time: Time) -> i64 {
        self.0 - time.day().0
    }

    /// The moment with which it begins.
    pub fn start(self) -> Time {
        Time(self.0 * DAY)
    }

    /// The day so many days before.
    pub fn days_ago(self, days: u32) -> Self {
        Self(self.0 - i64::from(days))
    }

    /// Year, month and day of the month.
    fn parts(self) -> (i64, i64, i64) {
        // Howard Hinnant's calendar: years begin in March, so that the leap day is the last.
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let is_next_year = month >= 10;
        (year + era * 400 + i64::from(is_next_year), if is_next_year { month - 9 } else { month + 3 }, day)
    }
}

fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no day: one is written `2026-11-26`");
        let parts: Vec<_> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(wrong()) };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return Err(wrong());
        }
        let read = |part: &str| digits(part).ok_or_else(wrong);
        let (year, month, day) = (read(year)?, read(month)?, read(day)?);
        let this = Self(days_of(year, month, day));
        // What is no day of the calendar would come back as another.
        if this.parts() == (year, month, day) { Ok(this) } else { Err(wrong()) }
    }
}

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no time: one is written `2026-11-26T09:30:00Z`");
        let (day, clock) = text.strip_suffix('Z').and_then(|text| text.split_once('T')).ok_or_else(wrong)?;
        let day: Day = day.parse().map_err(|_| wrong())?;
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let parts: Vec<_> = clock.split(':').map(|part| digits(part).filter(|_| part.len() == 2)).collect();
        let [Some(hour), Some(minute), Some(second)] = parts.as_slice() else { return Err(wrong()) };
        if *hour > 23 || *minute > 59 || *second > 60 || digits(fraction).is_none() {
            return Err(wrong());
        }
        Ok(Self(day.0 * DAY + hour * 3600 + minute * 60 + second))
    }
}

fn digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(DAY);
        write!(f, "{}T{:02}:{:02}:{:02}Z", self.day(), second / 3600, second / 60 % 60, second % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Time};

    #[test]
    fn days_and_times_come_back_as_they_were_written() {
        for text in ["1970-01-01", "2000-02-29", "2024-12-31", "2026-11-26", "1969-12-31"] {
            assert_eq!(text.parse::<Day>().expect(text).to_string(), text);
        }
        let time: Time = "2026-11-26T01:02:03Z".parse().expect("a time");
        assert_eq!(time.to_string(), "2026-11-26T01:02:03Z");
        assert_eq!(time.seconds(), 1_795_654_923);
    }

    #[test]
    fn what_is_no_day_or_time_is_said() {
        for text in ["", "2026-02-30", "2026-13-01", "26-11-2026", "2026-11-26T00:00:00Z"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        for text in ["2026-11-26", "2026-11-26 00:00:00Z", "2026-11-26T00:00:00", "2026-11-26T24:00:00Z"] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_clock_elsewhere_is_turned_to_utc() {
        for (text, utc) in [
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
            ("2026-12-31T23:30:00.5-07:45", "2027-01-01T07:15:00Z"),
            ("2026-11-26T09:30:00+00:00", "2026-11-26T09:30:00Z"),
            ("2026-11-26T09:30:00Z", "2026-11-26T09:30:00Z"),
        ] {
            assert_eq!(Time::with_offset(text).map(|time| time.to_string()).as_deref(), Ok(utc), "{text}");
        }
        let none = [
            "",
            "now",
            "2026-11-26T09:30:00",
            "2026-11-26T09:30:00+0200",
            "2026-11-26T09:30:00Z+02:00",
            "ééé+02:00",
            "ééééé",
        ];
        for text in none {
            assert!(Time::with_offset(text).is_err(), "{text}");
        }
    }
}
