//! `snapshots`: EBS snapshots that the account owns, by `ec2:DescribeSnapshots`.

use super::calls;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, ec2_tags, filled, name_tag, properties, time};
use crate::{arn, states};
use aws_sdk_ec2::types::Snapshot;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::SNAPSHOTS;
use schema::{Row, State};
use serde_json::json;
use std::collections::HashSet;

/// Which are public is a list of its own.
pub(crate) static SUPPORT: TableSupport = TableSupport { table: &SNAPSHOTS, costly: &[&["public"]], pushes: &[] };

const ACTION: &str = "ec2:DescribeSnapshots";

pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1 + u64::from(request.wants("public")))]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let public = match public(f).await {
        Ok(public) => public,
        // The rows themselves may still be read.
        Err(error) => {
            f.cx.gap(&["public"], None, error).await?;
            None
        }
    };
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_snapshots().owner_ids("self");
            let request = request.max_results(f.page_size(5, 1000)).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        let own = listed(ACTION, &page.snapshots)?.iter().filter(|snapshot| is_own(&f.place, snapshot));
        f.emit(own.map(|snapshot| row(&f.place, snapshot, public.as_ref())).collect()).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

/// The account's own snapshots that anyone may make a volume of; mostly none. No snapshot says it of itself.
async fn public(f: &Fetch<'_>) -> Result<Option<HashSet<String>>, FetchError> {
    if !f.request.wants("public") {
        return Ok(None);
    }
    let mut public = HashSet::new();
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_snapshots().owner_ids("self").restorable_by_user_ids("all");
            let request = request.max_results(1000).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        public.extend(page.snapshots().iter().filter_map(|snapshot| snapshot.snapshot_id().map(str::to_owned)));
        pages.turn(page.next_token)?;
    }
    Ok(Some(public))
}

/// Snapshots that others shared are theirs. Not every server that looks like AWS leaves them out.
fn is_own(place: &Place, snapshot: &Snapshot) -> bool {
    snapshot.owner_id().is_none_or(|owner| owner == place.account_id)
}

pub(super) fn row(place: &Place, snapshot: &Snapshot, public: Option<&HashSet<String>>) -> Row {
    let id = snapshot.snapshot_id().unwrap_or_default();
    let state = snapshot.state().map(|state| state.as_str());
    let tags = ec2_tags(snapshot.tags());
    place
        .row(&SNAPSHOTS, id, arn::ec2_without_account(place, "snapshot", id))
        .with("name", name_tag(&tags))
        .with("state", state.map_or(State::Unknown, states::snapshot))
        .with("created_at", time(snapshot.start_time()))
        .with("tags", tags)
        .with("volume_id", filled(snapshot.volume_id()))
        .with("size_gib", snapshot.volume_size())
        .with("encrypted", snapshot.encrypted())
        .with("public", public.map(|public| public.contains(id)))
        .with("description", filled(snapshot.description()))
        .with("tier", snapshot.storage_tier().map(|tier| tier.as_str()))
        .with(
            "properties",
            properties(json!({
                "State": state,
                "StateMessage": snapshot.state_message(),
                "Progress": snapshot.progress(),
                "KmsKeyId": snapshot.kms_key_id(),
                "FullSnapshotSizeInBytes": snapshot.full_snapshot_size_in_bytes(),
                "CompletionTime": time(snapshot.completion_time()),
                "OutpostArn": snapshot.outpost_arn(),
            })),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::SnapshotState;
    use schema::Value;

    #[test]
    fn a_snapshots_arn_carries_no_account() {
        let snapshot = Snapshot::builder()
            .snapshot_id("snap-1")
            .owner_id("111122223333")
            .state(SnapshotState::Completed)
            .volume_size(8)
            .build();
        let place = Place::for_testing("eu-west-1");
        let row = row(&place, &snapshot, None);
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:ec2:eu-west-1::snapshot/snap-1"));
        assert_eq!(row.get("state"), &Value::from("available"));
        assert_eq!(row.get("public"), &Value::Null);
        assert!(is_own(&place, &snapshot));
        assert!(!is_own(&place, &Snapshot::builder().owner_id("999900001111").build()));
    }
}
