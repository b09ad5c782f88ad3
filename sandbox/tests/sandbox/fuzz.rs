//! Mutated SQL, programs and components: whatever comes in, what comes out is a plan, rows, a component, or an error that
//! names itself, and it comes out soon.
//!
//! The targets in `fuzz/` look for the same with a fuzzer that sees which code an input reaches; this is the bounded run that
//! every test run makes. Seeds lie in `fuzz/corpus/`, a file each. Every run is the same; `NEPH_FUZZ_RUNS` sets how many mutants there are of each
//! kind, `NEPH_FUZZ_SEED` where they begin.

#![allow(clippy::disallowed_methods)]

use super::cases::Cases;
use super::mutate::Mutator;
use std::future::Future;
use std::path::Path;

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

const COMPONENT_WORDS: &[&str] =
    &["\0asm", "\r\0\u{1}\0", "\u{1}\0\0\0", "nephoscope:guest/", "programs@0.1.0", "run", "memory", "\u{7f}"];

/// Each seed and each mutant, through what must hold for it.
async fn holds<F: Future<Output = Result<(), String>>>(
    mutants: impl Iterator<Item = Vec<u8>>,
    case: impl Fn(Vec<u8>) -> F,
) {
    for mutant in mutants {
        if let Err(complaint) = case(mutant).await {
            panic!("{complaint}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_sql_is_a_plan_or_an_error() {
    let cases = &Cases::new();
    holds(mutants("sql", SQL_WORDS, 400), |input| async move { cases.sql(&input).await }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_program_is_rows_or_a_fault() {
    let cases = &Cases::new();
    holds(mutants("program", PROGRAM_WORDS, 300), |input| async move { cases.program(&input).await }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_bytes_are_a_component_or_an_error() {
    let cases = &Cases::new();
    holds(mutants("component", COMPONENT_WORDS, 400), |input| async move { cases.component(&input).await }).await;
}
