//! What a run's `manifest.json` says: which files it wrote, when, and what they hold.

use crate::bad::Memory;
use crate::files::{Found, Root, store_error};
use crate::settings::Limits;
use chrono::{DateTime, NaiveDateTime, Utc};
use engine::FetchErrorKind;
use object_store::{ObjectMeta, ObjectStoreExt};
use serde_json::Value;
use std::sync::Arc;

/// What an export holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dataset {
    /// Charges as they are invoiced: purchases in full, what they cover at zero.
    Actual,
    /// Charges with purchases spread over what they cover.
    Amortised,
    /// Both, in FOCUS's columns.
    Focus,
    /// No costs: Azure's word for what it is.
    Other(String),
}

impl Dataset {
    fn of_type(word: &str) -> Self {
        match word.to_lowercase().as_str() {
            "actualcost" | "usage" => Self::Actual,
            "amortizedcost" => Self::Amortised,
            "focuscost" => Self::Focus,
            _ => Self::Other(word.to_owned()),
        }
    }

    /// What the names of a file and its folders say, the nearest first: `costs-amortized/…/part_0_0001.csv`.
    pub(crate) fn of_path(item: &str) -> Option<Self> {
        item.rsplit('/').find_map(|part| match (part.to_ascii_lowercase().contains("amorti"), has_actual(part)) {
            (true, false) => Some(Self::Amortised),
            (false, true) => Some(Self::Actual),
            _ => None,
        })
    }
}

/// Whether a name has the word `actual`, as `ActualCost` has and `contractual` has not.
fn has_actual(name: &str) -> bool {
    const WORD: &str = "actual";
    // Lower case of ASCII alone, so that places in one text are places in the other.
    let lower = name.to_ascii_lowercase();
    lower.match_indices(WORD).any(|(at, _)| {
        let is_capital = name[at..].starts_with(|letter: char| letter.is_uppercase());
        let before = name[..at].chars().next_back();
        let begins = before.is_none_or(|letter| !letter.is_alphabetic() || (is_capital && letter.is_lowercase()));
        let ends = ["", "s", "cost", "costs"].iter().any(|ending| {
            let end = at + WORD.len() + ending.len();
            let is_small = name.get(..end).is_some_and(|text| text.ends_with(char::is_lowercase));
            lower[at + WORD.len()..].starts_with(ending)
                && !name[end..]
                    .starts_with(|letter: char| letter.is_alphabetic() && !(is_small && letter.is_uppercase()))
        });
        begins && ends
    })
}

/// What a manifest says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// What the files hold. None where it does not say.
    pub(super) dataset: Option<Dataset>,
    /// When the run was asked for.
    pub(super) submitted: Option<DateTime<Utc>>,
    /// The files' names without their folders, and their sizes.
    blobs: Vec<(String, Option<u64>)>,
}

/// Why a manifest could not be read.
#[derive(Debug)]
pub(super) struct Unread {
    /// What is wrong with it.
    pub(super) why: String,
    /// Whether the next look may find it otherwise without the file changing.
    pub(super) may_pass: bool,
}

impl Manifest {
    /// The manifest that a text is; none if it is another program's.
    fn parse(text: &[u8]) -> Result<Option<Self>, String> {
        let value: Value = serde_json::from_slice(text.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(text))
            .map_err(|error| format!("is not JSON ({error})"))?;
        let Some(blobs) = value.get("blobs").and_then(Value::as_array) else { return Ok(None) };
        let blob = |blob: &Value| {
            let name = blob.get("blobName")?.as_str()?;
            Some((super::place::name(name).to_owned(), blob.get("byteCount").and_then(Value::as_u64)))
        };
        let blobs = blobs.iter().map(blob).collect::<Option<Vec<_>>>().ok_or("has a part without a name")?;
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        Ok(Some(Self {
            dataset: text("/exportConfig/type").map(Dataset::of_type),
            submitted: text("/runInfo/submittedTime").and_then(time),
            blobs,
        }))
    }

    /// Whether a file is one that the run wrote.
    pub(super) fn lists(&self, file: &Found) -> bool {
        let name = super::place::name(&file.item);
        self.blobs.iter().any(|(blob, _)| blob == name)
    }

