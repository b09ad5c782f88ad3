//! A server's replies made for this, page by page, and what goes wrong with servers.

use crate::SonarQube;
use guest_sdk::{Error, Fake, Finding, Response, Value};

const BASE: &str = "https://sonar.example.com/sq";

fn host() -> Fake {
    Fake::new().secret("sonarqube_token")
}

fn projects_url(page: usize) -> String {
    format!("{BASE}/api/components/search?qualifiers=TRK&p={page}&ps=500")
}

fn issues_url(project: &str, page: usize) -> String {
    let query = "types=VULNERABILITY%2CBUG&resolved=false&s=SEVERITY&asc=false";
    format!("{BASE}/api/issues/search?componentKeys={project}&{query}&p={page}&ps=500")
}

fn list(key: &str, items: &[String], total: usize) -> Result<Response, Error> {
    let items = items.join(",");
    Ok(Response::new(
        200,
        format!(r#"{{"paging":{{"pageIndex":1,"pageSize":500,"total":{total}}},"{key}":[{items}]}}"#),
    ))
}

fn project(key: &str) -> String {
    format!(r#"{{"key":"{key}","name":"The {key}","qualifier":"TRK"}}"#)
}

fn issue(project: &str, key: &str) -> String {
    format!(
        r#"{{"key":"{key}","rule":"java:S1","severity":"MAJOR","component":"{project}:src/A.java","project":"{project}","type":"BUG","message":"m"}}"#
    )
}

/// A host whose server has these projects.
fn with_projects(keys: &[&str]) -> Fake {
    let items: Vec<_> = keys.iter().map(|key| project(key)).collect();
    host().http("GET", &projects_url(1), list("components", &items, keys.len()))
}

fn with_issues(host: Fake, project: &str, page: usize, keys: &[String], total: usize) -> Fake {
    let items: Vec<_> = keys.iter().map(|key| issue(project, key)).collect();
    host.http("GET", &issues_url(project, page), list("issues", &items, total))
}

fn scan(host: &Fake) -> Result<(), Error> {
    host.scan::<SonarQube>(&[("base_url", BASE.into()), ("types", "vulnerability,bug".into())])
}

fn gaps(host: &Fake) -> Vec<String> {
    host.rule_gaps().iter().map(|gap| format!("{} {}: {}", gap.rule, gap.code, gap.message)).collect()
}

/// The gaps of the rule `bug`: those of all that were asked for are the same.
fn gap(host: &Fake) -> String {
    let gaps = gaps(host);
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    gaps[1].strip_prefix("bug ").expect("the second rule").to_owned()
}

fn keys(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("k{number}")).collect()
}

fn evidence(finding: &Finding) -> Vec<(&str, Value)> {
    finding.evidence.iter().map(|fact| (fact.name.as_str(), fact.value.clone())).collect()
}

#[test]
fn an_issue_becomes_a_finding_about_its_project() {
    let weak = r#"{"key":"AX-1","rule":"java:S2068","severity":"BLOCKER","component":"shop:web:src/main/Config.java",
        "project":"shop:web","line":23,"hash":"x","status":"OPEN","issueStatus":"OPEN","type":"VULNERABILITY",
        "message":"Take this password out of the code.","author":"someone@example.com","effort":"5min",
        "creationDate":"2026-03-22T13:30:00+0200","impacts":[{"softwareQuality":"MAINTAINABILITY","severity":"LOW"},
        {"softwareQuality":"SECURITY","severity":"HIGH"}]}"#;
    let of_project = r#"{"key":"AX-2","rule":"x:y","component":"shop:web","project":"shop:web","type":"BUG",
        "message":"Add a licence."}"#;
    let host = with_projects(&["shop:web"]);
    let items = [weak.to_owned(), of_project.to_owned()];
    let host = host.http("GET", &issues_url("shop%3Aweb", 1), list("issues", &items, 2));
    scan(&host).expect("the scan ends well");

    let dashboard = format!("{BASE}/dashboard?id=shop%3Aweb");
    let found = host.findings();
    let uids: Vec<_> = found.iter().map(|finding| finding.uid.as_str()).collect();
    let expected = [format!("sonarqube/vulnerability/{dashboard}#AX-1"), format!("sonarqube/bug/{dashboard}#AX-2")];
    assert_eq!(uids, expected);
    let severities: Vec<_> = found.iter().map(|f| (f.class.code(), f.severity.code(), f.title.as_str())).collect();
    let expected =
        [("posture", "high", "Take this password out of the code."), ("posture", "unknown", "Add a licence.")];
    assert_eq!(severities, expected, "the impact on security counts, and what is not said is not known");
    assert_eq!(found[0].resource.name.as_deref(), Some("The shop:web"));
    let expected: [(&str, Value); 8] = [
        ("sonarqube_rule", "java:S2068".into()),
        ("file", "src/main/Config.java".into()),
        ("line", 23.into()),
        ("status", "OPEN".into()),
        ("effort", "5min".into()),
        ("created_at", "2026-03-22T11:30:00Z".into()),
        ("category", Value::Null),
        ("url", format!("{BASE}/project/issues?id=shop%3Aweb&open=AX-1").into()),
    ];
    assert_eq!(evidence(&found[0]), expected);
    assert_eq!(evidence(&found[1])[1], ("file", Value::Null), "it is in no file");
    assert!(!format!("{found:?}").contains("someone@example.com"), "who wrote it is nobody's business");
    assert_eq!(gaps(&host), Vec::<String>::new());
}

