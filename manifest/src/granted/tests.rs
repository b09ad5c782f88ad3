//! What words grant.

use super::*;
use crate::manifest::tests::PROBE;

fn probe() -> Manifest {
    Manifest::parse(PROBE).unwrap()
}

fn granted(words: &[Word]) -> String {
    Granted::of_words(&probe(), words).map_or_else(|error| error.to_string(), |granted| granted.to_string())
}

fn host(text: &str, reach: Reach) -> Word {
    Word::Host(text.parse().unwrap(), reach)
}

#[test]
fn no_word_grants_nothing() {
    assert_eq!(granted(&[]), "nothing");
}

#[test]
fn all_is_all_but_what_needs_a_name() {
    insta::assert_snapshot!(granted(&[Word::All]), @r#"
    table `volumes`: `name`, `region`
    scope `aws/*/*`
    host `https://*.example.com` (GET)
    secret `TOKEN` for `https://*.example.com`
    input `report`
    "#);
    insta::assert_snapshot!(granted(&[
        host("http://*.lan.example", Reach::Private),
        Word::All,
        host("http://Sonar.home.example:9000", Reach::Private),
    ]), @r#"
    table `volumes`: `name`, `region`
    scope `aws/*/*`
    host `https://*.example.com` (GET)
    host `http://sonar.home.example:9000` (GET, HEAD, unencrypted, at private addresses too)
    host `http://*.lan.example` (GET, HEAD, unencrypted, at private addresses too)
    secret `TOKEN` for `https://*.example.com`
    input `report`
    "#);
}

#[test]
fn a_part_is_a_part() {
    insta::assert_snapshot!(granted(&[
        Word::Table("volumes:name,region".to_owned()),
        Word::Scope("aws/1/eu-west-1".parse().unwrap()),
        host("https://a.example.com", Reach::Public),
        Word::Input("report".to_owned()),
    ]), @r#"
    table `volumes`: `name`, `region`
    scope `aws/1/eu-west-1`
    host `https://a.example.com` (GET, HEAD)
    input `report`
    "#);
}

#[test]
fn a_secret_is_for_granted_hosts_that_it_is_asked_for_or_for_fewer() {
    let of = |words: &[Word]| Granted::of_words(&probe(), words).map(|granted| granted.secrets["TOKEN"].clone());
    let hosts = |texts: &[&str]| Ok(texts.iter().map(|text| text.parse().unwrap()).collect::<BTreeSet<HostPattern>>());
    let secret = |text: &str| Word::Secret(text.to_owned());
    let (a, b, other) = ("https://a.example.com", "https://b.example.com", "https://sonar.lan.example");
    let all = [a, b, other].map(|text| host(text, Reach::Public));
    assert_eq!(of(&[&all[..], &[secret("TOKEN")]].concat()), hosts(&[a, b]));
    assert_eq!(of(&[&[secret("TOKEN=a.example.com")], &all[..]].concat()), hosts(&[a]));
    assert_eq!(of(&[secret("TOKEN")]), hosts(&[]), "no host is granted");
    let error = |text: &str| of(&[secret(text)]).unwrap_err().to_string();
    insta::assert_snapshot!(["TOKEN=c.example", "TOKEN=a b", "TOKEN="].map(error).join("\n"), @r#"
    `probe` does not ask for the secret for the host `https://c.example`; did you mean `https://*.example.com`?
    the secret `TOKEN`: `a b` is no host: it has the part `a b`; parts are letters, digits and `-` within
    the secret `TOKEN`: `` is no host: it has a part between dots that is empty or longer than 63 characters
    "#);
}

#[test]
fn what_is_not_asked_for_cannot_be_granted() {
    let words = [
        Word::Table("volume".to_owned()),
        Word::Table("costs".to_owned()),
        Word::Table("volumes:nam".to_owned()),
        Word::Scope("azure/1/*".parse().unwrap()),
        host("*", Reach::Public),
        Word::Secret("TOKEM".to_owned()),
        Word::Input("\u{1b}".to_owned()),
    ];
    insta::assert_snapshot!(words.map(|word| granted(&[word])).join("\n"), @r#"
    `probe` does not ask for the table `volume`; did you mean `volumes`?
    `probe` does not ask for the table `costs`; it asks for `volumes`
    `probe` does not ask for the column `nam`; did you mean `name`?
    `probe` does not ask for the scope `azure/1/*`; it asks for `aws/*/*`
    the host `*` cannot be granted; name the hosts that the plugin may talk to, one by one
    `probe` does not ask for the secret `TOKEM`; did you mean `TOKEN`?
    `probe` does not ask for the input `\u{1b}`; it asks for `report`
    "#);
    let asks_little = Manifest::parse(&PROBE.replace("host = \"*\"", "host = \"b.example\"")).unwrap();
    let error = Granted::of_words(&asks_little, &[host("c.example", Reach::Public)]).unwrap_err();
    insta::assert_snapshot!(error, @r#"`probe` does not ask for the host `https://c.example`; did you mean `https://b.example`?"#);
}

#[test]
fn a_private_host_needs_its_own_yes() {
    let at_home =
        Manifest::parse(&PROBE.replace("host = \"*.example.com\"", "host = \"http://127.0.0.1:9000\"")).unwrap();
    assert_eq!(Granted::everything_in(&at_home).hosts, BTreeMap::new());
    for text in ["http://127.0.0.1:9000", "https://[::ffff:10.0.0.1]", "localhost", "*.a.localhost"] {
        let error = Granted::of_words(&at_home, &[host(text, Reach::Public)]).unwrap_err();
        assert_eq!(error, GrantError::PrivateHost(text.parse().unwrap()));
        assert!(error.to_string().ends_with("add `--private` if the plugin may talk to it"), "{error}");
        let granted = Granted::of_words(&at_home, &[host(text, Reach::Private)]).unwrap();
        assert_eq!(granted.hosts[&text.parse().unwrap()].reach, Reach::Private);
    }
}

#[test]
fn a_grant_that_was_read_from_a_file_is_checked() {
    let with = |edit: fn(&mut Granted)| {
        let mut granted = Granted::everything_in(&probe());
        edit(&mut granted);
        granted.check()
    };
    assert_eq!(with(|_| ()), Ok(()));
    assert!(with(|granted| granted.secrets.extend([("a\nb".to_owned(), BTreeSet::new())])).is_err());
    let any = |granted: &mut Granted| {
        let grant = HostGrant { methods: BTreeSet::from([Method::Get]), reach: Reach::Public };
        granted.hosts.insert(HostPattern::ANY, grant);
    };
    assert!(with(any).unwrap_err().contains("one by one"));
}
