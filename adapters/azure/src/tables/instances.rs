//! `instances`: virtual machines, and the instances of uniform scale sets. Those of flexible ones are among the machines.

use super::{COST, Listed};
use crate::fetch::Fetch;
use crate::handover::Handover;
use crate::known::{Known, MACHINES, OF_INTERFACES, OF_SIZES, Power, interfaces_of, power_of};
use crate::scale_sets::{self, Members};
use crate::states;
use crate::words::{id, location, parent, properties, text, time};
use chrono::{DateTime, Utc};
use engine::FetchError;
use engine::source::TableSupport;
use futures::StreamExt;
use schema::tables::INSTANCES;
use schema::{Row, State, Value};
use serde_json::Value as Json;

/// Each measure is a group of its own, and so is each list that is read besides.
pub(super) static SUPPORT: TableSupport = TableSupport {
    table: &INSTANCES,
    costly: &[
        OF_SIZES,
        OF_INTERFACES,
        &["public_ip"],
        &["cpu_avg"],
        &["cpu_p95"],
        &["cpu_max"],
        &["memory_avg"],
        &["network_in"],
        &["network_out"],
        COST,
    ],
    pushes: &[],
};

pub(super) static LISTS: &[Listed] = &[Listed { list: &MACHINES, rows }];

const SAID: &[&str] = &[
    "/properties/vmId",
    "/properties/provisioningState",
    "/properties/powerState",
    "/properties/priority",
    "/properties/evictionPolicy",
    "/properties/licenseType",
    "/properties/storageProfile/imageReference",
    "/properties/osProfile/computerName",
    "/properties/virtualMachineScaleSet",
    "/properties/availabilitySet",
    "/properties/securityProfile",
    "/identity/type",
    "/instanceId",
];

/// Hands over the instances of every uniform scale set. What is known of interfaces is then that of a set.
pub(super) async fn of_scale_sets(f: &Fetch<'_>, mut known: Known, out: &mut Handover<'_>) -> Result<(), FetchError> {
    let sets = match scale_sets::uniform(f).await {
        Ok(sets) => sets,
        Err(error) => return f.cx.gap(&[], Some(scale_sets::SETS.path.to_owned()), error).await,
    };
    let mut all = std::pin::pin!(scale_sets::members(f, sets));
    while let Some(of_set) = all.next().await {
        let Members { set, machines, is_whole, interfaces, addresses } = of_set?;
        if let Some(set) = id(&set, "/id").filter(|_| is_whole) {
            out.share(set, machines.len());
        }
        known.learn_sizes(f, &machines).await?;
        (known.interfaces, known.addresses) = (interfaces, addresses);
        let rows: Vec<Row> = machines.iter().map(|machine| scale_set_row(&known, &set, machine)).collect();
        known.tell_unlisted(f, &rows).await?;
        out.take(rows).await?;
        if out.has_enough() {
            break;
        }
    }
    Ok(())
}

pub(crate) fn rows(known: &Known, machine: &Json) -> Vec<Row> {
    let power = power_of(machine).or_else(|| known.power.as_ref()?.get(&id(machine, "/id")?).cloned());
    let mut row = row(known, machine, power.as_ref());
    // `unknown` is a state too, which conditions would take for one that Azure told.
    if power.is_none() && known.power.is_none() && row.get("state") == &State::Unknown.into() {
        row.set("state", Value::Null);
    }
    vec![row]
}

/// An instance of a uniform scale set, which leaves to its set what all of them share.
pub(crate) fn scale_set_row(known: &Known, set: &Json, machine: &Json) -> Row {
    let mut row = row(known, machine, power_of(machine).as_ref());
    if row.get("instance_type").is_null() {
        let size = text(machine, "/sku/name").or_else(|| text(set, "/sku/name"));
        row.set("instance_type", size);
        fill_size(known, machine, &mut row, size);
    }
    if text(machine, "/properties/priority").is_none() {
        row.set("lifecycle", lifecycle(text(set, "/properties/virtualMachineProfile/priority")));
    }
    if row.get("lifecycle") == &"spot".into() {
        row.set("stopped_at", Value::Null);
    }
    row.set("native_type", "microsoft.compute/virtualmachinescalesets/virtualmachines");
    row
}

