//! Uniform scale sets: their instances, which are in no list of the subscription's, and the interfaces and public
//! addresses of those. Each takes a call a set and page; the members of flexible sets are among the virtual machines.

use crate::costs;
use crate::fetch::{Fetch, List};
use crate::known::{Interface, OF_ADDRESSES, OF_INTERFACES, address, interface, wanted};
use crate::words::{id, parent, text};
use engine::FetchError;
use futures::stream::{self, Stream, StreamExt};
use serde_json::Value as Json;
use std::collections::HashMap;

pub(crate) static SETS: List = List {
    path: "Microsoft.Compute/virtualMachineScaleSets",
    action: "Microsoft.Compute/virtualMachineScaleSets/read",
    version: "2024-07-01",
};
pub(crate) const MACHINES: &str = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read";
pub(crate) const INTERFACES: &str = "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read";
pub(crate) const ADDRESSES: &str = "Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read";

/// The only version that Azure documents for the interfaces and addresses below a set.
const NETWORK_VERSION: &str = "2018-10-01";

/// Sets that are read at once.
const AT_ONCE: usize = 4;

/// A uniform scale set, and what was read of its instances.
#[derive(Debug)]
pub(crate) struct Members {
    pub(crate) set: Json,
    pub(crate) machines: Vec<Json>,
    /// Whether these are all of its instances.
    pub(crate) is_whole: bool,
    /// By id; none where they were not read.
    pub(crate) interfaces: Option<HashMap<String, Interface>>,
    /// Public addresses by id; none where they were not read.
    pub(crate) addresses: Option<HashMap<String, String>>,
}

/// The uniform scale sets of the subscription.
pub(crate) async fn uniform(f: &Fetch<'_>) -> Result<Vec<Json>, FetchError> {
    let mut sets = f.all(&SETS, &[]).await?;
    sets.retain(|set| text(set, "/properties/orchestrationMode") != Some("Flexible") && text(set, "/id").is_some());
    Ok(sets)
}

/// Reads the instances of each set, a few sets at once, in the sets' order. What cannot be read of a set is a gap, and
/// the rest goes on; an error is the end of the fetch.
pub(crate) fn members<'a>(
    f: &'a Fetch<'_>,
    sets: Vec<Json>,
) -> impl Stream<Item = Result<Members, FetchError>> + use<'a> {
    stream::iter(sets).map(move |set| read(f, set)).buffered(AT_ONCE)
}

/// The actions that a request takes for each set.
pub(crate) fn actions(request: &engine::source::FetchRequest) -> Vec<&'static str> {
    let wants = |columns: &[&str]| columns.iter().any(|column| request.wants(column));
    let mut actions = vec![MACHINES];
    if wants(OF_ADDRESSES) {
        actions.push(INTERFACES);
    }
    if wants(&["public_ip"]) {
        actions.push(ADDRESSES);
    }
    actions
}

async fn read(f: &Fetch<'_>, set: Json) -> Result<Members, FetchError> {
    let path = text(&set, "/id").unwrap_or_default().to_owned();
    let item = Some(path.to_lowercase());
    let mut members = Members { machines: Vec::new(), is_whole: true, interfaces: None, addresses: None, set };
    let query = [("$expand", "instanceView")];
    let machines = f.arm.get(MACHINES, &format!("{path}/virtualMachines"), SETS.version, &query)?;
    if let Err(error) = f.read_all(machines, &mut members.machines).await {
        members.is_whole = false;
        f.cx.gap(&[], item.clone(), error.clone()).await?;
        // Among how many they share what the set cost is then not known.
        let columns = wanted(f, costs::COLUMNS);
        if !columns.is_empty() && !members.machines.is_empty() {
            f.cx.gap(&columns, item.clone(), error).await?;
        }
    }
    if members.machines.is_empty() {
        return Ok(members);
    }
    let actions = actions(f.request);
    if actions.contains(&INTERFACES) {
        match below(f, INTERFACES, &format!("{path}/networkInterfaces")).await {
            Ok(all) => members.interfaces = Some(all.iter().filter_map(interface).collect()),
            Err(error) => {
                let columns = if actions.contains(&ADDRESSES) { OF_ADDRESSES } else { OF_INTERFACES };
                f.cx.gap(&wanted(f, columns), item, error).await?;
                return Ok(members);
            }
        }
    }
    if actions.contains(&ADDRESSES) {
        match below(f, ADDRESSES, &format!("{path}/publicipaddresses")).await {
            Ok(all) => members.take_addresses(&all),
            Err(error) => f.cx.gap(&["public_ip"], item, error).await?,
        }
    }
    Ok(members)
}

async fn below(f: &Fetch<'_>, action: &'static str, path: &str) -> Result<Vec<Json>, FetchError> {
    let mut values = Vec::new();
    f.read_all(f.arm.get(action, path, NETWORK_VERSION, &[])?, &mut values).await?;
    Ok(values)
}

impl Members {
    /// Takes note of public addresses. The id of each lies inside the one of its interface, which need not name it.
    fn take_addresses(&mut self, all: &[Json]) {
        for address in all.iter().filter_map(|one| id(one, "/id")) {
            let interface = parent(&address, 2).and_then(|of| self.interfaces.as_mut()?.get_mut(&of));
            if let Some(interface) = interface.filter(|interface| !interface.addresses.contains(&address)) {
                interface.addresses.push(address);
            }
        }
        self.addresses = Some(all.iter().filter_map(address).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_address_is_found_where_its_interface_does_not_name_it() {
        let nic = "/s/virtualMachines/0/networkInterfaces/Nic";
        let interfaces = interface(&json!({"id": nic, "properties": {}})).into_iter().collect();
        let mut members = Members {
            set: Json::Null,
            machines: Vec::new(),
            is_whole: true,
            interfaces: Some(interfaces),
            addresses: None,
        };
        let ip = format!("{nic}/ipConfigurations/Ip/publicIPAddresses/Pub");
        members.take_addresses(&[json!({"id": ip, "properties": {"ipAddress": "198.51.100.7"}})]);
        let ip = ip.to_lowercase();
        assert_eq!(members.interfaces.as_ref().map(|all| &all[&nic.to_lowercase()].addresses), Some(&vec![ip.clone()]));
        assert_eq!(members.addresses.as_ref().map(|all| all[&ip].as_str()), Some("198.51.100.7"));
    }
}
