//! What a SonarQube holds against the code of its projects, by its web API.

mod issue;
mod lists;
mod pages;
mod rules;
mod server;

use guest_sdk::{Description, Error, Findings, Host, Json, Parameter, Parameters, Scanner, Setting, Severity};
use issue::Issue;
use lists::List;
use server::Server;
use std::collections::BTreeSet;

struct SonarQube;

const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "base_url",
        default: Setting::Text(""),
        unit: None,
        meaning: "where the server is: `https://sonarqube.example.com`, with the path before `/api` where it has one",
    },
    Parameter {
        name: "organization",
        default: Setting::Text(""),
        unit: None,
        meaning: "the organisation, on SonarQube Cloud; nothing on a server of your own",
    },
    Parameter {
        name: "projects",
        default: Setting::Text(""),
        unit: None,
        meaning: "the keys of the projects to look at, with commas; all that the token may browse where it is empty",
    },
    Parameter {
        name: "types",
        default: Setting::Text("vulnerability,security_hotspot,bug"),
        unit: None,
        meaning: "which issues: vulnerability, security_hotspot, bug and code_smell, with commas",
    },
];

impl Scanner for SonarQube {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            summary: "finds what SonarQube holds against the code of your projects",
            parameters: PARAMETERS.to_vec(),
            rules: rules::ALL.iter().map(|sort| sort.rule).collect(),
        }
    }

    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
        let server = Server::of(host, parameters)?;
        let scan = Scan { server: &server, sorts: rules::asked(&parameters.list("types")?)? };
        let projects = match parameters.list("projects")?.as_slice() {
            [] => scan.projects(findings)?,
            keys => keys.iter().map(|key| Project { key: (*key).to_owned(), name: (*key).to_owned() }).collect(),
        };
        let total = projects.len() as u32;
        for (done, project) in (0..).zip(&projects) {
            host.progress(done, total, &project.name);
            for list in lists::ALL {
                scan.list(list, project, findings)?;
            }
        }
        host.progress(total, total, "done");
        Ok(())
    }
}

/// A project of the server's.
pub(crate) struct Project {
    pub(crate) key: String,
    pub(crate) name: String,
}

/// One scan: whom it asks, and for which sorts of issues.
struct Scan<'a> {
    server: &'a Server<'a>,
    sorts: Vec<&'static rules::Sort>,
}

impl Scan<'_> {
    /// All projects that the token may browse. Without the first page of them there is nothing to scan.
    fn projects(&self, findings: &Findings) -> Result<Vec<Project>, Error> {
        let mut projects: Vec<Project> = vec![];
        let mut seen = BTreeSet::new();
        for page in self.server.pages("/api/components/search", &[("qualifiers", "TRK")], "components") {
            let page = match page {
                Ok(page) => page,
                Err(error) if seen.is_empty() || is_of_all(&error) => return Err(error),
                Err(error) => {
                    let why = prefixed("the list of projects", &error);
                    self.sorts.iter().for_each(|sort| findings.gap(&sort.rule, &why));
                    break;
                }
            };
            let text = |item: &Json, key: &str| item.get(key).and_then(|value| value.as_str()).map(str::to_owned);
            let project = |item: &Json| {
                let key = text(item, "key")?;
                Some(Project { name: text(item, "name").unwrap_or_else(|| key.clone()), key })
            };
            projects.extend(page.iter().filter_map(project).filter(|project| seen.insert(project.key.clone())));
        }
        Ok(projects)
    }

    /// What one list has of one project. That it cannot be read leaves the others alone.
    fn list(&self, list: &'static List, project: &Project, findings: &mut Findings) -> Result<(), Error> {
        let sorts: Vec<_> = self.sorts.iter().filter(|sort| std::ptr::eq(sort.list, list)).copied().collect();
        if sorts.is_empty() {
            return Ok(());
        }
        let tell = |findings: &Findings, why: &Error| {
            let why = prefixed(&format!("project `{}`", project.key), why);
            sorts.iter().for_each(|sort| findings.gap(&sort.rule, &why));
        };
        let types = sorts.iter().map(|sort| sort.kind).collect::<Vec<_>>().join(",");
        let types = list.has_types.then_some(("types", types.as_str()));
        let query: Vec<_> = [(list.project, project.key.as_str())].into_iter().chain(types).collect();
        let query = [&query, list.query].concat();
        let (mut seen, mut strangers, mut unreadable) = (BTreeSet::new(), BTreeSet::new(), 0);
        for page in self.server.pages(list.path, &query, list.key) {
            let page = match page {
                Ok(page) => page,
                Err(error) if is_of_all(&error) => return Err(error),
                Err(error) => {
                    tell(findings, &error);
                    break;
                }
            };
            for item in &page {
                if let Some(other) = Issue::stranger(item, project) {
                    strangers.insert(other.to_owned());
                    continue;
                }
                match Issue::read(item, list) {
                    // While pages are read, an issue may move from one to the next.
                    Some(issue) if seen.insert(issue.key.to_owned()) => {
                        findings.emit(issue.finding(self.server, project))?;
                    }
                    Some(_) => {}
                    None => unreadable += 1,
                }
            }
        }
        if let Some(other) = strangers.first() {
            // A long list of others may have hidden some of its own.
            let (key, count) = (list.key, strangers.len());
            tell(
                findings,
                &Error::Failed(format!("the server gave {key} of {count} other projects too: `{other}`, …")),
            );
        }
        if unreadable > 0 {
            tell(findings, &Error::Failed(format!("{unreadable} {} say not what they are", list.key)));
        }
        Ok(())
    }
}

/// Whether the next request would end as this one did: it is the host that makes none.
fn is_of_all(error: &Error) -> bool {
    match error {
        Error::Denied { .. } | Error::Invalid { .. } => true,
        // How large one reply may be, and how long it may take, is another question for the next.
        Error::Limit { name, .. } => name == "requests",
        _ => false,
    }
}

/// The same, with what it is about before it.
fn prefixed(what: &str, error: &Error) -> Error {
    let message = format!("{what}: {error}");
    match error {
        Error::Upstream { code, .. } => Error::Upstream { message, code: code.clone() },
        Error::Limit { name, value, .. } => Error::Limit { message, name: name.clone(), value: *value },
        Error::Throttled { retry_after_seconds, .. } => {
            Error::Throttled { message, retry_after_seconds: *retry_after_seconds }
        }
        _ => Error::Failed(message),
    }
}

guest_sdk::register!(scanner: SonarQube);

#[cfg(test)]
mod tests;