fn row(known: &Known, machine: &Json, power: Option<&Power>) -> Row {
    let size = text(machine, "/properties/hardwareProfile/vmSize");
    let os = text(machine, "/properties/storageProfile/osDisk/osType");
    let mut said = properties(machine, SAID);
    if let Some(power) = power {
        said["powerState"] = power.code.as_str().into();
    }
    let code = power.map(|power| power.code.as_str());
    let lifecycle = lifecycle(text(machine, "/properties/priority"));
    let mut row = known
        .place
        .row(&INSTANCES, machine)
        .with("state", states::instance(code, text(machine, "/properties/provisioningState")))
        .with("instance_type", size)
        .with("platform", os.map(str::to_lowercase))
        .with("image_id", image(machine))
        .with("lifecycle", lifecycle)
        .with("launched_at", time(machine, "/properties/timeCreated"))
        .with("stopped_at", power.filter(|_| lifecycle != "spot").and_then(stopped_at))
        .with("properties", said);
    fill_size(known, machine, &mut row, size);
    fill_addresses(known, machine, &mut row);
    row
}

/// Deallocating is a change of the machine, so that it stopped no later than its last one. Of a shutdown from inside,
/// and of an eviction, nothing is told.
fn stopped_at(power: &Power) -> Option<DateTime<Utc>> {
    power.changed_at.filter(|_| power.code.eq_ignore_ascii_case("PowerState/deallocated"))
}

fn fill_size(known: &Known, machine: &Json, row: &mut Row, size: Option<&str>) {
    let (Some(size), Some(at)) = (size, text(machine, "/location")) else { return };
    let sizes = known.sizes.as_ref().and_then(|of| of.get(&location(at))?.as_ref());
    if let Some(size) = sizes.and_then(|sizes| sizes.get(&size.to_lowercase())) {
        row.set("vcpus", size.vcpus).set("memory_gib", size.memory_gib).set("architecture", size.architecture);
    }
}

fn fill_addresses(known: &Known, machine: &Json, row: &mut Row) {
    let Some(interfaces) = &known.interfaces else { return };
    let mut mine: Vec<_> = interfaces_of(machine).iter().filter_map(|id| interfaces.get(id)).collect();
    // Instances of scale sets do not say which of theirs is the primary one; the interfaces do.
    mine.sort_by_key(|interface| !interface.is_primary);
    let Some(first) = mine.first() else { return };
    let mut groups: Vec<String> = mine.iter().flat_map(|interface| interface.groups.clone()).collect();
    groups.sort();
    groups.dedup();
    let mut public = mine.iter().flat_map(|interface| &interface.addresses);
    row.set("private_ip", first.private_ip.clone())
        .set("subnet_id", first.subnet.clone())
        .set("network_id", first.subnet.as_deref().and_then(|subnet| parent(subnet, 1)))
        .set("security_group_ids", groups)
        .set("public_ip", public.find_map(|id| known.address(id)));
}

/// The id of an image of one's own, else the words that name one of the marketplace.
fn image(machine: &Json) -> Option<String> {
    let at = |part: &str| text(machine, &format!("/properties/storageProfile/imageReference/{part}"));
    id(machine, "/properties/storageProfile/imageReference/id")
        .or_else(|| Some([at("publisher")?, at("offer")?, at("sku")?, at("version")?].join(":")))
}

fn lifecycle(priority: Option<&str>) -> &'static str {
    match priority {
        // `Low` is what scale sets called it at first.
        Some("Spot" | "Low") => "spot",
        _ => "on_demand",
    }
}
