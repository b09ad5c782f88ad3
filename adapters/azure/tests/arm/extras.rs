//! Columns that take calls of their own: utilisation by Azure Monitor, cost by Cost Management. Both fail softly.

use crate::bed::{Bed, now};
use chrono::{NaiveDate, TimeDelta};
use engine::context::RetryPolicy;
use engine::source::Push;
use engine::{FetchErrorKind, FetchRequest, Source};
use rust_decimal::Decimal;
use schema::Value;
use schema::query::{Condition, Field, Op};
use standin::metrics::azure as metrics;
use standin::{Behaviour, Estate, Fault, FaultKind, GenerateSettings};
use std::collections::{BTreeMap, BTreeSet};

const METRICS: &str = "Microsoft.Insights/metrics/read";
const COSTS: &str = "Microsoft.CostManagement/query/action";
const MEASURES: &[&str] = &["cpu_avg", "cpu_max", "memory_avg", "network_in", "network_out"];

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

#[tokio::test]
async fn utilisation_comes_in_batches_of_one_region_and_kind() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("instances", MEASURES).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.gaps.is_empty(), "{:?}", fetched.gaps);
    let here = bed.subscription();
    let mut groups: BTreeMap<(String, bool), u64> = BTreeMap::new();
    for machine in here.machines() {
        let is_of_set = machine.resource.id.to_lowercase().contains("/virtualmachinescalesets/");
        *groups.entry((machine.resource.location.clone(), is_of_set)).or_default() += 1;
    }
    let calls: u64 = groups.values().map(|machines| machines.div_ceil(50)).sum();
    assert_eq!(bed.standin.counts().of(METRICS), calls);
    let old =
        here.machines().find(|one| one.power_state == "running" && one.time_created < now() - TimeDelta::days(15));
    let old = old.unwrap();
    let row = fetched.row(&old.resource.id);
    let about = |column: &str, expected: f64, off: f64| {
        let value = float(row.get(column)).unwrap_or(f64::NAN);
        assert!((value - expected).abs() <= off, "{column} is {value}, not about {expected}");
    };
    // Means of the stand-in's samples lie within their swing.
    about("cpu_avg", old.usage.cpu, old.usage.cpu_swing * 0.5 + 1.0);
    about("memory_avg", 100.0 - old.usage.available_memory, 10.0);
    about("network_in", old.usage.network_in, old.usage.network_in * 0.5);
    about("network_out", old.usage.network_out, old.usage.network_out * 0.5);
    assert!(float(row.get("cpu_max")) >= float(row.get("cpu_avg")));
}

#[tokio::test]
async fn the_cpu_of_five_thousand_machines_takes_a_hundred_calls() {
    let sized = GenerateSettings::sized(now(), 0, 1, 5_000);
    let estate = Estate::generate(&GenerateSettings { subscriptions: 1, ..sized });
    let bed = Bed::of(estate, Behaviour::default(), Vec::new());
    let fetched = bed.fetch("instances", &["cpu_avg"]).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.gaps.is_empty(), "{:?}", fetched.gaps);
    assert!(fetched.rows.len() >= 5_000, "{}", fetched.rows.len());
    let known = fetched.rows.iter().filter(|row| float(row.get("cpu_avg")).is_some()).count();
    assert!(known * 10 > fetched.rows.len() * 7, "{known} of {} have a figure", fetched.rows.len());
    // Fifty machines are the most that Azure takes in one call. A thousand rows wait for each other, and the last call
    // of each kind of each thousand need not be full.
    let (least, most) = (fetched.rows.len().div_ceil(50) as u64, fetched.rows.len().div_ceil(50) as u64 + 12);
    let calls = bed.standin.counts().of(METRICS);
    assert!((least..=most).contains(&calls), "{calls} calls for {} machines", fetched.rows.len());
}

