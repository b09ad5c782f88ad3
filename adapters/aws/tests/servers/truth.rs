//! What a server holds, as the rows that the adapter must make of it.

use crate::checks::Server;
use schema::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Which columns of a table are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape {
    pub(crate) table: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) costly: &'static [&'static str],
    /// Whether the server has nothing else in the table.
    pub(crate) exact: bool,
}

/// Values by id, in the order of the shape's columns.
pub(crate) type Rows = BTreeMap<String, Vec<Value>>;

/// What a server holds, by table, account and region.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    pub(crate) tables: BTreeMap<Shape, BTreeMap<(String, String), Rows>>,
}

impl Truth {
    pub(crate) fn add(&mut self, shape: Shape, account: &str, region: &str, id: &str, values: Vec<Value>) {
        assert_eq!(shape.columns.len(), values.len());
        let scope = (account.to_owned(), region.to_owned());
        self.tables.entry(shape).or_default().entry(scope).or_default().insert(id.to_owned(), values);
    }

    /// Every account in every region.
    pub(crate) fn scopes(server: &Server) -> BTreeSet<(String, String)> {
        let regions = |account: &String| {
            server.regions.iter().map({
                let account = account.clone();
                move |region| (account.clone(), region.clone())
            })
        };
        server.account_ids.iter().flat_map(regions).collect()
    }
}

const fn shape(table: &'static str, columns: &'static [&'static str]) -> Shape {
    Shape { table, columns, costly: &[], exact: true }
}

pub(crate) const INSTANCES: Shape =
    shape("instances", &["name", "state", "instance_type", "subnet_id", "tags", "vcpus", "memory_gib", "platform"]);
pub(crate) const VOLUMES: Shape = shape("volumes", &["state", "size_gib", "volume_type", "instance_id", "zone"]);
pub(crate) const SNAPSHOTS: Shape =
    Shape { costly: &["public"], ..shape("snapshots", &["volume_id", "size_gib", "state", "description", "public"]) };
pub(crate) const IMAGES: Shape = shape("images", &["name", "state"]);
pub(crate) const NETWORKS: Shape = shape("networks", &["cidr_blocks", "is_default", "tags"]);
pub(crate) const SUBNETS: Shape = shape("subnets", &["network_id", "cidr_block", "zone"]);
pub(crate) const SECURITY_GROUPS: Shape =
    shape("security_groups", &["name", "network_id", "open_to_world", "open_ports"]);
pub(crate) const PUBLIC_IPS: Shape = shape("public_ips", &["address", "state", "instance_id"]);
pub(crate) const NAT_GATEWAYS: Shape = shape("nat_gateways", &["subnet_id", "connectivity", "state"]);
pub(crate) const LOAD_BALANCERS: Shape =
    Shape { costly: &["tags"], ..shape("load_balancers", &["resource_id", "load_balancer_type", "scheme", "tags"]) };
pub(crate) const DATABASES: Shape =
    shape("databases", &["resource_id", "engine", "instance_class", "storage_gib", "multi_az", "tags"]);
pub(crate) const BUCKETS: Shape = Shape {
    costly: &["tags", "public_access_blocked", "policy_is_public", "public"],
    ..shape("buckets", &["region", "resource_id", "tags", "public_access_blocked", "policy_is_public", "public"])
};
pub(crate) const FUNCTIONS: Shape = Shape {
    costly: &["tags"],
    ..shape("functions", &["resource_id", "runtime", "memory_mib", "timeout_seconds", "tags"])
};
pub(crate) const CLUSTERS: Shape = Shape {
    costly: &["version"],
    ..shape("clusters", &["resource_id", "state", "version", "publicly_accessible", "subnet_ids", "tags"])
};
pub(crate) const ACCOUNTS: Shape = shape("accounts", &["readable", "unreadable_reason", "state"]);

pub(crate) fn tags(pairs: &[(&str, &str)]) -> Value {
    Value::Map(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
}

pub(crate) fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| (*item).to_owned()).collect())
}
