//! What the path of a file says of its export: which one, which period, which run.

use crate::files::{Found, Kind};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::collections::BTreeSet;

/// Where a file of an export lies.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The export's folder, in full.
    pub(super) export: String,
    /// The days that the period's folder says.
    pub(super) period: Period,
    /// The period's folder, as messages name it.
    pub(super) period_shown: String,
    /// The run, within the period: a folder, or the file itself.
    pub(super) run: String,
    /// The run, as messages name it.
    pub(super) shown: String,
    /// The time in the run's folder.
    pub(super) stamp: Option<DateTime<Utc>>,
}

/// Days from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Period {
    /// The first day.
    pub(crate) from: NaiveDate,
    /// The last day.
    pub(crate) to: NaiveDate,
}

impl Period {
    /// `20240901-20240930`.
    fn parse(part: &str) -> Option<Self> {
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| text.len() == 8);
        let (from, to) = part.split_once('-')?;
        let (from, to) = (day(from)?, day(to)?);
        (from <= to).then_some(Self { from, to })
    }

    /// The days of both.
    pub(super) fn common(&self, other: &Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from <= to).then_some(Self { from, to })
    }

    /// Whether others have all of its days.
    pub(super) fn is_covered_by(&self, others: &[Self]) -> bool {
        let mut next = Some(self.from);
        while let Some(day) = next.filter(|day| *day <= self.to) {
            let Some(last) = others.iter().filter(|other| other.from <= day && day <= other.to).map(|o| o.to).max()
            else {
                return false;
            };
            next = last.succ_opt();
        }
        true
    }
}

impl Place {
    /// The place of a file. None for one that does not lie as Azure's exports do.
    ///
    /// Looks at the whole path, because the location that is read may itself be a period's folder.
    pub(super) fn of(file: &Found) -> Option<Self> {
        let path = file.meta.location.as_ref();
        let parts: Vec<&str> = path.split('/').collect();
        let (name, folders) = parts.split_last()?;
        let (at, period) = folders.iter().enumerate().rev().find_map(|(at, part)| Some((at, Period::parse(part)?)))?;
        let inner = &folders[at + 1..];
        // Older exports number their parts otherwise (`000001.csv`), in a folder that is called by a GUID as well.
        let is_of_a_run = file.kind == Kind::Manifest || part(name).is_some() || inner.iter().any(|part| is_guid(part));
        let run = match inner {
            _ if is_of_a_run => inner.join("/"),
            [] if is_named_run(name) => (*name).to_owned(),
            _ => return None,
        };
        let stamp = inner.iter().rev().find_map(|part| stamp(part));
        let shown = |part: &str| shown(path, &file.item, part);
        Some(Self {
            export: folders[..at].join("/"),
            period,
            period_shown: shown(&folders[..=at].join("/")),
            shown: match is_of_a_run {
                true => shown(&folders.join("/")),
                false => file.item.clone(),
            },
            run,
            stamp,
        })
    }
}

/// The begin of a path, without what lies above the location that is read.
fn shown(path: &str, item: &str, begin: &str) -> String {
    let above = path.len().saturating_sub(item.len());
    match begin.get(above..) {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        // The location is this folder or one below it.
        _ => name(begin).to_owned(),
    }
}

pub(super) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `202409150312`, with or without seconds.
fn stamp(part: &str) -> Option<DateTime<Utc>> {
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let text = match part.len() {
        12 => format!("{part}00"),
        14 => part.to_owned(),
        _ => return None,
    };
    NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%S").ok().map(|time| time.and_utc())
}

/// The two numbers of `part_0_0001.csv`.
fn part(name: &str) -> Option<(u32, u32)> {
    let (number, _) = name.strip_prefix("part_")?.split_once('.')?;
    let (first, second) = number.split_once('_')?;
    Some((first.parse().ok()?, second.parse().ok()?))
}

