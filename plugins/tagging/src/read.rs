//! Reads the resources, their owners and what they share.

use crate::NO_OWNER;
use crate::clues::{self, Clue};
use crate::owner::{self, OwnerTags};
use guest_sdk::{Error, Findings, Host, Resource, Row, Unknown};
use std::collections::{BTreeMap, BTreeSet};

/// A resource, whose it is where that is known, and what it shares with others.
pub(crate) struct Thing {
    pub(crate) resource: Resource,
    /// Whether some tag names an owner.
    pub(crate) is_owned: bool,
    /// Whose it is by the tag that most of the estate has: people and teams are not weighed against each other.
    pub(crate) owner: Option<String>,
    pub(crate) keys: BTreeSet<(Clue, String)>,
}

/// A table that says what hangs together: its columns, and which clue each is.
struct Link {
    table: &'static str,
    columns: &'static [(&'static str, Clue)],
}

static LINKS: &[Link] = &[
    Link { table: "instances", columns: &[("native_id", Clue::Attached), ("subnet_id", Clue::Subnet)] },
    Link { table: "volumes", columns: &[("native_id", Clue::Attached), ("instance_id", Clue::Attached)] },
    Link { table: "snapshots", columns: &[("volume_id", Clue::Attached)] },
    Link { table: "public_ips", columns: &[("instance_id", Clue::Attached)] },
];

/// All resources that can have a tag.
pub(crate) fn things(host: &Host, tags: &[&str], findings: &mut Findings) -> Result<Vec<Thing>, Error> {
    let mut shared = shared(host, findings)?;
    let (mut things, mut owners) = (Vec::new(), OwnerTags::new(tags));
    let mut unknown = Unknown::of("resources", "the tags are not known");
    for row in host.query(&format!("SELECT {}, created_at, tags FROM resources", Resource::COLUMNS), &[])? {
        let row = row?;
        let resource = Resource::of(&row)?;
        if !owner::is_taggable(&resource) {
            continue;
        }
        // Tags that were not read are not the same as none.
        let Some(all) = row.optional_tags("tags")? else {
            unknown.count(&row)?;
            continue;
        };
        let mut keys = shared.remove(&resource.resource_id).unwrap_or_default();
        keys.extend(clues::words(resource.name.as_deref().unwrap_or_default()).into_iter().map(|w| (Clue::Word, w)));
        let place = |text: &Option<String>| text.clone().unwrap_or_default();
        let (account, region) = (place(&resource.account_id), place(&resource.region));
        keys.extend(clues::launched(&all, &account, &region));
        if let Some(time) = row.optional_time("created_at")? {
            keys.insert((Clue::Hour, clues::hour(time, &account, &region)));
        }
        let is_owned = owners.take(&all);
        things.push(Thing { owner: None, is_owned, resource, keys });
    }
    for (thing, owner) in things.iter_mut().zip(owners.named()) {
        thing.owner = owner;
    }
    unknown.tell(findings, &NO_OWNER);
    Ok(things)
}

/// What hangs together, by `resource_id`. A table that is not there weakens what is concluded, and is told.
fn shared(host: &Host, findings: &Findings) -> Result<BTreeMap<String, BTreeSet<(Clue, String)>>, Error> {
    let mut shared: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for Link { table, columns } in LINKS {
        let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let groups = if *table == "instances" { ", security_group_ids" } else { "" };
        let sql = format!("SELECT resource_id, {}{groups} FROM {table}", names.join(", "));
        let mut link = |row: &Row| {
            let keys = shared.entry(row.text("resource_id")?.to_owned()).or_default();
            for (name, clue) in *columns {
                keys.extend(row.optional_text(name)?.map(|key| (*clue, key.to_owned())));
            }
            if !groups.is_empty() {
                let groups = row.optional_list("security_group_ids")?.unwrap_or_default();
                keys.extend(groups.into_iter().map(|group| (Clue::Group, group)));
            }
            Ok(())
        };
        let read = host.query(&sql, &[]).and_then(|mut rows| rows.try_for_each(|row| link(&row?)));
        match read {
            Err(error @ Error::Limit { .. }) => return Err(error),
            Err(error) => findings.gap(&NO_OWNER, &error),
            Ok(()) => {}
        }
    }
    Ok(shared)
}