#[tokio::test]
async fn the_percentile_is_of_the_means_of_five_minutes_of_machines_in_and_out_of_sets() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("instances", &["cpu_p95"]).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.gaps.is_empty(), "{:?}", fetched.gaps);
    let here = bed.subscription();
    let mut of_sets = 0;
    for machine in here.machines() {
        let (metric, average) = (metrics::Metric::PercentageCpu, metrics::Aggregation::Average);
        let points = metrics::values(machine, metric, average, now() - TimeDelta::days(14), now(), 300);
        let mut points: Vec<f64> = points.into_iter().filter_map(|(_, value)| value).collect();
        points.sort_by(f64::total_cmp);
        let expected = points.get((points.len() * 95).div_ceil(100).wrapping_sub(1)).copied();
        of_sets += usize::from(machine.resource.id.contains("/virtualMachineScaleSets/") && expected.is_some());
        assert_eq!(fetched.row(&machine.resource.id).get("cpu_p95"), &expected.into(), "{}", machine.resource.id);
    }
    assert!(of_sets > 0, "no instance of a set ran");
}

#[tokio::test]
async fn a_percentile_that_is_denied_leaves_the_means() {
    // Both regions' machines, then those of both regions' sets: the means take four calls.
    let fault = |nth| Fault::new(FaultKind::Denied).action(METRICS).call(nth);
    let bed = Bed::new(Behaviour { faults: (5..=8).map(fault).collect(), ..Behaviour::default() });
    let fetched = bed.fetch("instances", &["cpu_avg", "cpu_p95"]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.columns(), [vec!["cpu_p95"]]);
    assert!(fetched.rows.iter().any(|row| !row.get("cpu_avg").is_null()));
    assert!(fetched.rows.iter().all(|row| row.get("cpu_p95").is_null()));
}

#[tokio::test]
async fn metrics_that_are_denied_are_a_gap_and_the_rows_stay() {
    let fault = Fault::new(FaultKind::Denied).action(METRICS);
    let bed = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() });
    let fetched = bed.fetch("instances", &["cpu_avg", "network_in"]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.rows.len(), bed.subscription().machines().count());
    assert_eq!(fetched.columns(), [vec!["cpu_avg", "network_in"]]);
    assert_eq!(fetched.gaps[0].2.code, "AuthorizationFailed");
    assert!(fetched.rows.iter().all(|row| row.get("cpu_avg").is_null()));
}

#[tokio::test]
async fn a_metric_that_fails_inside_a_good_reply_is_a_gap_and_no_idle_machine() {
    let bed = Bed::new(Behaviour { metrics_error: Some("Throttled".to_owned()), ..Behaviour::default() });
    for column in ["cpu_avg", "cpu_p95"] {
        let fetched = bed.fetch("instances", &[column]).await;
        fetched.end.as_ref().unwrap();
        assert_eq!(fetched.rows.len(), bed.subscription().machines().count());
        assert_eq!(fetched.columns(), [vec![column]]);
        assert_eq!((fetched.gaps[0].2.kind, fetched.gaps[0].2.code.as_str()), (FetchErrorKind::Throttled, "Throttled"));
    }
}

#[tokio::test]
async fn a_metric_that_fails_of_one_machine_is_a_gap_of_that_machine_and_costs_no_other_its_figures() {
    let measured = Bed::new(Behaviour::default()).fetch("instances", &["memory_avg", "cpu_avg"]).await;
    let has_both = |row: &&schema::Row| ["memory_avg", "cpu_avg"].iter().all(|column| !row.get(column).is_null());
    let count = measured.rows.iter().filter(has_both).count();
    let Value::Text(id) = measured.rows.iter().find(has_both).unwrap().get("resource_id").clone() else { panic!() };
    let refusing = |metric: &str| {
        let metrics_refused = BTreeMap::from([(id.clone(), metric.to_owned())]);
        Bed::new(Behaviour { metrics_refused, ..Behaviour::default() })
    };

    let fetched = refusing("Available Memory Percentage").fetch("instances", MEASURES).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.columns(), [vec!["memory_avg"]]);
    assert_eq!(fetched.gaps[0].1.as_ref(), Some(&id));
    assert!(fetched.row(&id).get("memory_avg").is_null() && !fetched.row(&id).get("cpu_avg").is_null());
    assert_eq!(fetched.rows.iter().filter(has_both).count(), count - 1);

    let fetched = refusing("Percentage CPU").fetch("instances", &["cpu_p95"]).await;
    assert_eq!((fetched.columns(), fetched.gaps[0].1.as_ref()), (vec![vec!["cpu_p95"]], Some(&id)));
    assert!(fetched.row(&id).get("cpu_p95").is_null());
    assert!(fetched.rows.iter().any(|row| !row.get("cpu_p95").is_null()));

    let fetched = refusing("Percentage CPU").fetch("metrics", &[]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!((fetched.columns(), fetched.gaps[0].1.as_ref()), (vec![vec![]], Some(&id)));
    let cpu = |row: &&schema::Row| row.get("metric") == &"cpu".into();
    assert!(fetched.rows.iter().filter(cpu).count() > 0);
    assert!(fetched.rows.iter().filter(cpu).all(|row| row.get("resource_id") != &Value::from(id.as_str())));
}

