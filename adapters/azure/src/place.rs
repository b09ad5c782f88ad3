//! Where rows belong, and what all of them begin with.

use crate::PROVIDER;
use crate::words::{self, id, text, time};
use chrono::{DateTime, Utc};
use schema::scope::GLOBAL;
use schema::{Row, Scope, Table};
use serde_json::Value as Json;

/// Where rows belong, and when they were read.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) account_id: String,
    pub(crate) account_name: String,
    pub(crate) now: DateTime<Utc>,
}

impl Place {
    pub(crate) fn new(scope: &Scope, now: DateTime<Utc>) -> Self {
        Self { account_id: scope.account_id.clone(), account_name: scope.account_name.clone(), now }
    }

    /// A row of a resource with the columns that every table begins with.
    pub(crate) fn row(&self, table: &'static Table, item: &Json) -> Row {
        self.row_in(table, item, text(item, "/location").unwrap_or(GLOBAL))
    }

    /// The same, for what is inside another resource and says no location of its own.
    pub(crate) fn row_in(&self, table: &'static Table, item: &Json, location: &str) -> Row {
        let resource_id = id(item, "/id").unwrap_or_default();
        let created = ["/properties/timeCreated", "/systemData/createdAt", "/properties/creationTime"];
        let mut zones = words::texts(item, "/zones");
        let zone = if zones.len() == 1 { zones.pop() } else { None };
        Row::new(table)
            .with("provider", PROVIDER)
            .with("account_id", self.account_id.as_str())
            .with("account_name", self.account_name.as_str())
            .with("region", words::location(location))
            .with("zone", zone)
            .with("resource_id", resource_id.as_str())
            .with("native_id", resource_id.as_str())
            .with("name", text(item, "/name"))
            .with("kind", table.row_kind)
            .with("native_type", id(item, "/type").or_else(|| table.azure_type.map(str::to_owned)))
            .with("state", crate::states::provisioned(text(item, "/properties/provisioningState")))
            .with("created_at", created.iter().find_map(|at| time(item, at)))
            .with("tags", words::tags(item))
            .with("fetched_at", self.now)
    }
}