    /// What is not there, or not all of it.
    pub(super) fn missing(&self, files: &[Found]) -> Option<String> {
        if self.blobs.is_empty() {
            return Some("its `manifest.json` lists no files".to_owned());
        }
        self.blobs.iter().find_map(|(blob, bytes)| {
            let Some(file) = files.iter().find(|file| super::place::name(&file.item) == blob) else {
                return Some(format!("`{blob}`, which its `manifest.json` lists, is not there"));
            };
            // Whether the size of a compressed file is meant is nowhere said.
            let bytes = bytes.filter(|bytes| blob.ends_with(".csv") && file.meta.size < *bytes)?;
            Some(format!("`{blob}` has {} of {bytes} bytes", file.meta.size))
        })
    }
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    let with_zone = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    with_zone
        .ok()
        .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|time| time.and_utc()))
}

/// Reads a manifest, from memory where it has not changed. None if it is another program's.
pub(super) async fn read(
    root: &Root,
    memory: &Memory,
    meta: &ObjectMeta,
    limits: &Limits,
) -> Result<Option<Arc<Manifest>>, Unread> {
    let known = match memory.manifest(meta) {
        Some(known) => known,
        None => {
            let known = parse(root, meta, limits).await?;
            memory.read_manifest(meta, known.clone());
            known
        }
    };
    known.map_err(|why| Unread { why, may_pass: false })
}

async fn parse(
    root: &Root,
    meta: &ObjectMeta,
    limits: &Limits,
) -> Result<Result<Option<Arc<Manifest>>, String>, Unread> {
    if meta.size > limits.manifest_bytes {
        return Ok(Err(format!("has {} bytes, more than {} (`manifest_bytes`)", meta.size, limits.manifest_bytes)));
    }
    let got = async { root.store.get(&meta.location).await?.bytes().await }.await;
    let bytes = got.map_err(|error| {
        let error = store_error(&error, "manifest.json");
        Unread { why: format!("cannot be read ({})", error.message), may_pass: error.kind != FetchErrorKind::Failed }
    })?;
    Ok(Manifest::parse(&bytes).map(|manifest| manifest.map(Arc::new)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_manifest_says_what_when_and_which_files() {
        let text = r#"{"manifestVersion": "2024-04-01", "blobCount": 1, "exportConfig": {"type": "AmortizedCost"},
            "runInfo": {"submittedTime": "2024-09-15T03:12:00.1234567Z"},
            "blobs": [{"blobName": "a/c/20240901-20240930/202409150312/x/part_0_0001.csv", "byteCount": 12}]}"#;
        let manifest = Manifest::parse(text.as_bytes()).unwrap().unwrap();
        assert_eq!(manifest.dataset, Some(Dataset::Amortised));
        assert_eq!(manifest.submitted.unwrap().timestamp(), 1_726_369_920);
        assert_eq!(manifest.blobs, [("part_0_0001.csv".to_owned(), Some(12))]);
    }

    #[test]
    fn other_manifests_are_passed_over_and_broken_ones_are_not() {
        assert_eq!(Manifest::parse(b"{}"), Ok(None));
        assert_eq!(Manifest::parse(b"[1]"), Ok(None));
        assert!(Manifest::parse(b"{\"blobs\": [").unwrap_err().contains("is not JSON"));
        assert!(Manifest::parse(b"{\"blobs\": [{}]}").unwrap_err().contains("without a name"));
    }

    #[test]
    fn names_say_what_an_export_holds() {
        let check = |path: &str, expected: Option<Dataset>| assert_eq!(Dataset::of_path(path), expected, "{path}");
        check("costs-amortized/20240901-20240930/x/part_0_0001.csv", Some(Dataset::Amortised));
        check("actual-and-amortised/ActualCost/part_0_0001.csv", Some(Dataset::Actual));
        check("actual-and-amortised/part_0_0001.csv", None);
        check("daily/part_0_0001.csv", None);
        check("contractual/factual.csv", None);
        check("actually/ACTUALLY/CONTRACTUAL.csv", None);
        for name in ["actual", "DailyActualCosts", "ACTUALCOST", "daily_actual-2024", "actualcosts", "ActualsDaily"] {
            check(&format!("{name}/a.csv"), Some(Dataset::Actual));
        }
        check("exports/DailyAmortizedCost/part_0_0001.csv", Some(Dataset::Amortised));
    }
}
