//! What is written down of a scan beside its findings, as JSON of a bounded size.

use super::Scanned;
use sandbox::job::QueryNote;
use sandbox::plugin::job::RuleGap;
use schema::ScopeCoverage;
use serde_json::{Value, json};

/// The most bytes of SQL that are kept of each query of a scan.
const MOST_SQL: usize = 2_000;
/// The most bytes of the details of one scan: a week of one each hour is less than a hundred megabytes.
const MOST_DETAILS: usize = 512 * 1024;
/// Lists that a plugin, or a cloud with many scopes, can make long.
const LISTS: [&str; 5] = ["/gaps", "/coverage/not_read", "/warnings", "/queries", "/requests"];

/// The details of a scan. `of_store` is what the store itself has to say of it.
pub(super) fn of(scanned: &Scanned<'_>, of_store: Option<&RuleGap>) -> String {
    let scan = scanned.scan;
    let rule_gaps: Vec<&RuleGap> = of_store.into_iter().chain(&scan.gaps).collect();
    let gaps: Vec<_> = scan.coverage.scopes.iter().filter(|line| !line.status.is_complete()).collect();
    bounded(json!({
        "scope": scanned.scope,
        "is_usual": scanned.is_usual,
        "gaps": rule_gaps,
        "coverage": { "complete": scan.coverage.complete, "read": scan.coverage.scopes.len() - gaps.len(), "not_read": gaps },
        "warnings": scan.warnings,
        "queries": shortened(&scan.queries),
        "requests": scan.requests,
        "meter": scan.meter,
    }))
}

/// The scopes that a scan could not read, of its details.
pub(super) fn not_read(details: &Value) -> Vec<ScopeCoverage> {
    let lines = details["coverage"]["not_read"].as_array();
    lines.into_iter().flatten().filter_map(|line| serde_json::from_value(line.clone()).ok()).collect()
}

/// Whether not all that a scan could not look at is in its details.
pub(super) fn is_cut(details: &Value) -> bool {
    ["/gaps", "/coverage/not_read", "/"].into_iter().any(|list| details["left_out"].get(list).is_some())
}

/// Of long lists the first, and how many more there were.
fn bounded(mut details: Value) -> String {
    for most in [usize::MAX, 200, 20, 1, 0] {
        for list in LISTS {
            let Some(Value::Array(items)) = details.pointer_mut(list) else { continue };
            let left_out = items.len().saturating_sub(most);
            items.truncate(most);
            if left_out > 0 {
                let before = details["left_out"][list].as_u64().unwrap_or_default();
                details["left_out"][list] = json!(before + left_out as u64);
            }
        }
        let text = details.to_string();
        if text.len() <= MOST_DETAILS {
            return text;
        }
    }
    // Only the scope that was asked for is left to be that long.
    json!({ "gaps": [], "left_out": { "/": 1 } }).to_string()
}

/// What a scan asked, as it is kept: a plugin must not fill the disk with SQL.
fn shortened(queries: &[QueryNote]) -> Vec<QueryNote> {
    let short = |note: &QueryNote| match note.sql.len() > MOST_SQL {
        true => {
            let sql = format!("{}…", &note.sql[..note.sql.floor_char_boundary(MOST_SQL)]);
            QueryNote { sql, rows: note.rows, ms: note.ms, error: note.error.clone() }
        }
        false => note.clone(),
    };
    queries.iter().map(short).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_whole_or_have_the_first_of_each_list_and_how_many_more_there_were() {
        let small = json!({ "gaps": [{ "message": "x" }], "coverage": { "not_read": [] } });
        assert_eq!(bounded(small.clone()), small.to_string());
        let long = |count| vec![json!({ "message": "x".repeat(4_000) }); count];
        let details =
            json!({ "gaps": long(1_000), "coverage": { "read": 7, "not_read": long(1_000) }, "requests": long(3) });
        let text = bounded(details);
        assert!(text.len() <= MOST_DETAILS, "{}", text.len());
        let kept: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((kept["gaps"].as_array().unwrap().len(), &kept["coverage"]["read"]), (20, &json!(7)));
        assert_eq!(kept["left_out"], json!({ "/gaps": 980, "/coverage/not_read": 980 }));
        assert_eq!(kept["requests"].as_array().unwrap().len(), 3);
        assert!(is_cut(&kept) && !is_cut(&small));
        let endless = json!({ "gaps": [], "scope": "x".repeat(MOST_DETAILS) });
        let text = bounded(endless);
        assert!(text.len() < 100 && is_cut(&serde_json::from_str(&text).unwrap()));
    }
}
