//! Mutated SQL, programs and components: whatever comes in, what comes out is a plan, rows, a component, or an error that
//! names itself, and it comes out soon.
//!
//! Seeds lie in `fuzz/corpus/`, a file each. Every run is the same; `NEPH_FUZZ_RUNS` sets how many mutants there are of each
//! kind, `NEPH_FUZZ_SEED` where they begin.

#![allow(clippy::disallowed_methods)]

use super::mutate::Mutator;
use super::support::{engine, interpreter, job, said, sandbox};
use engine::{EngineError, Options, Request, What};
use sandbox::{FaultKind, Job, Limits, LoadError};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long one mutant may take: far more than any should, on a machine that has other things to do.
const SOON: Duration = Duration::from_secs(20);

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The files of a folder of the corpus, by name.
fn corpus(kind: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(kind);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// The seeds as they are, and then so many mutants of them.
fn mutants(kind: &str, dictionary: &'static [&'static str], usual: u64) -> impl Iterator<Item = Vec<u8>> {
    let seeds = corpus(kind);
    let mut mutator = Mutator::new(setting("NEPH_FUZZ_SEED", 1), dictionary);
    let runs = setting("NEPH_FUZZ_RUNS", usual);
    let corpus = seeds.clone();
    seeds.into_iter().chain((0..runs).map(move |_| mutator.mutant(&corpus)))
}

const SQL_WORDS: &[&str] = &[
    "SELECT ",
    " FROM ",
    " WHERE ",
    " GROUP BY ",
    " ORDER BY ",
    " LIMIT ",
    " UNION ALL ",
    " JOIN ",
    " ON ",
    " AS ",
    "WITH ",
    "instances",
    "volumes",
    "costs",
    "resources",
    "name",
    "tags['team']",
    "provider",
    "region",
    "(",
    ")",
    "'",
    "\"",
    ",",
    ";",
    "--",
    "/*",
    "*/",
    "$1",
    "?",
    "NULL",
    "CASE WHEN ",
    " END",
    " OVER (",
    "count(*)",
    "sum(",
    "INTERVAL '1 day'",
    "::",
    " IN (",
    "EXISTS (",
    "VALUES ",
    "9223372036854775808",
    "-1",
    "1e999",
    "E'\\'",
    "U&'\\0000'",
    "$$",
    "LATERAL ",
    "unnest(",
    "array_agg(",
    "CAST(",
    " BETWEEN ",
    "NOT ",
    "DISTINCT ON (",
    "GROUPING SETS (",
    "ROLLUP(",
    "FETCH FIRST ",
    "TABLESAMPLE ",
    "PIVOT ",
    "\0",
    "\u{202e}",
];

const PROGRAM_WORDS: &[&str] = &[
    "query(",
    "'SELECT 1'",
    "today()",
    "params",
    "console.log(",
    "=>",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "`",
    "${",
    "await ",
    "async ",
    "function* ",
    "yield ",
    "return ",
    "throw ",
    "new ",
    "class ",
    "extends ",
    "static ",
    "get ",
    "set ",
    "...",
    "?.",
    "??=",
    "**",
    "2n",
    "1e308",
    "NaN",
    "Symbol.iterator",
    "Object.prototype",
    "Array.prototype",
    "Proxy",
    "Reflect",
    "JSON.parse(",
    "eval(",
    "Function(",
    "import(",
    "import.meta",
    "/(a+)+$/",
    ".repeat(1 << 20)",
    "while (1) ",
    "for (;;) ",
    "try {",
    "} catch {",
    "} finally {",
    "debugger;",
    "label: ",
    "break ",
    "with (",
    "var ",
    "let ",
    "const ",
    "#x",
    "\\u{1F600}",
    "'\\ud800'",
    "\0",
    "\u{2028}",
    "/*",
    "*/",
    "//",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_sql_is_a_plan_or_an_error() {
    let engine = engine();
    for mutant in mutants("sql", SQL_WORDS, 400) {
        let sql = String::from_utf8_lossy(&mutant).into_owned();
        let began = Instant::now();
        // On a task of its own, so that a panic is seen for what it is.
        let mut task = tokio::task::JoinSet::new();
        let (engine, what) = (engine.clone(), What::Sql(sql.clone()));
        task.spawn(async move { engine.explain(Request { what, options: Options::default() }).await });
        let planned = tokio::time::timeout(SOON, task.join_next()).await;
        let planned = planned.unwrap_or_else(|_| panic!("hangs: {sql}")).unwrap();
        match planned.unwrap_or_else(|error| panic!("{error}: {sql}")) {
            Ok(_)
            | Err(
                EngineError::Sql { .. }
                | EngineError::Refused { .. }
                | EngineError::Limit { .. }
                | EngineError::Scope { .. },
            ) => {}
            Err(EngineError::Run { message }) if !message.to_lowercase().contains("internal error") => {}
            Err(other) => panic!("{other:?}: {sql}"),
        }
        assert!(began.elapsed() < SOON, "took {:?}: {sql}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_program_is_rows_or_a_fault() {
    let engine = engine();
    let limits = Limits { own_time: Duration::from_millis(50), ..Limits::for_testing() };
    for mutant in mutants("program", PROGRAM_WORDS, 300) {
        let source = String::from_utf8_lossy(&mutant).into_owned();
        let job = || Job { limits: limits.clone(), ..job(&source) };
        let named = |kind: &FaultKind| !matches!(kind, FaultKind::Host | FaultKind::Trap);
        let checked = interpreter().check(&engine, job()).await;
        if let Err(fault) = &checked {
            assert!(named(&fault.kind), "{}: {source}", said(fault));
        }
        match interpreter().run(&engine, job()).await.result {
            Ok(rows) => assert!(rows.len() <= limits.rows_out && checked.is_ok(), "{source}"),
            Err(fault) => assert!(named(&fault.kind), "{}: {source}", said(&fault)),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_bytes_are_a_component_or_an_error() {
    let engine = engine();
    let words: &[&str] =
        &["\0asm", "\r\0\u{1}\0", "\u{1}\0\0\0", "nephoscope:guest/", "programs@0.1.0", "run", "memory", "\u{7f}"];
    for mutant in mutants("component", words, 400) {
        let began = Instant::now();
        match sandbox().load(&mutant) {
            Err(LoadError::Component { message }) => assert!(!message.is_empty()),
            Err(other) => panic!("{other}"),
            Ok(guest) => {
                let limits = Limits { own_time: Duration::from_millis(50), ..Limits::for_testing() };
                if let Err(fault) = guest.run(&engine, Job { limits, ..job("some text") }).await.result {
                    assert!(fault.kind != FaultKind::Host, "{}", said(&fault));
                }
            }
        }
        assert!(began.elapsed() < SOON, "took {:?}", began.elapsed());
    }
}
