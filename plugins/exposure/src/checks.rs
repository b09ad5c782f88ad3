//! What is looked at, table by table. A check that cannot be made leaves the others alone.

use crate::instances;
use crate::ports::{self, Open};
use crate::rules::{BUCKET, DATABASE, GROUP, IMAGE, INSTANCE, LOAD_BALANCER, OPEN_BUCKET, SNAPSHOT, STORAGE_ACCOUNT};
use guest_sdk::{Error, Finding, Findings, Host, Resource, Rule, Severity, Unknown};

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
    Check { table: "snapshots", rules: &[SNAPSHOT], run: snapshots },
    Check { table: "buckets", rules: &[STORAGE_ACCOUNT, BUCKET, OPEN_BUCKET], run: buckets },
];

fn groups(host: &Host, sensitive: &[u16], findings: &mut Findings) -> Result<(), Error> {
    let sql = format!("SELECT {}, open_ports FROM security_groups", Resource::COLUMNS);
    let mut unknown = Unknown::of("security groups", "it is not known which ports they open");
    for row in host.query(&sql, &[])? {
        let row = row?;
        let Some(list) = row.optional_list("open_ports")? else {
            unknown.count(&row)?;
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
    let mut unknown = Unknown::of("load balancers", "it is not known whether they face the internet");
    for row in host.query(&sql, &[])? {
        let row = row?;
        match row.optional_text("scheme")? {
            None => unknown.count(&row)?,
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
    let mut unknown = Unknown::of("databases", "it is not known whether they have a public address");
    for row in host.query(&sql, &[])? {
        let row = row?;
        match row.optional_boolean("publicly_accessible")? {
            None => unknown.count(&row)?,
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
    public(host, findings, "images", &IMAGE, "it is not known whether anybody may use them")
}

fn snapshots(host: &Host, _: &[u16], findings: &mut Findings) -> Result<(), Error> {
    public(host, findings, "snapshots", &SNAPSHOT, "it is not known whether anybody may restore them")
}

/// What says of itself whether everybody may have it.
fn public(
    host: &Host,
    findings: &mut Findings,
    table: &'static str,
    rule: &'static Rule,
    lacks: &'static str,
) -> Result<(), Error> {
    let sql = format!("SELECT {}, public FROM {table}", Resource::COLUMNS);
    let mut unknown = Unknown::of(table, lacks);
    for row in host.query(&sql, &[])? {
        let row = row?;
        match row.optional_boolean("public")? {
            None => unknown.count(&row)?,
            Some(true) => findings.emit(Finding::new(rule, Resource::of(&row)?).evidence("public", true))?,
            Some(false) => {}
        }
    }
    unknown.tell(findings, rule);
    Ok(())
}

fn buckets(host: &Host, _: &[u16], findings: &mut Findings) -> Result<(), Error> {
    let sql = format!("SELECT {}, public_access_blocked, public FROM buckets", Resource::COLUMNS);
    let mut accounts = Unknown::of("storage accounts", "it is not known whether their containers may be public");
    let mut buckets = Unknown::of("buckets", "it is not known whether they block public access");
    let mut open = Unknown::of("buckets", "it is not known whether they are open to everybody");
    for row in host.query(&sql, &[])? {
        let row = row?;
        let blocked = row.optional_boolean("public_access_blocked")?;
        // Whether a container of a storage account is public is in no column.
        let is_account = row.optional_text("provider")? == Some("azure");
        let (rule, unknown) = if is_account { (&STORAGE_ACCOUNT, &mut accounts) } else { (&BUCKET, &mut buckets) };
        match blocked {
            None => unknown.count(&row)?,
            Some(true) => {}
            Some(false) => {
                let finding = Finding::new(rule, Resource::of(&row)?);
                findings.emit(finding.evidence("public_access_blocked", false))?;
            }
        }
        // With public access blocked, what is granted to everybody is granted to the account alone.
        if is_account || blocked == Some(true) {
            continue;
        }
        match row.optional_boolean("public")? {
            None => open.count(&row)?,
            Some(true) => {
                let finding = Finding::new(&OPEN_BUCKET, Resource::of(&row)?);
                findings.emit(finding.evidence("public", true).evidence("public_access_blocked", blocked))?;
            }
            Some(false) => {}
        }
    }
    accounts.tell(findings, &STORAGE_ACCOUNT);
    buckets.tell(findings, &BUCKET);
    open.tell(findings, &OPEN_BUCKET);
    Ok(())
}
