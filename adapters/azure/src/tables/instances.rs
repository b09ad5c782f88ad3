//! `instances`: virtual machines, and the instances of uniform scale sets. Those of flexible ones are among the machines.

use super::{COST, Listed};
use crate::arm::Listing;
use crate::fetch::{Fetch, List};
use crate::handover::Handover;
use crate::known::{Known, MACHINES, OF_INTERFACES, OF_SIZES, interfaces_of, power_of};
use crate::states;
use crate::words::{id, location, parent, properties, text, time};
use engine::source::TableSupport;
use engine::{FetchError, FetchErrorKind};
use schema::Row;
use schema::tables::INSTANCES;
use serde_json::Value as Json;

/// Each measure is a group of its own, and so is each list that is read besides.
pub(super) static SUPPORT: TableSupport = TableSupport {
    table: &INSTANCES,
    costly: &[
        OF_SIZES,
        OF_INTERFACES,
        &["public_ip"],
        &["cpu_avg"],
        &["cpu_max"],
        &["memory_avg"],
        &["network_in"],
        &["network_out"],
        COST,
    ],
    pushes: &[],
};

pub(super) static LISTS: &[Listed] = &[Listed { list: &MACHINES, rows }];

pub(super) static SCALE_SETS: List = List {
    path: "Microsoft.Compute/virtualMachineScaleSets",
    action: "Microsoft.Compute/virtualMachineScaleSets/read",
    version: "2024-07-01",
};
pub(super) const SCALE_SET_MACHINES: &str = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read";

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

/// Hands over the instances of every uniform scale set. A set that cannot be read is a gap, and the others go on.
pub(super) async fn of_scale_sets(f: &Fetch<'_>, known: &Known, out: &mut Handover<'_>) -> Result<(), FetchError> {
    let sets = match f.all(&SCALE_SETS, &[]).await {
        Ok(sets) => sets,
        Err(error) => return f.cx.gap(&[], Some(SCALE_SETS.path.to_owned()), error).await,
    };
    let rows_before = out.taken();
    let is_uniform = |set: &&Json| text(set, "/properties/orchestrationMode") != Some("Flexible");
    for set in sets.iter().filter(is_uniform) {
        let Some(path) = text(set, "/id") else { continue };
        if let Err(error) = of_scale_set(f, known, (set, path), out).await {
            f.cx.gap(&[], Some(path.to_lowercase()), error).await?;
        }
        if out.has_enough() {
            break;
        }
    }
    if known.interfaces.is_some() && out.taken() > rows_before {
        return f.cx.gap(&wanted_addresses(f), Some(SCALE_SETS.path.to_owned()), no_addresses()).await;
    }
    Ok(())
}

/// Interfaces of uniform scale sets are in no list of the subscription's, only in one for each set.
fn no_addresses() -> FetchError {
    let text = "addresses and subnets of instances of uniform scale sets are not read";
    FetchError::new(FetchErrorKind::Failed, text).with_code("not_read")
}

fn wanted_addresses(f: &Fetch<'_>) -> Vec<&'static str> {
    let all = OF_INTERFACES.iter().chain(&["public_ip"]).copied();
    all.filter(|column| f.request.wants(column)).collect()
}

async fn of_scale_set(
    f: &Fetch<'_>,
    known: &Known,
    (set, path): (&Json, &str),
    out: &mut Handover<'_>,
) -> Result<(), FetchError> {
    let path = format!("{path}/virtualMachines");
    let request = f.arm.get(SCALE_SET_MACHINES, &path, SCALE_SETS.version, &[("$expand", "instanceView")])?;
    let mut listing = Listing::of(request);
    while let Some(page) = listing.values(f.arm, f.cx).await? {
        out.take(page.iter().map(|machine| scale_set_row(known, set, machine)).collect()).await?;
    }
    Ok(())
}

pub(crate) fn rows(known: &Known, machine: &Json) -> Vec<Row> {
    let power = power_of(machine).or_else(|| known.power.get(&id(machine, "/id")?).cloned());
    vec![row(known, machine, power.as_deref())]
}

/// An instance of a uniform scale set, which leaves to its set what all of them share.
pub(crate) fn scale_set_row(known: &Known, set: &Json, machine: &Json) -> Row {
    let mut row = row(known, machine, power_of(machine).as_deref());
    if row.get("instance_type").is_null() {
        let size = text(machine, "/sku/name").or_else(|| text(set, "/sku/name"));
        row.set("instance_type", size);
        fill_size(known, machine, &mut row, size);
    }
    if text(machine, "/properties/priority").is_none() {
        row.set("lifecycle", lifecycle(text(set, "/properties/virtualMachineProfile/priority")));
    }
    row.set("native_type", "microsoft.compute/virtualmachinescalesets/virtualmachines");
    row
}

fn row(known: &Known, machine: &Json, power: Option<&str>) -> Row {
    let size = text(machine, "/properties/hardwareProfile/vmSize");
    let os = text(machine, "/properties/storageProfile/osDisk/osType");
    let mut said = properties(machine, SAID);
    if let Some(power) = power {
        said["powerState"] = power.into();
    }
    let mut row = known
        .place
        .row(&INSTANCES, machine)
        .with("state", states::instance(power, text(machine, "/properties/provisioningState")))
        .with("instance_type", size)
        .with("platform", os.map(str::to_lowercase))
        .with("image_id", image(machine))
        .with("lifecycle", lifecycle(text(machine, "/properties/priority")))
        .with("launched_at", time(machine, "/properties/timeCreated"))
        .with("properties", said);
    fill_size(known, machine, &mut row, size);
    fill_addresses(known, machine, &mut row);
    row
}

fn fill_size(known: &Known, machine: &Json, row: &mut Row, size: Option<&str>) {
    let (Some(size), Some(at)) = (size, text(machine, "/location")) else { return };
    if let Some(size) = known.sizes.get(&(location(at), size.to_lowercase())) {
        row.set("vcpus", size.vcpus).set("memory_gib", size.memory_gib).set("architecture", size.architecture);
    }
}

fn fill_addresses(known: &Known, machine: &Json, row: &mut Row) {
    let Some(interfaces) = &known.interfaces else { return };
    let mine: Vec<_> = interfaces_of(machine).iter().filter_map(|id| interfaces.get(id)).collect();
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
