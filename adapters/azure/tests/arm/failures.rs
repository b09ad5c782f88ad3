//! Failures: what is tried again, what is not, and what never is sent.

use crate::bed::{Bed, now};
use engine::context::RetryPolicy;
use engine::{FetchContext, FetchErrorKind, Source};
use schema::Scope;
use standin::{Behaviour, Fault, FaultKind};
use std::sync::atomic::Ordering;
use std::time::Duration;

const DISKS: &str = "Microsoft.Compute/disks/read";

fn faulty(fault: Fault) -> Bed {
    Bed::new(Behaviour { faults: vec![fault.action(DISKS)], ..Behaviour::default() })
}

#[tokio::test]
async fn a_next_page_at_another_server_is_refused_and_the_rows_before_it_stay() {
    let other =
        Behaviour { page_cap: Some(5), next_links_at: Some("http://127.0.0.1:1".to_owned()), ..Behaviour::default() };
    let bed = Bed::new(other);
    let fetched = bed.fetch("volumes", &[]).await;
    let error = fetched.end.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Failed);
    assert!(error.message.contains("another server"), "{error}");
    assert_eq!(fetched.rows.len(), 5);
    assert_eq!(fetched.calls, 1);
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once() {
    let bed = faulty(Fault::new(FaultKind::ExpiredToken).call(1));
    let fetched = bed.fetch("volumes", &[]).await;
    fetched.end.unwrap();
    assert_eq!(fetched.rows.len(), bed.subscription().disks.len());
    assert_eq!(fetched.calls, 2);
    assert_eq!(bed.credential.given.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_token_that_is_refused_twice_is_an_end() {
    let bed = faulty(Fault::new(FaultKind::ExpiredToken));
    let fetched = bed.fetch("volumes", &[]).await;
    let error = fetched.end.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Expired);
    assert_eq!(error.code, "ExpiredAuthenticationToken");
    assert_eq!(fetched.calls, 2);
}

#[tokio::test]
async fn a_throttled_call_waits_as_long_as_azure_asks() {
    let bed = faulty(Fault::new(FaultKind::Throttle).call(1));
    let patient = RetryPolicy { patience: Duration::from_secs(5), ..RetryPolicy::for_testing() };
    let fetched = bed.fetch_with("volumes", &[], None, patient).await;
    fetched.end.unwrap();
    assert_eq!(fetched.rows.len(), bed.subscription().disks.len());
    assert_eq!(fetched.calls, 2);
    assert!(fetched.waited_us >= 1_000_000, "{} µs", fetched.waited_us);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_reported() {
    let bed = faulty(Fault::new(FaultKind::Throttle));
    let error = bed.fetch("volumes", &[]).await.end.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Throttled);
    assert_eq!(error.retry_after, Some(Duration::from_secs(1)));
    assert_eq!(error.code, "TooManyRequests");
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_may_not_is_not() {
    let kinds = [
        (FaultKind::Denied, 1, FetchErrorKind::Denied),
        (FaultKind::Garbage, 1, FetchErrorKind::Failed),
        (FaultKind::OtherShape, 1, FetchErrorKind::Failed),
        (FaultKind::Cut, 3, FetchErrorKind::Transient),
    ];
    for (fault, calls, kind) in kinds {
        let bed = faulty(Fault::new(fault));
        let fetched = bed.fetch("volumes", &[]).await;
        assert_eq!(fetched.end.unwrap_err().kind, kind, "{fault:?}");
        assert_eq!(fetched.calls, calls, "{fault:?}");
    }
}

#[tokio::test]
async fn a_success_without_what_was_asked_for_is_no_empty_list() {
    let of_page = |page| faulty_pages(Fault::new(FaultKind::OtherShape).action(DISKS).page(page));
    for (page, rows) in [(1, 0), (2, 5)] {
        let fetched = of_page(page).fetch("volumes", &[]).await;
        assert_eq!(fetched.rows.len(), rows, "page {page}");
        let error = fetched.end.unwrap_err();
        assert_eq!(error.message, format!("`{DISKS}` was answered without `value`"));
    }
    let fault = |action| faulty_pages(Fault::new(FaultKind::OtherShape).action(action));
    let error = fault("Microsoft.CostManagement/query/action").fetch("costs", &[]).await.end.unwrap_err();
    assert!(error.message.contains("`Microsoft.CostManagement/query/action`"), "{error}");
    for column in ["cpu_avg", "cpu_p95"] {
        let bed = fault("Microsoft.Insights/metrics/read");
        let fetched = bed.fetch("instances", &[column]).await;
        fetched.end.as_ref().unwrap();
        assert_eq!(fetched.rows.len(), bed.subscription().machines().count());
        assert!(fetched.gaps.iter().all(|(_, _, error)| error.kind == FetchErrorKind::Failed), "{:?}", fetched.gaps);
        assert!(fetched.columns().contains(&vec![column]) && fetched.rows.iter().all(|row| row.get(column).is_null()));
    }
}

fn faulty_pages(fault: Fault) -> Bed {
    Bed::new(Behaviour { page_cap: Some(5), faults: vec![fault], ..Behaviour::default() })
}

/// What a fetch gives where a provider is not turned on: how many rows, and no gap.
async fn without(provider: &str, table: &str, costly: &[&'static str]) -> usize {
    let unregistered = [provider.to_owned()].into();
    let bed = Bed::new(Behaviour { unregistered, ..Behaviour::default() });
    let fetched = bed.fetch(table, costly).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.gaps.is_empty(), "{table} without {provider}: {:?}", fetched.gaps);
    fetched.rows.len()
}

#[tokio::test]
async fn of_a_provider_that_is_not_turned_on_there_is_nothing_and_nothing_lacks() {
    let costly = ["vcpus", "private_ip", "public_ip", "cpu_avg", "cpu_p95", "cost_30d"];
    for table in ["instances", "metrics", "volumes", "snapshots", "images"] {
        let costly = if table == "instances" { &costly[..] } else { &[] };
        assert_eq!(without("Microsoft.Compute", table, costly).await, 0, "{table}");
    }
    for table in ["networks", "security_groups", "nat_gateways", "load_balancers"] {
        assert_eq!(without("Microsoft.Network", table, &[]).await, 0, "{table}");
    }
    assert!(without("Microsoft.Network", "instances", &[]).await > 0);
    assert!(without("Microsoft.Sql", "databases", &[]).await > 0, "servers of other kinds");
    assert_eq!(without("Microsoft.ContainerService", "clusters", &[]).await, 0);
}

#[tokio::test]
async fn one_kind_of_database_that_is_denied_leaves_the_others() {
    let fault = Fault::new(FaultKind::Denied).action("Microsoft.Sql/servers/read");
    let bed = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() });
    let fetched = bed.fetch("databases", &[]).await;
    fetched.end.as_ref().unwrap();
    let here = bed.subscription();
    let flexible = here.postgresql_servers.len() + here.mysql_servers.len();
    assert_eq!(fetched.rows.len(), flexible + here.managed_instances.len());
    assert_eq!(fetched.columns(), [Vec::<&str>::new()]);
    assert_eq!(fetched.gaps[0].1.as_deref(), Some("Microsoft.Sql/servers"));
}

