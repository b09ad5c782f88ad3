//! `functions`: function apps. One holds several functions, which run and are billed together.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::states;
use crate::words::{properties, text, time};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::FUNCTIONS;
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &FUNCTIONS, costly: &[COST], pushes: &[] };

static LIST: List = List { path: "Microsoft.Web/sites", action: "Microsoft.Web/sites/read", version: "2023-12-01" };

pub(super) static LISTS: &[Listed] = &[Listed { list: &LIST, rows }];

const SAID: &[&str] = &[
    "/kind",
    "/properties/state",
    "/properties/defaultHostName",
    "/properties/serverFarmId",
    "/properties/httpsOnly",
    "/properties/reserved",
    "/properties/siteConfig/linuxFxVersion",
];

fn rows(known: &Known, site: &Json) -> Vec<Row> {
    if !text(site, "/kind").is_some_and(is_function) {
        return Vec::new();
    }
    vec![
        known
            .place
            .row(&FUNCTIONS, site)
            .with("state", states::site(text(site, "/properties/state")))
            .with("runtime", text(site, "/properties/siteConfig/linuxFxVersion"))
            .with("modified_at", time(site, "/properties/lastModifiedTimeUtc"))
            .with("properties", properties(site, SAID)),
    ]
}

/// Whether a site of this kind holds functions. `functionapp,workflowapp` is a Logic App, which only runs on the same plans.
fn is_function(kind: &str) -> bool {
    let kind = kind.to_lowercase();
    kind.contains("functionapp") && !kind.contains("workflowapp")
}

#[cfg(test)]
mod tests {
    use super::is_function;

    #[test]
    fn a_logic_app_is_no_function() {
        for kind in ["functionapp", "functionapp,linux", "FunctionApp,linux,container"] {
            assert!(is_function(kind), "{kind}");
        }
        for kind in ["app", "app,linux", "functionapp,workflowapp", "functionapp,linux,workflowapp"] {
            assert!(!is_function(kind), "{kind}");
        }
    }
}
