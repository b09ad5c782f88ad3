//! Makes believable subscriptions of Azure from a seed: the same waste, gaps and oddities as the accounts have.

mod application_gateways;
mod containers;
mod network;
mod services;

use super::{APPLICATIONS, ENVIRONMENTS, GenerateSettings, TEAMS, Tags};
use crate::estate::azure::*;
use crate::seeded::{self, Dice};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

/// Names of Azure's locations and what people call them, in the order in which generated estates use them.
pub const LOCATION_NAMES: &[(&str, &str)] = &[
    ("westeurope", "West Europe"),
    ("eastus", "East US"),
    ("northeurope", "North Europe"),
    ("westus2", "West US 2"),
    ("germanywestcentral", "Germany West Central"),
    ("uksouth", "UK South"),
    ("southeastasia", "Southeast Asia"),
    ("australiaeast", "Australia East"),
];

/// Resource groups, as people write them.
const GROUPS: &[&str] = &["RG-One", "rg-data", "Prod-Web"];

pub(super) fn subscription(settings: &GenerateSettings, index: usize) -> Subscription {
    let mut dice = Dice::new(seeded::hash(settings.seed, &["subscription", &index.to_string()]));
    let id = guid(&mut dice);
    let name = format!("{} {} {index}", dice.pick(TEAMS), dice.pick(ENVIRONMENTS));
    let everyone = format!("token-{:016x}", seeded::hash(settings.seed, &["all subscriptions"]));
    let mut made = Subscription::empty(&id, &name, &everyone);
    made.tokens.push(format!("token-{:016x}", seeded::hash(settings.seed, &[&id])));
    let count = settings.regions.len().min(LOCATION_NAMES.len());
    let locations = LOCATION_NAMES.iter().take(count);
    made.locations = locations
        .map(|(name, display)| Location { name: (*name).to_owned(), display_name: (*display).to_owned() })
        .collect();
    let mut maker = Maker { dice, settings, made, sizes: VmSize::common() };
    for location in LOCATION_NAMES.iter().take(count) {
        maker.location(location.0, location.1);
    }
    maker.cost("", "Azure Defender", "", 90);
    maker.made
}

fn guid(dice: &mut Dice) -> String {
    let (a, b) = (dice.next(), dice.next());
    let (head, tail) = (format!("{a:016x}"), format!("{b:016x}"));
    format!("{}-{}-4{}-8{}-{}", &head[..8], &head[8..12], &head[13..], &tail[1..4], &tail[4..])
}

/// Draws the resources of one subscription.
struct Maker<'a> {
    dice: Dice,
    settings: &'a GenerateSettings,
    made: Subscription,
    sizes: Vec<VmSize>,
}

