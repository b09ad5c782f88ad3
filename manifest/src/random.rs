//! Seeded manifests and grants, from few enough words that they often meet.

use crate::granted::{Granted, HostGrant, Reach};
use crate::manifest::tests::PROBE;
use crate::{HostNeed, HostPattern, InputNeed, Manifest, Method, Number, ScopePattern, SecretNeed, TableNeed};
use rand::RngExt;
use rand::rngs::StdRng;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const NAMES: [&str; 3] = ["a", "b", "c"];
const HOSTS: [&str; 9] = [
    "*",
    "*.example.com",
    "*.a.example.com",
    "a.example.com",
    "b.a.example.com",
    "evilexample.com",
    "http://a.example.com",
    "a.example.com:8443",
    "192.0.2.7",
];
/// Scheme, host and port of requests.
pub(crate) const CALLS: [(&str, &str, Option<u16>); 9] = [
    ("https", "A.example.com", None),
    ("https", "a.example.com.", Some(443)),
    ("https", "a.example.com", Some(8443)),
    ("https", "b.a.example.com", None),
    ("https", "c.example.com", None),
    ("https", "evilexample.com", None),
    ("http", "a.example.com", None),
    ("https", "192.0.2.7", None),
    ("ftp", "a.example.com", None),
];

fn some<T: Clone>(rng: &mut StdRng, all: &[T]) -> Vec<T> {
    all.iter().filter(|_| rng.random_bool(0.4)).cloned().collect()
}

fn names(rng: &mut StdRng) -> BTreeSet<String> {
    some(rng, &NAMES).into_iter().map(str::to_owned).collect()
}

fn scopes(rng: &mut StdRng) -> BTreeSet<ScopePattern> {
    let part = |rng: &mut StdRng| ["*", "a", "b"][rng.random_range(0..3)];
    (0..rng.random_range(0..4)).map(|_| ScopePattern::new(part(rng), part(rng), part(rng)).unwrap()).collect()
}

fn hosts(rng: &mut StdRng) -> Vec<(HostPattern, BTreeSet<Method>)> {
    let hosts = some(rng, &HOSTS).into_iter().map(|text| text.parse().unwrap());
    hosts.map(|host| (host, some(rng, &Method::ALL[..3]).into_iter().collect())).collect()
}

fn secrets(rng: &mut StdRng) -> BTreeMap<String, BTreeSet<HostPattern>> {
    names(rng).into_iter().map(|name| (name, hosts(rng).into_iter().map(|(host, _)| host).collect())).collect()
}

fn number(rng: &mut StdRng) -> Number {
    if rng.random_bool(0.5) { Number::Many } else { Number::One }
}

pub(crate) fn manifest(rng: &mut StdRng) -> Manifest {
    let mut manifest = Manifest::parse(PROBE).unwrap();
    let why = String::new;
    let needs = &mut manifest.needs;
    needs.tables = names(rng).into_iter().map(|name| (name, TableNeed { columns: names(rng), why: why() })).collect();
    needs.scopes = scopes(rng).into_iter().map(|scope| (scope, why())).collect();
    needs.hosts = hosts(rng).into_iter().map(|(host, methods)| (host, HostNeed { methods, why: why() })).collect();
    needs.secrets = secrets(rng).into_iter().map(|(name, hosts)| (name, SecretNeed { hosts, why: why() })).collect();
    needs.inputs = names(rng).into_iter().map(|name| (name, InputNeed { number: number(rng), why: why() })).collect();
    manifest
}

pub(crate) fn granted(rng: &mut StdRng) -> Granted {
    let reach = |rng: &mut StdRng| if rng.random_bool(0.5) { Reach::Private } else { Reach::Public };
    Granted {
        tables: names(rng).into_iter().map(|name| (name, names(rng))).collect(),
        scopes: scopes(rng),
        hosts: hosts(rng).into_iter().map(|(host, methods)| (host, HostGrant { methods, reach: reach(rng) })).collect(),
        secrets: secrets(rng),
        inputs: names(rng).into_iter().map(|name| (name, number(rng))).collect(),
    }
}