#[tokio::test]
async fn a_metric_that_an_answer_has_no_word_of_is_a_gap_of_that_machine() {
    let measured = Bed::new(Behaviour::default()).fetch("instances", &["cpu_avg", "network_in"]).await;
    let busy = measured.rows.iter().find(|row| float(row.get("cpu_avg")).is_some()).unwrap();
    let Value::Text(id) = busy.get("resource_id").clone() else { panic!("a machine without an id") };
    let metrics_not_named = BTreeMap::from([(id.clone(), "Percentage CPU".to_owned())]);
    let bed = Bed::new(Behaviour { metrics_not_named, ..Behaviour::default() });
    for (table, column, other) in [
        ("instances", Some("cpu_avg"), Some("network_in")),
        ("instances", Some("cpu_p95"), None),
        ("metrics", None, None),
    ] {
        let columns: Vec<_> = column.iter().chain(&other).copied().collect();
        let fetched = bed.fetch(table, &columns).await;
        fetched.end.as_ref().unwrap();
        let [(columns, item, error)] = &fetched.gaps[..] else { panic!("{:?}", fetched.gaps) };
        assert_eq!((columns.first(), item.as_ref(), error.code.as_str()), (column.as_ref(), Some(&id), "left_out"));
        assert!(column.is_none_or(|column| fetched.row(&id).get(column).is_null()));
        assert!(other.is_none_or(|other| !fetched.row(&id).get(other).is_null()));
    }
}

/// The estate of [`Bed::new`] with its first machine in a region that metrics cannot be asked for in, and its id.
fn with_an_odd_region(bed: &Bed) -> String {
    let mut estate = (*bed.standin.estate()).clone();
    let machine = &mut estate.subscriptions[0].virtual_machines[0];
    machine.resource.location = "eastus2(stage)".to_owned();
    let id = machine.resource.id.to_lowercase();
    bed.standin.set_estate(estate);
    id
}

#[tokio::test]
async fn a_region_whose_metrics_cannot_be_read_is_a_gap_of_that_region_and_the_others_go_on() {
    let bed = Bed::new(Behaviour::default());
    let odd = with_an_odd_region(&bed);
    for (table, column) in [("instances", Some("cpu_avg")), ("instances", Some("cpu_p95")), ("metrics", None)] {
        let columns: Vec<_> = column.into_iter().collect();
        let fetched = bed.fetch(table, &columns).await;
        fetched.end.as_ref().unwrap();
        let [(of, item, error)] = &fetched.gaps[..] else { panic!("{:?}", fetched.gaps) };
        assert_eq!((of, item.as_deref()), (&columns, Some("eastus2(stage)")));
        assert!(error.message.contains("the region `eastus2(stage)`"), "{error}");
        let is_odd = |row: &&schema::Row| row.get("resource_id") == &Value::from(odd.as_str());
        match column {
            Some(column) => {
                assert!(fetched.row(&odd).get(column).is_null());
                let others = fetched.rows.iter().filter(|row| !is_odd(row));
                let regions: BTreeSet<_> = others
                    .filter(|row| !row.get(column).is_null())
                    .map(|row| format!("{:?}", row.get("region")))
                    .collect();
                assert_eq!(regions.len(), 2, "{regions:?}");
            }
            None => assert!(fetched.rows.iter().all(|row| !is_odd(&row)) && fetched.rows.len() > 100),
        }
    }
}

#[tokio::test]
async fn rows_that_come_after_a_region_failed_have_their_figures_still() {
    let sized = GenerateSettings::sized(now(), 0, 1, 1_100);
    let estate = Estate::generate(&GenerateSettings { subscriptions: 1, ..sized });
    let bed = Bed::of(estate, Behaviour::default(), Vec::new());
    with_an_odd_region(&bed);
    let fetched = bed.fetch("instances", &["cpu_avg"]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.columns(), [vec!["cpu_avg"]]);
    let later = &fetched.rows[1_000..];
    assert!(later.iter().any(|row| !row.get("cpu_avg").is_null()), "none of {} rows has a figure", later.len());
}

