//! One report: what it is about, and its entries.

use crate::place;
use crate::rules::{LICENCE, MISCONFIGURATION, SECRET, SYSTEM, VULNERABILITY};
use guest_sdk::{Error, Input, Json, Rule, Time};

/// What a report is about, and from when it is.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// The artifact, the same in every report about it.
    pub(crate) id: String,
    /// `container_image`, `filesystem`, `repository`, `vm`, …
    pub(crate) kind: String,
    pub(crate) made: Option<Time>,
    /// Whether nothing but a path says which folder or file it is about: two machines may have two things there.
    pub(crate) is_by_path: bool,
    /// The rules that it has something for. What was looked for and not found a report does not say, but for
    /// configuration.
    pub(crate) has: Vec<&'static Rule>,
}

#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) file_name: String,
    pub(crate) head: Head,
    json: Json,
}

impl Report {
    /// The version of the format: since Trivy 0.20.
    const VERSION: i64 = 2;

    pub(crate) fn read(input: &Input) -> Result<Self, Error> {
        let json = input.json()?;
        let file_name = input.file_name().to_owned();
        let version = json.get("SchemaVersion").and_then(|version| version.as_i64());
        let name = text(&json, "ArtifactName");
        let (Some(Self::VERSION), Some(name)) = (version, name) else {
            return Err(Error::Failed(format!("`{file_name}` {}", what_it_is(&json, version))));
        };
        let kind = text(&json, "ArtifactType").unwrap_or_default().to_owned();
        let repository = json.pointer("/Metadata/RepoURL").and_then(|url| url.as_str()).filter(|url| !url.is_empty());
        let head = Head {
            id: place::id(name, &kind, repository, &file_name),
            is_by_path: place::is_path(name, &kind) && repository.is_none(),
            kind,
            made: text(&json, "CreatedAt").and_then(|text| Time::with_offset(text).ok()),
            has: has(&json),
        };
        Ok(Self { file_name, head, json })
    }

    /// The entries of one sort, each with the result that it is in.
    pub(crate) fn entries<'a>(&'a self, sort: &'static str) -> impl Iterator<Item = (&'a Json, &'a Json)> {
        let of_result = move |result: &'a Json| items(result, sort).map(move |entry| (result, entry));
        items(&self.json, "Results").flat_map(of_result)
    }

    pub(crate) fn metadata(&self) -> &Json {
        self.json.get("Metadata").unwrap_or(&Json::Null)
    }
}

fn has(json: &Json) -> Vec<&'static Rule> {
    let any = |sort: &str| items(json, "Results").any(|result| items(result, sort).next().is_some());
    let configured = || items(json, "Results").any(|result| result.get("MisconfSummary").is_some());
    let sorts = [
        (&VULNERABILITY, any("Vulnerabilities")),
        (&MISCONFIGURATION, any("Misconfigurations") || configured()),
        (&SECRET, any("Secrets")),
        (&LICENCE, any("Licenses")),
        (&SYSTEM, json.pointer("/Metadata/OS/Family").is_some()),
    ];
    sorts.into_iter().filter(|(_, is_there)| *is_there).map(|(rule, _)| rule).collect()
}

fn what_it_is(json: &Json, version: Option<i64>) -> String {
    match version {
        Some(version) if version != Report::VERSION => {
            format!("is a report of version {version}, and version {} is read", Report::VERSION)
        }
        _ if json.is_array() => "is a report of Trivy before 0.20, which says not what it is about".to_owned(),
        _ if json.get("ClusterName").is_some() => "is a report of `trivy k8s`, which is not read".to_owned(),
        _ => "is no report of Trivy: write one with `--format json`".to_owned(),
    }
}

fn items<'a>(json: &'a Json, key: &str) -> impl Iterator<Item = &'a Json> + use<'a> {
    json.get(key).and_then(|list| list.as_array()).into_iter().flatten()
}

/// A text that is not empty.
pub(crate) fn text<'a>(json: &'a Json, key: &str) -> Option<&'a str> {
    json.get(key).and_then(|value| value.as_str()).filter(|text| !text.is_empty())
}

/// A title of bounded length: it is others' text.
pub(crate) fn title(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Adds to a list with commas what is not in it yet.
pub(crate) fn add(list: &mut Vec<String>, item: Option<impl Into<String>>) {
    if let Some(item) = item.map(Into::into).filter(|item| !list.contains(item)) {
        list.push(item);
    }
}

/// Some of a list with commas, and how many more there are.
pub(crate) fn shown(list: &[String]) -> Option<String> {
    const SHOWN: usize = 20;
    let more = list.len().saturating_sub(SHOWN);
    let some = list[..list.len() - more].join(", ");
    match (list.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(some),
        (false, more) => Some(format!("{some}, and {more} more")),
    }
}
