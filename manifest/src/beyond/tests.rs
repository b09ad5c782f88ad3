//! What is missing, as the operator reads it.

use super::*;
use crate::granted::{Reach, Word};
use crate::manifest::tests::PROBE;

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
    secret `TOKEN` is not granted; why it is asked for: to log in there
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
        .replace("world = \"scanner\"", "world = \"source\"");
    let new = Manifest::parse(&new).unwrap();
    insta::assert_snapshot!(lines(&widened(&probe(), &new)), @r#"
    of table `volumes`, `tags` is asked for anew; why it is asked for: to see volumes
    scope `*/*/*` beyond `aws/*/*` is asked for anew; why it is asked for: it knows AWS alone
    host `https://*.example.com` with POST is asked for anew; why it is asked for: to read advisories
    secret `OTHER` is asked for anew; why it is asked for: to log in there
    more than one file for the input `report` is asked for anew; why it is asked for: to read what was found
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