#[tokio::test]
async fn databases_that_are_denied_inside_a_server_are_a_gap_of_that_server() {
    let fault = Fault::new(FaultKind::Denied).action("Microsoft.Sql/servers/databases/read");
    let bed = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() });
    let fetched = bed.fetch("databases", &[]).await;
    fetched.end.as_ref().unwrap();
    let here = bed.subscription();
    let items: Vec<_> = fetched.gaps.iter().filter_map(|(_, item, _)| item.clone()).collect();
    let mut expected: Vec<_> =
        here.sql_servers.iter().map(|server| format!("{}/databases", server.resource.id.to_lowercase())).collect();
    expected.sort();
    assert_eq!(
        items.iter().cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>(),
        expected
    );
    let pools: usize = here.sql_servers.iter().map(|server| server.elastic_pools.len()).sum();
    let flexible = here.postgresql_servers.len() + here.mysql_servers.len();
    assert_eq!(fetched.rows.len(), pools + flexible + here.managed_instances.len());
}

#[tokio::test]
async fn an_account_that_cannot_be_read_is_a_row_that_says_so() {
    let bed = Bed::new(Behaviour { allowed_actions: Some([DISKS.to_owned()].into()), ..Behaviour::default() });
    let fetched = bed.fetch("accounts", &[]).await;
    fetched.end.unwrap();
    let row = &fetched.rows[0];
    assert_eq!(row.get("readable"), &false.into());
    assert!(!row.get("unreadable_reason").is_null());
    assert!(row.get("state").is_null() && row.get("tags").is_null(), "nothing is known of them");
}

