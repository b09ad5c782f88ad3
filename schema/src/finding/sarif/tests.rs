//! A log whole; then what is easily got wrong.

use super::super::Class;
use super::super::seen::example::{at, machine, now, volume};
use super::*;
use crate::Scope;

fn report(findings: Vec<Seen>, gaps: Vec<Gap>) -> Report {
    let rule = Rule {
        id: "unattached-volume".into(),
        title: "Volume is attached to nothing".into(),
        severity: Severity::Medium,
        why: "It is paid for.".into(),
        origin: Some("aws-thrifty".into()),
    };
    Report { plugin: "waste".into(), version: "0.3.0".into(), rules: vec![rule], findings, gaps }
}

fn denied() -> Gap {
    Gap {
        kind: GapKind::Unread,
        code: "denied".into(),
        message: "`ec2:DescribeVolumes` is not allowed".into(),
        rule: Some("unattached-volume".into()),
        scope: Some(Scope::new("aws", "111122223333", "production", "eu-west-1")),
    }
}

fn of(seen: Seen) -> Value {
    log(&[report(vec![seen], Vec::new())], now())["runs"][0]["results"][0].clone()
}

#[test]
fn a_log_whole() {
    insta::assert_json_snapshot!(log(&[report(vec![volume()], vec![denied()])], now()), @r#"
    {
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "nephoscope/waste",
              "version": "0.3.0",
              "product": "Nephoscope",
              "rules": [
                {
                  "id": "unattached-volume",
                  "shortDescription": {
                    "text": "Volume is attached to nothing"
                  },
                  "fullDescription": {
                    "text": "It is paid for."
                  },
                  "help": {
                    "text": "Take a snapshot and delete it."
                  },
                  "defaultConfiguration": {
                    "level": "warning"
                  },
                  "properties": {
                    "severity": "medium",
                    "origin": "aws-thrifty"
                  }
                }
              ]
            }
          },
          "automationDetails": {
            "id": "nephoscope/waste/"
          },
          "invocations": [
            {
              "executionSuccessful": false,
              "endTimeUtc": "2026-11-27T08:00:00.000Z",
              "toolExecutionNotifications": [
                {
                  "level": "warning",
                  "descriptor": {
                    "id": "denied"
                  },
                  "message": {
                    "text": "`ec2:DescribeVolumes` is not allowed"
                  },
                  "associatedRule": {
                    "id": "unattached-volume"
                  },
                  "properties": {
                    "scope": {
                      "provider": "aws",
                      "account_id": "111122223333",
                      "account_name": "production",
                      "region": "eu-west-1"
                    }
                  }
                }
              ]
            }
          ],
          "results": [
            {
              "ruleId": "unattached-volume",
              "ruleIndex": 0,
              "level": "warning",
              "message": {
                "text": "Volume is attached to nothing: data-1 (arn:aws:ec2:eu-west-1:111122223333:volume/vol-1), account production (111122223333), eu-west-1; mending it saves 12.30 USD a month. Take a snapshot and delete it."
              },
              "locations": [
                {
                  "logicalLocations": [
                    {
                      "fullyQualifiedName": "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1",
                      "name": "data-1",
                      "kind": "resource"
                    }
                  ]
                }
              ],
              "partialFingerprints": {
                "nephoscope/v1": "unattached-volume:vol-1"
              },
              "baselineState": "unchanged",
              "suppressions": [],
              "properties": {
                "class": "compliance",
                "severity": "medium",
                "standing": "open",
                "provider": "aws",
                "account_id": "111122223333",
                "account_name": "production",
                "region": "eu-west-1",
                "kind": "storage.volume",
                "resource_tags": {
                  "env": "prod",
                  "owner": ""
                },
                "evidence": {
                  "attached": false,
                  "size_gib": 100,
                  "last_used": null
                },
                "monthly_saving": "12.30",
                "currency": "USD",
                "first_seen": "2026-11-01T06:00:00.000Z",
                "last_seen": "2026-11-27T06:00:00.000Z"
              }
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn a_scan_is_successful_only_without_gaps() {
    let invocation = |gaps| log(&[report(Vec::new(), gaps)], now())["runs"][0]["invocations"][0].clone();
    assert_eq!(invocation(Vec::new())["executionSuccessful"], true);
    let failure = Gap { kind: GapKind::Failure, code: "trap".into(), message: String::new(), rule: None, scope: None };
    let failed = invocation(vec![failure]);
    assert_eq!(failed["executionSuccessful"], false);
    assert_eq!(
        failed["toolExecutionNotifications"],
        json!([{ "level": "error", "descriptor": { "id": "trap" }, "message": { "text": "trap" } }])
    );
}

#[test]
fn a_muted_finding_is_suppressed_and_says_why() {
    let mut seen = volume();
    seen.standing = Standing::Muted { reason: Some("sold".into()), until: Some(at("2027-01-01T00:00:00Z")) };
    let result = of(seen);
    assert_eq!(result["baselineState"], "unchanged");
    assert_eq!(
        result["suppressions"],
        json!([{
            "kind": "external",
            "status": "accepted",
            "justification": "sold",
            "properties": { "until": "2027-01-01T00:00:00.000Z" },
        }])
    );
    let mut gone = volume();
    gone.standing = Standing::Resolved;
    assert_eq!(of(gone)["baselineState"], "absent");
}

#[test]
fn a_name_makes_no_link_and_moves_no_cursor() {
    let mut seen = machine(Class::Iam);
    seen.finding.resource.name = Some("[log in](https://evil.example)\u{1b}[2J".into());
    let text = of(seen)["message"]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("[log in] (https://evil.example) [2J ("), "{text}");
}

#[test]
fn a_brace_of_a_name_is_no_place_for_an_argument() {
    let mut seen = machine(Class::Iam);
    seen.finding.resource.name = Some("{0}-${env}".into());
    let text = of(seen)["message"]["text"].as_str().unwrap().to_owned();
    assert!(text.contains(": {{0}}-${{env}} ("), "{text}");
}

#[test]
fn a_rule_that_was_not_described_has_no_place_in_the_list() {
    let mut seen = volume();
    seen.finding.rule = "other".into();
    let result = of(seen);
    assert_eq!((&result["ruleId"], result.get("ruleIndex")), (&json!("other"), None));
}

#[test]
fn help_is_what_to_do_where_that_is_the_same_for_all_findings_of_a_rule() {
    let help = |findings: Vec<Seen>| {
        let log = log(&[report(findings, Vec::new())], now());
        log["runs"][0]["tool"]["driver"]["rules"][0]["help"]["text"].as_str().unwrap().to_owned()
    };
    let mut another = volume();
    another.finding.remediation = Some("Attach it.".into());
    let mut elsewhere = another.clone();
    elsewhere.finding.rule = "other".into();
    assert_eq!(help(vec![volume(), volume(), elsewhere]), "Take a snapshot and delete it.");
    assert_eq!(help(vec![volume(), another]), "It is paid for.");
    assert_eq!(help(Vec::new()), "It is paid for.");
}

#[test]
fn levels_follow_severities() {
    assert_eq!(Severity::ALL.map(level), ["warning", "note", "note", "warning", "error", "error", "error"]);
}
