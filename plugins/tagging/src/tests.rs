//! What the detective makes of estates whose owners are known.

use super::{Tagging, clues};
use guest_sdk::{Error, Fake, Finding, Scope, Value};

/// A resource: id, name, when it was made, and its team.
type Thing<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>);

fn host(things: &[Thing<'_>], instances: &[(&str, &[&str])], volumes: &[(&str, &str)]) -> Fake {
    let things = things.iter().map(|(id, name, made, team)| {
        let tags = team.map_or_else(|| "{}".to_owned(), |team| format!(r#"{{"Team": "{team}"}}"#));
        let common = [*id, "compute.instance", *name, "aws", "111122223333", "eu-west-1"].map(Value::from);
        common.into_iter().chain([(*made).into(), tags.into()]).collect()
    });
    let instances =
        instances.iter().map(|(id, groups)| vec![(*id).into(), (*id).into(), Value::Null, Value::list(*groups)]);
    let volumes = volumes.iter().map(|(id, instance)| vec![(*id).into(), (*id).into(), (*instance).into()]);
    Fake::new()
        .table(
            "resources",
            "resource_id, kind, name, provider, account_id, region, created_at time, tags map",
            things.collect(),
        )
        .table("instances", "resource_id, native_id, subnet_id, security_group_ids list", instances.collect())
        .table("volumes", "resource_id, native_id, instance_id", volumes.collect())
        .table("snapshots", "resource_id, volume_id", vec![])
        .table("public_ips", "resource_id, instance_id", vec![])
}

#[track_caller]
fn scan(host: &Fake) -> Vec<Finding> {
    host.scan::<Tagging>(&[]).expect("the scan ends well");
    host.findings()
}

fn fact(finding: &Finding, name: &str) -> Option<Value> {
    finding.evidence.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone())
}

/// Six of each of two teams, by their names, and one without a tag.
const NAMED: &[Thing<'static>] = &[
    ("p-1", "payments-api-1", None, Some("payments")),
    ("p-2", "payments-api-2", None, Some("payments")),
    ("p-3", "payments-api-3", None, Some("payments")),
    ("p-4", "payments-api-4", None, Some("payments")),
    ("p-5", "payments-api-5", None, Some("Payments ")),
    ("w-1", "web-shop-1", None, Some("web")),
    ("w-2", "web-shop-2", None, Some("web")),
    ("w-3", "web-shop-3", None, Some("web")),
    ("w-4", "web-shop-4", None, Some("web")),
    ("w-5", "web-shop-5", None, Some("web")),
    ("x-1", "payments-api-6", None, None),
];

#[test]
fn a_name_like_those_of_one_team_is_probably_theirs() {
    let host = host(NAMED, &[], &[]);
    let findings = scan(&host);
    assert_eq!(host.found(), ["no-owner x-1"]);
    assert_eq!(findings[0].title, "Resource has no owner's tag; it probably belongs to payments");
    assert_eq!(fact(&findings[0], "probable_owner"), Some("payments".into()));
    // Ten were asked and all were right: (10 + 1) / (10 + 2).
    assert_eq!(fact(&findings[0], "confidence_percent"), Some(92.0.into()));
    assert_eq!(fact(&findings[0], "because"), Some("has `api` in its name".into()));
    let said = "of 10 resources with an owner's tag, asked as if they had none, 10 are given one, 10 the right one";
    assert_eq!(host.logs()[0].1, said);
}

#[test]
fn a_clue_that_is_often_wrong_here_names_nobody() {
    // In every hour two teams make one thing each.
    let hours = ["2026-11-01T0", "2026-11-02T0", "2026-11-03T0", "2026-11-04T0"];
    let made: Vec<_> = hours.iter().map(|hour| format!("{hour}1:00:00Z")).collect();
    let ids: Vec<_> = (0..8).map(|number| format!("t-{number}")).collect();
    let teams = ["payments", "web"];
    let mut things: Vec<_> =
        (0..8).map(|at| (ids[at].as_str(), "", Some(made[at / 2].as_str()), Some(teams[at % 2]))).collect();
    things.push(("lone-1", "", Some("2026-11-05T01:00:00Z"), Some("web")));
    things.push(("x-1", "", Some("2026-11-05T01:30:00Z"), None));
    let findings = scan(&host(&things, &[], &[]));
    assert_eq!(findings.len(), 1);
    assert_eq!(fact(&findings[0], "probable_owner"), None);
    assert_eq!(findings[0].title, "Resource has no owner's tag");
}

#[test]
fn what_is_attached_goes_with_what_it_is_attached_to() {
    let teams = ["payments", "web", "data", "ml"];
    let ids: Vec<_> = (0..4).map(|at| (format!("i-{at}"), format!("vol-{at}"))).collect();
    let mut things: Vec<Thing<'_>> = Vec::new();
    for ((instance, volume), team) in ids.iter().zip(teams) {
        things.push((instance, "", None, Some(team)));
        things.push((volume, "", None, (team != "ml").then_some(team)));
    }
    let instances: Vec<_> = ids.iter().map(|(instance, _)| (instance.as_str(), &[] as &[&str])).collect();
    let volumes: Vec<_> = ids.iter().map(|(instance, volume)| (volume.as_str(), instance.as_str())).collect();
    let findings = scan(&host(&things, &instances, &volumes));
    assert_eq!(findings.len(), 1);
    assert_eq!(fact(&findings[0], "probable_owner"), Some("ml".into()));
    assert_eq!(fact(&findings[0], "because"), Some("attached to `i-3`".into()));
}

#[test]
fn what_was_launched_from_one_template_or_by_one_group_has_one_owner() {
    let columns = "resource_id, kind, name, provider, account_id, region, created_at time, tags map";
    let row = |id: &str, tags: String| {
        let common = [id, "compute.instance", "", "aws", "111122223333", "eu-west-1"].map(Value::from);
        common.into_iter().chain([Value::Null, tags.into()]).collect::<Vec<_>>()
    };
    let teams = ["payments", "web"];
    let launched = |team: &str| {
        format!(
            r#""aws:ec2launchtemplate:id": "lt-{team}", "aws:ec2launchtemplate:version": "3", "aws:autoscaling:groupName": "{team}-asg""#
        )
    };
    let mut rows: Vec<_> = (0..10)
        .map(|at| row(&format!("i-{at}"), format!(r#"{{"team": "{0}", {1}}}"#, teams[at % 2], launched(teams[at % 2]))))
        .collect();
    rows.push(row("x-1", format!("{{{}}}", launched("web"))));
    // A template of which nobody's machine was launched says nothing, and the version of one neither.
    rows.push(row("x-2", r#"{"aws:ec2launchtemplate:id": "lt-new", "aws:ec2launchtemplate:version": "3"}"#.to_owned()));
    let findings = scan(&host(&[], &[], &[]).table("resources", columns, rows));
    let of = |id: &str| findings.iter().find(|f| f.resource.resource_id == id).expect("it is found");
    assert_eq!(fact(of("x-1"), "probable_owner"), Some("web".into()));
    let because =
        "was launched from the template `lt-web`; was launched by the scaling group `web-asg 111122223333 eu-west-1`";
    assert_eq!(fact(of("x-1"), "because"), Some(because.into()));
    assert_eq!(fact(of("x-2"), "probable_owner"), None);
}

#[test]
fn the_confidence_is_how_often_such_a_verdict_is_right_and_not_how_often_one_clue_is() {
    // Nine pairs hang together, and are told by that; their names would be right as well. Of those that have nothing but the
    // name, two in three are another team's.
    let pairs: Vec<_> = (0..9).map(|at| (format!("i-{at}"), format!("vol-{at}"))).collect();
    let lone: Vec<_> = (0..6).map(|at| format!("n-{at}")).collect();
    let mut things: Vec<Thing<'_>> = Vec::new();
    things.extend(pairs.iter().flat_map(|(i, v)| [i, v]).map(|id| (id.as_str(), "shop", None, Some("payments"))));
    things.extend(
        lone.iter()
            .enumerate()
            .map(|(at, id)| (id.as_str(), "shop", None, Some(if at < 4 { "web" } else { "payments" }))),
    );
    things.push(("x-1", "shop", None, None));
    let instances: Vec<_> = pairs.iter().map(|(instance, _)| (instance.as_str(), &[] as &[&str])).collect();
    let volumes: Vec<_> = pairs.iter().map(|(instance, volume)| (volume.as_str(), instance.as_str())).collect();
    let host = host(&things, &instances, &volumes);
    host.scan::<Tagging>(&[("least_confidence", 0.into())]).expect("the scan ends well");
    assert_eq!(fact(&host.findings()[0], "probable_owner"), Some("payments".into()));
    // The name is right for 20 of 24; where it decides, for 2 of 6: (2 + 1) / (6 + 2).
    assert_eq!(fact(&host.findings()[0], "confidence_percent"), Some(38.0.into()));
}

#[test]
fn what_speaks_for_another_is_said() {
    let mut things = NAMED.to_vec();
    things.push(("x-2", "payments-api-7", None, None));
    let in_group = |id| (id, &["sg-web"] as &[&str]);
    let instances: Vec<_> = ["w-1", "w-2", "x-2"].into_iter().map(in_group).collect();
    let findings = scan(&host(&things, &instances, &[]));
    let contested = findings.iter().find(|f| f.resource.resource_id == "x-2").expect("it is found");
    assert_eq!(fact(contested, "probable_owner"), Some("payments".into()));
    assert_eq!(fact(contested, "against"), Some("shares the security group `sg-web` (web)".into()));
}

#[test]
fn a_table_of_links_that_was_not_granted_is_told_and_the_rest_is_used() {
    let denied = Error::Denied { message: "`volumes` is not granted".to_owned(), code: "table_not_granted".to_owned() };
    let host = host(NAMED, &[], &[]).failing_table("volumes", denied);
    let findings = scan(&host);
    assert_eq!(fact(&findings[0], "probable_owner"), Some("payments".into()));
    assert_eq!(host.rule_gaps()[0].message, "`volumes` is not granted");
}

#[test]
fn tags_that_were_not_read_are_not_taken_for_none() {
    let row = |id: &str, account: &str, tags: Option<&str>| {
        let row = [id, "x", "x", "aws", account, "eu-west-1"].map(Value::from);
        row.into_iter().chain([Value::Null, tags.into()]).collect::<Vec<_>>()
    };
    let rows = vec![row("x-1", "111122223333", None), row("x-2", "444455556666", Some("{}"))];
    let columns = "resource_id, kind, name, provider, account_id, region, created_at time, tags map";
    let host = host(&[], &[], &[]).table("resources", columns, rows);
    scan(&host);
    assert_eq!(host.found(), ["no-owner x-2"]);
    let gaps = host.rule_gaps();
    assert_eq!((gaps.len(), gaps[0].message.as_str()), (1, "of 1 resources the tags are not known"));
    let [provider, account_id, region] = ["aws", "111122223333", "eu-west-1"].map(str::to_owned);
    let place = Scope { provider, account_id, region };
    assert_eq!(gaps[0].scope, Some(place), "in the other account it is decided");
}

/// A host that has these resources alone: id, provider, kind and tags.
fn tagged(things: &[(&str, &str, &str, &str)]) -> Fake {
    let columns = "resource_id, kind, name, provider, account_id, region, created_at time, tags map";
    let rows = things.iter().map(|(id, provider, kind, tags)| {
        let row = [*id, *kind, "x", *provider, "111122223333", "eu-west-1"].map(Value::from);
        let tags = if tags.is_empty() { Value::Null } else { Value::from(*tags) };
        row.into_iter().chain([Value::Null, tags]).collect()
    });
    host(&[], &[], &[]).table("resources", columns, rows.collect())
}

#[test]
fn an_owner_is_read_in_the_common_spellings() {
    let spellings = [
        "Owner",
        "OWNER",
        "owner-email",
        "OwnerEmail",
        "owner_email",
        "Team",
        "squad",
        "Team Name",
        "acme:owner",
        "BusinessOwner",
    ];
    for spelling in spellings {
        let host = tagged(&[("i-1", "aws", "compute.instance", &format!(r#"{{"{spelling}": "ann"}}"#))]);
        assert_eq!((scan(&host).len(), host.rule_gaps().len()), (0, 0), "{spelling}");
    }
    for none in [r#"{"Owner": " "}"#, r#"{"Name": "owner"}"#, r#"{"aws:x:owner": "ann"}"#, r#"{"ownership": "shared"}"#]
    {
        assert_eq!(scan(&tagged(&[("i-1", "aws", "compute.instance", none)])).len(), 1, "{none}");
    }
}

#[test]
fn what_can_have_no_tags_is_not_accused() {
    let host = tagged(&[
        ("azure-subnet", "azure", "network.subnet", "{}"),
        ("aws-subnet", "aws", "network.subnet", "{}"),
        ("azure-network", "azure", "network.network", "{}"),
        ("gcp-network", "gcp", "network.network", ""),
        ("account", "aws", "organization.account", "{}"),
    ]);
    scan(&host);
    assert_eq!(host.found(), ["no-owner aws-subnet", "no-owner azure-network"]);
    assert_eq!(host.rule_gaps(), []);
}

#[test]
fn people_and_teams_are_not_weighed_against_each_other() {
    let columns = "resource_id, kind, name, provider, account_id, region, created_at time, tags map";
    let row = |at: usize, tags: &str| {
        let id = format!("p-{at}");
        let row =
            [id.as_str(), "compute.instance", "payments-api", "aws", "111122223333", "eu-west-1"].map(Value::from);
        row.into_iter().chain([Value::Null, tags.into()]).collect::<Vec<_>>()
    };
    // Five say the team, and two beside them a person alone: these are no findings, and no votes either.
    let teams = (0..5).map(|at| row(at, r#"{"team": "payments", "env": "prod"}"#));
    let people = (5..7).map(|at| row(at, r#"{"owner": "bob"}"#));
    let host = host(&[], &[], &[]).table("resources", columns, teams.chain(people).chain([row(9, "{}")]).collect());
    let findings = scan(&host);
    assert_eq!(host.found(), ["no-owner p-9"]);
    assert_eq!(fact(&findings[0], "probable_owner"), Some("payments".into()));
}

#[test]
fn which_tags_name_an_owner_and_how_sure_it_must_be_is_for_the_operator() {
    let host = host(NAMED, &[], &[]);
    host.scan::<Tagging>(&[("owner_tags", "cost-center".into())]).expect("the scan ends well");
    assert_eq!(host.found().len(), NAMED.len(), "nobody has that tag");
    let host = self::host(NAMED, &[], &[]);
    host.scan::<Tagging>(&[("least_confidence", 95.into())]).expect("the scan ends well");
    assert_eq!(fact(&host.findings()[0], "probable_owner"), None);
}

#[test]
fn numbers_and_what_has_digits_are_no_words() {
    assert_eq!(clues::words("Payments_API-lb-2.euw1"), ["payments", "api"]);
    assert_eq!(clues::words("i-0abc123"), Vec::<String>::new());
}
