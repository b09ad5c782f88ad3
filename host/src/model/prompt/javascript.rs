//! What JavaScript has here and has not, and what a run may take.

use sandbox::Limits;

pub(super) fn text(limits: &Limits) -> String {
    format!(
        r#"# JavaScript

The program is a script, not a module. The value of its last expression is the answer: an array of objects (the rows,
all with the same keys in the same order), one object, or one value: end in an expression, not in a `return`.

These exist, besides the language (ES2023):
- query(sql, params): runs one SELECT and returns its rows, an array of objects keyed by column: give each
  column a name of its own, with AS. It is synchronous.
  params is an array for $1, $2, ... or an object for $name; it may be left out. Put values into params, not into the SQL.
- today(): the day as "YYYY-MM-DD" in UTC. The clock stands still: Date.now() and new Date() tell nothing more.
- console.log(...): for whoever looks at the run; never part of the answer.
These names, params and progress are taken: call your own constants otherwise.

These do not: import, require, fetch, XMLHttpRequest, process, files, timers (setTimeout), workers, Intl,
toLocaleString with a locale. Format numbers with toFixed and Math.round.

Values in rows: int, float and decimal are numbers; time is ISO 8601 text in UTC that ends in Z, which compares and
sorts as text and is read by Date.parse (a difference is in milliseconds); map is an object (tags.team), list an array,
json is text for JSON.parse; what is not known is null. Check for null before you calculate.

Add up, average and compare money in SQL, where it is exact: sums of decimals in JavaScript are off by cents.
Use JavaScript for what SQL is bad at: looking for pairs and groups, walking along chains, comparing periods, rules with
many cases. Let SQL filter, join and aggregate first, and name only the columns that you use.

Give each row what a person needs to find the thing (name, native_id, account_name, region) and the figures that made
it part of the answer, with the unit in the key (size_gib, hours_apart). Sort the rows, the most important first. An
empty array is a right answer.

A run may make {queries} queries, read {rows_in} rows in all, return {rows_out} rows and {mib} MiB, and run for {seconds} s. So
never query in a loop over rows: read both sides once, and join in SQL or with a Map."#,
        queries = limits.queries,
        rows_in = limits.rows_in,
        rows_out = limits.rows_out,
        mib = limits.bytes_out / (1024 * 1024),
        seconds = limits.own_time.as_secs(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::programs::Programs;
    use crate::runner::{Runnable, Runner};
    use chrono::{DateTime, TimeZone, Utc};
    use engine::{Engine, EngineSettings, Options};
    use schema::Grant;
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap()
    }

    fn runner() -> Runner {
        let estate = demo::Demo::new(demo::Settings { seed: 7, scale: 0.1, now: now(), deny: Vec::new() });
        let engine = Engine::builder(EngineSettings::default()).source(Arc::new(estate)).clock(now).build().unwrap();
        Runner::new(&engine, &Programs { runs_at_once: 2, ..Programs::default() }).unwrap()
    }

    /// The first value of the first row, or the class of the error.
    async fn outcome(runner: &Runner, source: &str) -> Result<Value, String> {
        let what = Runnable { source: source.to_owned(), needs: Grant::everything(), ..Runnable::default() };
        match runner.run(what, Options::default(), now()).await.unwrap() {
            Ok(ran) if ran.answer.row_count == 0 => Ok(json!([])),
            Ok(ran) => Ok(json!(engine::cells::text(&ran.answer.batches[0], 0, 0))),
            Err(failed) => Err(failed.fault.class.unwrap_or_default()),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_the_prompt_says_of_javascript_is_so() {
        let runner = runner();
        let rows = |columns: &str, table: &str| format!("query(\"SELECT {columns} FROM {table} LIMIT 1\")[0]");
        let typed = |columns: &str, table: &str, what: &str| format!("const row = {}; {what}", rows(columns, table));
        for (source, expected) in [
            ("[typeof query, typeof today, typeof console.log].join()".to_owned(), json!("function,function,function")),
            ("today()".to_owned(), json!("2026-11-21")),
            ("String(Date.now() === Date.now())".to_owned(), json!("true")),
            ("query('SELECT $1 AS a, $2 AS b', ['x', 2]).map(r => r.a + r.b)[0]".to_owned(), json!("x2")),
            ("query('SELECT $a AS a', { a: 'x' })[0].a".to_owned(), json!("x")),
            ("[3, 1].toSorted().findLast(x => x < 3) + 'x'".to_owned(), json!("1x")),
            ("[]".to_owned(), json!([])),
            ("({ a: 'x' })".to_owned(), json!("x")),
            (
                typed(
                    "size_gib, cost_30d",
                    "volumes WHERE cost_30d IS NOT NULL",
                    "typeof row.size_gib + typeof row.cost_30d",
                ),
                json!("numbernumber"),
            ),
            (
                typed(
                    "created_at",
                    "volumes WHERE created_at IS NOT NULL",
                    "String(/^\\d{4}-.*Z$/.test(row.created_at))",
                ),
                json!("true"),
            ),
            (
                typed("tags, security_group_ids AS ids", "instances", "typeof row.tags + Array.isArray(row.ids)"),
                json!("objecttrue"),
            ),
            (typed("properties", "instances", "typeof JSON.parse(row.properties)"), json!("object")),
            (
                typed("zone IS NULL AS a, CAST(NULL AS INT) AS b", "volumes", "typeof row.a + row.b"),
                json!("booleannull"),
            ),
            (
                "Date.parse('2026-01-01T00:00:01Z') - Date.parse('2026-01-01T00:00:00Z') + 'ms'".to_owned(),
                json!("1000ms"),
            ),
        ] {
            assert_eq!(outcome(&runner, &source).await, Ok(expected), "{source}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_the_prompt_says_is_not_there_is_not_there() {
        let runner = runner();
        for name in ["require", "fetch", "XMLHttpRequest", "process", "setTimeout", "Worker", "Intl"] {
            assert!(text(&Limits::default()).to_lowercase().contains(&name.to_lowercase()), "{name}");
            assert_eq!(outcome(&runner, &format!("typeof {name}")).await, Ok(json!("undefined")), "{name}");
        }
        assert_eq!(outcome(&runner, "import fs from 'fs'; 1").await, Err("SyntaxError".to_owned()));
        assert_eq!(outcome(&runner, "const today = today(); today").await, Err("ReferenceError".to_owned()));
    }
}