/// `costs_3f2504e0-4f89-11d3-9a0c-0305e82c3301.csv`.
fn is_named_run(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    stem.rsplit_once('_').is_some_and(|(export, guid)| !export.is_empty() && is_guid(guid))
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Which part is missing between the others, if one is: the first numbers go up from 0, the second from 1.
pub(super) fn gap(files: &[Found]) -> Option<String> {
    let parts: BTreeSet<(u32, u32)> = files.iter().filter_map(|file| part(name(&file.item))).collect();
    let mut before: Option<(u32, u32)> = None;
    for (first, second) in parts {
        let follows = match before {
            None => first == 0 && second <= 1,
            Some((same, last)) if same == first => second == last + 1,
            Some((last, _)) => first == last + 1 && second <= 1,
        };
        if !follows {
            return Some(format!("a part before `part_{first}_{second:04}` is not there"));
        }
        before = Some((first, second));
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use object_store::ObjectMeta;

    const GUID: &str = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";

    fn found(path: &str, item: &str) -> Found {
        let meta = ObjectMeta {
            location: path.into(),
            last_modified: DateTime::default(),
            size: 1,
            e_tag: None,
            version: None,
        };
        Found { meta, item: item.to_owned(), kind: Kind::Csv }
    }

    fn check(item: &str, expected: Option<(&str, &str, &str)>) {
        let item = item.replace("GUID", GUID);
        let place = Place::of(&found(&format!("srv/bills/{item}"), &item));
        let got =
            place.as_ref().map(|place| (place.export.as_str(), place.period_shown.as_str(), place.shown.as_str()));
        let expected =
            expected.map(|(export, period, run)| (export.to_owned(), period.to_owned(), run.replace("GUID", GUID)));
        assert_eq!(got.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())), expected, "{item}");
    }

    #[test]
    fn the_shapes_of_exports_are_known() {
        check(
            "a/costs/20240901-20240930/202409150312/GUID/part_0_0001.csv.gz",
            Some(("srv/bills/a/costs", "a/costs/20240901-20240930", "a/costs/20240901-20240930/202409150312/GUID")),
        );
        check(
            "c/20240901-20240930/GUID/part_0_0001.parquet",
            Some(("srv/bills/c", "c/20240901-20240930", "c/20240901-20240930/GUID")),
        );
        check(
            "c/20240901-20240930/c_GUID.csv",
            Some(("srv/bills/c", "c/20240901-20240930", "c/20240901-20240930/c_GUID.csv")),
        );
        check(
            "c/20240901-20240930/GUID/000001.csv",
            Some(("srv/bills/c", "c/20240901-20240930", "c/20240901-20240930/GUID")),
        );
        // Someone's own folders, whose files all count.
        check("focus/20240901-20240930/a.csv", None);
        check("focus/2024-09/part_0_0001.csv", None);
        check("focus/20240931-20240930/part_0_0001.csv", None);
        check("report/20240901-20241001/x/report-1.csv.gz", None);
    }

    #[test]
    fn days_of_periods_are_held_against_each_other() {
        let period = |text: &str| Period::parse(text).unwrap();
        let month = period("20240901-20240930");
        assert_eq!(month.common(&period("20240925-20241005")), Some(period("20240925-20240930")));
        assert_eq!(month.common(&period("20241001-20241031")), None);
        let check = |others: &[&str], expected: bool| {
            let others: Vec<Period> = others.iter().map(|text| period(text)).collect();
            assert_eq!(month.is_covered_by(&others), expected, "{others:?}");
        };
        check(&["20240901-20240930"], true);
        check(&["20240916-20240930", "20240901-20240915"], true);
        check(&["20240901-20240920", "20240910-20241005"], true);
        check(&["20240901-20240914", "20240916-20240930"], false);
        check(&[], false);
    }

    #[test]
    fn a_location_inside_an_export_is_known_by_what_lies_above_it() {
        let path = format!("srv/c/20240901-20240930/202409150312/{GUID}/part_0_0001.csv");
        let place = Place::of(&found(&path, &format!("202409150312/{GUID}/part_0_0001.csv"))).unwrap();
        assert_eq!((place.export.as_str(), place.period_shown.as_str()), ("srv/c", "20240901-20240930"));
        assert_eq!(place.stamp.unwrap().to_rfc3339(), "2024-09-15T03:12:00+00:00");
        let place = Place::of(&found(&path, "part_0_0001.csv")).unwrap();
        assert_eq!(place.shown, GUID);
    }

    #[test]
    fn a_missing_part_is_seen_by_the_numbers_of_the_others() {
        let check = |names: &[&str], expected: bool| {
            let files: Vec<Found> = names.iter().map(|name| found(name, name)).collect();
            assert_eq!(gap(&files).is_some(), expected, "{names:?}");
        };
        check(&["part_0_0001.csv", "part_1_0001.csv", "part_2_0001.csv"], false);
        check(&["part_0_0001.csv", "part_0_0002.csv", "part_1_0001.csv"], false);
        check(&["part_0_0001.csv", "part_2_0001.csv"], true);
        check(&["part_0_0001.csv", "part_0_0003.csv"], true);
        check(&["part_1_0001.csv"], true);
        check(&["costs_1.csv"], false);
    }
}