#[tokio::test]
async fn an_account_of_which_nothing_is_known_is_a_failure_and_no_row() {
    for kind in [FaultKind::Garbage, FaultKind::OtherShape, FaultKind::Cut, FaultKind::ServerError] {
        let fault = Fault::new(kind).action("Microsoft.Resources/subscriptions/read");
        let fetched = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() }).fetch("accounts", &[]).await;
        assert!(fetched.end.is_err() && fetched.rows.is_empty(), "{kind:?}: {:?}", fetched.rows);
    }
}

#[tokio::test]
async fn a_token_is_not_sent_in_plain_text_to_another_machine() {
    let settings = azure::Settings { endpoint: Some("http://management.example".to_owned()), ..Default::default() };
    let bed = Bed::new(Behaviour::default());
    let azure = azure::Azure::with_credential(settings, bed.credential.clone());
    let (cx, _out) = FetchContext::for_testing("azure", Scope::new("azure", "*", "*", "*"), now());
    let error = azure.discover(&cx).await.unwrap_err();
    assert!(error.message.contains("`endpoint`"), "{error}");
    assert_eq!(bed.credential.given.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn interfaces_that_are_denied_are_a_gap_in_all_columns_that_come_from_them() {
    let fault = Fault::new(FaultKind::Denied).action("Microsoft.Network/networkInterfaces/read");
    let bed = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() });
    let fetched = bed.fetch("instances", &["private_ip", "public_ip"]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.columns(), [vec!["private_ip", "public_ip"]]);
    assert_eq!(fetched.rows.len(), bed.subscription().machines().count());
}

#[tokio::test]
async fn interfaces_of_a_scale_set_that_are_denied_are_a_gap_of_that_set_in_their_columns() {
    for (action, columns) in
        [("networkInterfaces", &["private_ip", "public_ip"][..]), ("publicIPAddresses", &["public_ip"])]
    {
        let action = format!("Microsoft.Compute/virtualMachineScaleSets/{action}/read");
        let fault = Fault::new(FaultKind::Denied).action(&action);
        let bed = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() });
        let fetched = bed.fetch("instances", &["private_ip", "public_ip"]).await;
        fetched.end.as_ref().unwrap();
        let here = bed.subscription();
        let sets: Vec<_> = here.scale_sets.iter().filter(|set| !set.instances.is_empty()).collect();
        assert_eq!(fetched.columns(), vec![columns.to_vec(); sets.len()]);
        let items: Vec<_> = fetched.gaps.iter().filter_map(|(_, item, _)| item.clone()).collect();
        let expected: Vec<_> = sets.iter().map(|set| set.resource.id.to_lowercase()).collect();
        assert!(items.iter().all(|item| expected.contains(item)) && items.len() == expected.len(), "{items:?}");
        assert_eq!(fetched.rows.len(), here.machines().count());
        let known = fetched.row(&here.virtual_machines[0].resource.id);
        assert!(!known.get("private_ip").is_null(), "machines outside of sets keep theirs");
    }
}

#[tokio::test]
async fn without_power_states_machines_have_no_state_and_a_gap_says_why() {
    // The first call of the action asks for the states, the next for the machines.
    let fault = Fault::new(FaultKind::Denied).action("Microsoft.Compute/virtualMachines/read").call(1);
    let bed = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() });
    let fetched = bed.fetch("instances", &[]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.columns(), [vec!["state", "stopped_at"]]);
    let machine = &bed.subscription().virtual_machines.into_iter().find(|one| one.power_state == "running").unwrap();
    let row = fetched.row(&machine.resource.id);
    assert!(row.get("state").is_null() && row.get("stopped_at").is_null());
}
