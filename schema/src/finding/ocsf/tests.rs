//! Each class as an event, whole; then what is easily got wrong.

use super::super::seen::example::{at, machine, now, volume};
use super::*;

/// The event, without the version that every release changes.
fn shown(seen: &Seen) -> Value {
    let mut event = event(seen, now());
    event["metadata"]["product"]["version"] = json!("…");
    event
}

fn of(class: Class) -> Value {
    event(&machine(class), now())
}

#[test]
fn a_compliance_finding_whole() {
    insta::assert_json_snapshot!(shown(&volume()), @r#"
    {
      "activity_id": 2,
      "activity_name": "Update",
      "category_uid": 2,
      "category_name": "Findings",
      "class_uid": 2003,
      "class_name": "Compliance Finding",
      "type_uid": 200302,
      "type_name": "Compliance Finding: Update",
      "time": 1795766400000,
      "severity_id": 3,
      "severity": "Medium",
      "status_id": 1,
      "status": "New",
      "message": "Volume is attached to nothing: data-1 (arn:aws:ec2:eu-west-1:111122223333:volume/vol-1), account production (111122223333), eu-west-1; mending it saves 12.30 USD a month",
      "metadata": {
        "version": "1.6.0",
        "profiles": [
          "cloud"
        ],
        "event_code": "unattached-volume",
        "product": {
          "name": "Nephoscope",
          "vendor_name": "Nephoscope",
          "version": "…",
          "feature": {
            "name": "waste",
            "version": "0.3.0"
          }
        }
      },
      "finding_info": {
        "uid": "waste/unattached-volume:vol-1",
        "title": "Volume is attached to nothing",
        "desc": "Volume is attached to nothing: data-1 (arn:aws:ec2:eu-west-1:111122223333:volume/vol-1), account production (111122223333), eu-west-1; mending it saves 12.30 USD a month",
        "first_seen_time": 1793512800000,
        "last_seen_time": 1795759200000,
        "types": [
          "compliance"
        ],
        "product_uid": "waste",
        "analytic": {
          "uid": "unattached-volume",
          "name": "Volume is attached to nothing",
          "type_id": 1,
          "type": "Rule"
        }
      },
      "cloud": {
        "provider": "AWS",
        "account": {
          "uid": "111122223333",
          "name": "production",
          "type_id": 10,
          "type": "AWS Account"
        },
        "region": "eu-west-1"
      },
      "resources": [
        {
          "uid": "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1",
          "name": "data-1",
          "type": "storage.volume",
          "region": "eu-west-1",
          "tags": [
            {
              "name": "env",
              "value": "prod"
            },
            {
              "name": "owner",
              "value": ""
            }
          ]
        }
      ],
      "unmapped": {
        "monthly_saving": "12.30",
        "currency": "USD"
      },
      "compliance": {
        "control": "unattached-volume",
        "requirements": [
          "Volume is attached to nothing"
        ],
        "status_id": 3,
        "status": "Fail"
      },
      "evidences": [
        {
          "data": {
            "attached": false,
            "size_gib": 100,
            "last_used": null
          }
        }
      ],
      "remediation": {
        "desc": "Take a snapshot and delete it."
      }
    }
    "#);
}

#[test]
fn a_vulnerability_has_its_cves_or_an_advisory() {
    let mut seen = machine(Class::Vulnerability);
    let uids = |seen: &Seen, kind: &str| -> Vec<Value> {
        let event = event(seen, now());
        event["vulnerabilities"].as_array().unwrap().iter().map(|one| one[kind]["uid"].clone()).collect()
    };
    assert_eq!(uids(&seen, "advisory"), ["unattached-volume"]);
    seen.finding.evidence.insert("weakness".into(), json!("CWE-79"));
    assert_eq!(uids(&seen, "cwe"), ["CWE-79"]);
    seen.finding.evidence.insert("ids".into(), json!(["CVE-2024-3094", "cve-2021-44228"]));
    assert_eq!(uids(&seen, "cve"), ["CVE-2021-44228", "CVE-2024-3094"]);
    let event = event(&seen, now());
    assert_eq!(event["vulnerabilities"][0]["remediation"]["desc"], "Take a snapshot and delete it.");
    assert_eq!(event["unmapped"]["evidence"]["size_gib"], 100);
    assert_eq!((event.get("remediation"), event.get("evidences")), (None, None));
}

#[test]
fn each_class_has_what_ocsf_wants_of_it() {
    assert_eq!(of(Class::Detection)["evidences"][0]["data"]["size_gib"], 100);
    assert_eq!(of(Class::Posture)["compliance"]["control"], "unattached-volume");
    assert_eq!(of(Class::Posture).get("vulnerabilities"), None);
    assert_eq!(of(Class::Iam)["permission_analysis_results"][0]["policy"]["data"]["attached"], false);
    for class in Class::ALL {
        assert_eq!(of(class)["type_uid"], json!(class.uid() * 100 + 2));
    }
}

#[test]
fn what_became_of_it_is_the_activity_and_the_status() {
    let muted = Standing::Muted { reason: Some("sold\nin May".into()), until: Some(at("2027-01-01T00:00:00Z")) };
    let mut seen = volume();
    let mut told = |standing: Standing, status: &str| {
        seen.standing = standing;
        seen.finding.status = status.into();
        let event = event(&seen, now());
        (event["activity_name"].clone(), event["status"].clone(), event["compliance"]["status"].clone())
    };
    let all = |a, b, c| (json!(a), json!(b), json!(c));
    assert_eq!(told(Standing::New, "new"), all("Create", "New", "Fail"));
    assert_eq!(told(Standing::Open, "new"), all("Update", "New", "Fail"));
    assert_eq!(told(Standing::Open, "in_progress"), all("Update", "In Progress", "Fail"));
    assert_eq!(told(muted.clone(), "new"), all("Update", "Suppressed", "Fail"));
    assert_eq!(told(Standing::Resolved, "new"), all("Close", "Resolved", "Pass"));
    assert_eq!(told(Standing::by_scanner("archived", true), "archived"), all("Close", "Archived", "Pass"));
    assert_eq!(told(Standing::by_scanner("suppressed", true), "suppressed"), all("Update", "Suppressed", "Fail"));
    seen.standing = muted;
    let event = event(&seen, now());
    assert_eq!(
        (&event["status_detail"], &event["unmapped"]["muted_until"]),
        (&json!("sold in May"), &json!("2027-01-01T00:00:00Z"))
    );
}

#[test]
fn two_plugins_with_one_word_for_what_they_found_speak_of_two_things() {
    let mut other = volume();
    other.plugin = "hostile".into();
    other.standing = Standing::Resolved;
    assert_ne!(event(&other, now())["finding_info"]["uid"], event(&volume(), now())["finding_info"]["uid"]);
}

#[test]
fn what_is_not_known_is_not_there() {
    let mut seen = machine(Class::Compliance);
    seen.finding.resource.account_id = None;
    assert_eq!(event(&seen, now())["cloud"], json!({ "provider": "Azure", "region": "australiacentral2" }));
    seen.finding.resource.provider = None;
    seen.finding.remediation = Some(" \n".into());
    seen.finding.evidence.clear();
    let event = event(&seen, now());
    for absent in ["cloud", "remediation", "evidences", "unmapped"] {
        assert_eq!(event.get(absent), None, "{absent}");
    }
    assert_eq!(event["metadata"].get("profiles"), None);
    assert_eq!(event["resources"][0].get("region"), None, "it belongs to the profile");
}

#[test]
fn text_that_steers_is_not_handed_on() {
    let mut seen = volume();
    seen.finding.title = "a\u{1b}[2Jb\r\n\u{202e}c".into();
    assert_eq!(event(&seen, now())["finding_info"]["title"], "a [2Jb   c");
}
