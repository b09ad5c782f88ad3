//! What becomes of findings: whose a mute is, what a rule that is gone leaves, and what a scanner itself says.

use super::made::{Made, at, finding, named, states};
use super::*;

/// A scan by a version that has these rules, of which it cannot decide those with a `?`.
async fn scan(findings: &Findings, plugin: &str, minute: i64, rules: &[&str], found: Vec<Finding>, is_complete: bool) {
    Made { plugin, minute, rules, found, is_complete, is_usual: true }.record(findings).await;
}

async fn empty() -> (tempfile::TempDir, Findings) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    (folder, Findings::new(&store))
}

#[tokio::test]
async fn a_mute_is_of_one_plugins_finding_whatever_another_calls_its_own() {
    let (_folder, findings) = empty().await;
    for plugin in ["exposure", "hostile"] {
        scan(&findings, plugin, 0, &["r"], vec![finding("exposure/open-group/g", "r", "new")], true).await;
    }
    assert_eq!(findings.finders("exposure/open-group/g").await.unwrap(), ["exposure", "hostile"]);
    let mute = Mute { reason: "noise".to_owned(), who: "ann".to_owned(), until: None };
    assert!(findings.mute("hostile", "exposure/open-group/g", &mute, at(1)).await.unwrap());
    assert_eq!(named(&states(&findings, "hostile").await), [("exposure/open-group/g", "muted")]);
    assert_eq!(named(&states(&findings, "exposure").await), [("exposure/open-group/g", "new")]);
    assert!(!findings.unmute("exposure", "exposure/open-group/g").await.unwrap(), "that one is not muted");
    assert!(findings.unmute("hostile", "exposure/open-group/g").await.unwrap());
}

#[tokio::test]
async fn what_a_rule_that_is_gone_had_found_is_resolved_by_a_complete_scan() {
    let (_folder, findings) = empty().await;
    let all = || ["kept", "gone", "undecided"].map(|rule| finding(rule, rule, "new")).to_vec();
    scan(&findings, "p", 0, &["kept", "gone", "undecided"], all(), true).await;
    // A version without the rule `gone` that cannot decide another one any more.
    let next = || vec![finding("kept", "kept", "new")];
    scan(&findings, "p", 1, &["kept", "undecided?"], next(), false).await;
    assert_eq!(named(&states(&findings, "p").await), [("gone", "new"), ("kept", "open"), ("undecided", "new")]);
    scan(&findings, "p", 2, &["kept", "undecided?"], next(), true).await;
    assert_eq!(named(&states(&findings, "p").await), [("gone", "resolved"), ("kept", "open"), ("undecided", "new")]);
}

#[tokio::test]
async fn what_comes_back_is_there_since_then() {
    let (_folder, findings) = empty().await;
    let both = || ["a", "b"].map(|uid| finding(uid, "r", "new")).to_vec();
    let since = async || {
        let mut kept = findings.of_plugin("p", at(99)).await.unwrap();
        kept.sort_by(|a, b| a.seen.finding.uid.cmp(&b.seen.finding.uid));
        kept.iter().map(|one| one.seen.first_seen).collect::<Vec<_>>()
    };
    scan(&findings, "p", 0, &["r"], both(), true).await;
    scan(&findings, "p", 1, &["r"], vec![finding("a", "r", "new")], true).await;
    assert_eq!(since().await, [at(0), at(0)], "that it is gone does not change since when it was there");
    scan(&findings, "p", 2, &["r"], both(), true).await;
    assert_eq!(since().await, [at(0), at(2)]);
    assert_eq!(named(&states(&findings, "p").await), [("a", "open"), ("b", "new")]);
    scan(&findings, "p", 3, &["r"], both(), true).await;
    assert_eq!(since().await, [at(0), at(2)]);
}

