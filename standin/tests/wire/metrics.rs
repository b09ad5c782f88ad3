//! Metrics: what CloudWatch's three protocols say is the documented function of the instance and the time.

use super::client::{Answer, Client, now, small, start};
use chrono::TimeDelta;
use ciborium::Value;
use serde_json::json;
use standin::Behaviour;
use standin::estate::Instance;
use standin::metrics::{Metric, Statistic, values};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

/// A query that any account may make.
pub(crate) fn one_query() -> serde_json::Value {
    request(&[query("m0", "i-0", "CPUUtilization", "Average", DAY)], &json!({}))
}

fn query(id: &str, instance: &str, metric: &str, stat: &str, period: i64) -> serde_json::Value {
    let dimensions = json!([{ "Name": "InstanceId", "Value": instance }]);
    let metric = json!({ "Namespace": "AWS/EC2", "MetricName": metric, "Dimensions": dimensions });
    json!({ "Id": id, "MetricStat": { "Metric": metric, "Period": period, "Stat": stat } })
}

/// The last 14 days of some metrics.
fn request(queries: &[serde_json::Value], more: &serde_json::Value) -> serde_json::Value {
    let (start, end) = ((now() - TimeDelta::days(14)).timestamp(), now().timestamp());
    let mut request =
        json!({ "MetricDataQueries": queries, "StartTime": start, "EndTime": end, "ScanBy": "TimestampAscending" });
    for (key, value) in more.as_object().unwrap() {
        request[key] = value.clone();
    }
    request
}

fn get<'a>(map: &'a Value, key: &str) -> Option<&'a Value> {
    map.as_map()?.iter().find(|(k, _)| k.as_text() == Some(key)).map(|(_, value)| value)
}

type Points = Vec<(i64, f64)>;

/// The points of a CBOR reply, by the id of the query, joined to those already there.
fn collect(answer: &Answer, points: &mut BTreeMap<String, Points>) -> Option<String> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("smithy-protocol"), "rpc-v2-cbor");
    let body = answer.cbor();
    for result in get(&body, "MetricDataResults").unwrap().as_array().unwrap() {
        let times = get(result, "Timestamps").unwrap().as_array().unwrap().iter().map(|time| {
            let Value::Tag(1, seconds) = time else { panic!("a time without its tag: {time:?}") };
            seconds.as_float().unwrap() as i64
        });
        let numbers = get(result, "Values").unwrap().as_array().unwrap().iter().map(|value| value.as_float().unwrap());
        let id = get(result, "Id").unwrap().as_text().unwrap().to_owned();
        points.entry(id).or_default().extend(times.zip(numbers));
    }
    get(&body, "NextToken").map(|token| token.as_text().unwrap().to_owned())
}

fn truth(instance: &Instance, metric: Metric, statistic: Statistic, period: i64) -> Points {
    let points = values(instance, metric, statistic, now() - TimeDelta::days(14), now(), period);
    points.into_iter().map(|(at, value)| (at.timestamp(), value)).collect()
}

const STATISTICS: [(&str, &str, Metric, Statistic); 5] = [
    ("CPUUtilization", "Average", Metric::CpuUtilization, Statistic::Average),
    ("CPUUtilization", "Maximum", Metric::CpuUtilization, Statistic::Maximum),
    ("CPUUtilization", "p95", Metric::CpuUtilization, Statistic::Percentile(95.0)),
    ("NetworkIn", "Sum", Metric::NetworkIn, Statistic::Sum),
    ("NetworkOut", "Sum", Metric::NetworkOut, Statistic::Sum),
];

