//! `databases`: RDS instances, Aurora's among them, by `rds:DescribeDBInstances`, which gives tags with every row.
//!
//! Neptune's and DocumentDB's come by the same call, and `engine` tells them apart. A cluster without an instance has
//! no row.

use super::calls;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, filled, properties, tags, time};
use crate::{arn, states};
use aws_sdk_rds::types::DbInstance;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::DATABASES;
use schema::{Row, State};
use serde_json::json;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &DATABASES, costly: &[], pushes: &[] };

const ACTION: &str = "rds:DescribeDBInstances";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1)]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().rds.describe_db_instances();
            let request = request.max_records(f.page_size(20, 100)).set_marker(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.emit(listed(ACTION, &page.db_instances)?.iter().map(|database| row(&f.place, database)).collect()).await?;
        pages.turn(page.marker)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

pub(super) fn row(place: &Place, database: &DbInstance) -> Row {
    let id = database.db_instance_identifier().unwrap_or_default();
    let made = || format!("arn:{}:rds:{}:{}:db:{id}", arn::partition(&place.region), place.region, place.account_id);
    let state = database.db_instance_status();
    place
        .row(&DATABASES, id, filled(database.db_instance_arn()).map_or_else(made, str::to_owned))
        .with("zone", filled(database.availability_zone()).filter(|_| database.multi_az() != Some(true)))
        .with("name", id)
        .with("state", state.map_or(State::Unknown, states::database))
        .with("created_at", time(database.instance_create_time()))
        .with("tags", tags(database.tag_list().iter().map(|tag| (tag.key(), tag.value()))))
        .with("engine", filled(database.engine()))
        .with("engine_version", filled(database.engine_version()))
        .with("instance_class", filled(database.db_instance_class()))
        .with("storage_gib", database.allocated_storage().filter(|_| !is_in_cluster_storage(database)))
        .with("multi_az", database.multi_az())
        .with("publicly_accessible", database.publicly_accessible())
        .with("encrypted", database.storage_encrypted())
        .with("endpoint", database.endpoint().and_then(|endpoint| filled(endpoint.address())))
        .with("network_id", database.db_subnet_group().and_then(|group| filled(group.vpc_id())))
        .with("properties", words(database))
}

/// Aurora, Neptune and DocumentDB keep data in a volume of the cluster, whose size RDS does not give: what it gives
/// of the instance is always 1.
fn is_in_cluster_storage(database: &DbInstance) -> bool {
    let engine = database.engine().unwrap_or_default();
    ["aurora", "neptune", "docdb"].iter().any(|kind| engine.starts_with(kind))
}

fn words(database: &DbInstance) -> serde_json::Value {
    properties(json!({
        "DBInstanceStatus": database.db_instance_status(),
        "DbiResourceId": database.dbi_resource_id(),
        "DBClusterIdentifier": database.db_cluster_identifier(),
        "DBName": database.db_name(),
        "Port": database.endpoint().and_then(|endpoint| endpoint.port()),
        "StorageType": database.storage_type(),
        "Iops": database.iops(),
        "MaxAllocatedStorage": database.max_allocated_storage(),
        "BackupRetentionPeriod": database.backup_retention_period(),
        "DeletionProtection": database.deletion_protection(),
        "AutoMinorVersionUpgrade": database.auto_minor_version_upgrade(),
        "PerformanceInsightsEnabled": database.performance_insights_enabled(),
        "IAMDatabaseAuthenticationEnabled": database.iam_database_authentication_enabled(),
        "CACertificateIdentifier": database.ca_certificate_identifier(),
        "LicenseModel": database.license_model(),
        "SecondaryAvailabilityZone": database.secondary_availability_zone(),
        "ReadReplicaSourceDBInstanceIdentifier": database.read_replica_source_db_instance_identifier(),
        "ReadReplicaDBInstanceIdentifiers": database.read_replica_db_instance_identifiers(),
        "VpcSecurityGroupIds": database.vpc_security_groups().iter()
            .filter_map(|group| group.vpc_security_group_id()).collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_rds::types::{DbSubnetGroup, Endpoint, Tag};
    use schema::Value;

    #[test]
    fn a_database_in_two_zones_has_no_single_one() {
        let database = DbInstance::builder()
            .db_instance_identifier("orders")
            .db_instance_arn("arn:aws:rds:eu-west-1:111122223333:db:orders")
            .db_instance_status("backing-up")
            .engine("postgres")
            .availability_zone("eu-west-1a")
            .multi_az(true)
            .endpoint(Endpoint::builder().address("orders.example").port(5432).build())
            .db_subnet_group(DbSubnetGroup::builder().vpc_id("vpc-1").build())
            .tag_list(Tag::builder().key("env").value("prod").build())
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &database);
        assert_eq!(row.get("zone"), &Value::Null);
        assert_eq!(row.get("state"), &Value::from("available"));
        assert_eq!(row.get("endpoint"), &Value::from("orders.example"));
        assert_eq!(row.get("network_id"), &Value::from("vpc-1"));
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:rds:eu-west-1:111122223333:db:orders"));
        let expected = std::collections::BTreeMap::from([("env".to_owned(), "prod".to_owned())]);
        assert_eq!(row.get("tags"), &Value::Map(expected));
    }

    #[test]
    fn what_rds_says_of_auroras_storage_is_not_its_size() {
        let check = |engine: &str, expected: Value| {
            let database = DbInstance::builder().engine(engine).allocated_storage(1).build();
            assert_eq!(row(&Place::for_testing("eu-west-1"), &database).get("storage_gib"), &expected, "{engine}");
        };
        check("aurora-postgresql", Value::Null);
        check("docdb", Value::Null);
        check("postgres", Value::Int(1));
    }
}
