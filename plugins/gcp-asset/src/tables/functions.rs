//! `functions`: Cloud Functions of both generations.

use super::{Filled, column, measured};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, at, int, text};
use guest_sdk::Json;

pub(super) static FILLED: Filled = Filled {
    table: "functions",
    meaning: "one function of Cloud Functions",
    kind: Some("compute.function"),
    types: &["cloudfunctions.googleapis.com/Function", "cloudfunctions.googleapis.com/CloudFunction"],
    labels: Some("labels"),
    own: &[
        column("runtime", "text", "data.buildConfig.runtime, data.runtime"),
        measured("memory_mib", "int", "MiB", "data.serviceConfig.availableMemory, data.availableMemoryMb"),
        measured("timeout_seconds", "int", "s", "data.serviceConfig.timeoutSeconds, data.timeout"),
        column("handler", "text", "data.buildConfig.entryPoint, data.entryPoint"),
        column("modified_at", "time", "data.updateTime"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let either = |second: &str, first: &str| text(data, second).or_else(|| text(data, first)).map(str::to_owned);
    let memory = text(data, "serviceConfig.availableMemory").and_then(mebibytes);
    let seconds = || text(data, "timeout").and_then(|text| text.strip_suffix('s')?.parse::<f64>().ok());
    let timeout = at(data, "serviceConfig.timeoutSeconds").and_then(int);
    let row = Row::default()
        .set("state", state(data))
        .set("runtime", either("buildConfig.runtime", "runtime"))
        .set("memory_mib", memory.or_else(|| at(data, "availableMemoryMb").and_then(int)))
        .set("timeout_seconds", timeout.or_else(|| seconds().map(|seconds| seconds.round() as i64)))
        .set("handler", either("buildConfig.entryPoint", "entryPoint"))
        .time("modified_at", data, "updateTime");
    vec![row]
}

/// `512Mi`, `1G`, `0.5Gi`: as Kubernetes writes quantities. Without a unit they are bytes.
fn mebibytes(quantity: &str) -> Option<i64> {
    let digits = quantity.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &quantity[digits.len()..] {
        "" => 1.0,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        _ => return None,
    };
    let bytes = digits.parse::<f64>().ok()? * unit;
    (0.0..1e15).contains(&bytes).then(|| (bytes / 1_048_576.0).round() as i64)
}

fn state(data: &Json) -> &'static str {
    match text(data, "state").or_else(|| text(data, "status")) {
        Some("ACTIVE") => "available",
        Some("DEPLOYING" | "DEPLOY_IN_PROGRESS") => "pending",
        Some("DELETING" | "DELETE_IN_PROGRESS") => "deleting",
        Some("OFFLINE") => "stopped",
        Some("FAILED") => "failed",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::mebibytes;

    #[test]
    fn memory_is_read_in_its_unit() {
        for (quantity, expected) in [
            ("512Mi", Some(512)),
            ("256M", Some(244)),
            ("1Gi", Some(1024)),
            ("0.5Gi", Some(512)),
            ("134217728", Some(128)),
            ("1Ti", None),
            ("Mi", None),
            ("-1Gi", None),
        ] {
            assert_eq!(mebibytes(quantity), expected, "{quantity}");
        }
    }
}
