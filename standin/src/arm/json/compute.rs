//! `Microsoft.Compute`.

use super::{name_of, reference, resource, shouted, time};
use crate::estate::azure::{Disk, Image, ScaleSet, ScaleSetInstance, Snapshot, VirtualMachine, VmSize};
use serde_json::{Value, json};

pub(in crate::arm) fn virtual_machine(vm: &VirtualMachine) -> Value {
    resource("Microsoft.Compute/virtualMachines", &vm.resource, Value::Null, properties(vm))
}

fn properties(vm: &VirtualMachine) -> Value {
    let interfaces = vm.network_interface_ids.iter().enumerate();
    let interfaces = interfaces.map(|(nth, id)| json!({ "id": id, "properties": { "primary": nth == 0 } }));
    json!({
        "vmId": vm.vm_id,
        "hardwareProfile": { "vmSize": vm.vm_size },
        "provisioningState": vm.provisioning_state,
        "timeCreated": time(vm.time_created),
        "priority": vm.priority,
        "evictionPolicy": vm.priority.as_ref().map(|_| "Deallocate"),
        "licenseType": vm.license_type,
        "virtualMachineScaleSet": reference(vm.scale_set_id.as_ref()),
        "storageProfile": storage_profile(vm),
        "osProfile": { "computerName": vm.resource.name(), "adminUsername": "azureuser" },
        "networkProfile": { "networkInterfaces": interfaces.collect::<Value>() },
    })
}

fn storage_profile(vm: &VirtualMachine) -> Value {
    let os_disk = match &vm.os_disk_id {
        Some(id) => json!({
            "osType": vm.os_type,
            "name": name_of(id),
            "createOption": "FromImage",
            "caching": "ReadWrite",
            "managedDisk": { "id": id },
            "deleteOption": "Detach",
        }),
        None => json!({
            "osType": vm.os_type,
            "createOption": "FromImage",
            "caching": "ReadOnly",
            "diffDiskSettings": { "option": "Local" },
        }),
    };
    let data_disk = |(lun, id): (usize, &String)| {
        json!({
            "lun": lun,
            "name": name_of(id),
            "createOption": "Attach",
            "caching": "None",
            "managedDisk": { "id": id },
            "toBeDetached": false,
        })
    };
    json!({
        "imageReference": {
            "publisher": vm.image.publisher,
            "offer": vm.image.offer,
            "sku": vm.image.sku,
            "version": vm.image.version,
        },
        "osDisk": os_disk,
        "dataDisks": vm.data_disk_ids.iter().enumerate().map(data_disk).collect::<Value>(),
    })
}

/// What `statusOnly=true` says.
pub(in crate::arm) fn status(vm: &VirtualMachine) -> Value {
    json!({
        "name": vm.resource.name(),
        "id": shouted(&vm.resource.id),
        "type": "Microsoft.Compute/virtualMachines",
        "location": vm.resource.location,
        "properties": { "vmId": vm.vm_id, "instanceView": instance_view(vm) },
    })
}

fn instance_view(vm: &VirtualMachine) -> Value {
    let provisioned = vm.provisioning_state.to_ascii_lowercase();
    json!({
        "statuses": [
            {
                "code": format!("ProvisioningState/{provisioned}"),
                "level": "Info",
                "displayStatus": format!("Provisioning {provisioned}"),
                "time": time(vm.changed_at),
            },
            {
                "code": format!("PowerState/{}", vm.power_state),
                "level": "Info",
                "displayStatus": format!("VM {}", vm.power_state),
            },
        ],
    })
}

pub(in crate::arm) fn scale_set(set: &ScaleSet) -> Value {
    let more = json!({ "sku": { "name": set.vm_size, "tier": "Standard", "capacity": set.capacity } });
    let profile = json!({
        "storageProfile": { "osDisk": { "osType": set.os_type, "createOption": "FromImage" } },
        "priority": set.priority,
    });
    let properties = json!({
        "orchestrationMode": set.orchestration_mode,
        "provisioningState": "Succeeded",
        "singlePlacementGroup": false,
        "platformFaultDomainCount": 1,
        "timeCreated": time(set.time_created),
        "virtualMachineProfile": profile,
    });
    resource("Microsoft.Compute/virtualMachineScaleSets", &set.resource, more, properties)
}

