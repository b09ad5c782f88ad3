//! One row while it is made: columns, and from where in a resource's data each comes.

use guest_sdk::{Json, Time, Value};

/// A row. What a resource does not say is null; what it says in a way that cannot be read is null too, and noted.
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<(&'static str, Value)>,
    /// The columns that are null although the resource has something for them.
    pub(crate) odd: Vec<&'static str>,
    /// What tells it from other rows of one asset, and its own name; none where the asset is one row.
    pub(crate) part: Option<(String, String)>,
}

impl Row {
    /// A value that is known.
    pub(crate) fn set(mut self, column: &'static str, value: impl Into<Value>) -> Self {
        self.cells.push((column, value.into()));
        self
    }

    /// A text, as it is.
    pub(crate) fn text(self, column: &'static str, data: &Json, path: &str) -> Self {
        self.set(column, text(data, path))
    }

    /// A whole number, which Google's APIs write as a text as often as not.
    pub(crate) fn int(self, column: &'static str, data: &Json, path: &str) -> Self {
        self.read(column, at(data, path), int)
    }

    /// A truth value.
    pub(crate) fn boolean(self, column: &'static str, data: &Json, path: &str) -> Self {
        self.read(column, at(data, path), |value| value.as_bool())
    }

    /// A moment, turned to UTC.
    pub(crate) fn time(self, column: &'static str, data: &Json, path: &str) -> Self {
        let given = at(data, path).filter(|value| value.as_str() != Some(""));
        self.read(column, given, |value| Time::with_offset(value.as_str()?).ok())
    }

    /// Another resource, by what its `native_id` is.
    pub(crate) fn reference(self, column: &'static str, data: &Json, path: &str) -> Self {
        self.set(column, text(data, path).map(native_id))
    }

    /// The last part of an address: a machine type, a disk type.
    pub(crate) fn last(self, column: &'static str, data: &Json, path: &str) -> Self {
        self.set(column, text(data, path).map(last))
    }

    /// This, and then all of another, whose values count where both have one.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.cells.extend(other.cells);
        self.odd.extend(other.odd);
        self
    }

    fn read<T: Into<Value>>(
        mut self,
        column: &'static str,
        given: Option<&Json>,
        read: impl Fn(&Json) -> Option<T>,
    ) -> Self {
        let value = given.and_then(read);
        if given.is_some() && value.is_none() {
            self.odd.push(column);
        }
        self.set(column, value)
    }
}

/// What lies at a path: keys and places with dots between them. Exports of some years ago have lists by their singular,
/// and acronyms in another case; null and nothing are the same.
pub(crate) fn at<'a>(data: &'a Json, path: &str) -> Option<&'a Json> {
    let step = |here: &'a Json, key: &str| match key.parse::<usize>() {
        Ok(place) => here.get(place),
        Err(_) => here.get(key).or_else(|| here.get(before(key))),
    };
    path.split('.').try_fold(data, step).filter(|value| !value.is_null())
}

/// What the key was once called.
fn before(key: &str) -> &str {
    match key {
        "IPProtocol" => "ipProtocol",
        "IPAddress" => "ipAddress",
        "networkIP" => "networkIp",
        "natIP" => "natIp",
        _ => key.strip_suffix('s').unwrap_or(key),
    }
}

/// A text that is not empty.
pub(crate) fn text<'a>(data: &'a Json, path: &str) -> Option<&'a str> {
    at(data, path).and_then(|value| value.as_str()).filter(|text| !text.is_empty())
}

/// A whole number, also one that is written as a text or with a fraction of zero.
pub(crate) fn int(value: &Json) -> Option<i64> {
    let whole = |number: f64| (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
    match value.as_str() {
        Some(text) => text.parse().ok(),
        None => value.as_i64().or_else(|| value.as_f64().and_then(whole)),
    }
}

/// The items of a list; none where there is no list.
pub(crate) fn list<'a>(data: &'a Json, path: &str) -> impl Iterator<Item = &'a Json> {
    at(data, path).and_then(|value| value.as_array()).into_iter().flatten()
}

/// The texts of a list.
pub(crate) fn texts<'a>(data: &'a Json, path: &str) -> impl Iterator<Item = &'a str> {
    list(data, path).filter_map(|value| value.as_str())
}

/// `https://www.googleapis.com/compute/v1/projects/p/global/networks/n` is what its own row calls
/// `projects/p/global/networks/n`.
pub(crate) fn native_id(url: &str) -> &str {
    url.find("projects/").map_or(url, |at| &url[at..])
}

/// The last part of an address.
pub(crate) fn last(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}
