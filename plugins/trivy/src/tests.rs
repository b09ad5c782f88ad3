//! Reports made for this, whose truth is known; and what is wrong with reports.

use crate::Trivy;
use guest_sdk::{Error, Fake, Finding, Severity, Value};

const IMAGE: &str = include_str!("../fixtures/image.json");
const FOLDER: &str = include_str!("../fixtures/folder.json");
const MACHINE: &str = include_str!("../fixtures/machine.json");

const WEB: &str = "registry.example.com/shop/web:4.2";

fn host(file_name: &str, report: &str) -> Fake {
    Fake::new().input("report", file_name, report)
}

#[track_caller]
fn scanned(host: &Fake) -> Vec<Finding> {
    host.scan::<Trivy>(&[]).expect("the scan ends well");
    host.findings()
}

fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |f: &Finding| format!("{} {} {} | {}", f.uid, f.class.code(), f.severity.code(), f.title);
    findings.iter().map(line).collect()
}

fn gaps(host: &Fake) -> Vec<String> {
    host.rule_gaps().iter().map(|gap| format!("{}: {}", gap.rule, gap.message)).collect()
}

fn evidence<'a>(finding: &'a Finding, name: &str) -> &'a Value {
    let fact = finding.evidence.iter().find(|fact| fact.name == name);
    fact.map(|fact| &fact.value).unwrap_or_else(|| panic!("no evidence `{name}`"))
}

#[test]
fn an_image_s_report_becomes_findings_about_the_image() {
    let host = host("web.json", IMAGE);
    let expected = [
        "vulnerable-package/W#CVE-2099-0001/debian/libssl1.1 vulnerability high | CVE-2099-0001: in libssl1.1",
        "vulnerable-package/W#CVE-2099-0001/debian/openssl vulnerability critical | CVE-2099-0001: openssl: made-up overflow",
        "vulnerable-package/W#CVE-2099-0001/node-pkg/openssl vulnerability medium | CVE-2099-0001: in openssl",
        "vulnerable-package/W#CVE-2099-0002/debian/bash vulnerability low | CVE-2099-0002: in bash",
        "vulnerable-package/W#CVE-2099-0003/debian/tar vulnerability unknown | CVE-2099-0003: in tar",
        "vulnerable-package/W#CVE-2099-0010/node-pkg/left-pad vulnerability high | CVE-2099-0010: in left-pad",
        "secret-in-file/W#aws-access-key-id//app/.env posture critical | AWS Access Key ID in /app/.env",
        "licence/W#GPL-3.0-only/bash compliance high | bash is under GPL-3.0-only",
        "licence/W#LicenseRef-odd/odd compliance unknown | odd is under LicenseRef-odd",
        "end-of-life-system/W#debian posture high | Operating system gets no more fixes",
    ];
    let expected: Vec<_> = expected.iter().map(|line| format!("trivy/{}", line.replacen('W', WEB, 1))).collect();
    assert_eq!(lines(&scanned(&host)), expected);
    let resource = &host.findings()[0].resource;
    assert_eq!((resource.resource_id.as_str(), resource.kind.as_deref()), (WEB, Some("container.image")));
    let gap = "vulnerable-package: 1 entries of `web.json` do not say what they are about, and were left out";
    assert_eq!(gaps(&host), [gap]);
}

#[test]
fn evidence_says_which_package_where_and_what_mends_it() {
    let findings = scanned(&host("web.json", IMAGE));
    let openssl = &findings[1];
    let expected: [(&str, Value); 8] = [
        ("vulnerability_id", "CVE-2099-0001".into()),
        ("package", "openssl".into()),
        ("installed_version", "1.1.1n".into()),
        ("fixed_version", "1.1.1w".into()),
        ("status", "fixed".into()),
        ("target", format!("{WEB} (debian 10.13)").into()),
        ("cvss_v3_score", 9.8.into()),
        ("primary_url", "https://vulnerabilities.example.com/cve-2099-0001".into()),
    ];
    let said: Vec<_> = openssl.evidence.iter().map(|fact| (fact.name.as_str(), fact.value.clone())).collect();
    assert_eq!(said, expected);
    let update = "Update `openssl` to 1.1.1w, and build the artifact anew.";
    assert_eq!(openssl.remediation.as_deref(), Some(update));

    let bash = &findings[3];
    assert_eq!(evidence(bash, "fixed_version"), &Value::Null);
    assert!(bash.remediation.as_deref().is_some_and(|text| text.contains("its maintainers will not fix it here")));
}