#[tokio::test]
async fn the_series_of_a_machine_that_is_named_take_one_call_for_metrics() {
    let bed = Bed::new(Behaviour::default());
    let here = bed.subscription();
    let sets = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read";
    let plain = here.virtual_machines.iter().find(|one| one.power_state == "running").unwrap();
    let mut in_sets = here.scale_sets.iter().flat_map(|set| &set.instances).map(|one| &one.machine);
    let in_set = in_sets.find(|one| one.power_state == "running").unwrap();
    let (id, other) = (plain.resource.id.to_lowercase(), in_set.resource.id.to_lowercase());
    for (id, machines, of_sets) in [(&id, 1, 0), (&other, 0, 1)] {
        bed.standin.reset_counts();
        let field = Field::Column("resource_id".to_owned());
        let filters = vec![Condition::compare(field, Op::Eq, id.as_str())];
        let request = FetchRequest { filters, ..bed.request("metrics", &[]) };
        let fetched = bed.fetch_request(&request, RetryPolicy::for_testing()).await;
        fetched.end.as_ref().unwrap();
        assert!(fetched.gaps.is_empty() && !fetched.rows.is_empty(), "{:?}", fetched.gaps);
        assert!(fetched.rows.iter().all(|row| row.get("resource_id") == &Value::from(id.as_str())));
        let counts = bed.standin.counts();
        let made = [METRICS, "Microsoft.Compute/virtualMachines/read", sets].map(|action| counts.of(action));
        assert_eq!(made, [1, machines, of_sets], "{id}");
    }
    let metrics = bed.azure.tables().iter().find(|one| one.table.name == "metrics").unwrap();
    assert_eq!(metrics.pushes, [Push::Column("resource_id")]);
}

#[tokio::test]
async fn a_machine_that_an_answer_leaves_out_is_a_gap_and_no_idle_machine() {
    let all = Bed::new(Behaviour::default());
    let fetched = all.fetch("instances", &["cpu_avg"]).await;
    let busy = fetched.rows.iter().find(|row| float(row.get("cpu_avg")).is_some()).unwrap();
    let Value::Text(id) = busy.get("resource_id").clone() else { panic!("a machine without an id") };
    let left_out = BTreeSet::from([id.clone()]);
    let bed = Bed::new(Behaviour { metrics_left_out: left_out, ..Behaviour::default() });
    for (column, known) in [("cpu_avg", "network_in"), ("cpu_p95", "network_in")] {
        let fetched = bed.fetch("instances", &[column, known]).await;
        fetched.end.as_ref().unwrap();
        assert!(fetched.row(&id).get(column).is_null());
        assert!(
            fetched.gaps.iter().any(|(columns, _, error)| columns.contains(&column) && error.message.contains(&id))
        );
        assert!(fetched.gaps.iter().all(|(_, _, error)| error.code == "left_out"), "{:?}", fetched.gaps);
        assert!(fetched.rows.iter().any(|row| float(row.get(column)).is_some()));
    }
    let fetched = bed.fetch("metrics", &[]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.gaps.len(), 1, "{:?}", fetched.gaps);
    assert!(fetched.gaps[0].2.message.contains(&id));
    assert!(fetched.rows.iter().all(|row| row.get("resource_id") != &Value::from(id.as_str())));
}

#[tokio::test]
async fn cost_is_one_query_for_a_subscription_and_is_exact_for_a_resource() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("volumes", &["cost_30d", "cost_basis", "cost_currency"]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(bed.standin.counts().of(COSTS), 1);
    let here = bed.subscription();
    let (first, last) = ((now() - TimeDelta::days(30)).date_naive(), now().date_naive());
    let mut costs: BTreeMap<String, Decimal> = BTreeMap::new();
    for line in &here.costs {
        *costs.entry(line.resource_id.to_lowercase()).or_default() += line.between(true, first, last);
    }
    let mut checked = 0;
    for disk in &here.disks {
        let Some(cost) = costs.get(&disk.resource.id.to_lowercase()).filter(|cost| !cost.is_zero()) else { continue };
        let row = fetched.row(&disk.resource.id);
        let Value::Decimal(got) = row.get("cost_30d") else { panic!("{} has no cost", disk.resource.id) };
        // The stand-in writes costs as binary fractions.
        assert!((*got - *cost).abs() < Decimal::new(1, 9), "{got} is not {cost}");
        assert_eq!(row.get("cost_basis"), &"cost_api".into());
        checked += 1;
    }
    assert!(checked > 0, "no disk of the estate costs anything");
}

