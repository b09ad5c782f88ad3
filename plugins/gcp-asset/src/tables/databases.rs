//! `databases`: instances of Cloud SQL.

use super::{Filled, column, measured};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, text};
use guest_sdk::Json;

pub(super) static FILLED: Filled = Filled {
    table: "databases",
    meaning: "one instance of Cloud SQL",
    kind: Some("database.instance"),
    types: &["sqladmin.googleapis.com/Instance"],
    labels: Some("settings.userLabels"),
    own: &[
        column("engine", "text", "data.databaseVersion, before its version: `postgres`, `mysql`, `sqlserver`"),
        column("engine_version", "text", "data.databaseInstalledVersion, else databaseVersion"),
        column("instance_class", "text", "data.settings.tier"),
        measured("storage_gib", "int", "GiB", "data.settings.dataDiskSizeGb"),
        column("multi_az", "bool", "data.settings.availabilityType"),
        column("publicly_accessible", "bool", "data.settings.ipConfiguration.ipv4Enabled"),
        column("encrypted", "bool", "always: Google encrypts the storage of each"),
        column("endpoint", "text", "data.dnsName"),
        column("network_id", "text", "data.settings.ipConfiguration.privateNetwork"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let multi_az = match text(data, "settings.availabilityType") {
        Some("REGIONAL") => Some(true),
        Some("ZONAL") => Some(false),
        _ => None,
    };
    let engine = text(data, "databaseVersion").and_then(|word| word.split('_').next());
    let row = Row::default()
        .set("state", state(data))
        .set("zone", text(data, "gceZone").filter(|_| multi_az != Some(true)))
        .set("engine", engine.map(str::to_ascii_lowercase))
        .set("engine_version", version(data))
        .text("instance_class", data, "settings.tier")
        .int("storage_gib", data, "settings.dataDiskSizeGb")
        .set("multi_az", multi_az)
        .boolean("publicly_accessible", data, "settings.ipConfiguration.ipv4Enabled")
        .set("encrypted", true)
        .text("endpoint", data, "dnsName")
        .reference("network_id", data, "settings.ipConfiguration.privateNetwork");
    vec![row]
}

/// `POSTGRES_15` is 15, and `MYSQL_8_0_31` is 8.0.31; of `SQLSERVER_2019_STANDARD` the edition is no part of it.
fn version(data: &Json) -> Option<String> {
    let word = text(data, "databaseInstalledVersion").or_else(|| text(data, "databaseVersion"))?;
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let numbers: Vec<_> = word.split('_').skip(1).take_while(is_number).collect();
    (!numbers.is_empty()).then(|| numbers.join("."))
}

/// One that was stopped is still called runnable: that it should not run is said elsewhere.
fn state(data: &Json) -> &'static str {
    let is_stopped = text(data, "settings.activationPolicy") == Some("NEVER");
    match text(data, "state") {
        Some("RUNNABLE") if is_stopped => "stopped",
        Some("RUNNABLE" | "ONLINE_MAINTENANCE") => "available",
        Some("SUSPENDED" | "STOPPED") => "stopped",
        Some("PENDING_CREATE" | "MAINTENANCE") => "pending",
        Some("PENDING_DELETE") => "deleting",
        Some("FAILED") => "failed",
        _ => "unknown",
    }
}
