//! Virtual machines, scale sets, disks, snapshots and images.

use super::{NetworkInterface, PublicIpAddress, TrackedResource};
use chrono::{DateTime, Utc};

/// A virtual machine, or an instance of a uniform scale set.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct VirtualMachine {
    pub resource: TrackedResource,
    /// A GUID.
    pub vm_id: String,
    pub vm_size: String,
    /// `running`, `starting`, `stopping`, `stopped` (which still costs), `deallocating` or `deallocated`.
    pub power_state: String,
    pub provisioning_state: String,
    pub time_created: DateTime<Utc>,
    /// When it was last made, started, stopped or resized.
    pub changed_at: DateTime<Utc>,
    /// `Linux` or `Windows`.
    pub os_type: String,
    /// `Spot` or `Low`; absent: regular, and not written.
    pub priority: Option<String>,
    pub image: ImageReference,
    /// Absent for ephemeral disks.
    pub os_disk_id: Option<String>,
    pub data_disk_ids: Vec<String>,
    pub network_interface_ids: Vec<String>,
    /// `Windows_Server` and such: a licence that was brought along.
    pub license_type: Option<String>,
    /// The flexible scale set that it is a member of.
    pub scale_set_id: Option<String>,
    /// What its metrics are made of; see [`crate::metrics::azure`].
    pub usage: Usage,
}

/// What a machine was made from.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ImageReference {
    pub publisher: String,
    pub offer: String,
    pub sku: String,
    pub version: String,
}

/// What a machine's metrics are made of; see [`crate::metrics::azure`] for the function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// About the mean of its CPU utilisation, percent.
    pub cpu: f64,
    /// How far CPU utilisation swings over a day, percent.
    pub cpu_swing: f64,
    /// About the share of memory that is available, percent.
    pub available_memory: f64,
    /// About the bytes received each second.
    pub network_in: f64,
    /// About the bytes sent each second.
    pub network_out: f64,
    /// About the bytes read from disks each second.
    pub disk_read: f64,
    /// About the bytes written to disks each second.
    pub disk_write: f64,
    /// What its noise is drawn from.
    pub seed: u64,
}

/// A scale set.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ScaleSet {
    pub resource: TrackedResource,
    pub vm_size: String,
    pub capacity: u32,
    /// `Uniform` or `Flexible`; the members of the latter are virtual machines of the subscription.
    pub orchestration_mode: String,
    pub priority: Option<String>,
    pub os_type: String,
    pub time_created: DateTime<Utc>,
    /// Instances of a uniform scale set.
    pub instances: Vec<ScaleSetInstance>,
}

/// An instance of a uniform scale set.
#[derive(Debug, Clone)]
pub struct ScaleSetInstance {
    /// Such as `0`: the last part of the machine's id.
    pub instance_id: String,
    /// Such as `web_0`.
    pub name: String,
    /// The rest. Its id is `{scale set}/virtualMachines/{instance_id}`.
    pub machine: VirtualMachine,
    /// Its interfaces, which no list of the subscription's has. Their ids are `{machine}/networkInterfaces/{name}`.
    pub network_interfaces: Vec<NetworkInterface>,
    /// Its public addresses, likewise. Their ids are `{IP configuration}/publicIPAddresses/{name}`.
    pub public_ip_addresses: Vec<PublicIpAddress>,
}

/// A managed disk.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Disk {
    pub resource: TrackedResource,
    /// Such as `Premium_LRS`, `StandardSSD_ZRS`, `UltraSSD_LRS`.
    pub sku_name: String,
    pub size_gb: u32,
    /// `Attached`, `Reserved` (of a deallocated machine), `Unattached`, `ActiveSAS` and others.
    pub disk_state: String,
    /// The machine that has it.
    pub managed_by: Option<String>,
    pub time_created: DateTime<Utc>,
    pub os_type: Option<String>,
    pub iops: u32,
    pub mbps: u32,
    /// Such as `P10`.
    pub tier: Option<String>,
    /// Such as `EncryptionAtRestWithPlatformKey`.
    pub encryption: String,
    /// What it was copied from.
    pub source_resource_id: Option<String>,
}

/// A snapshot of a disk.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Snapshot {
    pub resource: TrackedResource,
    pub sku_name: String,
    pub size_gb: u32,
    /// The disk, which may be gone.
    pub source_resource_id: String,
    pub incremental: bool,
    pub time_created: DateTime<Utc>,
    pub provisioning_state: String,
    pub encryption: String,
}

/// A managed image.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Image {
    pub resource: TrackedResource,
    pub os_type: String,
    pub size_gb: u32,
    /// `V1` or `V2`.
    pub hyper_v_generation: String,
    pub source_virtual_machine_id: Option<String>,
    pub provisioning_state: String,
}

/// What `Microsoft.Compute/skus` says of a size of virtual machines.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct VmSize {
    pub name: String,
    pub family: String,
    pub vcpus: u32,
    /// A decimal number, such as `3.5`.
    pub memory_gb: String,
    /// `x64` or `Arm64`.
    pub architecture: String,
}

impl VmSize {
    /// The sizes that generated estates use.
    pub fn common() -> Vec<Self> {
        const SIZES: &[(&str, &str, u32, &str, &str)] = &[
            ("Standard_B1ls", "standardBSFamily", 1, "0.5", "x64"),
            ("Standard_B2s", "standardBSFamily", 2, "4", "x64"),
            ("Standard_B2ms", "standardBSFamily", 2, "8", "x64"),
            ("Standard_D2s_v5", "standardDSv5Family", 2, "8", "x64"),
            ("Standard_D4s_v5", "standardDSv5Family", 4, "16", "x64"),
            ("Standard_D8s_v5", "standardDSv5Family", 8, "32", "x64"),
            ("Standard_D2ps_v5", "standardDPSv5Family", 2, "8", "Arm64"),
            ("Standard_E4s_v5", "standardESv5Family", 4, "32", "x64"),
            ("Standard_F4s_v2", "standardFSv2Family", 4, "8", "x64"),
            ("Standard_DS1_v2", "standardDSv2Family", 1, "3.5", "x64"),
        ];
        let size = |&(name, family, vcpus, memory_gb, architecture): &(&str, &str, u32, &str, &str)| Self {
            name: name.to_owned(),
            family: family.to_owned(),
            vcpus,
            memory_gb: memory_gb.to_owned(),
            architecture: architecture.to_owned(),
        };
        SIZES.iter().map(size).collect()
    }
}