#[tokio::test]
async fn metrics_are_the_function_of_the_instance_whatever_the_page_size() {
    let standin = start(small(), Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let instances = &estate.accounts[0].regions[0].instances;
    for (period, most) in [(DAY, 100_800), (DAY, 9), (14 * DAY, 7), (3600, 5000)] {
        let (mut queries, mut expected) = (Vec::new(), BTreeMap::new());
        for (nth, instance) in instances.iter().enumerate() {
            for (which, (metric, stat, of, statistic)) in STATISTICS.into_iter().enumerate() {
                let id = format!("m{nth}_{which}");
                queries.push(query(&id, &instance.id, metric, stat, period));
                expected.insert(id, truth(instance, of, statistic, period));
            }
        }
        let (mut seen, mut token) = (BTreeMap::new(), None);
        loop {
            let body = request(&queries, &json!({ "MaxDatapoints": most, "NextToken": token }));
            token = collect(&client.cbor("GetMetricData", &body).await, &mut seen);
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected, "period {period}, pages of {most}");
    }
    assert!(instances.iter().any(|instance| instance.state == "stopped"), "some have no data");
}

#[tokio::test]
async fn json_and_forms_say_what_cbor_says() {
    let standin = start(small(), Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let instance = estate.accounts[0].regions[0].instances.iter().find(|i| i.state == "running").unwrap();
    let expected = truth(instance, Metric::CpuUtilization, Statistic::Percentile(95.0), DAY);
    let body = request(&[query("m0", &instance.id, "CPUUtilization", "p95", DAY)], &json!({}));
    let json = client.json("monitoring", "GraniteServiceVersion20100801.GetMetricData", &body).await.json();
    let result = &json["MetricDataResults"][0];
    let times = result["Timestamps"].as_array().unwrap().iter().map(|time| time.as_i64().unwrap());
    let seen: Points = times.zip(result["Values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap())).collect();
    assert_eq!(seen, expected);

    let stat = |rest: &str| format!("MetricDataQueries.member.1.MetricStat.{rest}");
    let fields = [
        ("MetricDataQueries.member.1.Id", "m0"),
        (&stat("Metric.Namespace"), "AWS/EC2"),
        (&stat("Metric.MetricName"), "CPUUtilization"),
        (&stat("Metric.Dimensions.member.1.Name"), "InstanceId"),
        (&stat("Metric.Dimensions.member.1.Value"), &instance.id),
        (&stat("Period"), "86400"),
        (&stat("Stat"), "p95"),
        ("StartTime", "2026-10-18T00:00:00Z"),
        ("EndTime", "2026-11-01T00:00:00Z"),
        ("ScanBy", "TimestampAscending"),
    ];
    let form = client.query("monitoring", "GetMetricData", &fields).await;
    let values = form.text().split("<Values>").nth(1).unwrap().split("</Values>").next().unwrap().to_owned();
    let seen: Vec<f64> =
        values.split("<member>").skip(1).map(|v| v.split('<').next().unwrap().parse().unwrap()).collect();
    assert_eq!(seen, expected.iter().map(|point| point.1).collect::<Vec<_>>());
}

#[tokio::test]
async fn get_metric_statistics_says_the_same_of_one_instance() {
    let standin = start(small(), Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let instance = estate.accounts[0].regions[0].instances.iter().find(|i| i.state == "running").unwrap();
    let body = json!({
        "Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Period": 14 * DAY, "Statistics": ["Average", "Maximum"],
        "Dimensions": [{ "Name": "InstanceId", "Value": instance.id }],
        "StartTime": (now() - TimeDelta::days(14)).timestamp(), "EndTime": now().timestamp(),
    });
    let answer = client.cbor("GetMetricStatistics", &body).await.cbor();
    let [point] = get(&answer, "Datapoints").unwrap().as_array().unwrap().as_slice() else { panic!("{answer:?}") };
    for (name, statistic) in [("Average", Statistic::Average), ("Maximum", Statistic::Maximum)] {
        let expected = truth(instance, Metric::CpuUtilization, statistic, 14 * DAY)[0].1;
        assert_eq!(get(point, name).unwrap().as_float(), Some(expected), "{name}");
    }
}

#[tokio::test]
async fn more_than_500_metrics_and_times_that_run_backwards_are_refused() {
    let standin = start(small(), Behaviour::default());
    let client = Client::of(&standin, 0);
    let one = |nth: usize| query(&format!("m{nth}"), "i-0", "CPUUtilization", "Average", DAY);
    let queries: Vec<_> = (0..501).map(one).collect();
    for (body, code) in [
        (request(&queries, &json!({})), "ValidationError"),
        (request(&[], &json!({})), "ValidationError"),
        (request(&queries[..1], &json!({ "EndTime": 0 })), "ValidationError"),
        (request(&[query("m", "i-0", "CPUUtilization", "Average", 61)], &json!({})), "ValidationError"),
        (request(&[query("m", "i-0", "CPUUtilization", "median", 60)], &json!({})), "ValidationError"),
        (request(&queries[..1], &json!({ "NextToken": "nonsense" })), "InvalidNextToken"),
    ] {
        let answer = client.cbor("GetMetricData", &body).await;
        assert_eq!((answer.status, &*answer.code()), (400, code));
        assert_eq!(answer.header("x-amzn-query-error"), format!("{code};Sender"));
    }
    assert_eq!(client.cbor("GetMetricData", &request(&queries[..500], &json!({}))).await.status, 200);
}
