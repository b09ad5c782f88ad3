//! Resource Graph: resources of many subscriptions, by type, page by page.

use super::arm_client::{Arm, error, started};
use serde_json::{Value, json};
use standin::Behaviour;

const PATH: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";

/// The rows of every page, and how many pages there were.
async fn rows(arm: &Arm, body: &Value) -> (Vec<Value>, usize) {
    let (mut rows, mut pages, mut body) = (Vec::new(), 0, body.clone());
    loop {
        let answer = arm.post(PATH, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        assert_eq!(answer["count"].as_u64().unwrap() as usize, answer["data"].as_array().unwrap().len());
        rows.extend(answer["data"].as_array().unwrap().iter().cloned());
        pages += 1;
        if answer["$skipToken"].is_null() {
            assert_eq!(answer["totalRecords"].as_u64().unwrap() as usize, rows.len());
            return (rows, pages);
        }
        body["options"]["$skipToken"] = answer["$skipToken"].clone();
    }
}

#[tokio::test]
async fn machines_of_all_subscriptions_come_with_their_power_states() {
    let (standin, arm) = started(Behaviour::default());
    let query = "Resources | where type =~ 'Microsoft.Compute/virtualMachines' | order by id asc";
    let (rows, pages) = rows(&arm, &json!({ "query": query, "options": { "$top": 50 } })).await;
    let mut truth: Vec<_> = arm.estate.subscriptions.iter().flat_map(|one| &one.virtual_machines).collect();
    truth.sort_by(|a, b| a.resource.id.cmp(&b.resource.id));
    assert_eq!((rows.len(), pages), (truth.len(), truth.len().div_ceil(50)));
    for (row, vm) in rows.iter().zip(truth) {
        assert_eq!((&row["id"], &row["type"]), (&json!(vm.resource.id), &json!("microsoft.compute/virtualmachines")));
        let code = &row["properties"]["extended"]["instanceView"]["powerState"]["code"];
        assert_eq!(*code, format!("PowerState/{}", vm.power_state));
    }
    assert_eq!(standin.counts().at("*", "*", "Microsoft.ResourceGraph/resources/read"), pages as u64);
}

#[tokio::test]
async fn a_query_sees_what_its_token_may_read_and_what_it_names() {
    let (_standin, arm) = started(Behaviour::default());
    let [first, second] = [&arm.estate.subscriptions[0], &arm.estate.subscriptions[1]];
    let query = "resources | where type in~ ('microsoft.compute/disks', 'microsoft.compute/images') | project id, type";
    let named = |ids: &[&str]| json!({ "query": query, "subscriptions": ids, "options": { "$top": 1000 } });
    let count = |one: &standin::Subscription| one.disks.len() + one.images.len();
    let both = [first.id.as_str(), second.id.as_str()];
    assert_eq!(rows(&arm, &named(&both)).await.0.len(), count(first) + count(second));
    assert_eq!(rows(&arm, &named(&both[..1])).await.0.len(), count(first));
    let (own, _) = rows(&arm.with_token(&second.tokens[1]), &named(&both)).await;
    assert_eq!(own.len(), count(second));
    assert!(own.iter().all(|row| row.as_object().unwrap().len() == 2), "what is projected and nothing else");
}

#[tokio::test]
async fn what_the_stand_in_does_not_understand_is_400() {
    let (_standin, arm) = started(Behaviour::default());
    for query in
        ["", "Advisor", "Resources | where name == 'x'", "Resources | summarize count()", "Resources | limit x"]
    {
        let answer = arm.post(PATH, &json!({ "query": query })).await;
        assert_eq!(error(&answer), (400, "BadRequest".to_owned()), "{query}");
    }
    let strange = json!({ "query": "Resources", "options": { "$skipToken": "strange" } });
    assert_eq!(error(&arm.post(PATH, &strange).await).0, 400);
    let table = json!({ "query": "Resources", "options": { "resultFormat": "table" } });
    assert_eq!(error(&arm.post(PATH, &table).await).0, 400);
    assert_eq!(arm.post(PATH, &json!({ "query": "Resources | take 5" })).await.json()["count"], 5);
}
