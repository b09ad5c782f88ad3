//! What becomes of plugins that were compiled before: a component of each version of the contract is kept in `fixtures`, made
//! by `cargo xtask fixture` of the scaffold that `neph plugin new` wrote at that time (`host/src/plugins/new/scanner.rs.txt`).

use super::plugins::{described, job};
use super::support::{engine, now, sandbox};
use demo::Demo;
use sandbox::{PluginJob, PluginLimits, World};
use schema::tables::VOLUMES;
use schema::{Row, Value};
use std::collections::BTreeSet;

const OLD: &[u8] = include_bytes!("../fixtures/scanner-0.1.0.wasm");

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    if let Value::Text(text) = row.get(column) { text } else { "" }
}

/// It, as if it had been compiled against another version of the contract.
fn of_version(version: &str) -> Vec<u8> {
    assert_eq!(version.len(), "0.1.0".len(), "all lengths in it stay as they are");
    let (from, to) = (b"@0.1.0", format!("@{version}"));
    let mut component = OLD.to_vec();
    let places: Vec<usize> =
        (0..component.len() - from.len()).filter(|at| component[*at..].starts_with(from)).collect();
    assert!(places.len() > 3, "it names the contract");
    for at in places {
        component[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    component
}

#[tokio::test]
async fn a_plugin_that_was_compiled_against_the_first_contract_loads_describes_and_scans() {
    let plugin = sandbox().plugin(OLD, World::Scanner).expect("it is loaded");
    let described = described(&plugin).await;
    assert_eq!((described.name.as_str(), described.contract.as_str()), ("old-scanner", "0.1.0"));
    assert_eq!(described.rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["unencrypted-volume"]);
    let scan = plugin.scan(&engine(), &described, PluginJob { limits: PluginLimits::default(), ..job() }).await;
    assert_eq!((scan.failure.as_ref(), scan.is_complete()), (None, true), "{scan:?}");
    let found: BTreeSet<&str> = scan.findings.iter().map(|one| one.resource.resource_id.as_str()).collect();
    let estate = Demo::new(demo::Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() });
    let rows = estate.rows(&VOLUMES);
    let bare = rows.iter().filter(|row| row.get("encrypted") == &Value::Bool(false));
    let bare: BTreeSet<&str> = bare.map(|row| text(row, "resource_id")).collect();
    assert!(!bare.is_empty() && found == bare, "{} found of {}", found.len(), bare.len());
}

#[tokio::test]
async fn one_of_a_later_version_on_the_same_track_is_linked() {
    let plugin = sandbox().plugin(&of_version("0.1.9"), World::Scanner).expect("it is loaded");
    assert_eq!(described(&plugin).await.name, "old-scanner");
}

#[test]
fn one_of_a_version_that_does_not_fit_is_told_which_it_needs_and_what_to_do() {
    let said = |version: &str| sandbox().plugin(&of_version(version), World::Scanner).unwrap_err().to_string();
    assert_eq!(
        said("2.0.0"),
        "the component cannot be loaded: the plugin was built against version \"2.0.0\" of the contract, and this program \
         has 0.1.0; update `neph`, or build it again with the SDK of this version"
    );
    assert_eq!(
        said("0.0.9"),
        "the component cannot be loaded: the plugin was built against version \"0.0.9\" of the contract, and this program \
         has 0.1.0; build it again with the SDK of this version"
    );
}
