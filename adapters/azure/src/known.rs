//! What rows need to know beyond their own item: power states, sizes, interfaces and addresses. Read before the rows,
//! and only what the request needs. A part that fails is a gap in its columns.

use crate::errors::safe;
use crate::fetch::{Fetch, List};
use crate::place::Place;
use crate::sizes::{SKUS, SizesOf};
use crate::words::{id, ids, list, location, text, time};
use chrono::{DateTime, Utc};
use engine::{FetchError, FetchErrorKind};
use schema::{Row, Value};
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(crate) static MACHINES: List = List {
    path: "Microsoft.Compute/virtualMachines",
    action: "Microsoft.Compute/virtualMachines/read",
    version: "2024-07-01",
};
static INTERFACES: List = List {
    path: "Microsoft.Network/networkInterfaces",
    action: "Microsoft.Network/networkInterfaces/read",
    version: "2024-05-01",
};
pub(crate) static ADDRESSES: List = List {
    path: "Microsoft.Network/publicIPAddresses",
    action: "Microsoft.Network/publicIPAddresses/read",
    version: "2024-05-01",
};

/// Columns of `instances` that are its power state's.
const OF_POWER: &[&str] = &["state", "stopped_at"];
/// Columns of `instances` that are its interface's.
pub(crate) const OF_INTERFACES: &[&str] = &["private_ip", "network_id", "subnet_id", "security_group_ids"];
/// The same, and the one that its public addresses are read for.
pub(crate) const OF_ADDRESSES: &[&str] = &["private_ip", "network_id", "subnet_id", "security_group_ids", "public_ip"];
/// Columns of `instances` that are its size's.
pub(crate) const OF_SIZES: &[&str] = &["vcpus", "memory_gib", "architecture"];

/// What an interface says of its machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interface {
    pub(crate) machine: Option<String>,
    /// Whether it is its machine's first.
    pub(crate) is_primary: bool,
    pub(crate) private_ip: Option<String>,
    pub(crate) subnet: Option<String>,
    pub(crate) groups: Vec<String>,
    /// Ids of public addresses.
    pub(crate) addresses: Vec<String>,
}

/// What a machine's statuses say.
#[derive(Debug, Clone)]
pub(crate) struct Power {
    /// Such as `PowerState/running`.
    pub(crate) code: String,
    /// When the last change of the machine ended: its making, start, stop or resize.
    pub(crate) changed_at: Option<DateTime<Utc>>,
}

/// What rows need to know beyond their own item.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) place: Place,
    /// By id of the machine; none where it was not read.
    pub(crate) power: Option<HashMap<String, Power>>,
    /// By location; none where they are not wanted. A location whose sizes could not be read has none.
    pub(crate) sizes: Option<HashMap<String, Option<Arc<SizesOf>>>>,
    /// Sizes that machines have and Azure does not list, with the location: those that were told of.
    unlisted: HashSet<(String, String)>,
    /// By id; none where they were not read.
    pub(crate) interfaces: Option<HashMap<String, Interface>>,
    /// Public addresses by id; none where they were not read.
    pub(crate) addresses: Option<HashMap<String, String>>,
}

impl Known {
    /// Nothing but where rows belong.
    pub(crate) fn of(place: Place) -> Self {
        Self { place, power: None, sizes: None, unlisted: HashSet::new(), interfaces: None, addresses: None }
    }

    /// The same, in a scope and at a time of a test's own.
    #[cfg(test)]
    pub(crate) fn at(scope: &schema::Scope, now: DateTime<Utc>) -> Self {
        Self::of(Place::new(scope, now))
    }

    /// What the request needs.
    pub(crate) async fn read(f: &Fetch<'_>) -> Result<Self, FetchError> {
        let mut known = Self::of(f.place.clone());
        for need in needs(f.request) {
            match need {
                Need::Power => match power(f).await {
                    Ok(power) => known.power = Some(power),
                    Err(error) => f.cx.gap(OF_POWER, None, error).await?,
                },
                // Of which locations is known when machines are.
                Need::Sizes => known.sizes = Some(HashMap::new()),
                Need::Interfaces(columns) => match f.all(&INTERFACES, &[]).await {
                    Ok(all) => known.interfaces = Some(all.iter().filter_map(interface).collect()),
                    Err(error) => f.cx.gap(&wanted(f, columns), None, error).await?,
                },
                Need::Addresses(columns) => match f.all(&ADDRESSES, &[]).await {
                    Ok(all) => known.addresses = Some(all.iter().filter_map(address).collect()),
                    Err(error) => f.cx.gap(columns, None, error).await?,
                },
            }
        }
        Ok(known)
    }

    /// Finds out what sizes have in the locations of some machines, where that is wanted.
    pub(crate) async fn learn_sizes(&mut self, f: &Fetch<'_>, machines: &[Json]) -> Result<(), FetchError> {
        let Some(sizes) = &mut self.sizes else { return Ok(()) };
        for at in machines.iter().filter_map(|machine| text(machine, "/location")).map(location) {
            if sizes.contains_key(&at) {
                continue;
            }
            // The name becomes part of a filter, in quotes.
            let read = if at.contains('\'') { Err(no_location()) } else { f.azure.sizes.of(f, &at).await };
            sizes.insert(at.clone(), read.as_ref().ok().cloned());
            if let Err(error) = read {
                f.cx.gap(OF_SIZES, Some(at), error).await?;
            }
        }
        Ok(())
    }