#[track_caller]
fn severity(impact: &str, own: &str, expected: &str) {
    let impacts = if impact.is_empty() {
        String::new()
    } else {
        format!(r#""impacts":[{{"softwareQuality":"RELIABILITY","severity":"{impact}"}}],"#)
    };
    let item = format!(r#"{{{impacts}"severity":"{own}","key":"k","type":"BUG"}}"#);
    let host = with_projects(&["shop"]).http("GET", &issues_url("shop", 1), list("issues", &[item], 1));
    scan(&host).expect("the scan ends well");
    assert_eq!(host.findings()[0].severity.code(), expected, "{impact} {own}");
}

#[test]
fn severities_of_both_sorts_are_read() {
    severity("", "BLOCKER", "critical");
    severity("", "CRITICAL", "high");
    severity("", "MAJOR", "medium");
    severity("", "MINOR", "low");
    severity("", "INFO", "informational");
    severity("", "DIRE", "unknown");
    severity("BLOCKER", "MINOR", "critical");
    severity("MEDIUM", "BLOCKER", "medium");
    severity("LOW", "BLOCKER", "low");
    severity("INFO", "BLOCKER", "informational");
    severity("DIRE", "MAJOR", "medium");
}

#[test]
fn every_page_of_projects_and_issues_is_read() {
    let names: Vec<_> = (0..501).map(|number| format!("p{number}")).collect();
    let items: Vec<_> = names.iter().map(|key| project(key)).collect();
    let mut host = host().http("GET", &projects_url(1), list("components", &items[..500], 501)).http(
        "GET",
        &projects_url(2),
        list("components", &items[500..], 501),
    );
    for name in &names[..500] {
        host = with_issues(host, name, 1, &[], 0);
    }
    // One issue moved from the first page to the second while they were read.
    host = with_issues(host, "p500", 1, &keys(0..500), 502);
    host = with_issues(host, "p500", 2, &["k499".to_owned(), "k500".to_owned()], 502);
    scan(&host).expect("the scan ends well");
    assert_eq!((host.findings().len(), gaps(&host)), (501, vec![]));
}

#[test]
fn what_is_beyond_the_ten_thousand_that_a_server_gives_is_a_gap() {
    let mut host = with_projects(&["shop", "web"]);
    for page in 1..=20 {
        host = with_issues(host, "shop", page, &keys((page - 1) * 500..page * 500), 12_345);
    }
    host = with_issues(host, "web", 1, &["other".to_owned()], 1);
    scan(&host).expect("the scan ends well");
    assert_eq!(host.findings().len(), 10_001);
    let expected = "upstream: project `shop`: there are 12345, of which the server gives 10000: 10000 were read";
    assert_eq!(gap(&host), expected);
}

#[test]
fn a_page_that_fails_is_a_gap_and_what_was_read_stays() {
    let broken = Ok(Response::new(500, "<html>"));
    let host = with_issues(with_projects(&["shop", "web"]), "shop", 1, &keys(0..500), 900);
    let host = host.http("GET", &issues_url("shop", 2), broken);
    let host = with_issues(host, "web", 1, &["other".to_owned()], 1);
    scan(&host).expect("the scan ends well");
    assert_eq!(host.findings().len(), 501, "those of the first page, and those of the next project");
    let expected = "upstream: project `shop`: page 2: the server answered with status 500: it does not say why";
    assert_eq!(gap(&host), expected);
}

#[test]
fn hotspots_that_nobody_reviewed_are_found_and_their_list_may_fail_alone() {
    let spot = r#"{"key":"H-1","component":"shop:src/Db.java","project":"shop","securityCategory":"sql-injection",
        "vulnerabilityProbability":"HIGH","status":"TO_REVIEW","line":7,"message":"Is this query put together safely?",
        "ruleKey":"java:S2077","creationDate":"2026-03-22T13:30:00+0000"}"#;
    let url = format!("{BASE}/api/hotspots/search?projectKey=shop&status=TO_REVIEW&p=1&ps=500");
    let given = [("base_url", BASE.into()), ("types", "security_hotspot,bug,vulnerability".into())];
    let issues = format!(
        "{BASE}/api/issues/search?componentKeys=shop&types=BUG%2CVULNERABILITY&resolved=false&s=SEVERITY&asc=false&p=1&ps=500"
    );

    let reviewed = with_projects(&["shop"]).http("GET", &issues, list("issues", &[issue("shop", "k")], 1));
    let host = reviewed.http("GET", &url, list("hotspots", &[spot.to_owned()], 1));
    host.scan::<SonarQube>(&given).expect("the scan ends well");
    let found = &host.findings()[1];
    assert_eq!((found.rule.as_str(), found.severity.code()), ("security-hotspot", "high"));
    let address = format!("{BASE}/security_hotspots?id=shop&hotspots=H-1");
    let said = evidence(found);
    assert!(
        said.contains(&("url", address.into())) && said.contains(&("category", "sql-injection".into())),
        "{said:?}"
    );
    assert!(said.contains(&("sonarqube_rule", "java:S2077".into())), "{said:?}");
    assert_eq!(gaps(&host), Vec::<String>::new());

    let host = with_projects(&["shop"]).http("GET", &issues, list("issues", &[issue("shop", "k")], 1));
    let host = host.http("GET", &url, Ok(Response::new(404, "")));
    host.scan::<SonarQube>(&given).expect("the scan ends well");
    assert_eq!(host.findings().len(), 1);
    let why = "project `shop`: page 1: the server answered with status 404: it does not say why";
    assert_eq!(gaps(&host), [format!("security-hotspot upstream: {why}")]);
}

#[test]
fn an_issue_of_another_project_is_a_gap_and_never_this_one_s() {
    // As a server does that knows no parameter of the name that it was asked with.
    let items = [issue("shop", "k1"), issue("web", "k2"), issue("api", "k3")];
    let host = with_projects(&["shop"]).http("GET", &issues_url("shop", 1), list("issues", &items, 3));
    scan(&host).expect("the scan ends well");
    let uids: Vec<_> = host.findings().into_iter().map(|finding| finding.uid).collect();
    assert_eq!(uids, [format!("sonarqube/bug/{BASE}/dashboard?id=shop#k1")]);
    assert_eq!(gap(&host), "failed: project `shop`: the server gave issues of 2 other projects too: `api`, …");
}

#[test]
fn issues_are_asked_for_in_words_that_every_server_knows() {
    let host = with_issues(with_projects(&["shop"]), "shop", 1, &[], 0);
    scan(&host).expect("the scan ends well");
    let requests = host.requests();
    let (_, query) = requests[1].url().split_once('?').expect("a query");
    let names: Vec<_> = query.split('&').filter_map(|part| part.split('=').next()).collect();
    assert_eq!(names, ["componentKeys", "types", "resolved", "s", "asc", "p", "ps"]);
}

#[track_caller]
fn replies(reply: Result<Response, Error>, expected: &str) {
    let host = with_projects(&["shop"]).http("GET", &issues_url("shop", 1), reply);
    scan(&host).expect("the scan ends well");
    assert_eq!(gap(&host), expected);
}

#[test]
fn what_is_wrong_with_a_reply_is_said() {
    let json = |status, text: &str| Ok(Response::new(status, text));
    replies(
        json(403, r#"{"errors":[{"msg":"Insufficient\nprivileges"}]}"#),
        "upstream: project `shop`: page 1: the server answered with status 403: Insufficientprivileges",
    );
    replies(json(429, ""), "throttled: project `shop`: the server asks for patience");
    replies(json(200, "[]"), "upstream: project `shop`: page 1: the reply does not say how many there are");
    replies(json(200, r#"{"total":1}"#), "upstream: project `shop`: page 1: the reply has no `issues`");
    replies(json(200, r#"{"total":7,"issues":[]}"#), "upstream: project `shop`: page 1: the list ends after 0 of 7");
    replies(
        json(200, r#"{"total":2,"issues":[{"key":"k"},{"type":"BUG"}]}"#),
        "failed: project `shop`: 2 issues say not what they are",
    );
    let bound = Error::Limit { message: "too long".to_owned(), name: "response_bytes".to_owned(), value: 10 };
    replies(Err(bound), "limit: project `shop`: too long");
}

#[test]
fn what_no_other_request_could_do_better_ends_the_scan() {
    let error = scan(&Fake::new()).expect_err("no secret");
    assert_eq!((error.code(), error.to_string().as_str()), ("denied", "the secret `sonarqube_token` is not granted"));
    let error = scan(&with_projects(&["shop"])).expect_err("no such host");
    assert_eq!(error.code(), "denied");
    let bound = Error::Limit { message: "no more".to_owned(), name: "requests".to_owned(), value: 10 };
    let host = with_projects(&["a", "b"]).http("GET", &issues_url("a", 1), Err(bound.clone()));
    assert_eq!(scan(&host), Err(bound));
    let host = host.http("GET", &projects_url(1), Ok(Response::new(401, "")));
    let error = scan(&host).expect_err("without the list there is nothing to scan");
    assert_eq!(error.to_string(), "page 1: the server answered with status 401: the token is not one that it knows");
}

#[test]
fn the_token_goes_to_the_server_that_the_operator_named_and_in_its_header() {
    let host = with_issues(with_projects(&["shop"]), "shop", 1, &[], 0);
    scan(&host).expect("the scan ends well");
    for request in host.requests() {
        assert!(request.url().starts_with(&format!("{BASE}/api/")) && request.method() == "GET");
        let credential = r#"Credential { header: "Authorization", prefix: "Bearer ", secret: "sonarqube_token" }"#;
        assert!(format!("{request:?}").contains(credential), "{request:?}");
    }
    assert_eq!(host.requests().len(), 2);
}

#[test]
fn the_operator_chooses_projects_types_and_an_organisation() {
    let query = "componentKeys=a%26b&types=CODE_SMELL&resolved=false&s=SEVERITY&asc=false&organization=us";
    let url = format!("https://sonarcloud.io/api/issues/search?{query}&p=1&ps=500");
    let smell = r#"{"key":"k","type":"CODE_SMELL"}"#.to_owned();
    let host = host().http("GET", &url, list("issues", &[smell], 1));
    let given = [
        ("base_url", "https://sonarcloud.io/".into()),
        ("projects", "a&b".into()),
        ("types", "code_smell".into()),
        ("organization", "us".into()),
    ];
    host.scan::<SonarQube>(&given).expect("the scan ends well");
    assert_eq!(host.found(), ["code-smell https://sonarcloud.io/dashboard?id=a%26b"]);
}

#[track_caller]
fn refuses(name: &str, value: &str, expected: &str) {
    let base = if name == "base_url" { vec![] } else { vec![("base_url", BASE.into())] };
    let given: Vec<_> = base.into_iter().chain([(name, value.into())]).collect();
    let error = host().scan::<SonarQube>(&given).expect_err(expected);
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_parameter_that_is_wrong_is_named() {
    let expected = "the parameter `base_url` is no address, or has more in it than one: \
        write it as `https://sonarqube.example.com`";
    for wrong in ["", "sonar.example.com", "https://", "https://user:secret@sonar.example.com", "https://x/?a=b"] {
        refuses("base_url", wrong, expected);
    }
    let types = "there are vulnerability, bug, code_smell and security_hotspot";
    refuses("types", "bug, hotspots", &format!("`hotspots` in the parameter `types` is no type; {types}"));
    refuses("types", " , ", "the parameter `types` is empty: name a type of issue");
}
