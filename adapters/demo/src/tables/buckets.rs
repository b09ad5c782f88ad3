//! `buckets`: an account'\''s buckets and storage accounts, whatever their region.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::BUCKETS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&BUCKETS, "demo:ListBuckets", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.buckets().iter().map(move |bucket| {
        resource(&BUCKETS, ask, &bucket.facts)
            .with("region", bucket.region)
            .with("public_access_blocked", bucket.blocked)
            .with("policy_is_public", bucket.policy_is_public)
            .with("public", bucket.policy_is_public.or(bucket.blocked.then_some(false)))
    }))
}
