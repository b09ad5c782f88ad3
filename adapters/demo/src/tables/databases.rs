//! `databases`: managed database servers.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::DATABASES;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&DATABASES, "demo:ListDatabases", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().databases.iter().map(move |database| {
        resource(&DATABASES, ask, &database.facts)
            .with("engine", database.engine)
            .with("engine_version", database.version)
            .with("instance_class", database.class)
            .with("storage_gib", database.storage_gib)
            .with("multi_az", database.multi_az)
            .with("publicly_accessible", database.public)
            .with("encrypted", database.encrypted)
            .with("endpoint", database.endpoint.as_str())
            .with("network_id", database.network_id.clone())
    }))
}
