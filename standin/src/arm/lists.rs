//! Lists of resources: which things are on a page, and the page.

use super::json::{compute, containers, data, network};
use super::{ArmCall, errors};
use crate::call::Refusal;
use crate::estate::Subscription;
use crate::estate::azure::{ScaleSet, SqlServer};
use serde_json::{Value, json};

type Body = Result<String, Refusal>;

/// How many resources a page holds at most.
const LARGEST: usize = 1000;
/// How many a page of virtual machines does.
const LARGEST_OF_MACHINES: usize = 200;

/// A page of things, each written once for as long as the estate is served.
fn page<T>(call: &ArmCall<'_>, largest: usize, things: &[T], write: impl Fn(&T) -> Value) -> Body {
    let (range, next) = call.page(largest, things.len())?;
    let written = things[range].iter().map(|thing| call.world.written.of(thing, || write(thing).to_string()));
    Ok(join(written, next))
}

/// A page of things that are written anew each time.
fn page_anew<T>(call: &ArmCall<'_>, largest: usize, things: &[T], write: impl Fn(&T) -> Value) -> Body {
    let (range, next) = call.page(largest, things.len())?;
    Ok(join(things[range].iter().map(|thing| write(thing).to_string()), next))
}

fn join(things: impl Iterator<Item = impl AsRef<str>>, next: Option<String>) -> String {
    let mut body = String::from("{\"value\":[");
    for (nth, thing) in things.enumerate() {
        if nth > 0 {
            body.push(',');
        }
        body.push_str(thing.as_ref());
    }
    body.push(']');
    if let Some(next) = next {
        body.push_str(&format!(",\"nextLink\":{}", json!(next)));
    }
    body.push('}');
    body
}

pub(super) fn subscriptions(call: &ArmCall<'_>) -> Body {
    let readable = call.world.estate.subscriptions.iter().filter(|one| super::may_read(one, call.token));
    let readable: Vec<_> = readable.collect();
    page_anew(call, LARGEST, &readable, |one| written(one))
}

/// The one that the path names.
pub(super) fn subscription(call: &ArmCall<'_>) -> Body {
    Ok(written(call.here()?).to_string())
}

fn written(one: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", one.id),
        "subscriptionId": one.id,
        "displayName": one.display_name,
        "state": one.state,
        "authorizationSource": "RoleBased",
    })
}

pub(super) fn locations(call: &ArmCall<'_>) -> Body {
    let here = call.here()?;
    page_anew(call, LARGEST, &here.locations, |location| {
        json!({
            "id": format!("/subscriptions/{}/locations/{}", here.id, location.name),
            "name": location.name,
            "type": "Region",
            "displayName": location.display_name,
            "regionalDisplayName": location.display_name,
            "metadata": { "regionType": "Physical" },
        })
    })
}

/// With `statusOnly=true`, power states and nothing else.
pub(super) fn virtual_machines(call: &ArmCall<'_>) -> Body {
    let machines = &call.here()?.virtual_machines;
    if call.query.get("statusonly") == Some("true") {
        return page_anew(call, LARGEST_OF_MACHINES, machines, compute::status);
    }
    page(call, LARGEST_OF_MACHINES, machines, compute::virtual_machine)
}

pub(super) fn scale_sets(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.scale_sets, compute::scale_set)
}

/// With `$expand=instanceView`, power states too.
pub(super) fn scale_set_instances(call: &ArmCall<'_>) -> Body {
    let set = scale_set(call)?;
    let expanded = call.query.get("$expand").is_some_and(|what| what.eq_ignore_ascii_case("instanceView"));
    page_anew(call, LARGEST_OF_MACHINES, &set.instances, |one| compute::scale_set_instance(set, one, expanded))
}

/// The interfaces of all instances of a scale set.
pub(super) fn scale_set_interfaces(call: &ArmCall<'_>) -> Body {
    let all: Vec<_> = scale_set(call)?.instances.iter().flat_map(|one| &one.network_interfaces).collect();
    page_anew(call, LARGEST, &all, |one| network::network_interface_in_set(one))
}

/// The public addresses of all instances of a scale set.
pub(super) fn scale_set_addresses(call: &ArmCall<'_>) -> Body {
    let all: Vec<_> = scale_set(call)?.instances.iter().flat_map(|one| &one.public_ip_addresses).collect();
    page_anew(call, LARGEST, &all, |one| network::public_ip_address_in_set(one))
}

/// The scale set that the path names.
fn scale_set<'a>(call: &ArmCall<'a>) -> Result<&'a ScaleSet, Refusal> {
    let id = call.target.parent_id.as_deref().unwrap_or_default();
    let found = call.here()?.scale_sets.iter().find(|set| set.resource.id.eq_ignore_ascii_case(id));
    found.ok_or_else(|| errors::no_resource(id))
}

/// Each size in each location, or in the one that is asked for, and disks, which the same list has.
pub(super) fn skus(call: &ArmCall<'_>) -> Body {
    let here = call.here()?;
    let sizes = &call.world.estate.vm_sizes;
    let wanted = call.query.get("$filter").map(|filter| filter.trim_start_matches("location eq ").trim_matches('\''));
    let all: Vec<Value> = here
        .locations
        .iter()
        .filter(|at| wanted.is_none_or(|wanted| at.name.eq_ignore_ascii_case(wanted)))
        .flat_map(|at| sizes.iter().map(|size| compute::sku(size, &at.name)).chain([compute::disk_sku(&at.name)]))
        .collect();
    page_anew(call, LARGEST, &all, Value::clone)
}

pub(super) fn disks(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.disks, compute::disk)
}

pub(super) fn snapshots(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.snapshots, compute::snapshot)
}

pub(super) fn images(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.images, compute::image)
}

pub(super) fn virtual_networks(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.virtual_networks, network::virtual_network)
}

pub(super) fn network_security_groups(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.network_security_groups, network::network_security_group)
}

pub(super) fn public_ip_addresses(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.public_ip_addresses, network::public_ip_address)
}

pub(super) fn nat_gateways(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.nat_gateways, network::nat_gateway)
}

pub(super) fn load_balancers(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.load_balancers, network::load_balancer)
}

pub(super) fn network_interfaces(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.network_interfaces, network::network_interface)
}

pub(super) fn sql_servers(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.sql_servers, data::sql_server)
}

pub(super) fn sql_databases(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &sql_server(call)?.databases, data::sql_database)
}

pub(super) fn elastic_pools(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &sql_server(call)?.elastic_pools, data::elastic_pool)
}

/// The server that the path names.
fn sql_server<'a>(call: &ArmCall<'a>) -> Result<&'a SqlServer, Refusal> {
    let id = call.target.parent_id.as_deref().unwrap_or_default();
    let found = call.here()?.sql_servers.iter().find(|server| server.resource.id.eq_ignore_ascii_case(id));
    found.ok_or_else(|| errors::no_resource(id))
}

pub(super) fn managed_instances(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.managed_instances, data::managed_instance)
}

pub(super) fn postgresql_servers(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.postgresql_servers, data::postgresql_server)
}

pub(super) fn mysql_servers(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.mysql_servers, data::mysql_server)
}

pub(super) fn storage_accounts(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.storage_accounts, data::storage_account)
}

pub(super) fn sites(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.sites, data::site)
}

pub(super) fn managed_clusters(call: &ArmCall<'_>) -> Body {
    page(call, LARGEST, &call.here()?.managed_clusters, containers::managed_cluster)
}