#[test]
fn one_vulnerability_of_a_package_in_several_places_is_one_finding_with_all_of_them() {
    let findings = scanned(&host("web.json", IMAGE));
    let pad = &findings[5];
    assert_eq!(evidence(pad, "installed_version"), &"1.0.0, 1.2.0".into());
    let places = "app/node_modules/left-pad/package.json, app/node_modules/x/node_modules/left-pad/package.json";
    assert_eq!(evidence(pad, "target"), &places.into());
    assert_eq!(pad.severity, Severity::High, "the worst of the two");
}

#[test]
fn a_folder_s_checks_are_told_apart_by_the_thing_that_fails_them_and_not_by_lines() {
    let host = host("shop.json", FOLDER);
    let expected = [
        "trivy/misconfiguration/shop:.#AVD-AWS-0086/deploy/main.tf/aws_s3_bucket.logs compliance high | \
         S3 bucket lets public ACLs through",
        "trivy/misconfiguration/shop:.#AVD-AWS-0086/deploy/main.tf/aws_s3_bucket.media compliance high | \
         S3 bucket lets public ACLs through",
        "trivy/misconfiguration/shop:.#DS002/Dockerfile/ compliance high | Image user is root",
    ];
    let findings = scanned(&host);
    assert_eq!(lines(&findings), expected);
    assert_eq!(findings[0].remediation.as_deref(), Some("Block public ACLs"));
    assert_eq!(
        (evidence(&findings[0], "lines"), evidence(&findings[2], "lines")),
        (&"10-14".into(), &"1, 30-31".into())
    );
    assert_eq!(gaps(&host), Vec::<String>::new());
}

#[test]
fn a_secret_s_text_is_in_no_finding() {
    for (name, report) in [("web.json", IMAGE), ("shop.json", FOLDER)] {
        assert!(report.contains("not-for-anyone"), "the report has it");
        let findings = scanned(&host(name, report));
        assert!(!format!("{findings:?}").contains("not-for-anyone"));
    }
    let findings = scanned(&host("web.json", IMAGE));
    assert_eq!(evidence(&findings[6], "lines"), &"3, 9".into());
}

fn machine(rows: Vec<Vec<Value>>) -> Fake {
    let columns = "resource_id, kind, name, provider, account_id, region, native_id";
    host("vm.json", MACHINE).table("images", columns, rows)
}

fn image(id: &str) -> Vec<Value> {
    let arn = format!("arn:aws:ec2:eu-west-1::image/{id}");
    let row = [arn.as_str(), "compute.image", "golden", "aws", "111122223333", "eu-west-1", id];
    row.map(Value::from).to_vec()
}

#[test]
fn a_machine_image_that_the_tables_know_is_the_resource() {
    let host = machine(vec![image("ami-0other"), image("ami-0abc")]);
    let resource = scanned(&host)[0].resource.clone();
    assert_eq!(resource.resource_id, "arn:aws:ec2:eu-west-1::image/ami-0abc");
    assert_eq!((resource.account_id.as_deref(), resource.name.as_deref()), (Some("111122223333"), Some("golden")));
}

#[test]
fn a_machine_image_that_nobody_knows_is_found_all_the_same() {
    for host in [machine(vec![image("ami-0other")]), host("vm.json", MACHINE)] {
        assert_eq!(scanned(&host)[0].resource.resource_id, "ami-0abc");
        assert_eq!(gaps(&host), Vec::<String>::new());
    }
}

