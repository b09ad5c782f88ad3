//! `metrics:getBatch`: what comes back is what [`standin::metrics::azure`] says.

use super::arm_client::{Arm, error, started};
use super::client::now;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use standin::Behaviour;
use standin::estate::azure::VirtualMachine;
use standin::metrics::azure::{Aggregation, Metric, values};

const MACHINES: &str = "Microsoft.Compute/virtualMachines";

fn path(arm: &Arm, namespace: &str, more: &str) -> String {
    let id = &arm.subscription().id;
    format!("/subscriptions/{id}/metrics:getBatch?api-version=2024-02-01&metricnamespace={namespace}&{more}")
}

fn named(machines: &[&VirtualMachine]) -> Value {
    json!({ "resourceids": machines.iter().map(|vm| vm.resource.id.to_lowercase()).collect::<Vec<_>>() })
}

fn at_home(arm: &Arm) -> Vec<&VirtualMachine> {
    arm.subscription().virtual_machines.iter().filter(|vm| vm.resource.location == "westeurope").collect()
}

fn close(written: &Value, truth: Option<f64>) -> bool {
    match (written.as_f64(), truth) {
        (Some(written), Some(truth)) => (written - truth).abs() <= truth.abs() * 1e-12,
        (written, truth) => written.is_none() && truth.is_none(),
    }
}

#[tokio::test]
async fn datapoints_are_the_function_of_machine_and_time() {
    let (standin, arm) = started(Behaviour::default());
    let machines = at_home(&arm);
    let start = now() - TimeDelta::days(2) + TimeDelta::minutes(17);
    for (interval, seconds) in [("PT1H", 3600), ("PT5M", 300), ("P1D", 86_400)] {
        let more = format!(
            "metricnames=Percentage%20CPU,Network+In+Total&aggregation=average,maximum,total,count&interval={interval}\
             &starttime={}&endtime=2026-11-01T00:00:00Z",
            start.format("%Y-%m-%dT%H:%M:%SZ")
        );
        let answer = arm.post(&path(&arm, MACHINES, &more), &named(&machines)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let body = answer.json();
        let series = body["values"].as_array().unwrap();
        assert_eq!(series.len(), machines.len());
        let mut with_value = 0;
        for (one, machine) in series.iter().zip(&machines) {
            assert!(one["resourceid"].as_str().unwrap().eq_ignore_ascii_case(&machine.resource.id));
            for (nth, metric) in [Metric::PercentageCpu, Metric::NetworkInTotal].into_iter().enumerate() {
                assert_eq!(one["value"][nth]["name"]["value"], metric.name());
                let data = one["value"][nth]["timeseries"][0]["data"].as_array().unwrap();
                for aggregation in [Aggregation::Average, Aggregation::Maximum, Aggregation::Total, Aggregation::Count]
                {
                    let truth = values(machine, metric, aggregation, start, now(), seconds);
                    assert_eq!(data.len(), truth.len());
                    for (point, (time, value)) in data.iter().zip(truth) {
                        let written: DateTime<Utc> = point["timeStamp"].as_str().unwrap().parse().unwrap();
                        assert_eq!(written, time);
                        assert!(close(&point[aggregation.field()], value), "{point} {value:?}");
                        with_value += usize::from(value.is_some());
                    }
                }
            }
            let running = machine.power_state == "running";
            let any =
                one["value"][0]["timeseries"][0]["data"].as_array().unwrap().iter().any(|p| p["average"].is_f64());
            assert!(running || !any, "a machine that does not run has no values");
        }
        assert!(with_value > 100, "{with_value} values");
    }
    assert_eq!(standin.counts().at(&arm.subscription().id, "*", "Microsoft.Insights/metrics/read"), 3);
}

#[test]
fn a_total_is_the_average_times_the_minutes_and_begins_with_the_machine() {
    let estate = super::arm_client::azure();
    let mut machine =
        estate.subscriptions[0].virtual_machines.iter().find(|vm| vm.power_state == "running").cloned().unwrap();
    machine.time_created = now() - TimeDelta::minutes(90);
    let of =
        |aggregation| values(&machine, Metric::DiskReadBytes, aggregation, now() - TimeDelta::hours(3), now(), 3600);
    let counts: Vec<Option<f64>> = of(Aggregation::Count).into_iter().map(|point| point.1).collect();
    assert_eq!(counts, [None, Some(30.0), Some(60.0)]);
    for ((total, average), count) in of(Aggregation::Total).iter().zip(of(Aggregation::Average)).zip(counts).skip(1) {
        let expected = average.1.unwrap() * count.unwrap();
        assert!((total.1.unwrap() - expected).abs() < 1e-6 * expected);
    }
}

#[tokio::test]
async fn instances_of_scale_sets_have_a_namespace_of_their_own() {
    let (_standin, arm) = started(Behaviour::default());
    let instance = &arm.subscription().scale_sets[0].instances[0].machine;
    let more = "metricnames=Available+Memory+Percentage&interval=PT1H&starttime=2026-10-31T00:00:00Z";
    let namespace = "microsoft.compute/virtualMachineScaleSets/virtualMachines";
    let answer = arm.post(&path(&arm, namespace, more), &named(&[instance])).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let start = now() - TimeDelta::days(1);
    let truth = values(instance, Metric::AvailableMemoryPercentage, Aggregation::Average, start, now(), 3600);
    let body = answer.json();
    let data = body["values"][0]["value"][0]["timeseries"][0]["data"].as_array().unwrap();
    assert!(data.len() == 24 && data.iter().zip(truth).all(|(point, (_, value))| close(&point["average"], value)));
    assert_eq!(arm.post(&path(&arm, MACHINES, more), &named(&[instance])).await.status, 400, "not the other's");
}

#[tokio::test]
async fn what_cannot_be_answered_is_400() {
    let (_standin, arm) = started(Behaviour::default());
    let all: Vec<&VirtualMachine> = arm.subscription().virtual_machines.iter().collect();
    let other = &arm.estate.subscriptions[1].virtual_machines[0];
    let home = at_home(&arm);
    let good = "metricnames=Percentage+CPU&interval=PT1H";
    let fifty: Vec<&VirtualMachine> = home.iter().copied().cycle().take(50).collect();
    let fifty_one: Vec<&VirtualMachine> = home.iter().copied().cycle().take(51).collect();
    assert_eq!(arm.post(&path(&arm, MACHINES, good), &named(&fifty)).await.status, 200);
    for (what, more, body) in [
        ("51 ids", good, named(&fifty_one)),
        ("no ids", good, json!({})),
        ("a missing machine", good, json!({ "resourceids": ["/subscriptions/x/y"] })),
        ("another subscription's", good, named(&[other])),
        ("two regions", good, named(&[all[0], all.last().unwrap()])),
        ("an unknown metric", "metricnames=Percentage+GPU", named(&home[..1])),
        ("no metric", "interval=PT1H", named(&home[..1])),
        ("an odd interval", "metricnames=Percentage+CPU&interval=PT7M", named(&home[..1])),
        ("an odd aggregation", "metricnames=Percentage+CPU&aggregation=median", named(&home[..1])),
        ("an odd time", "metricnames=Percentage+CPU&starttime=yesterday", named(&home[..1])),
        ("an empty time", "metricnames=Percentage+CPU&starttime=2026-11-02T00:00:00Z", named(&home[..1])),
    ] {
        let answer = arm.post(&path(&arm, MACHINES, more), &body).await;
        assert_eq!(error(&answer), (400, "BadRequest".to_owned()), "{what}");
    }
}