#[tokio::test]
async fn what_could_not_be_looked_up_keeps_the_tags_that_are_stored() {
    let (_folder, findings) = empty().await;
    let known = |tags: &[(&str, &str)], account_name: &str| {
        let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        BTreeMap::from([("a".to_owned(), KnownResource { tags, account_name: Some(account_name.to_owned()) })])
    };
    let prod = known(&[("team", "search")], "prod");
    let renamed = known(&[], "production");
    let nothing = BTreeMap::new();
    let scans =
        [(0, &nothing, None), (1, &prod, Some("prod")), (2, &nothing, Some("prod")), (3, &renamed, Some("production"))];
    for (minute, known, account) in scans {
        let found = vec![finding("a", "r", "new")];
        let made = Made { plugin: "p", minute, rules: &["r"], found, is_complete: true, is_usual: true };
        made.record_knowing(&findings, known).await;
        let kept = findings.of_plugin("p", at(9)).await.unwrap();
        let seen = &kept[0].seen;
        let tags = if account == Some("prod") { prod["a"].tags.clone() } else { BTreeMap::new() };
        assert_eq!((&seen.tags, seen.account_name.as_deref()), (&tags, account), "{minute}");
    }
}

#[tokio::test]
async fn of_a_scan_is_listed_what_it_found_and_what_it_found_to_be_gone() {
    let (_folder, findings) = empty().await;
    let found = |uids: &[&str]| uids.iter().map(|uid| finding(uid, "r", "new")).collect::<Vec<_>>();
    scan(&findings, "p", 0, &["r"], found(&["long-gone", "gone", "there"]), true).await;
    scan(&findings, "p", 1, &["r"], found(&["gone", "there"]), true).await;
    scan(&findings, "p", 2, &["r"], found(&["there", "new"]), true).await;
    scan(&findings, "other", 2, &["r"], found(&["other"]), true).await;
    let kept = findings.of_plugin_since("p", at(2), at(3)).await.unwrap();
    let mut uids: Vec<&str> = kept.iter().map(|one| one.seen.finding.uid.as_str()).collect();
    uids.sort_unstable();
    assert_eq!(uids, ["gone", "new", "there"]);
}

#[tokio::test]
async fn what_its_scanner_calls_settled_is_not_open() {
    let (_folder, findings) = empty().await;
    let statuses = ["new", "in_progress", "suppressed", "resolved", "archived"];
    let all = || statuses.map(|status| finding(status, "r", status)).to_vec();
    scan(&findings, "p", 0, &["r"], all(), true).await;
    let expected = [
        ("archived", "resolved"),
        ("in_progress", "new"),
        ("new", "new"),
        ("resolved", "resolved"),
        ("suppressed", "muted"),
    ];
    assert_eq!(named(&states(&findings, "p").await), expected);
    let kept = findings.of_plugin("p", at(9)).await.unwrap();
    let row = table::row(kept.iter().find(|one| one.seen.finding.uid == "suppressed").unwrap());
    let cells = ["state", "reported_status", "saving_currency"].map(|column| row.get(column).clone());
    assert_eq!(cells, ["muted", "suppressed", "EUR"].map(|text| schema::Value::Text(text.to_owned())));
}

#[tokio::test]
async fn what_is_forgotten_leaves_nothing_and_makes_the_table_another() {
    let (_folder, findings) = empty().await;
    assert_eq!(findings.forget("p").await.unwrap(), None);
    scan(&findings, "other", 0, &["r"], vec![finding("x", "r", "new")], true).await;
    scan(&findings, "p", 1, &["r"], vec![finding("a", "r", "new"), finding("b", "r", "new")], true).await;
    let before = findings.version(at(2)).await.unwrap();
    assert_eq!(findings.forget("p").await.unwrap(), Some(2));
    assert_ne!(findings.version(at(2)).await.unwrap(), before);
    assert_eq!(
        findings.last_scans().await.unwrap().iter().map(|last| last.plugin.as_str()).collect::<Vec<_>>(),
        ["other"]
    );
    assert_eq!(named(&states(&findings, "other").await), [("x", "new")]);
}
