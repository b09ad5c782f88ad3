//! Instances with a public address, and what the groups before them let in.

use crate::ports::{self, Open};
use crate::rules::INSTANCE;
use guest_sdk::{Error, Finding, Findings, Host, Resource, Row, Severity, Unknown};
use std::collections::BTreeMap;

pub(crate) fn check(host: &Host, sensitive: &[u16], findings: &mut Findings) -> Result<(), Error> {
    let guards = Guards { groups: groups(host)?, subnets: subnets(host, findings)? };
    let sql = format!(
        "SELECT {}, state, public_ip, subnet_id, security_group_ids FROM instances WHERE public_ip IS NOT NULL",
        Resource::COLUMNS
    );
    let what = "instances with a public address";
    let mut unknown = Unknown::of(what, "it is not known what all of their security groups open");
    let mut unguarded = Unknown::of(what, "it is not known whether it is open: no security group stands before it");
    for row in host.query(&sql, &[])? {
        let row = row?;
        let Some(address) = row.optional_text("public_ip")? else { continue };
        if matches!(row.optional_text("state")?, Some("deleted" | "deleting")) {
            continue;
        }
        let passage = guards.of(&row)?;
        match passage.doubt {
            Some(Doubt::Group) => unknown.count(&row)?,
            Some(Doubt::NoGroup) => unguarded.count(&row)?,
            None => {}
        }
        if passage.open.opens_any() {
            findings.emit(finding(&row, address, &passage, sensitive)?)?;
        }
    }
    unknown.tell(findings, &INSTANCE);
    unguarded.tell(findings, &INSTANCE);
    Ok(())
}

fn finding(row: &Row, address: &str, passage: &Passage<'_>, sensitive: &[u16]) -> Result<Finding, Error> {
    let open = &passage.open;
    let hit = open.of(sensitive);
    let (severity, what) = match (open.all, hit.is_empty()) {
        (true, _) => (Severity::Critical, "every port".to_owned()),
        (false, false) => (INSTANCE.severity, ports::shown(open, &hit)),
        (false, true) => (Severity::Low, "ports that are not sensitive".to_owned()),
    };
    Ok(Finding::new(&INSTANCE, Resource::of(row)?)
        .title(format!("Instance with a public address is open to every address on {what}"))
        .severity(severity)
        .evidence("public_ip", address)
        .evidence("security_group_ids", passage.by.join(", "))
        .evidence("open_ports", open.to_string())
        .evidence("state", row.optional_text("state")?.map(str::to_owned)))
}

/// The groups by `native_id`; none for one whose ports are not known.
type Groups = BTreeMap<String, Option<Open>>;

fn groups(host: &Host) -> Result<Groups, Error> {
    let mut groups = BTreeMap::new();
    for row in host.query("SELECT native_id, open_ports FROM security_groups", &[])? {
        let row = row?;
        let open = row.optional_list("open_ports")?.map(|list| Open::read(&list)).transpose()?;
        if let Some(id) = row.optional_text("native_id")? {
            groups.insert(id.to_owned(), open);
        }
    }
    Ok(groups)
}

/// Azure's subnets by `native_id`, each with its own group where it has one. Without them other providers' instances
/// are looked at all the same.
fn subnets(host: &Host, findings: &Findings) -> Result<BTreeMap<String, Option<String>>, Error> {
    let read = || {
        let mut subnets = BTreeMap::new();
        for row in host.query("SELECT native_id, provider, properties FROM subnets", &[])? {
            let row = row?;
            // Asked for by name, a provider that is not configured would be an error.
            if row.optional_text("provider")? != Some("azure") {
                continue;
            }
            let (Some(id), Some(said)) = (row.optional_text("native_id")?, row.optional_json("properties")?) else {
                continue;
            };
            let group = said.pointer("/networkSecurityGroup/id").and_then(|id| id.as_str());
            subnets.insert(id.to_lowercase(), group.map(str::to_lowercase));
        }
        Ok(subnets)
    };
    match read() {
        Err(error @ Error::Limit { .. }) => Err(error),
        Err(error) => {
            findings.gap(&INSTANCE, &error);
            Ok(BTreeMap::new())
        }
        read => read,
    }
}

/// What stands between the internet and instances.
struct Guards {
    groups: Groups,
    subnets: BTreeMap<String, Option<String>>,
}

/// What gets through to an instance, and by which groups.
#[derive(Default)]
struct Passage<'a> {
    open: Open,
    by: Vec<&'a str>,
    /// Why there may be more that gets through.
    doubt: Option<Doubt>,
}

enum Doubt {
    /// What a group opens is not known.
    Group,
    /// There is none, and what then holds depends on the address: Azure's Basic ones are open, and its Standard ones not.
    NoGroup,
}

/// What stands at one of Azure's two doors.
enum Door<'a> {
    Unknown,
    Nobody,
    Group(&'a str, &'a Open),
}

impl Guards {
    fn of(&self, row: &Row) -> Result<Passage<'_>, Error> {
        let ids = row.optional_list("security_group_ids")?;
        if row.optional_text("provider")? != Some("azure") {
            let unknown = Passage { doubt: Some(Doubt::Group), ..Passage::default() };
            return Ok(ids.map_or(unknown, |ids| self.any_of(&ids)));
        }
        let own = match ids.as_deref() {
            Some([]) => Door::Nobody,
            Some([id]) => self.door(id),
            // Of several interfaces it is not told which group is whose, nor which of them has the address.
            Some(_) | None => Door::Unknown,
        };
        let subnet = row.optional_text("subnet_id")?.and_then(|id| self.subnets.get(&id.to_lowercase()));
        let subnet = match subnet {
            None => Door::Unknown,
            Some(None) => Door::Nobody,
            Some(Some(id)) => self.door(id),
        };
        Ok(both(own, subnet))
    }

    /// What one group lets through passes, whatever the others say.
    fn any_of(&self, ids: &[String]) -> Passage<'_> {
        let mut passage = Passage::default();
        for id in ids {
            match self.door(id) {
                Door::Group(id, group) if group.opens_any() => {
                    passage.open.join(group);
                    passage.by.push(id);
                }
                Door::Group(..) => {}
                Door::Unknown | Door::Nobody => passage.doubt = Some(Doubt::Group),
            }
        }
        passage
    }

    fn door(&self, id: &str) -> Door<'_> {
        match self.groups.get_key_value(id) {
            Some((id, Some(open))) => Door::Group(id, open),
            Some((_, None)) | None => Door::Unknown,
        }
    }
}

/// On Azure what comes in must pass the subnet's group and then the interface's, where there are such.
fn both<'a>(own: Door<'a>, subnet: Door<'a>) -> Passage<'a> {
    let doubt = |doubt| Passage { doubt: Some(doubt), ..Passage::default() };
    match (own, subnet) {
        // What is closed at one door is closed, whatever is not known of the other.
        (Door::Group(_, open), _) | (_, Door::Group(_, open)) if !open.opens_any() => Passage::default(),
        (Door::Unknown, _) | (_, Door::Unknown) => doubt(Doubt::Group),
        (Door::Nobody, Door::Nobody) => doubt(Doubt::NoGroup),
        (Door::Group(id, open), Door::Nobody) | (Door::Nobody, Door::Group(id, open)) => {
            Passage { open: open.clone(), by: vec![id], doubt: None }
        }
        (Door::Group(own, open), Door::Group(subnet, before)) => {
            let by = if own == subnet { vec![own] } else { vec![subnet, own] };
            Passage { open: open.meet(before), by, doubt: None }
        }
    }
}
