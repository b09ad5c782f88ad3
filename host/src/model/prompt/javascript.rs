//! What JavaScript has here and has not, and what a run may take.

use super::RunBounds;

pub(super) fn text(bounds: &RunBounds) -> String {
    format!(
        r#"# JavaScript

The program is a script, not a module. The value of its last expression is the answer: an array of objects (the rows,
all with the same keys in the same order), one object, or one value. There is no `return` outside of functions.

These exist, besides the language (ES2023):
- query(sql, params): runs one SELECT and returns its rows, an array of objects keyed by column. It is synchronous.
  params is an array for $1, $2, ... or an object for $name; it may be left out. Put values into params, not into the SQL.
- today(): the day as "YYYY-MM-DD" in UTC. The clock stands still: Date.now() and new Date() tell nothing more.
- console.log(...): for whoever looks at the run; never part of the answer.

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
        queries = bounds.queries,
        rows_in = bounds.rows_in,
        rows_out = bounds.rows_out,
        mib = bounds.bytes_out / (1024 * 1024),
        seconds = bounds.time.as_secs(),
    )
}