    /// Tells of sizes that rows have and Azure does not list where they are: old ones that are sold no more. Once of each.
    pub(crate) async fn tell_unlisted(&mut self, f: &Fetch<'_>, rows: &[Row]) -> Result<(), FetchError> {
        let Some(sizes) = &self.sizes else { return Ok(()) };
        for row in rows {
            let (Value::Text(size), Value::Text(at)) = (row.get("instance_type"), row.get("region")) else { continue };
            let Some(Some(listed)) = sizes.get(at) else { continue };
            if listed.contains_key(&size.to_lowercase()) || !self.unlisted.insert((size.clone(), at.clone())) {
                continue;
            }
            let text =
                format!("Azure does not list the size `{}` in `{}`, and says nothing of it", safe(size), safe(at));
            let error = FetchError::new(FetchErrorKind::Limited, text).with_code("size_not_listed");
            f.cx.gap(OF_SIZES, Some(format!("{size} in {at}")), error).await?;
        }
        Ok(())
    }

    /// The address that an id of a public address stands for.
    pub(crate) fn address(&self, id: &str) -> Option<&str> {
        self.addresses.as_ref()?.get(id).map(String::as_str)
    }
}

fn no_location() -> FetchError {
    FetchError::new(FetchErrorKind::Failed, "the location of a machine is no name that sizes could be asked for by")
}

/// Those of some columns that the request wants.
pub(crate) fn wanted(f: &Fetch<'_>, columns: &[&'static str]) -> Vec<&'static str> {
    columns.iter().copied().filter(|column| f.request.wants(column)).collect()
}

/// One more list that a request needs, and the columns that go without it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    Power,
    Sizes,
    Interfaces(&'static [&'static str]),
    Addresses(&'static [&'static str]),
}

impl Need {
    /// The list that is read.
    pub(crate) fn list(self) -> &'static List {
        match self {
            Self::Power => &MACHINES,
            Self::Sizes => &SKUS,
            Self::Interfaces(_) => &INTERFACES,
            Self::Addresses(_) => &ADDRESSES,
        }
    }
}

/// What a request needs.
pub(crate) fn needs(request: &engine::source::FetchRequest) -> Vec<Need> {
    let wants = |columns: &[&str]| columns.iter().any(|column| request.wants(column));
    let mut needs = Vec::new();
    match request.table.name {
        "instances" => {
            needs.push(Need::Power);
            if wants(OF_SIZES) {
                needs.push(Need::Sizes);
            }
            if wants(&["public_ip"]) {
                needs.extend([Need::Interfaces(OF_ADDRESSES), Need::Addresses(&["public_ip"])]);
            } else if wants(OF_INTERFACES) {
                needs.push(Need::Interfaces(OF_INTERFACES));
            }
        }
        "public_ips" if wants(&["instance_id"]) => needs.push(Need::Interfaces(&["instance_id"])),
        "nat_gateways" if wants(&["public_ips"]) => needs.push(Need::Addresses(&["public_ips"])),
        _ => {}
    }
    needs
}

async fn power(f: &Fetch<'_>) -> Result<HashMap<String, Power>, FetchError> {
    let mut listing = f.list(&MACHINES, &[("statusOnly", "true")])?;
    let mut power = HashMap::new();
    while let Some(page) = listing.values(f.arm, f.cx).await? {
        power.extend(page.iter().filter_map(|machine| Some((id(machine, "/id")?, power_of(machine)?))));
    }
    Ok(power)
}

/// A machine's power state, where what was read of it has one.
pub(crate) fn power_of(machine: &Json) -> Option<Power> {
    let of_kind = |kind: &str| {
        let mut statuses = list(machine, "/properties/instanceView/statuses");
        statuses.find(|status| id(status, "/code").is_some_and(|code| code.starts_with(kind)))
    };
    let code = text(of_kind("powerstate/")?, "/code")?.to_owned();
    Some(Power { code, changed_at: of_kind("provisioningstate/").and_then(|status| time(status, "/time")) })
}

pub(crate) fn interface(item: &Json) -> Option<(String, Interface)> {
    let configurations = || list(item, "/properties/ipConfigurations");
    let is_primary = |one: &&Json| one.pointer("/properties/primary") == Some(&Json::Bool(true));
    let first = configurations().find(is_primary).or_else(|| configurations().next());
    let read = Interface {
        machine: id(item, "/properties/virtualMachine/id"),
        is_primary: item.pointer("/properties/primary") == Some(&Json::Bool(true)),
        private_ip: first.and_then(|one| text(one, "/properties/privateIPAddress")).map(str::to_owned),
        subnet: first.and_then(|one| id(one, "/properties/subnet/id")),
        groups: id(item, "/properties/networkSecurityGroup/id").into_iter().collect(),
        addresses: configurations().filter_map(|one| id(one, "/properties/publicIPAddress/id")).collect(),
    };
    Some((id(item, "/id")?, read))
}

pub(crate) fn address(item: &Json) -> Option<(String, String)> {
    Some((id(item, "/id")?, text(item, "/properties/ipAddress")?.to_owned()))
}

/// The interfaces of a machine, its primary one first.
pub(crate) fn interfaces_of(machine: &Json) -> Vec<String> {
    let at = "/properties/networkProfile/networkInterfaces";
    let is_primary = |one: &&Json| one.pointer("/properties/primary") == Some(&Json::Bool(true));
    let primary = list(machine, at).find(is_primary).and_then(|one| id(one, "/id"));
    let others = ids(machine, at).into_iter().filter(|one| Some(one) != primary.as_ref());
    primary.clone().into_iter().chain(others.collect::<Vec<_>>()).collect()
}
