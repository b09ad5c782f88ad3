//! Who signs sees what is theirs: keys, roles, sessions, regions, organisations.

use super::client::{Client, now, small, start};
use serde_json::json;
use standin::{Behaviour, Estate, GenerateSettings, Sessions};
use std::time::Duration;

#[tokio::test]
async fn a_key_sees_its_own_account_and_no_other() {
    let standin = start(small(), Behaviour::default());
    let estate = standin.estate();
    for (nth, account) in estate.accounts.iter().enumerate() {
        let client = Client::of(&standin, nth);
        let who = client.query("sts", "GetCallerIdentity", &[]).await;
        assert_eq!(who.element("Account").as_ref(), Some(&account.id));
        for region in &account.regions {
            let seen = client.region(&region.name).query("ec2", "DescribeInstances", &[]).await.elements("instanceId");
            let truth: Vec<String> = region.instances.iter().map(|instance| instance.id.clone()).collect();
            assert_eq!(seen, truth);
        }
    }
}

#[tokio::test]
async fn an_unknown_key_gets_the_error_of_each_service() {
    let standin = start(small(), Behaviour::default());
    let stranger = Client { key: "AKIANOBODY".to_owned(), ..Client::of(&standin, 0) };
    for (service, answer) in stranger.one_of_each().await {
        let expected = match service {
            "ec2" => (401, "AuthFailure"),
            "s3" => (403, "InvalidAccessKeyId"),
            "lambda" | "eks" => (403, "UnrecognizedClientException"),
            "organizations" | "ce" => (400, "UnrecognizedClientException"),
            _ => (403, "InvalidClientTokenId"),
        };
        assert_eq!((answer.status, &*answer.code()), expected, "{service}");
    }
}

/// Assumes the second account's role with the first account's key.
async fn assume(client: &Client, role_arn: &str, external_id: Option<&str>) -> Result<Client, String> {
    let mut fields = vec![("RoleArn", role_arn), ("RoleSessionName", "test")];
    fields.extend(external_id.map(|id| ("ExternalId", id)));
    let answer = client.query("sts", "AssumeRole", &fields).await;
    match answer.element("AccessKeyId") {
        Some(key) => Ok(Client { key, token: answer.element("SessionToken"), ..client.clone() }),
        None => Err(answer.code()),
    }
}

#[tokio::test]
async fn a_role_is_assumed_with_its_external_id_and_no_other() {
    let settings =
        GenerateSettings { external_id: Some("secret-7".to_owned()), ..GenerateSettings::sized(now(), 2, 1, 3) };
    let standin = start(Estate::generate(&settings), Behaviour::default());
    let estate = standin.estate();
    let (client, role) = (Client::of(&standin, 0), estate.accounts[1].role_arn("nephoscope-read"));
    for wrong in [None, Some("secret-8")] {
        assert_eq!(assume(&client, &role, wrong).await.unwrap_err(), "AccessDenied");
    }
    let other = estate.accounts[1].role_arn("admin");
    assert_eq!(assume(&client, &other, Some("secret-7")).await.unwrap_err(), "AccessDenied");
    let assumed = assume(&client, &role, Some("secret-7")).await.unwrap();
    let who = assumed.query("sts", "GetCallerIdentity", &[]).await;
    assert_eq!(who.element("Account").as_ref(), Some(&estate.accounts[1].id));
    let without_token = Client { token: None, ..assumed };
    assert_eq!(without_token.query("sts", "GetCallerIdentity", &[]).await.code(), "InvalidClientTokenId");
}

#[tokio::test]
async fn a_session_expires_after_its_calls_in_the_words_of_each_service() {
    let sessions = Sessions { calls: Some(1), ..Sessions::default() };
    let standin = start(small(), Behaviour { sessions, ..Behaviour::default() });
    let role = standin.estate().accounts[1].role_arn("nephoscope-read");
    let assumed = assume(&Client::of(&standin, 0), &role, None).await.unwrap();
    assert_eq!(assumed.query("ec2", "DescribeVpcs", &[]).await.status, 200);
    for (service, answer) in assumed.one_of_each().await {
        let expected = match service {
            "ec2" => "RequestExpired",
            "lambda" | "eks" | "organizations" | "ce" => "ExpiredTokenException",
            _ => "ExpiredToken",
        };
        assert_eq!(answer.code(), expected, "{service}");
    }
}

#[tokio::test]
async fn a_session_expires_with_time_and_says_when() {
    let sessions = Sessions { last: Duration::from_millis(1500), calls: None };
    let standin = start(small(), Behaviour { sessions, ..Behaviour::default() });
    let (client, role) = (Client::of(&standin, 0), standin.estate().accounts[1].role_arn("nephoscope-read"));
    let fields = [("RoleArn", &*role), ("RoleSessionName", "test")];
    let expiration = client.query("sts", "AssumeRole", &fields).await.element("Expiration");
    assert_eq!(expiration.as_deref(), Some("2026-11-01T00:00:01Z"));
    let assumed = assume(&client, &role, None).await.unwrap();
    assert_eq!(assumed.query("ec2", "DescribeVpcs", &[]).await.status, 200);
    tokio::time::sleep(Duration::from_millis(1600)).await;
    assert_eq!(assumed.query("ec2", "DescribeVpcs", &[]).await.code(), "RequestExpired");
}

#[tokio::test]
async fn a_region_that_the_account_does_not_have_is_refused_and_not_listed() {
    let mut estate = small();
    estate.accounts[0].regions[1].opt_in_status = "not-opted-in".to_owned();
    let (here, closed) = (estate.accounts[0].regions[0].name.clone(), estate.accounts[0].regions[1].name.clone());
    let standin = start(estate, Behaviour::default());
    let client = Client::of(&standin, 0);
    assert_eq!(client.query("ec2", "DescribeRegions", &[]).await.elements("regionName"), std::slice::from_ref(&here));
    let all = client.query("ec2", "DescribeRegions", &[("AllRegions", "true")]).await;
    assert_eq!(all.elements("regionName"), [here, closed.clone()]);
    for region in [closed.as_str(), "mars-north-1"] {
        assert_eq!(client.region(region).query("ec2", "DescribeVpcs", &[]).await.code(), "AuthFailure");
    }
}

#[tokio::test]
async fn the_management_account_lists_the_organisation_and_a_member_may_not() {
    let estate = Estate::generate(&GenerateSettings::sized(now(), 45, 1, 0));
    let truth: Vec<String> = estate.accounts.iter().map(|account| account.id.clone()).collect();
    let standin = start(estate, Behaviour::default());
    let target = "AWSOrganizationsV20161128.ListAccounts";
    let (mut seen, mut pages, mut token) = (Vec::new(), 0, json!(null));
    loop {
        let page = Client::of(&standin, 0).json("organizations", target, &json!({ "NextToken": token })).await.json();
        let ids = page["Accounts"].as_array().unwrap().iter().map(|account| account["Id"].as_str().unwrap().to_owned());
        seen.extend(ids);
        pages += 1;
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!((seen, pages), (truth, 3));
    let refused = Client::of(&standin, 1).json("organizations", target, &json!({})).await;
    assert_eq!((refused.status, &*refused.code()), (400, "AccessDeniedException"));
    let described = Client::of(&standin, 1)
        .json("organizations", "AWSOrganizationsV20161128.DescribeOrganization", &json!({}))
        .await;
    assert_eq!(described.json()["Organization"]["MasterAccountId"], json!(standin.estate().accounts[0].id));
}
