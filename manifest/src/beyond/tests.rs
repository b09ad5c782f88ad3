//! What is missing, as the operator reads it.

use super::*;
use crate::granted::{Reach, Word};
use crate::manifest::tests::PROBE;
use crate::random::{self, CALLS, NAMES};
use crate::{Effective, effective};
use rand::SeedableRng;
use rand::rngs::StdRng;

fn probe() -> Manifest {
    Manifest::parse(PROBE).unwrap()
}

fn lines(all: &[Missing]) -> String {
    all.iter().map(|missing| format!("{missing}\n")).collect()
}

fn missing_after(words: &[Word]) -> String {
    lines(&missing(&probe(), &Granted::of_words(&probe(), words).unwrap()))
}

#[test]
fn without_a_grant_everything_is_missing() {
    insta::assert_snapshot!(missing_after(&[]), @r#"
    table `volumes` with `name`, `region` is not granted; why it is asked for: to see volumes
    scope `aws/*/*` is not granted; why it is asked for: it knows AWS alone
    whatever host the operator names with GET, HEAD is not granted; why it is asked for: to ask your SonarQube
    host `https://*.example.com` with GET is not granted; why it is asked for: to read advisories
    secret `TOKEN` for `https://*.example.com` is not granted; why it is asked for: to log in there
    input `report` is not granted; why it is asked for: to read what was found
    "#);
}

#[test]
fn what_needs_a_name_is_missing_after_a_yes_to_all_until_it_is_named() {
    insta::assert_snapshot!(missing_after(&[Word::All]), @r#"whatever host the operator names with GET, HEAD is not granted; why it is asked for: to ask your SonarQube"#);
    let named = Word::Host("sonar.lan.example".parse().unwrap(), Reach::Private);
    assert_eq!(missing_after(&[Word::All, named]), "");
}

#[test]
fn of_what_is_granted_in_part_the_rest_is_missing() {
    insta::assert_snapshot!(missing_after(&[
        Word::Table("volumes:name".to_owned()),
        Word::Scope("aws/1/eu-west-1".parse().unwrap()),
        Word::Host("a.example.com".parse().unwrap(), Reach::Public),
        Word::Secret("TOKEN".to_owned()),
        Word::Input("report".to_owned()),
    ]), @r#"
    of table `volumes`, `region` is not granted; why it is asked for: to see volumes
    scope `aws/*/*` beyond `aws/1/eu-west-1` is not granted; why it is asked for: it knows AWS alone
    whatever host the operator names with GET, HEAD is not granted; why it is asked for: to ask your SonarQube
    host `https://*.example.com` with GET beyond `https://a.example.com` is not granted; why it is asked for: to read advisories
    secret `TOKEN` for `https://*.example.com` is not granted; why it is asked for: to log in there
    "#);
}

#[test]
fn a_new_version_is_held_to_the_old_one() {
    assert_eq!(widened(&probe(), &probe()), []);
    let new = PROBE
        .replace("\"name\", \"region\"", "\"name\", \"region\", \"tags\"")
        .replace("provider = \"aws\"", "provider = \"*\"")
        .replace("methods = [\"GET\"]", "methods = [\"GET\", \"POST\"]")
        .replace("name = \"report\"", "name = \"report\"\nmany = true")
        .replace("name = \"TOKEN\"", "name = \"OTHER\"")
        .replace("world = \"scanner\"", "world = \"source\"\nfills = [\"instances\"]\nprovider = \"aws\"");
    let new = Manifest::parse(&new).unwrap();
    insta::assert_snapshot!(lines(&widened(&probe(), &new)), @r#"
    of table `volumes`, `tags` is asked for anew; why it is asked for: to see volumes
    scope `*/*/*` beyond `aws/*/*` is asked for anew; why it is asked for: it knows AWS alone
    host `https://*.example.com` with POST is asked for anew; why it is asked for: to read advisories
    secret `OTHER` for `https://*.example.com` is asked for anew; why it is asked for: to log in there
    more than one file for the input `report` is asked for anew; why it is asked for: to read what was found
    to fill `instances` is asked for anew; why it is asked for: looks
    to fill tables for the provider `aws` is asked for anew; why it is asked for: looks
    the world `source` in place of `scanner` is asked for anew; why it is asked for: looks
    "#);
    // The other way round only what has another name is more.
    assert_eq!(widened(&new, &probe()).iter().map(|m| m.kind).collect::<Vec<_>>(), [Kind::Secret, Kind::World]);
}

#[test]
fn a_version_that_asks_for_any_host_is_wider_than_one_that_named_some() {
    let old = Manifest::parse(&PROBE.replace("host = \"*\"", "host = \"*.lan.example\"")).unwrap();
    let all = widened(&old, &probe());
    insta::assert_snapshot!(lines(&all), @r#"whatever host the operator names with GET, HEAD beyond `https://*.example.com`, `https://*.lan.example` is asked for anew; why it is asked for: to ask your SonarQube"#);
    assert_eq!(widened(&probe(), &old), []);
}

/// What of one kind may be done under a grant, in words that can be compared.
fn may(kind: Kind, what: &Effective) -> BTreeSet<String> {
    let calls = || {
        let all = CALLS.iter().flat_map(|call| Method::ALL.map(|method| (*call, method)));
        all.filter(|((scheme, host, port), method)| what.reach(scheme, host, *port, method.as_str()).is_some())
    };
    match kind {
        Kind::World | Kind::Fills | Kind::Provider => BTreeSet::new(),
        Kind::Table => {
            what.tables.iter().flat_map(|(t, columns)| columns.iter().map(move |c| format!("{t}.{c}"))).collect()
        }
        Kind::Scope => what.scopes.iter().map(ToString::to_string).collect(),
        Kind::Host => calls().map(|call| format!("{call:?}")).collect(),
        Kind::Secret => {
            let told = NAMES.iter().flat_map(|name| CALLS.map(|call| (*name, call)));
            told.filter(|(name, (scheme, host, port))| what.may_hear(name, scheme, host, *port))
                .map(|told| format!("{told:?}"))
                .collect()
        }
        Kind::Input => what.inputs.iter().map(|(name, number)| format!("{name} {number:?}")).collect(),
    }
}

#[test]
fn a_version_that_asks_for_nothing_anew_can_do_nothing_more_under_any_grant() {
    let kinds = [Kind::Table, Kind::Scope, Kind::Host, Kind::Secret];
    let mut compared = 0;
    for seed in 0..3_000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let (old, new, granted) = (random::manifest(&mut rng), random::manifest(&mut rng), random::granted(&mut rng));
        let (before, after) = (effective(&old, &granted), effective(&new, &granted));
        let anew = widened(&old, &new);
        for kind in kinds.into_iter().filter(|kind| anew.iter().all(|missing| missing.kind != *kind)) {
            let (before, after) = (may(kind, &before), may(kind, &after));
            compared += after.len();
            let is_within = |one: &String| match kind {
                Kind::Scope => before.iter().any(|b| b.parse::<ScopePattern>().unwrap().covers(&one.parse().unwrap())),
                _ => before.contains(one),
            };
            assert!(after.iter().all(is_within), "seed {seed}, {kind:?}: {after:?} is not within {before:?}");
        }
    }
    assert!(compared > 500, "only {compared} were compared");
}

#[test]
fn where_nothing_is_missing_the_plugin_may_do_all_that_it_asks_for() {
    for seed in 0..1_000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let manifest = random::manifest(&mut rng);
        let all = Granted::everything_in(&manifest);
        let rest = missing(&manifest, &all);
        let is_for_a_name = |missing: &Missing| missing.what.contains("whatever host the operator names");
        let has_no_host = |missing: &Missing| missing.kind == Kind::Secret;
        assert!(rest.iter().all(|missing| is_for_a_name(missing) || has_no_host(missing)), "{rest:?}");
        let may = effective(&manifest, &all);
        assert!(may.secrets.keys().eq(manifest.needs.secrets.keys()));
        assert!(may.inputs.keys().eq(manifest.needs.inputs.keys()));
        for (name, need) in manifest.needs.tables.iter().filter(|(_, need)| !need.columns.is_empty()) {
            assert_eq!(may.tables[name], need.columns);
        }
    }
}