#[tokio::test]
async fn the_tables_of_a_subscription_share_one_query_for_what_they_cost() {
    let bed = Bed::new(Behaviour::default());
    let columns = ["cost_30d", "cost_basis", "cost_currency"];
    let tables = ["volumes", "instances", "databases", "buckets"];
    for fetched in futures::future::join_all(tables.map(|table| bed.fetch(table, &columns))).await {
        fetched.end.as_ref().unwrap();
        assert!(fetched.gaps.is_empty(), "{:?}", fetched.gaps);
        assert!(fetched.rows.iter().any(|row| !row.get("cost_30d").is_null()));
    }
    assert_eq!(bed.standin.counts().of(COSTS), 1);
}

/// What the first uniform set with instances cost in the window, and the set.
fn billed_set(here: &standin::Subscription) -> (standin::estate::azure::ScaleSet, Decimal) {
    let (first, last) = ((now() - TimeDelta::days(30)).date_naive(), now().date_naive());
    let set = here.scale_sets.iter().find(|set| set.instances.len() > 1).unwrap();
    let lines = here.costs.iter().filter(|line| line.resource_id.eq_ignore_ascii_case(&set.resource.id));
    (set.clone(), lines.map(|line| line.between(true, first, last)).sum())
}

#[tokio::test]
async fn the_instances_of_a_uniform_scale_set_share_what_it_cost() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("instances", &["cost_30d", "cost_basis"]).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.gaps.is_empty(), "{:?}", fetched.gaps);
    let (set, cost) = billed_set(&bed.subscription());
    let rows = set.instances.iter().map(|one| fetched.row(&one.machine.resource.id));
    let shares: Vec<Decimal> = rows.clone().filter_map(|row| decimal(row.get("cost_30d"))).collect();
    assert_eq!(shares.len(), set.instances.len());
    assert!(shares.iter().all(|share| *share == shares[0] && !share.is_zero()), "{shares:?}");
    let sum: Decimal = shares.iter().sum();
    assert!((sum - cost).abs() < Decimal::new(1, 9), "{sum} is not {cost}");
    assert!(rows.clone().all(|row| row.get("cost_basis") == &"cost_api_share".into()));
}

#[tokio::test]
async fn where_not_all_instances_of_a_set_could_be_read_their_share_is_a_gap() {
    let machines = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read";
    let fault = Fault::new(FaultKind::Denied).action(machines).page(2);
    let bed = Bed::new(Behaviour { page_cap: Some(1), faults: vec![fault], ..Behaviour::default() });
    let fetched = bed.fetch("instances", &["cost_30d", "cost_basis"]).await;
    fetched.end.as_ref().unwrap();
    let (set, _) = billed_set(&bed.subscription());
    assert!(fetched.row(&set.instances[0].machine.resource.id).get("cost_30d").is_null());
    let item = Some(set.resource.id.to_lowercase());
    let columns: Vec<_> = fetched.gaps.iter().filter(|gap| gap.1 == item).map(|gap| gap.0.clone()).collect();
    assert_eq!(columns, [vec![], vec!["cost_30d", "cost_basis"]]);
}

#[tokio::test]
async fn costs_that_are_denied_are_a_gap_and_the_rows_stay() {
    let fault = Fault::new(FaultKind::Denied).action(COSTS);
    let bed = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() });
    let fetched = bed.fetch("instances", &["cost_30d", "cost_basis", "cost_currency"]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.columns(), [vec!["cost_30d", "cost_basis", "cost_currency"]]);
    assert_eq!(fetched.rows.len(), bed.subscription().machines().count());
    assert!(fetched.rows.iter().all(|row| row.get("cost_30d").is_null()));
}