pub(in crate::arm) fn scale_set_instance(set: &ScaleSet, one: &ScaleSetInstance, expanded: bool) -> Value {
    let more = json!({
        "name": one.name,
        "instanceId": one.instance_id,
        "sku": { "name": set.vm_size, "tier": "Standard" },
    });
    let mut properties = properties(&one.machine);
    properties["latestModelApplied"] = json!(true);
    // An instance has the size of its scale set, and does not repeat it here.
    properties["hardwareProfile"] = json!({});
    if expanded {
        properties["instanceView"] = instance_view(&one.machine);
    }
    let kind = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines";
    resource(kind, &one.machine.resource, more, properties)
}

pub(in crate::arm) fn sku(size: &VmSize, location: &str) -> Value {
    let capability = |name: &str, value: &str| json!({ "name": name, "value": value });
    json!({
        "resourceType": "virtualMachines",
        "name": size.name,
        "tier": "Standard",
        "size": size.name.trim_start_matches("Standard_"),
        "family": size.family,
        "locations": [location],
        "locationInfo": [{ "location": location, "zones": ["1", "2", "3"], "zoneDetails": [] }],
        "capabilities": [
            capability("MaxResourceVolumeMB", "16384"),
            capability("vCPUs", &size.vcpus.to_string()),
            capability("MemoryGB", &size.memory_gb),
            capability("CpuArchitectureType", &size.architecture),
            capability("PremiumIO", "True"),
        ],
        "restrictions": [],
    })
}

/// Not every SKU is a virtual machine's, and not every one has the same capabilities.
pub(in crate::arm) fn disk_sku(location: &str) -> Value {
    json!({
        "resourceType": "disks",
        "name": "Premium_LRS",
        "tier": "Premium",
        "size": "P10",
        "locations": [location],
        "locationInfo": [{ "location": location, "zones": [], "zoneDetails": [] }],
        "capabilities": [{ "name": "MaxSizeGiB", "value": "128" }],
        "restrictions": [],
    })
}

pub(in crate::arm) fn disk(disk: &Disk) -> Value {
    let tier = disk.sku_name.split('_').next();
    let more =
        json!({ "sku": { "name": disk.sku_name, "tier": tier }, "managedBy": disk.managed_by.as_deref().map(shouted) });
    let create_option = if disk.source_resource_id.is_some() { "Copy" } else { "Empty" };
    let properties = json!({
        "osType": disk.os_type,
        "creationData": { "createOption": create_option, "sourceResourceId": disk.source_resource_id },
        "diskSizeGB": disk.size_gb,
        "diskSizeBytes": u64::from(disk.size_gb) << 30,
        "diskIOPSReadWrite": disk.iops,
        "diskMBpsReadWrite": disk.mbps,
        "tier": disk.tier,
        "encryption": { "type": disk.encryption },
        "timeCreated": time(disk.time_created),
        "provisioningState": "Succeeded",
        "diskState": disk.disk_state,
        "networkAccessPolicy": "AllowAll",
        "publicNetworkAccess": "Enabled",
    });
    resource("Microsoft.Compute/disks", &disk.resource, more, properties)
}

pub(in crate::arm) fn snapshot(snapshot: &Snapshot) -> Value {
    let tier = snapshot.sku_name.split('_').next();
    let more = json!({ "sku": { "name": snapshot.sku_name, "tier": tier } });
    let properties = json!({
        "creationData": { "createOption": "Copy", "sourceResourceId": snapshot.source_resource_id },
        "diskSizeGB": snapshot.size_gb,
        "diskSizeBytes": u64::from(snapshot.size_gb) << 30,
        "incremental": snapshot.incremental,
        "encryption": { "type": snapshot.encryption },
        "timeCreated": time(snapshot.time_created),
        "provisioningState": snapshot.provisioning_state,
        "diskState": "Unattached",
    });
    resource("Microsoft.Compute/snapshots", &snapshot.resource, more, properties)
}

pub(in crate::arm) fn image(image: &Image) -> Value {
    let properties = json!({
        "sourceVirtualMachine": reference(image.source_virtual_machine_id.as_ref()),
        "storageProfile": {
            "osDisk": {
                "osType": image.os_type,
                "osState": "Generalized",
                "diskSizeGB": image.size_gb,
                "caching": "ReadWrite",
                "storageAccountType": "Standard_LRS",
            },
            "dataDisks": [],
            "zoneResilient": false,
        },
        "provisioningState": image.provisioning_state,
        "hyperVGeneration": image.hyper_v_generation,
    });
    resource("Microsoft.Compute/images", &image.resource, Value::Null, properties)
}
