//! What holds is what both allow: by example, and over seeded manifests and grants.

use super::*;
use crate::granted::Word;
use crate::manifest::tests::PROBE;
use crate::random::{self, CALLS, NAMES};
use rand::SeedableRng;
use rand::rngs::StdRng;
use schema::Scope;

fn probe() -> Manifest {
    Manifest::parse(PROBE).unwrap()
}

#[test]
fn a_plugin_that_was_granted_nothing_may_nothing() {
    let nothing = effective(&probe(), &Granted::default());
    assert_eq!(nothing, Effective::default());
    assert_eq!((nothing.query_grants(), nothing.query_grant()), (Vec::new(), Ok(Grant::default())));
    assert_eq!(nothing.reach("https", "a.example.com", None, "GET"), None);
}

#[test]
fn tables_without_a_scope_are_no_tables_at_all() {
    let only_tables = Granted { scopes: BTreeSet::new(), ..Granted::everything_in(&probe()) };
    let grant = effective(&probe(), &only_tables).query_grant().unwrap();
    assert!(!grant.allows_table("volumes"));
}

#[test]
fn the_operator_narrows_and_the_manifest_narrows() {
    let host = |text: &str, reach| Word::Host(text.parse().unwrap(), reach);
    let words = [
        Word::Table("volumes:name".to_owned()),
        Word::Scope("*/*/eu-west-1".parse().unwrap()),
        host("a.example.com", Reach::Public),
        host("http://127.0.0.1:9000", Reach::Private),
    ];
    let both = effective(&probe(), &Granted::of_words(&probe(), &words).unwrap());
    assert_eq!(both.query_grant().unwrap().scopes_in_words(), "aws in eu-west-1");
    assert_eq!(both.tables["volumes"], BTreeSet::from(["name".to_owned()]));
    assert_eq!(both.query_grant().unwrap().columns_of("volumes"), Some(&both.tables["volumes"]));
    assert_eq!(both.reach("https", "a.example.com", None, "GET"), Some(Reach::Public));
    assert_eq!(both.reach("https", "b.example.com", None, "GET"), None);
    assert_eq!(both.reach("http", "127.0.0.1", Some(9000), "GET"), Some(Reach::Private));
    assert_eq!(both.reach("http", "127.0.0.1", Some(9000), "DELETE"), None);
    assert_eq!(both.reach("http", "127.0.0.1", Some(9000), "get"), None);
}

#[test]
fn scopes_that_are_no_block_are_read_one_after_the_other() {
    let asks_everywhere = Manifest::parse(&PROBE.replace("provider = \"aws\"", "provider = \"*\"")).unwrap();
    let words = ["aws/1/eu-west-1", "azure/2/*"].map(|text| Word::Scope(text.parse().unwrap()));
    let granted = Granted::of_words(&asks_everywhere, &[&[Word::Table("volumes".to_owned())], &words[..]].concat());
    let both = effective(&asks_everywhere, &granted.unwrap());
    let grants: Vec<String> = both.query_grants().iter().map(Grant::scopes_in_words).collect();
    assert_eq!(grants, ["aws account 1 in eu-west-1", "azure account 2"]);
    insta::assert_snapshot!(both.query_grant().unwrap_err(), @r#"the scopes `aws/1/eu-west-1`, `azure/2/*` are not all accounts and regions of each other, so that one grant of them together would be wider; grant regions of one account, the same regions of several accounts, or all of a provider with `*`"#);
}

/// Runs a check over seeded pairs, and sees to it that it was not all about nothing: it says how much was allowed.
fn for_pairs(check: impl Fn(&Manifest, &Granted, &Effective) -> usize) {
    let mut allowed = 0;
    for seed in 0..2_000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let (manifest, granted) = (random::manifest(&mut rng), random::granted(&mut rng));
        allowed += check(&manifest, &granted, &effective(&manifest, &granted));
    }
    assert!(allowed > 500, "only {allowed} of all were allowed");
}

#[test]
fn a_request_is_allowed_where_both_allow_it_and_nowhere_else() {
    for_pairs(|manifest, granted, both| {
        let calls = CALLS.iter().flat_map(|call| Method::ALL[..3].iter().map(move |method| (*call, *method)));
        let allowed = calls.filter(|&((scheme, host, port), method)| {
            let asked = manifest.needs.hosts.iter();
            let is_asked =
                asked.clone().any(|(own, need)| own.allows(scheme, host, port) && need.methods.contains(&method));
            let granted = granted.hosts.iter();
            let yes = granted.filter(|(own, grant)| own.allows(scheme, host, port) && grant.methods.contains(&method));
            let reach = yes.map(|(_, grant)| grant.reach).max().filter(|_| is_asked);
            assert_eq!(both.reach(scheme, host, port, method.as_str()), reach, "{scheme} {host} {port:?} {method}");
            reach.is_some()
        });
        allowed.count()
    });
}

#[test]
fn a_table_in_a_scope_is_read_where_both_allow_it_and_nowhere_else() {
    for_pairs(|manifest, granted, both| {
        let grants = both.query_grants();
        let mut allowed = 0;
        for places in 0..27 {
            let [provider, account, region] = [places / 9, places / 3 % 3, places % 3].map(|at| NAMES[at]);
            let place = ScopePattern::new(provider, account, region).unwrap();
            let is_asked = manifest.needs.scopes.keys().any(|scope| scope.covers(&place));
            let is_granted = granted.scopes.iter().any(|scope| scope.covers(&place));
            let scope = Scope::new(provider, account, account, region);
            for table in NAMES {
                let may = grants.iter().any(|grant| grant.allows_table(table) && grant.allows_scope(&scope));
                let asked = manifest.needs.tables.get(table).map(|need| &need.columns);
                let shared = asked.zip(granted.tables.get(table)).is_some_and(|(a, b)| !a.is_disjoint(b));
                assert_eq!(may, is_asked && is_granted && shared, "{table} in {place}");
                if let Ok(grant) = both.query_grant() {
                    assert_eq!(may, grant.allows_table(table) && grant.allows_scope(&scope), "{table} in {place}");
                }
                allowed += usize::from(may);
            }
        }
        allowed
    });
}

#[test]
fn columns_secrets_and_inputs_are_those_of_both() {
    for_pairs(|manifest, granted, both| {
        let needs = &manifest.needs;
        for (table, columns) in &both.tables {
            assert!(columns.is_subset(&needs.tables[table].columns) && columns.is_subset(&granted.tables[table]));
        }
        for (name, (scheme, host, port)) in NAMES.iter().flat_map(|name| CALLS.iter().map(move |call| (*name, *call))) {
            let asked = needs.secrets.get(name).map(|need| &need.hosts);
            let goes = |to: Option<&BTreeSet<HostPattern>>| {
                to.is_some_and(|to| to.iter().any(|h| h.allows(scheme, host, port)))
            };
            let both_say = goes(asked) && goes(granted.secrets.get(name));
            assert_eq!(both.may_hear(name, scheme, host, port), both_say, "{name} to {scheme} {host} {port:?}");
        }
        for name in NAMES {
            let least = needs.inputs.get(name).map(|need| need.number).zip(granted.inputs.get(name).copied());
            assert_eq!(both.inputs.get(name).copied(), least.map(|(a, b)| a.min(b)), "{name}");
        }
        both.secrets.len() + both.inputs.len()
    });
}