impl Maker<'_> {
    fn location(&mut self, at: &str, display: &str) {
        let count = self.settings.instances_per_region;
        if count == 0 {
            return;
        }
        let subnet_id = self.network(at);
        for nth in 0..count {
            self.machine(nth, at, &subnet_id);
        }
        for nth in 0..count.div_ceil(5) {
            self.loose_disk(nth, at);
            self.snapshot(nth, at);
        }
        for nth in 0..count.div_ceil(20).min(100) {
            self.scale_set(nth, at, &subnet_id);
            self.image(nth, at);
            self.balancer(nth, at);
            self.databases(nth, at, display);
        }
        for nth in 0..count.div_ceil(8).min(500) {
            self.storage_account(nth, at);
            self.site(nth, at, display);
        }
        self.clusters(count.div_ceil(20).min(100), at, &subnet_id);
        self.application_gateways(count.div_ceil(20).min(100), at, &subnet_id);
    }

    fn resource(&mut self, kind: &str, name: &str, at: &str) -> TrackedResource {
        let group = *self.dice.pick(GROUPS);
        let tags = self.tags(name);
        TrackedResource { tags, ..TrackedResource::new(&self.made.id, group, kind, name, at) }
    }

    fn days_ago(&mut self, most: i64) -> DateTime<Utc> {
        let seconds = self.dice.below((most * 86_400) as usize) as i64;
        let at = self.settings.now - TimeDelta::seconds(seconds);
        DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
    }

    /// Tags as people leave them: some have none, and names are written in any case.
    fn tags(&mut self, name: &str) -> Tags {
        let mut tags = Tags::new();
        if self.dice.chance(0.1) {
            return tags;
        }
        tags.insert("Name".to_owned(), name.to_owned());
        if self.dice.chance(0.8) {
            let key = *self.dice.pick(&["team", "team", "Team", "TEAM"]);
            tags.insert(key.to_owned(), (*self.dice.pick(TEAMS)).to_owned());
        }
        if self.dice.chance(0.7) {
            tags.insert("env".to_owned(), (*self.dice.pick(ENVIRONMENTS)).to_owned());
        }
        tags
    }

    /// A cost of so many hundredths a day, give or take half. A fifth was paid before, by a reservation.
    fn cost(&mut self, resource_id: &str, service_name: &str, at: &str, cents: u64) {
        let millionths = cents * 10_000 / 2 + self.dice.next() % (cents * 10_000).max(1);
        let per_day = Decimal::new(millionths as i64, 6);
        let reserved = service_name == "Virtual Machines" && self.dice.chance(0.2);
        let today = self.settings.now.date_naive();
        self.made.costs.push(CostLine {
            resource_id: resource_id.to_owned(),
            service_name: service_name.to_owned(),
            location: at.to_owned(),
            currency: "EUR".to_owned(),
            amortized_per_day: per_day,
            actual_per_day: if reserved { Decimal::ZERO } else { per_day },
            from: today - TimeDelta::days(i64::from(self.settings.cost_days)),
            until: today,
        });
    }

    fn machine(&mut self, nth: usize, at: &str, subnet_id: &str) {
        const STATES: &[&str] =
            &["running", "running", "running", "running", "running", "running", "deallocated", "stopped"];
        let application = *self.dice.pick(APPLICATIONS);
        let name = format!("{application}-{at}-{nth}");
        let mut vm = self.bare_machine(&name, at);
        // The first of a location show what else is rare in small estates.
        let state = if nth == 0 { "deallocated" } else { *self.dice.pick(STATES) };
        vm.power_state = state.to_owned();
        vm.priority = (nth == 1 || self.dice.chance(0.1)).then(|| "Spot".to_owned());
        if nth == 2 {
            vm.resource.tags.clear();
        }
        let disk_id = self.os_disk(&vm, at);
        vm.os_disk_id = Some(disk_id);
        if self.dice.chance(0.3) {
            let data = self.data_disk(&vm, at);
            vm.data_disk_ids.push(data);
        }
        let interface = self.interface(nth, &vm, at, subnet_id);
        vm.network_interface_ids.push(interface);
        if state != "deallocated" {
            let vcpus = self.sizes.iter().find(|size| size.name == vm.vm_size).map_or(1, |size| size.vcpus);
            self.cost(&vm.resource.id, "Virtual Machines", at, u64::from(vcpus) * 110);
        }
        self.made.virtual_machines.push(vm);
    }

    /// A running machine without disks and interfaces.
    fn bare_machine(&mut self, name: &str, at: &str) -> VirtualMachine {
        let windows = self.dice.chance(0.25);
        let (publisher, offer, sku) = if windows {
            ("MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition")
        } else {
            ("Canonical", "ubuntu-24_04-lts", "server")
        };
        let mut resource = self.resource("Microsoft.Compute/virtualMachines", name, at);
        if self.dice.chance(0.6) {
            resource.zones = vec![(*self.dice.pick(&["1", "2", "3"])).to_owned()];
        }
        let time_created = self.days_ago(600);
        VirtualMachine {
            resource,
            vm_id: guid(&mut self.dice),
            vm_size: self.dice.pick(&self.sizes).name.clone(),
            power_state: "running".to_owned(),
            provisioning_state: "Succeeded".to_owned(),
            time_created,
            changed_at: time_created + (self.settings.now - time_created) / 2,
            os_type: if windows { "Windows" } else { "Linux" }.to_owned(),
            priority: None,
            image: ImageReference {
                publisher: publisher.to_owned(),
                offer: offer.to_owned(),
                sku: sku.to_owned(),
                version: "latest".to_owned(),
            },
            os_disk_id: None,
            data_disk_ids: Vec::new(),
            network_interface_ids: Vec::new(),
            license_type: (windows && self.dice.chance(0.4)).then(|| "Windows_Server".to_owned()),
            scale_set_id: None,
            usage: self.usage(),
        }
    }

    /// A third of the machines idles, the rest is spread.
    fn usage(&mut self) -> Usage {
        let cpu = if self.dice.chance(0.33) { self.dice.between(1.0, 8.0) } else { self.dice.between(8.0, 85.0) };
        let rate = 10f64.powf(self.dice.between(2.0, 6.5));
        Usage {
            cpu,
            cpu_swing: cpu * self.dice.between(0.1, 0.6),
            available_memory: self.dice.between(5.0, 90.0),
            network_in: rate,
            network_out: rate * self.dice.between(0.2, 3.0),
            disk_read: rate * self.dice.between(0.1, 2.0),
            disk_write: rate * self.dice.between(0.1, 2.0),
            seed: self.dice.next(),
        }
    }

    fn disk(&mut self, name: &str, at: &str, size_gb: u32) -> Disk {
        let sku_name = *self.dice.pick(&["Premium_LRS", "Premium_LRS", "StandardSSD_LRS", "Standard_LRS"]);
        let tier = (sku_name == "Premium_LRS").then(|| if size_gb <= 128 { "P10" } else { "P30" }.to_owned());
        Disk {
            resource: self.resource("Microsoft.Compute/disks", name, at),
            sku_name: sku_name.to_owned(),
            size_gb,
            disk_state: "Unattached".to_owned(),
            managed_by: None,
            time_created: self.days_ago(600),
            os_type: None,
            iops: 500,
            mbps: 100,
            tier,
            encryption: "EncryptionAtRestWithPlatformKey".to_owned(),
            source_resource_id: None,
        }
    }

    fn attached(&mut self, mut disk: Disk, vm: &VirtualMachine, at: &str) -> String {
        // The disks of a deallocated machine are reserved, and still cost.
        disk.disk_state = if vm.power_state == "deallocated" { "Reserved" } else { "Attached" }.to_owned();
        disk.managed_by = Some(vm.resource.id.clone());
        disk.time_created = vm.time_created;
        disk.resource.zones.clone_from(&vm.resource.zones);
        let id = disk.resource.id.clone();
        self.cost(&id, "Storage", at, u64::from(disk.size_gb) / 4 + 1);
        self.made.disks.push(disk);
        id
    }

    fn os_disk(&mut self, vm: &VirtualMachine, at: &str) -> String {
        let mut disk = self.disk(&format!("{}_OsDisk_1", vm.resource.name()), at, 30);
        disk.os_type = Some(vm.os_type.clone());
        self.attached(disk, vm, at)
    }

    fn data_disk(&mut self, vm: &VirtualMachine, at: &str) -> String {
        let size_gb = *self.dice.pick(&[64, 128, 512]);
        let disk = self.disk(&format!("{}_Data_0", vm.resource.name()), at, size_gb);
        self.attached(disk, vm, at)
    }

    /// Worth finding: a disk that nothing uses.
    fn loose_disk(&mut self, nth: usize, at: &str) {
        let size_gb = *self.dice.pick(&[32, 128, 256, 1024]);
        let disk = self.disk(&format!("data-{at}-{nth}"), at, size_gb);
        self.cost(&disk.resource.id, "Storage", at, u64::from(size_gb) / 4 + 1);
        self.made.disks.push(disk);
    }

    /// Worth finding: the first has no disk any more.
    fn snapshot(&mut self, nth: usize, at: &str) {
        let orphaned = nth == 0 || self.dice.chance(0.2);
        let disk = self.dice.pick(&self.made.disks).clone();
        let gone = TrackedResource::new(&self.made.id, "RG-Gone", "Microsoft.Compute/disks", &format!("old-{nth}"), at);
        let snapshot = Snapshot {
            resource: self.resource("Microsoft.Compute/snapshots", &format!("backup-{at}-{nth}"), at),
            sku_name: (*self.dice.pick(&["Standard_LRS", "Standard_ZRS", "Premium_LRS"])).to_owned(),
            size_gb: disk.size_gb,
            source_resource_id: if orphaned { gone.id } else { disk.resource.id },
            incremental: self.dice.chance(0.5),
            time_created: self.days_ago(400),
            provisioning_state: "Succeeded".to_owned(),
            encryption: "EncryptionAtRestWithPlatformKey".to_owned(),
        };
        self.cost(&snapshot.resource.id, "Storage", at, u64::from(snapshot.size_gb) / 8 + 1);
        self.made.snapshots.push(snapshot);
    }
}
