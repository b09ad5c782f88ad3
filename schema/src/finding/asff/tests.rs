//! A finding whole; then every bound of Security Hub's.

use super::super::seen::example::{at, machine, now, volume};
use super::*;

fn imported(seen: &Seen) -> Value {
    finding(seen, &Hub::new("444455556666", "eu-central-1").unwrap(), now())
}

fn units(value: &Value) -> usize {
    value.as_str().unwrap().encode_utf16().count()
}

/// Its bytes where a client escapes all that is not ASCII, as boto3 does.
fn escaped(value: &Value) -> usize {
    value.to_string().encode_utf16().map(|unit| if unit < 128 { 1 } else { 6 }).sum()
}

#[test]
fn a_finding_about_a_volume_whole() {
    insta::assert_json_snapshot!(imported(&volume()), @r#"
    {
      "SchemaVersion": "2018-10-08",
      "Id": "waste/unattached-volume:vol-1",
      "ProductArn": "arn:aws:securityhub:eu-central-1:444455556666:product/444455556666/default",
      "ProductName": "Nephoscope",
      "CompanyName": "Nephoscope",
      "GeneratorId": "nephoscope/waste/unattached-volume",
      "AwsAccountId": "444455556666",
      "Types": [
        "Software and Configuration Checks"
      ],
      "FirstObservedAt": "2026-11-01T06:00:00.000Z",
      "LastObservedAt": "2026-11-27T06:00:00.000Z",
      "CreatedAt": "2026-11-01T06:00:00.000Z",
      "UpdatedAt": "2026-11-27T08:00:00.000Z",
      "Severity": {
        "Label": "MEDIUM",
        "Original": "medium"
      },
      "FindingProviderFields": {
        "Severity": {
          "Label": "MEDIUM",
          "Original": "medium"
        },
        "Types": [
          "Software and Configuration Checks"
        ]
      },
      "Title": "Volume is attached to nothing",
      "Description": "Volume is attached to nothing: data-1 (arn:aws:ec2:eu-west-1:111122223333:volume/vol-1), account production (111122223333), eu-west-1; mending it saves 12.30 USD a month",
      "Resources": [
        {
          "Type": "AwsEc2Volume",
          "Id": "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1",
          "Partition": "aws",
          "Region": "eu-west-1",
          "Tags": {
            "env": "prod"
          },
          "Details": {
            "Other": {
              "provider": "aws",
              "account_id": "111122223333",
              "account_name": "production",
              "region": "eu-west-1",
              "kind": "storage.volume",
              "name": "data-1",
              "evidence.attached": "false",
              "evidence.size_gib": "100",
              "evidence.last_used": "null",
              "tags.owner": "(empty)"
            }
          }
        }
      ],
      "Remediation": {
        "Recommendation": {
          "Text": "Take a snapshot and delete it."
        }
      },
      "ProductFields": {
        "nephoscope/plugin": "waste",
        "nephoscope/plugin_version": "0.3.0",
        "nephoscope/class": "compliance",
        "nephoscope/standing": "open",
        "nephoscope/monthly_saving": "12.30 USD"
      },
      "Compliance": {
        "Status": "FAILED"
      },
      "RecordState": "ACTIVE",
      "Workflow": {
        "Status": "NEW"
      }
    }
    "#);
}

#[test]
fn what_is_not_in_aws_is_another_resource_with_its_region_among_the_details() {
    insta::assert_json_snapshot!(imported(&machine(Class::Posture))["Resources"], @r#"
    [
      {
        "Type": "Other",
        "Id": "/subscriptions/0b1f6471/resourcegroups/web/providers/microsoft.compute/virtualmachines/web-1",
        "Details": {
          "Other": {
            "provider": "azure",
            "account_id": "0b1f6471",
            "region": "australiacentral2",
            "evidence.attached": "false",
            "evidence.size_gib": "100",
            "evidence.last_used": "null"
          }
        }
      }
    ]
    "#);
}

#[test]
fn a_classic_load_balancer_is_a_resource_of_its_own_kind() {
    let mut seen = volume();
    seen.finding.resource.kind = Some("network.load_balancer".into());
    for (name, kind) in [("old-web", "AwsElbLoadBalancer"), ("app/web/50dc6c495c0c9188", "AwsElbv2LoadBalancer")] {
        seen.finding.resource.resource_id =
            format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/{name}");
        assert_eq!(imported(&seen)["Resources"][0]["Type"], kind);
    }
}

#[test]
fn no_text_is_over_its_bound() {
    let mut seen = volume();
    seen.finding.title = "😀x".repeat(5_000);
    seen.finding.uid = "u".repeat(2_000);
    seen.finding.rule = "r".repeat(2_000);
    seen.finding.resource.resource_id = format!("arn:aws:ec2:eu-west-1::{}", "i".repeat(3_000));
    seen.finding.remediation = Some("ß".repeat(10_000));
    seen.standing = Standing::Muted { reason: Some("m".repeat(10_000)), until: None };
    let imported = imported(&seen);
    assert_eq!((units(&imported["Title"]), units(&imported["Description"])), (256, 1024));
    assert_eq!((units(&imported["Id"]), units(&imported["GeneratorId"])), (512, 512));
    assert_eq!(units(&imported["Remediation"]["Recommendation"]["Text"]), 512);
    assert_eq!(units(&imported["Resources"][0]["Id"]), 2048);
    assert_eq!(units(&imported["ProductFields"]["nephoscope/mute_reason"]), 2048);
}

#[test]
fn evidence_that_does_not_fit_is_counted() {
    let mut seen = volume();
    seen.finding.evidence =
        (0..60).map(|number| (format!("{number:02}{}", "n".repeat(200)), json!("…".repeat(4_000)))).collect();
    seen.tags = (0..60).map(|number| (format!("t{number}"), "v".to_owned())).collect();
    let imported = imported(&seen);
    let resource = &imported["Resources"][0];
    let other = resource["Details"]["Other"].as_object().unwrap();
    assert_eq!(resource["Tags"].as_object().unwrap().len(), 50);
    // Six of whose it is, sixty of evidence, ten tags too many, and the count itself.
    assert_eq!(other["left_out"], (6 + 60 + 10 - (other.len() - 1)).to_string());
    assert!(other.len() <= 50 && other.iter().all(|(name, value)| units(&json!(name)) <= 128 && units(value) <= 1024));
    assert!(escaped(&imported) < 240_000);
}

#[test]
fn no_map_has_more_than_fifty_entries() {
    let mut seen = volume();
    seen.finding.evidence = (0..60).map(|number| (number.to_string(), json!(null))).collect();
    let imported = imported(&seen);
    let other = imported["Resources"][0]["Details"]["Other"].as_object().unwrap();
    // Six of whose it is, sixty of evidence and a tag without a value; 49 of them and the count.
    assert_eq!((other.len(), &other["left_out"]), (50, &json!("18")));
}

#[test]
fn a_resource_of_aws_without_an_arn_is_one_all_the_same() {
    let mut seen = volume();
    seen.finding.resource.resource_id = "vol-1".into();
    let resource = &imported(&seen)["Resources"][0];
    assert_eq!((&resource["Type"], &resource["Region"]), (&json!("AwsEc2Volume"), &json!("eu-west-1")));
    assert_eq!(resource.get("Partition"), None);
    seen.finding.resource.resource_id = "arn:aws:s3:::logs".into();
    seen.finding.resource.region = Some("global".into());
    assert_eq!(imported(&seen)["Resources"][0].get("Region"), None, "it is no region of AWS");
}

#[test]
fn a_saving_that_is_not_known_is_not_nothing() {
    let mut seen = volume();
    seen.finding.monthly_saving = None;
    let imported = imported(&seen);
    assert_eq!(imported["ProductFields"].get("nephoscope/monthly_saving"), None);
    assert!(!imported["Description"].as_str().unwrap().contains("saves"));
}

#[test]
fn a_tag_that_aws_would_refuse_is_among_the_details() {
    let mut seen = volume();
    let tags = [("aws:createdBy", "me"), ("cost(center)", "7"), ("empty", ""), ("größe", "1 m/s"), ("v", "a\u{7}b")];
    seen.tags = tags.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let resource = &imported(&seen)["Resources"][0];
    assert_eq!(resource["Tags"], json!({ "größe": "1 m/s" }));
    let other = &resource["Details"]["Other"];
    assert_eq!((&other["tags.aws:createdBy"], &other["tags.cost(center)"]), (&json!("me"), &json!("7")));
    assert_eq!((&other["tags.empty"], &other["tags.v"]), (&json!("(empty)"), &json!("a b")));
}

#[test]
fn what_became_of_it_is_the_record_and_the_workflow() {
    let mut seen = volume();
    let mut told = |standing: Standing| {
        seen.standing = standing;
        let imported = imported(&seen);
        (
            imported["RecordState"].clone(),
            imported["Workflow"]["Status"].clone(),
            imported["Compliance"]["Status"].clone(),
        )
    };
    let all = |a, b, c| (json!(a), json!(b), json!(c));
    assert_eq!(told(Standing::New), all("ACTIVE", "NEW", "FAILED"));
    assert_eq!(told(Standing::Muted { reason: None, until: None }), all("ACTIVE", "SUPPRESSED", "FAILED"));
    assert_eq!(told(Standing::Resolved), all("ARCHIVED", "RESOLVED", "PASSED"));
    seen.standing = Standing::Muted { reason: Some("\n".into()), until: Some(at("2027-01-01T00:00:00Z")) };
    let fields = &imported(&seen)["ProductFields"];
    assert_eq!(
        (fields.get("nephoscope/mute_reason"), &fields["nephoscope/muted_until"]),
        (None, &json!("2027-01-01T00:00:00.000Z"))
    );
}

#[test]
fn what_the_scanner_says_of_its_state_counts_where_nothing_became_of_it() {
    let mut seen = volume();
    let mut told = |status: &str| {
        seen.finding.status = status.into();
        imported(&seen)["Workflow"]["Status"].clone()
    };
    let words = ["new", "in_progress", "suppressed", "resolved", "archived", "whatever"];
    assert_eq!(words.map(&mut told), ["NEW", "NEW", "SUPPRESSED", "RESOLVED", "RESOLVED", "NEW"]);
}

#[test]
fn types_and_severities_are_of_security_hubs_lists() {
    let mut seen = machine(Class::Vulnerability);
    assert_eq!(imported(&seen)["Types"][0], "Software and Configuration Checks/Vulnerabilities");
    seen.finding.rule = "CVE-2024-3094".into();
    seen.finding.severity = Severity::Fatal;
    let imported = imported(&seen);
    assert_eq!(imported["Types"][0], "Software and Configuration Checks/Vulnerabilities/CVE");
    assert_eq!(imported["Vulnerabilities"], json!([{ "Id": "CVE-2024-3094" }]));
    assert_eq!(imported["FindingProviderFields"]["Severity"], json!({ "Label": "CRITICAL", "Original": "fatal" }));
    assert_eq!(imported.get("Compliance"), None);
}
