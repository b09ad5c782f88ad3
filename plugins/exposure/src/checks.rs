//! What is looked at, table by table. A check that cannot be made leaves the others alone.

use crate::instances;
use crate::ports::{self, Open};
use crate::rules::{DATABASE, GROUP, IMAGE, INSTANCE, LOAD_BALANCER, STORAGE_ACCOUNT};
use guest_sdk::{Error, Finding, Findings, Host, Resource, Rule, Severity};

/// A check: the table it is mainly about, the rules it decides, and how.
pub(crate) struct Check {
    pub(crate) table: &'static str,
    pub(crate) rules: &'static [Rule],
    pub(crate) run: fn(&Host, &[u16], &mut Findings) -> Result<(), Error>,
}

pub(crate) static ALL: &[Check] = &[
    Check { table: "security_groups", rules: &[GROUP], run: groups },
    Check { table: "instances", rules: &[INSTANCE], run: instances::check },
    Check { table: "load_balancers", rules: &[LOAD_BALANCER], run: load_balancers },
    Check { table: "databases", rules: &[DATABASE], run: databases },
    Check { table: "images", rules: &[IMAGE], run: images },
    Check { table: "buckets", rules: &[STORAGE_ACCOUNT], run: storage_accounts },
];

fn groups(host: &Host, sensitive: &[u16], findings: &mut Findings) -> Result<(), Error> {
    let sql = format!("SELECT {}, open_ports FROM security_groups", Resource::COLUMNS);
    let mut unknown = Unknown::of("security groups", "which ports they open");
    for row in host.query(&sql, &[])? {
        let row = row?;
        let Some(list) = row.optional_list("open_ports")? else {
            unknown.one();
            continue;
        };
        let open = Open::read(&list)?;
        let hit = open.of(sensitive);
        if hit.is_empty() {
            continue;
        }
        let severity = if open.all { Severity::High } else { GROUP.severity };
        let title = format!("Security group opens {} to every address", ports::shown(&open, &hit));
        let finding = Finding::new(&GROUP, Resource::of(&row)?).title(title).severity(severity);
        findings.emit(finding.evidence("open_ports", list.join(", ")))?;
    }
    unknown.tell(findings, &GROUP);
    Ok(())
}

fn load_balancers(host: &Host, _: &[u16], findings: &mut Findings) -> Result<(), Error> {
    let sql = format!("SELECT {}, scheme, dns_name FROM load_balancers", Resource::COLUMNS);
    let mut unknown = Unknown::of("load balancers", "whether they face the internet");
    for row in host.query(&sql, &[])? {
        let row = row?;
        match row.optional_text("scheme")? {
            None => unknown.one(),
            Some("internet-facing") => {
                let finding = Finding::new(&LOAD_BALANCER, Resource::of(&row)?);
                findings.emit(finding.evidence("dns_name", row.optional_text("dns_name")?.map(str::to_owned)))?;
            }
            Some(_) => {}
        }
    }
    unknown.tell(findings, &LOAD_BALANCER);
    Ok(())
}

fn databases(host: &Host, _: &[u16], findings: &mut Findings) -> Result<(), Error> {
    let sql = format!("SELECT {}, publicly_accessible, engine, endpoint FROM databases", Resource::COLUMNS);
    let mut unknown = Unknown::of("databases", "whether they have a public address");
    for row in host.query(&sql, &[])? {
        let row = row?;
        match row.optional_boolean("publicly_accessible")? {
            None => unknown.one(),
            Some(true) => {
                let finding = Finding::new(&DATABASE, Resource::of(&row)?)
                    .evidence("publicly_accessible", true)
                    .evidence("engine", row.optional_text("engine")?.map(str::to_owned))
                    .evidence("endpoint", row.optional_text("endpoint")?.map(str::to_owned));
                findings.emit(finding)?;
            }
            Some(false) => {}
        }
    }
    unknown.tell(findings, &DATABASE);
    Ok(())
}

fn images(host: &Host, _: &[u16], findings: &mut Findings) -> Result<(), Error> {
    let sql = format!("SELECT {}, public FROM images", Resource::COLUMNS);
    let mut unknown = Unknown::of("images", "whether anybody may use them");
    for row in host.query(&sql, &[])? {
        let row = row?;
        match row.optional_boolean("public")? {
            None => unknown.one(),
            Some(true) => findings.emit(Finding::new(&IMAGE, Resource::of(&row)?).evidence("public", true))?,
            Some(false) => {}
        }
    }
    unknown.tell(findings, &IMAGE);
    Ok(())
}

fn storage_accounts(host: &Host, _: &[u16], findings: &mut Findings) -> Result<(), Error> {
    let sql = format!("SELECT {}, properties FROM buckets WHERE provider = 'azure'", Resource::COLUMNS);
    let mut unknown = Unknown::of("storage accounts", "whether their containers may be public");
    for row in host.query(&sql, &[])? {
        let row = row?;
        if row.optional_text("provider")? != Some("azure") {
            continue;
        }
        let said = row.optional_json("properties")?.unwrap_or_default();
        // With the public network closed no container is reached by everybody, whatever else is set.
        if said.get("publicNetworkAccess").is_some_and(|word| word == "Disabled") {
            continue;
        }
        match said.get("allowBlobPublicAccess").and_then(|value| value.as_bool()) {
            None => unknown.one(),
            Some(true) => {
                let finding = Finding::new(&STORAGE_ACCOUNT, Resource::of(&row)?);
                findings.emit(finding.evidence("allowBlobPublicAccess", true))?;
            }
            Some(false) => {}
        }
    }
    unknown.tell(findings, &STORAGE_ACCOUNT);
    Ok(())
}

/// Resources of which a rule cannot tell: counted, and told once.
pub(crate) struct Unknown {
    what: &'static str,
    of_them: &'static str,
    count: usize,
}

impl Unknown {
    pub(crate) fn of(what: &'static str, of_them: &'static str) -> Self {
        Self { what, of_them, count: 0 }
    }

    pub(crate) fn one(&mut self) {
        self.count += 1;
    }

    pub(crate) fn tell(&self, findings: &Findings, rule: &Rule) {
        if self.count > 0 {
            let Self { what, of_them, count } = self;
            findings.gap(rule, &Error::Failed(format!("of {count} {what} it is not known {of_them}")));
        }
    }
}