#[tokio::test]
async fn a_resource_that_is_charged_in_two_currencies_has_no_cost() {
    let bed = Bed::new(Behaviour::default());
    let mut estate = (*bed.standin.estate()).clone();
    let here = &mut estate.subscriptions[0];
    let disk = here.disks[0].resource.id.clone();
    let mut lines: Vec<_> = here.costs.iter().take(1).cloned().collect();
    lines[0].resource_id = disk.to_lowercase();
    lines.push(lines[0].clone());
    lines[1].currency = "XTS".to_owned();
    here.costs = lines;
    bed.standin.set_estate(estate);
    let fetched = bed.fetch("volumes", &["cost_30d", "cost_basis", "cost_currency"]).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.row(&disk).get("cost_30d").is_null());
    assert_eq!(fetched.gaps[0].1.as_deref(), Some(disk.to_lowercase().as_str()));
    assert_eq!(fetched.gaps[0].2.code, "several_currencies");
}

#[tokio::test]
async fn charges_are_by_day_service_region_and_currency_and_add_up_to_the_bill() {
    let bed = Bed::new(Behaviour { page_cap: Some(13), ..Behaviour::default() });
    let fetched = bed.fetch("costs", &[]).await;
    fetched.end.as_ref().unwrap();
    let (first, last) = ((now() - TimeDelta::days(30)).date_naive(), now().date_naive());
    let here = bed.subscription();
    for (column, amortized) in [("EffectiveCost", true), ("BilledCost", false)] {
        let expected: Decimal = here.costs.iter().map(|line| line.between(amortized, first, last)).sum();
        let got: Decimal = fetched.rows.iter().filter_map(|row| decimal(row.get(column))).sum();
        assert!(
            !expected.is_zero() && (got - expected).abs() < Decimal::new(1, 6),
            "{column}: {got} is not {expected}"
        );
    }
    assert!(fetched.rows.iter().all(|row| !row.get("BillingCurrency").is_null()));
}

#[tokio::test]
async fn charges_of_two_months_come_whole_though_no_query_has_more_days_than_one() {
    let bed = Bed::new(Behaviour::default());
    let (from, to) = (now() - TimeDelta::days(60), now());
    let request = FetchRequest { time: Some((from, to)), ..bed.request("costs", &[]) };
    let fetched = bed.fetch_request(&request, RetryPolicy::for_testing()).await;
    fetched.end.as_ref().unwrap();
    let lines = bed.subscription().costs;
    let all = |first: NaiveDate, last: NaiveDate| -> Decimal {
        lines.iter().map(|line| line.between(true, first, last)).sum()
    };
    let (first, last) = (from.date_naive(), to.date_naive());
    let got: Decimal = fetched.rows.iter().filter_map(|row| decimal(row.get("EffectiveCost"))).sum();
    assert!((got - all(first, last)).abs() < Decimal::new(1, 6), "{got} is not {}", all(first, last));
    assert!(!all(first, last - TimeDelta::days(31)).is_zero(), "the estate costs nothing so long ago");
    let estimated = bed.azure.estimate(&request).into_iter().find(|call| call.action == COSTS).unwrap();
    assert_eq!((bed.standin.counts().of(COSTS), estimated.calls), (4, 4));
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(value) => Some(*value),
        _ => None,
    }
}

#[tokio::test]
async fn series_have_a_point_an_hour_of_every_machine_that_ran() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("metrics", &[]).await;
    fetched.end.as_ref().unwrap();
    let here = bed.subscription();
    let old = here
        .virtual_machines
        .iter()
        .find(|one| one.power_state == "running" && one.time_created < now() - TimeDelta::days(15));
    let id = Value::from(old.unwrap().resource.id.to_lowercase());
    let is_mean = |row: &&schema::Row| row.get("resource_id") == &id && row.get("statistic") == &"average".into();
    let points: Vec<_> = fetched.rows.iter().filter(is_mean).collect();
    assert_eq!(points.len(), 14 * 24);
    let in_set = here.scale_sets.iter().flat_map(|set| &set.instances).map(|one| &one.machine);
    let ids: Vec<Value> = in_set.map(|machine| machine.resource.id.to_lowercase().into()).collect();
    assert!(!ids.is_empty());
    for id in ids {
        assert!(fetched.rows.iter().any(|row| row.get("resource_id") == &id), "{id:?} has no series");
    }
    assert!(points.iter().all(|row| row.get("period") == &3600_i64.into() && row.get("unit") == &"percent".into()));
}
