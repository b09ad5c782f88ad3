//! What `eks:DescribeCluster` was recorded to say becomes the rows that it should.

use super::{clients, folder, read_by_sdk};
use crate::place::Place;
use crate::tables::clusters::row;
use chrono::{DateTime, Utc};
use schema::Value;
use serde_json::{Value as Json, json};
use std::path::Path;

/// The clusters of a file: itself, or the outputs of an example.
fn payloads(folder: &Path, name: &str) -> Vec<Json> {
    let file: Json = serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
    let all = file["outputs"].as_array().cloned().unwrap_or_else(|| vec![file]);
    all.into_iter().filter(|payload| payload["cluster"].is_object()).collect()
}

/// The command line prints times; the service writes seconds since 1970.
fn as_the_service_writes_times(payload: &mut Json) {
    for at in ["/cluster/createdAt", "/cluster/connectorConfig/activationExpiry"] {
        let Some(time) = payload.pointer_mut(at) else { continue };
        let printed: DateTime<Utc> = time.as_str().unwrap().parse().unwrap();
        *time = json!(printed.timestamp_micros() as f64 / 1e6);
    }
}

#[tokio::test]
async fn recorded_clusters_become_rows_that_say_what_they_said() {
    let Some(folder) = folder() else { return };
    for name in ["fixinventory/aws/eks/describe-cluster__cluster1.json", "awscli_examples/eks__describe-cluster.json"] {
        let payloads = payloads(&folder, name);
        assert!(!payloads.is_empty(), "`{name}` has no cluster");
        for mut payload in payloads {
            let said = payload["cluster"].clone();
            let text = |at: &str| said.pointer(at).and_then(Json::as_str).unwrap().to_owned();
            let created: DateTime<Utc> = text("/createdAt").parse().unwrap();
            as_the_service_writes_times(&mut payload);
            let clients = clients(payload.to_string());
            let reply = read_by_sdk(name, clients.eks.describe_cluster().name("any").send().await);
            let row = row(&Place::for_testing("us-west-2"), &reply.cluster.unwrap());
            for (column, at) in [
                ("name", "/name"),
                ("native_id", "/name"),
                ("resource_id", "/arn"),
                ("version", "/version"),
                ("network_id", "/resourcesVpcConfig/vpcId"),
            ] {
                assert_eq!(row.get(column), &Value::from(text(at)), "{name}: {column}");
            }
            let list = said["resourcesVpcConfig"]["subnetIds"].as_array().unwrap();
            let subnets: Vec<String> = list.iter().map(|id| id.as_str().unwrap().to_owned()).collect();
            assert_eq!(row.get("subnet_ids"), &Value::List(subnets), "{name}");
            assert_eq!(row.get("endpoint"), &Value::from(text("/endpoint").trim_start_matches("https://")), "{name}");
            assert_eq!(row.get("publicly_accessible"), &Value::Bool(true), "{name}");
            assert_eq!(row.get("state"), &Value::from("available"), "{name}");
            // Seconds as a number of floating point are right to the microsecond.
            let Value::Time(kept_time) = row.get("created_at") else { panic!("{name}: {:?}", row.get("created_at")) };
            assert_eq!(kept_time.timestamp_micros(), created.timestamp_micros(), "{name}");
            let tags = said["tags"].as_object().unwrap().iter();
            let tags = tags.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect();
            assert_eq!(row.get("tags"), &Value::Map(tags), "{name}");
            assert_eq!(row.get("support_plan"), &Value::Null, "{name}: from before there was a choice");
            let kept = format!("{row:?}");
            assert!(!kept.contains("certdata") && !kept.contains("CA_DATA"), "{name}: no certificate is kept");
        }
    }
}
