//! `instances`: virtual machines of Compute Engine.

use super::{Filled, column, measured};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, at, last, list, text, texts};
use guest_sdk::{Json, Value};

pub(super) static FILLED: Filled = Filled {
    table: "instances",
    meaning: "one virtual machine of Compute Engine",
    kind: Some("compute.instance"),
    types: &["compute.googleapis.com/Instance"],
    labels: Some("labels"),
    own: &[
        column("instance_type", "text", "data.machineType"),
        column("vcpus", "int", "the number in the name of data.machineType, where that is one of processors"),
        measured("memory_gib", "float", "GiB", "data.machineType, where that is a custom one and says it"),
        column("architecture", "text", "data.disks.architecture of the boot disk"),
        column("platform", "text", "data.disks: guestOsFeatures and licenses of the boot disk"),
        column("private_ip", "text", "data.networkInterfaces.networkIP"),
        column("public_ip", "text", "data.networkInterfaces.accessConfigs.natIP"),
        column("network_id", "text", "data.networkInterfaces.network"),
        column("subnet_id", "text", "data.networkInterfaces.subnetwork"),
        column(
            "security_group_ids",
            "list",
            "the firewall rules that are in force for it; null where one may close another",
        ),
        column("lifecycle", "text", "data.scheduling: provisioningModel, preemptible"),
        column("launched_at", "time", "data.lastStartTimestamp"),
    ],
    rows,
};

fn rows(asset: &Asset, index: &Index) -> Vec<Row> {
    let data = asset.data();
    let machine = text(data, "machineType").map(last);
    let boot = list(data, "disks").find(|disk| at(disk, "boot").and_then(|is| is.as_bool()) == Some(true));
    let boot = boot.unwrap_or(&Json::Null);
    let interfaces = || list(data, "networkInterfaces");
    let public = interfaces().find_map(|interface| list(interface, "accessConfigs").find_map(|c| text(c, "natIP")));
    let row = Row::default()
        .set("state", state(data))
        .set("instance_type", machine)
        .set("vcpus", machine.and_then(vcpus))
        .set("memory_gib", machine.and_then(memory_gib))
        .set("architecture", architecture(boot))
        .set("platform", platform(boot))
        .text("private_ip", data, "networkInterfaces.0.networkIP")
        .set("public_ip", public)
        .reference("network_id", data, "networkInterfaces.0.network")
        .reference("subnet_id", data, "networkInterfaces.0.subnetwork")
        .set("security_group_ids", index.firewalls.of_instance(data).map(Value::list))
        .set("lifecycle", lifecycle(data))
        .time("launched_at", data, "lastStartTimestamp");
    vec![row]
}

fn state(data: &Json) -> &'static str {
    match text(data, "status") {
        Some("PROVISIONING" | "STAGING" | "PENDING") => "pending",
        Some("RUNNING") => "running",
        Some("STOPPING" | "SUSPENDING" | "PENDING_STOP") => "stopping",
        // What Google calls terminated can be started again.
        Some("TERMINATED" | "STOPPED" | "SUSPENDED") => "stopped",
        Some("DEPROVISIONING") => "deleting",
        Some("REPAIRING") => "failed",
        _ => "unknown",
    }
}

/// `n2-standard-8` and `n2-custom-8-16384` say how many processors there are; `e2-medium` does not, and the number of
/// `a2-highgpu-1g` is one of accelerators.
fn vcpus(machine: &str) -> Option<i64> {
    const SIZES: &[&str] = &["custom", "standard", "highmem", "highcpu", "megamem", "ultramem", "hypermem"];
    let mut parts = machine.split('-').skip_while(|part| !SIZES.contains(part));
    parts.nth(1)?.parse().ok().filter(|count| (1..=10_000).contains(count))
}

/// `n2-custom-8-16384`: in MiB.
fn memory_gib(machine: &str) -> Option<f64> {
    let mut parts = machine.split('-').skip_while(|part| *part != "custom");
    let mebibytes: u32 = parts.nth(2)?.parse().ok()?;
    Some(f64::from(mebibytes) / 1024.0)
}

fn lifecycle(data: &Json) -> Option<&'static str> {
    let is_preemptible = at(data, "scheduling.preemptible").and_then(|is| is.as_bool());
    match (text(data, "scheduling.provisioningModel"), is_preemptible) {
        (Some("SPOT"), _) | (None, Some(true)) => Some("spot"),
        (Some("STANDARD"), preemptible) => Some(if preemptible == Some(true) { "spot" } else { "on_demand" }),
        (None, Some(false)) => Some("on_demand"),
        _ => None,
    }
}

/// Of a disk or an image.
pub(super) fn architecture(data: &Json) -> Option<&'static str> {
    match text(data, "architecture") {
        Some("X86_64") => Some("x86_64"),
        Some("ARM64") => Some("arm64"),
        _ => None,
    }
}

/// Of a disk or an image. Google's images of Windows say so; those of Linux are told by whose licence they bear.
pub(super) fn platform(data: &Json) -> Option<&'static str> {
    const LINUX: &[&str] = &[
        "almalinux-cloud",
        "centos-cloud",
        "cos-cloud",
        "debian-cloud",
        "fedora-coreos-cloud",
        "opensuse-cloud",
        "oracle-linux-cloud",
        "rhel-cloud",
        "rhel-sap-cloud",
        "rocky-linux-cloud",
        "suse-cloud",
        "suse-sap-cloud",
        "ubuntu-os-cloud",
        "ubuntu-os-pro-cloud",
    ];
    let is_of = |project: &str| texts(data, "licenses").any(|licence| licence.split('/').any(|part| part == project));
    let mut features = list(data, "guestOsFeatures").filter_map(|feature| text(feature, "type"));
    if features.any(|feature| feature == "WINDOWS") || is_of("windows-cloud") {
        return Some("windows");
    }
    LINUX.iter().any(|project| is_of(project)).then_some("linux")
}

#[cfg(test)]
mod tests {
    use super::{memory_gib, vcpus};

    #[test]
    fn a_machine_type_says_how_many_processors_it_has_or_does_not() {
        for (machine, expected_vcpus, expected_memory) in [
            ("n2-standard-8", Some(8), None),
            ("c3-standard-192-metal", Some(192), None),
            ("c3-standard-8-lssd", Some(8), None),
            ("m1-ultramem-40", Some(40), None),
            ("custom-4-8192", Some(4), Some(8.0)),
            ("n2-custom-2-1536-ext", Some(2), Some(1.5)),
            ("e2-medium", None, None),
            ("f1-micro", None, None),
            ("a2-highgpu-1g", None, None),
            ("ct5p-hightpu-4t", None, None),
            ("custom", None, None),
            ("", None, None),
        ] {
            assert_eq!((vcpus(machine), memory_gib(machine)), (expected_vcpus, expected_memory), "{machine}");
        }
    }
}