#[test]
fn of_several_reports_about_one_artifact_the_newest_counts() {
    let clean = |made: &str| {
        format!(r#"{{"SchemaVersion":2,"CreatedAt":"{made}","ArtifactName":"{WEB}","ArtifactType":"container_image"}}"#)
    };
    for (file, made, found) in [("b.json", "2026-11-21T00:00:00Z", 0), ("b.json", "2026-11-19T00:00:00Z", 10)] {
        let older_first = Fake::new().input("report", "a.json", IMAGE).input("report", file, clean(made));
        let newer_first = Fake::new().input("report", file, clean(made)).input("report", "a.json", IMAGE);
        for host in [older_first, newer_first] {
            assert_eq!(scanned(&host).len(), found, "{made}");
            if found > 0 {
                assert!(host.logs()[0].1.starts_with("`b.json` is left out"), "{:?}", host.logs());
                continue;
            }
            // It may be mended, or not have been looked for: a report does not say.
            let why = "`a.json` is left out for `b.json`, which is newer, has nothing of this sort and does not say \
                       whether that was looked for";
            let rules = ["vulnerable-package", "secret-in-file", "licence", "end-of-life-system"];
            assert_eq!(gaps(&host), rules.map(|rule| format!("{rule}: {why}")));
        }
    }
}

/// A report of one day in November that has these results.
fn report(name: &str, kind: &str, day: u32, metadata: &str, results: &[&str]) -> String {
    let results = results.join(",");
    format!(
        r#"{{"SchemaVersion":2,"CreatedAt":"2026-11-{day}T00:00:00Z","ArtifactName":"{name}","ArtifactType":"{kind}","Metadata":{metadata},"Results":[{results}]}}"#
    )
}

const OLD_SYSTEM: &str = r#"{"OS":{"Family":"debian","Name":"10","EOSL":true}}"#;
const PACKAGE: &str = r#"{"Target":"t","Class":"os-pkgs","Type":"debian","Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"p","Severity":"HIGH"}]}"#;
const SECRET: &str = r#"{"Target":"t","Class":"secret","Secrets":[{"RuleID":"r","Severity":"HIGH"}]}"#;

#[test]
fn a_report_of_vulnerabilities_and_one_of_secrets_of_one_image_both_count() {
    let (packages, secrets) = (
        report("web:1", "container_image", 20, OLD_SYSTEM, &[PACKAGE]),
        report("web:1", "container_image", 21, OLD_SYSTEM, &[SECRET]),
    );
    let host = Fake::new().input("report", "a.json", packages).input("report", "b.json", secrets);
    scanned(&host);
    assert_eq!(host.found(), ["end-of-life-system web:1", "secret-in-file web:1", "vulnerable-package web:1"]);
    assert_eq!(gaps(&host), Vec::<String>::new());
}

#[test]
fn a_report_that_is_left_out_with_what_the_newer_has_not_is_a_gap() {
    let both = report("web:1", "container_image", 20, "{}", &[PACKAGE, SECRET]);
    let newer = report("web:1", "container_image", 21, "{}", &[PACKAGE]);
    let host = Fake::new().input("report", "a.json", both).input("report", "b.json", newer);
    scanned(&host);
    assert_eq!(host.found(), ["vulnerable-package web:1"]);
    assert_eq!(gaps(&host).len(), 1);
    assert!(gaps(&host)[0].starts_with("secret-in-file: `a.json` is left out for `b.json`"), "{:?}", gaps(&host));
}

#[test]
fn an_image_and_a_folder_of_one_name_are_two_things() {
    let image = report("web", "container_image", 21, "{}", &[PACKAGE]);
    let host = Fake::new().input("report", "image.json", image).input(
        "report",
        "folder.json",
        report("web", "filesystem", 20, "{}", &[PACKAGE]),
    );
    scanned(&host);
    assert_eq!(host.found(), ["vulnerable-package folder:web", "vulnerable-package web"]);
}

#[test]
fn folders_of_one_name_in_two_repositories_do_not_swallow_each_other() {
    let of = |day, metadata: &str| report("src", "filesystem", day, metadata, &[PACKAGE]);
    let host = Fake::new().input("report", "shop.json", of(20, "{}")).input("report", "web.json", of(21, "{}"));
    scanned(&host);
    assert_eq!(host.found(), ["vulnerable-package shop:src", "vulnerable-package web:src"]);
    let git = |name: &str| format!(r#"{{"RepoURL":"https://git.example.com/{name}"}}"#);
    let both = |other: &str| {
        let host = Fake::new().input("report", "report.json", of(20, &git("shop")));
        let host = host.input("report", "report.json", of(21, &git(other)));
        scanned(&host);
        host
    };
    let expected =
        ["vulnerable-package https://git.example.com/shop:src", "vulnerable-package https://git.example.com/web:src"];
    assert_eq!(both("web").found(), expected);
    let same = both("shop");
    assert_eq!((same.found().len(), gaps(&same)), (1, vec![]), "the newer one of the same folder counts");
}

#[test]
fn of_two_reports_that_may_be_about_two_things_the_one_that_is_left_out_is_a_gap() {
    let of = |day| report("/workspace", "filesystem", day, "{}", &[PACKAGE]);
    let host = Fake::new().input("report", "a.json", of(20)).input("report", "b.json", of(21));
    assert_eq!(scanned(&host).len(), 1);
    assert!(gaps(&host)[0].contains("whether both are about one folder they do not say"), "{:?}", gaps(&host));
    let undated = |name: &str| name.replace("CreatedAt", "Made");
    let of = |day| undated(&report("web:1", "container_image", day, "{}", &[PACKAGE]));
    let host = Fake::new().input("report", "a.json", of(20)).input("report", "b.json", of(21));
    assert_eq!(scanned(&host).len(), 1);
    assert!(gaps(&host)[0].contains("which of the two is newer they do not say"), "{:?}", gaps(&host));
}

#[test]
fn less_severe_findings_are_left_alone_where_that_is_asked() {
    let severe = |least: &str| {
        let host = host("web.json", IMAGE);
        host.scan::<Trivy>(&[("min_severity", least.into())]).map(|()| host.findings().len())
    };
    assert_eq!(severe("critical"), Ok(2));
    assert_eq!(severe("High"), Ok(6));
    assert_eq!(severe("low"), Ok(8));
    let error = severe("severe").expect_err("no severity");
    assert!(error.to_string().starts_with("`severe` in the parameter `min_severity` is no severity"), "{error}");
}

#[track_caller]
fn is_no_report(text: &str, expected: &str) {
    let host = Fake::new().input("report", "bad.json", text).input("report", "vm.json", MACHINE);
    assert_eq!(scanned(&host).len(), 1, "the other report is read");
    let gaps = gaps(&host);
    assert_eq!(gaps.len(), crate::rules::ALL.len(), "any rule could have found something in it");
    assert_eq!(gaps[0], format!("vulnerable-package: `bad.json` {expected}"));
}

#[test]
fn what_is_no_report_is_a_gap_that_says_what_it_is() {
    is_no_report("{", "is no JSON: EOF while parsing an object at line 1 column 1");
    is_no_report("{}", "is no report of Trivy: write one with `--format json`");
    is_no_report("[]", "is a report of Trivy before 0.20, which says not what it is about");
    is_no_report(r#"{"SchemaVersion":3,"ArtifactName":"x"}"#, "is a report of version 3, and version 2 is read");
    is_no_report(r#"{"ClusterName":"c","Resources":[]}"#, "is a report of `trivy k8s`, which is not read");
    is_no_report(r#"{"SchemaVersion":2}"#, "is no report of Trivy: write one with `--format json`");
}

#[test]
fn odd_types_in_a_report_are_left_out_and_counted() {
    let odd = r#"{"SchemaVersion":2,"ArtifactName":"x","ArtifactType":7,"CreatedAt":"now","Metadata":[],"Results":[
        null, 7, {"Target":1,"Vulnerabilities":[null,{"VulnerabilityID":1},{"VulnerabilityID":"CVE-1","PkgName":"p",
        "Severity":9,"CVSS":{"nvd":{"V3Score":"high"}}}],"Misconfigurations":{},"Secrets":[{"RuleID":"r"}],
        "Licenses":[{"Severity":"HIGH"}]}]}"#;
    let host = host("odd.json", odd);
    assert_eq!(
        lines(&scanned(&host)),
        ["trivy/vulnerable-package/x#CVE-1/package/p vulnerability unknown | CVE-1: in p"]
    );
    let counts: Vec<_> = gaps(&host).iter().map(|gap| gap[..gap.find(" entries").unwrap_or(0)].to_owned()).collect();
    assert_eq!(counts, ["vulnerable-package: 2", "secret-in-file: 1", "licence: 1"]);
}

#[test]
fn without_a_file_the_scan_says_what_to_do() {
    let error = Fake::new().scan::<Trivy>(&[]).expect_err("no file");
    let hint = "write one with `trivy image --format json --output report.json IMAGE`";
    assert_eq!(error, Error::Failed(format!("no file was handed over for the input `report`: {hint}")));
}

#[test]
fn every_column_that_is_read_is_in_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    for table in ["images", "snapshots"] {
        let section = manifest.split("[[").find(|section| section.contains(&format!("name = \"{table}\"")));
        let section = section.unwrap_or_else(|| panic!("the manifest has no table `{table}`"));
        for column in guest_sdk::Resource::COLUMNS.split(", ").chain(["native_id"]) {
            assert!(section.contains(&format!("\"{column}\"")), "`{table}.{column}` is not in the manifest");
        }
    }
}
