//! One issue, as a finding.

use crate::lists::List;
use crate::rules::{ALL, Sort};
use crate::server::{Server, encoded};
use crate::{Project, Severity};
use guest_sdk::{Finding, Json, Resource, Time};

pub(crate) struct Issue<'a> {
    /// SonarQube's own, the same as long as the issue is there.
    pub(crate) key: &'a str,
    sort: &'static Sort,
    json: &'a Json,
}

impl<'a> Issue<'a> {
    /// The project that it says it is of, where that is another than the one that was asked for: a server that does not
    /// know how it was asked gives those of all.
    pub(crate) fn stranger<'j>(json: &'j Json, project: &Project) -> Option<&'j str> {
        text(json, "project").filter(|key| *key != project.key)
    }

    /// None where it does not say what it is. In a list of one type it need not say that.
    pub(crate) fn read(json: &'a Json, list: &'static List) -> Option<Self> {
        let mut sorts = ALL.iter().filter(|sort| std::ptr::eq(sort.list, list));
        let kind = text(json, "type");
        let by_type = || sorts.clone().find(|sort| Some(sort.kind) == kind);
        let by_quality = || sorts.clone().find(|sort| impact(json, sort).is_some());
        let sort = if list.has_types { by_type().or_else(by_quality)? } else { sorts.next()? };
        Some(Self { key: text(json, "key")?, sort, json })
    }

    pub(crate) fn finding(&self, server: &Server<'_>, project: &Project) -> Finding {
        let json = self.json;
        let said = |key| text(json, key).map(str::to_owned);
        let base = &server.base;
        let (id, key) = (encoded(&project.key), encoded(self.key));
        let issue = format!("{base}/project/issues?id={id}&open={key}");
        let hotspot = format!("{base}/security_hotspots?id={id}&hotspots={key}");
        let resource = Resource {
            resource_id: format!("{base}/dashboard?id={id}"),
            kind: Some("code.project".to_owned()),
            name: Some(project.name.clone()),
            ..Resource::default()
        };
        Finding::new(&self.sort.rule, resource)
            .part(self.key)
            .title(title(json).unwrap_or(self.sort.rule.title.to_owned()))
            .severity(self.severity())
            .evidence("sonarqube_rule", said("rule").or_else(|| said("ruleKey")))
            .evidence("file", file(json).map(str::to_owned))
            .evidence("line", json.get("line").and_then(|line| line.as_i64()))
            .evidence("status", said("issueStatus").or_else(|| said("status")))
            .evidence("effort", said("effort"))
            .evidence("created_at", text(json, "creationDate").and_then(time))
            .evidence("category", said("securityCategory"))
            .evidence("url", if self.sort.list.has_types { issue } else { hotspot })
    }

    /// By its impact on the quality that its sort is bad for, where the server says that; else by its own severity. Of a
    /// hotspot the server says how probable it is that it can be attacked.
    fn severity(&self) -> Severity {
        let probability = || text(self.json, "vulnerabilityProbability");
        match impact(self.json, self.sort).or_else(probability).unwrap_or_default() {
            "BLOCKER" => Severity::Critical,
            "HIGH" => Severity::High,
            "MEDIUM" => Severity::Medium,
            "LOW" => Severity::Low,
            "INFO" => Severity::Informational,
            _ => match text(self.json, "severity").unwrap_or_default() {
                "BLOCKER" => Severity::Critical,
                "CRITICAL" => Severity::High,
                "MAJOR" => Severity::Medium,
                "MINOR" => Severity::Low,
                "INFO" => Severity::Informational,
                _ => Severity::Unknown,
            },
        }
    }
}

fn impact<'a>(json: &'a Json, sort: &Sort) -> Option<&'a str> {
    let mut impacts = json.get("impacts").and_then(|list| list.as_array()).into_iter().flatten();
    let impact = impacts.find(|impact| text(impact, "softwareQuality") == Some(sort.quality))?;
    text(impact, "severity")
}

/// The component is the file, with its project's key before it; an issue of the project itself is in no file.
fn file(json: &Json) -> Option<&str> {
    let project = text(json, "project")?;
    text(json, "component")?.strip_prefix(project)?.strip_prefix(':')
}

/// The message, of bounded length: it is others' text.
fn title(json: &Json) -> Option<String> {
    const MOST: usize = 200;
    let message = text(json, "message")?;
    Some(match message.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    })
}

/// `2026-04-15T09:23:00+0200`: without the colon that others write.
fn time(text: &str) -> Option<Time> {
    let at = text.len().checked_sub("00".len()).filter(|at| text.is_char_boundary(*at))?;
    let (clock, minutes) = text.split_at(at);
    Time::with_offset(&format!("{clock}:{minutes}")).or_else(|_| Time::with_offset(text)).ok()
}

fn text<'a>(json: &'a Json, key: &str) -> Option<&'a str> {
    json.get(key).and_then(|value| value.as_str()).filter(|text| !text.is_empty())
}
