//! Programs that mean harm, or do it: a file each in `hostile/`, whose first line says how it must end.
//!
//! `// ends: limit own_time` is the beginning of the fault in one line; `// ends: rows [...]` are the rows. A second line
//! `// grant: instances, volumes` grants these tables alone, `// warns: …` must be part of a warning,
//! `// limits: usual` runs it under the bounds as they are shipped instead of the tests' small ones.

use super::support::{interpreter, job, run, said};
use sandbox::{Job, Limits};
use schema::Grant;
use serde_json::Value;
use std::path::Path;

/// One test for each file, and a list of them all.
macro_rules! hostile {
    ($($name:ident),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            check(include_str!(concat!("hostile/", stringify!($name), ".js"))).await;
        })+

        const ALL: &[&str] = &[$(stringify!($name)),+];
    };
}

hostile! {
    endless_loop,
}

fn directive<'a>(source: &'a str, name: &str) -> Option<&'a str> {
    let lines = source.lines().take_while(|line| line.starts_with("//"));
    lines.filter_map(|line| line.strip_prefix("// ")?.strip_prefix(name)?.strip_prefix(": ")).next()
}

async fn check(source: &str) {
    let ends = directive(source, "ends").expect("the first line says how it ends");
    let grant =
        directive(source, "grant").map_or_else(Grant::everything, |tables| Grant::of_tables(tables.split(", ")));
    let limits = if directive(source, "limits") == Some("usual") { Limits::default() } else { Limits::for_testing() };
    let ran = run(Job { grant, limits, ..job(source) }).await;
    let found = match &ran.result {
        Ok(rows) => format!("rows {}", serde_json::to_string(rows).unwrap()),
        Err(fault) => said(fault),
    };
    match ends.strip_prefix("rows ") {
        Some(rows) => {
            let expected: Value = serde_json::from_str(rows).expect("the rows are JSON");
            assert_eq!(found, format!("rows {expected}"), "{source}");
        }
        None => assert!(found.starts_with(ends), "ended with\n  {found}\nand not with\n  {ends}\n{source}"),
    }
    if let Some(part) = directive(source, "warns") {
        assert!(ran.warnings.iter().any(|warning| warning.contains(part)), "{:?} has no {part}", ran.warnings);
    }
    // Whatever it did, the next one has a clean interpreter.
    let next = run(job("[typeof leaked, [1, 2].map(x => x * 2).join(), typeof query, Object.keys({}).length]")).await;
    let next = serde_json::to_string(&next.result.expect("the next program runs")).unwrap();
    assert_eq!(next, r#"[{"value":"undefined"},{"value":"2,4"},{"value":"function"},{"value":0}]"#, "{source}");
    let _ = interpreter();
}

#[test]
fn every_file_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox/hostile");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut listed: Vec<String> = ALL.iter().map(|&name| name.to_owned()).collect();
    listed.sort();
    assert_eq!(files, listed);
}
