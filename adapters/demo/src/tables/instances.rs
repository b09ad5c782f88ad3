//! `instances`: virtual machines, many of them larger than they need be.

use super::{Ask, DemoTable, Rows, resource};
use crate::estate::model::Instance;
use crate::estate::prices;
use chrono::TimeDelta;
use schema::Row;
use schema::tables::INSTANCES;

pub(crate) static TABLE: DemoTable = DemoTable {
    costly: &[&["cpu_avg", "cpu_p95", "cpu_max", "memory_avg", "network_in", "network_out"]],
    ..DemoTable::listing(&INSTANCES, "demo:ListInstances", rows)
};

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().instances.iter().map(move |instance| {
        let size = prices::size(instance.instance_type);
        let mut row = resource(&INSTANCES, ask, &instance.facts)
            .with("instance_type", instance.instance_type)
            .with("vcpus", size.map(|size| size.vcpus))
            .with("memory_gib", size.map(|size| size.memory_gib))
            .with("architecture", "x86_64")
            .with("platform", if instance.windows { "windows" } else { "linux" })
            .with("image_id", instance.image_id.as_str())
            .with("private_ip", instance.private_ip.as_str())
            .with("public_ip", instance.public_ip.clone())
            .with("network_id", instance.network_id.as_str())
            .with("subnet_id", instance.subnet_id.as_str())
            .with("security_group_ids", instance.group_ids.clone())
            .with("lifecycle", if instance.spot { "spot" } else { "on_demand" })
            .with("launched_at", instance.launched_at)
            .with("stopped_at", instance.stopped_at);
        if ask.utilisation {
            set_utilisation(&mut row, instance, ask);
        }
        row
    }))
}

fn set_utilisation(row: &mut Row, instance: &Instance, ask: Ask<'_>) {
    let Some(load) = instance.load else { return };
    let from = instance.launched_at.max(ask.now - TimeDelta::days(14));
    let Some(seen) = load.utilisation(from, ask.now) else { return };
    row.set("cpu_avg", seen.cpu_avg)
        .set("cpu_p95", seen.cpu_p95)
        .set("cpu_max", seen.cpu_max)
        .set("memory_avg", load.memory)
        .set("network_in", seen.network_in)
        .set("network_out", seen.network_out);
}
