//! Tables of a source's own: asked with SQL like those of this program, and held to the same bounds, grants and coverage.

use super::support::{now, sandbox};
use engine::params::Param;
use engine::{Answer, Engine, EngineError, EngineSettings, Options, Request, What, cells};
use sandbox::plugin::source::PluginSource;
use sandbox::{Plugin, PluginJob, PluginLimits, World};
use schema::{Grant, Status};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The source that does what it is told to.
pub(super) fn misfilling() -> &'static Plugin {
    static PLUGIN: OnceLock<Plugin> = OnceLock::new();
    PLUGIN.get_or_init(|| {
        let path = Path::new(env!("NEPH_PLUGINS")).join("misfilling.wasm");
        let component = std::fs::read(&path).expect("`cargo xtask guest` has made the plugins");
        sandbox().plugin(&component, World::Source).expect("it is loaded")
    })
}

pub(super) async fn source(act: &str, times: i64) -> PluginSource {
    let params = [("act", Param::Text(act.to_owned())), ("times", Param::Int(times))];
    let job = PluginJob {
        params: params.map(|(name, value)| (name.to_owned(), value)).into(),
        grant: Grant::default(),
        outbound: None,
        inputs: Vec::new(),
        limits: PluginLimits::for_testing(),
        now: now(),
        options: Options::default(),
    };
    let nothing = Engine::builder(EngineSettings::default()).clock(now).build().unwrap();
    let described = misfilling().describe(&nothing, &PluginLimits::default()).await.expect("it says what it is");
    PluginSource::new(misfilling().clone(), described, job).expect("it fills tables")
}

/// An engine whose one source is the plugin.
async fn engine(act: &str, times: i64) -> Engine {
    Engine::builder(EngineSettings::default()).source(Arc::new(source(act, times).await)).clock(now).build().unwrap()
}

async fn under(engine: &Engine, grant: Option<Grant>, sql: &str) -> Result<Answer, EngineError> {
    let options = Options { grant: grant.map(Arc::new), ..Options::default() };
    engine.run(Request { what: What::Sql(sql.to_owned()), options }).await
}

async fn ask(engine: &Engine, sql: &str) -> Answer {
    under(engine, None, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn lines(answer: &Answer) -> Vec<String> {
    let rows = answer.batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)));
    let cell = |batch, row, at| cells::text(batch, row, at).unwrap_or_else(|| "-".to_owned());
    rows.map(|(batch, row)| (0..batch.num_columns()).map(|at| cell(batch, row, at)).collect::<Vec<_>>().join("|"))
        .collect()
}

#[tokio::test]
async fn a_table_of_a_sources_own_is_described_and_asked_like_any_other() {
    let engine = engine("behave", 2).await;
    let own: Vec<_> = engine.tables().filter(|table| table.kind == schema::TableKind::Own).collect();
    assert_eq!(own.iter().map(|table| table.name).collect::<Vec<_>>(), ["misfilling.parts"]);
    assert_eq!(engine.table("MISFILLING.parts").unwrap().doc, "one part in a rack");
    assert_eq!(own[0].column("amount").unwrap().doc, "what a test needs (in pieces)");
    for (sql, expected) in [
        ("SELECT count(*) FROM misfilling.parts", &["4"][..]),
        (
            "SELECT provider, account_id, account_name, region, part FROM misfilling.parts WHERE amount = 1 ORDER BY part",
            &["misfilling|north|north|hall-1|north-1", "misfilling|south|south|hall-2|south-1"],
        ),
        (
            "SELECT amount, load, price, is_spare, made_at, labels['owner'], fits[2], raw FROM misfilling.parts p WHERE part = 'north-0'",
            &[r#"0|0.5|12.5|true|2026-11-01T00:00:00Z|team-0|b|{"x":[1]}"#],
        ),
        ("SELECT max(fetched_at) = TIMESTAMP '2026-11-21T09:30:00Z' FROM cloud.misfilling.parts", &["true"]),
        ("SELECT sum(price) FROM Misfilling.Parts WHERE region = 'hall-2'", &["25"]),
        ("SELECT count(*) FROM misfilling.parts JOIN volumes v ON v.account_id = misfilling.parts.account_id", &["8"]),
        (
            "SELECT name FROM volumes WHERE name IN (SELECT concat('disk-', part) FROM misfilling.parts) ORDER BY 1 LIMIT 1",
            &["disk-north-0"],
        ),
    ] {
        let answer = ask(&engine, sql).await;
        assert_eq!(lines(&answer), expected, "{sql}");
        assert!(answer.coverage.complete, "{sql}: {:?}", answer.coverage);
    }
}

#[tokio::test]
async fn a_column_that_takes_calls_is_asked_for_where_a_query_names_it() {
    let engine = engine("behave", 1).await;
    // Its `load` is something only where `raw` was asked for.
    let without = ask(&engine, "SELECT load FROM misfilling.parts").await;
    assert_eq!(lines(&without), ["0.0", "0.0"]);
    let with = ask(&engine, "SELECT load FROM misfilling.parts WHERE raw IS NOT NULL").await;
    assert_eq!(lines(&with), ["0.5", "0.5"]);
}

#[tokio::test]
async fn its_coverage_names_it_scope_by_scope() {
    let answer = ask(&engine("fail_in_the_south", 3).await, "SELECT sum(amount) FROM misfilling.parts").await;
    let mut scopes: Vec<_> = answer.coverage.scopes.iter().collect();
    scopes.sort_by(|a, b| a.scope.cmp(&b.scope));
    let said: Vec<_> =
        scopes.iter().map(|l| (l.source.as_str(), l.table.as_str(), l.scope.account_id.as_str(), l.rows)).collect();
    assert_eq!(said, [("misfilling", "misfilling.parts", "north", 3), ("misfilling", "misfilling.parts", "south", 0)]);
    assert_eq!(scopes[1].status, Status::Failed);
    assert_eq!(scopes[1].error.as_ref().unwrap().message, "the plugin `misfilling`: the moon is full");
    // Nobody knows that its amounts are never negative.
    assert!(answer.coverage.unknown && !answer.coverage.lower_bound, "{:?}", answer.coverage);
}

#[tokio::test]
async fn a_flood_of_gaps_ends_at_the_bound_and_says_so() {
    let answer =
        ask(&engine("gaps", 5_000).await, "SELECT part FROM misfilling.parts WHERE account_id = 'north'").await;
    assert!(answer.row_count > 0 && !answer.coverage.complete);
    let said: Vec<_> = answer.coverage.scopes.iter().filter_map(|line| line.error.as_ref()).collect();
    let of_moon = said.iter().filter(|error| error.message.contains(" days old")).count();
    let beyond = "the plugin `misfilling`: more than 5 gaps were reported, and the others are not listed";
    let stands = said.iter().filter(|error| error.message == beyond).count();
    assert_eq!((said.len(), of_moon, stands), (6, 5, 1), "{said:?}");
}

#[tokio::test]
async fn a_source_that_names_no_scope_is_a_gap_and_no_empty_cloud() {
    let answer = ask(&engine("nowhere", 1).await, "SELECT count(*) FROM misfilling.parts").await;
    let said: Vec<_> = answer.coverage.scopes.iter().filter_map(|line| line.error.as_ref()).collect();
    let why = "what `misfilling` covers could not be found out: the plugin `misfilling`: it names no scope, so that nothing can be \
               read of it";
    assert_eq!((answer.coverage.complete, said[0].message.as_str()), (false, why));
}

#[tokio::test]
async fn where_it_cannot_tell_its_accounts_it_may_read_all_of_them_together() {
    let answer = ask(&engine("all_accounts", 1).await, "SELECT account_id, part FROM misfilling.parts").await;
    assert_eq!((lines(&answer), answer.coverage.complete), (vec!["-|*-0".to_owned()], true));
}

#[tokio::test]
async fn how_long_it_asks_to_be_left_alone_is_in_its_coverage() {
    let answer = ask(&engine("throttled", 1).await, "SELECT part FROM misfilling.parts").await;
    let said = answer.coverage.scopes.iter().map(|line| {
        let error = line.error.as_ref().unwrap();
        (line.status, error.message.as_str(), error.retry_after_seconds)
    });
    let expected = (Status::Throttled, "the plugin `misfilling`: come back later", Some(60));
    assert_eq!(said.collect::<Vec<_>>(), [expected, expected]);
}

#[tokio::test]
async fn what_it_warns_of_is_told_with_the_answer() {
    let answer = ask(&engine("warn", 4).await, "SELECT part FROM misfilling.parts").await;
    let said: Vec<_> = answer.warnings.iter().map(String::as_str).collect();
    let days = (0..3).map(|at| format!("the plugin `misfilling`: warning: the moon is {at} days old"));
    let more = "the plugin `misfilling` logged 1 more warnings of one fetch".to_owned();
    assert_eq!(
        (answer.row_count, said),
        (2, days.chain([more]).collect::<Vec<_>>().iter().map(String::as_str).collect())
    );
}

#[tokio::test]
async fn a_row_of_somebody_elses_and_rows_beyond_the_bound_are_left_out_and_said() {
    let elsewhere = ask(&engine("elsewhere", 1).await, "SELECT part FROM misfilling.parts").await;
    assert_eq!(elsewhere.row_count, 0);
    let said = |answer: &Answer| {
        let errors = answer.coverage.scopes.iter().filter_map(|line| line.error.as_ref());
        errors.map(|error| error.message.clone()).collect::<Vec<_>>().join("; ")
    };
    assert!(said(&elsewhere).contains("a row of `nobody` is in the scope of `north`"), "{}", said(&elsewhere));
    // Of two halls, the row is the one's that says so, and once.
    let other = ask(&engine("other_hall", 1).await, "SELECT part FROM misfilling.parts").await;
    assert_eq!(other.row_count, 1);
    assert!(said(&other).contains("a row of `hall-2` is in the scope of `hall-1`"), "{}", said(&other));
    let flood = ask(&engine("behave", 5_000).await, "SELECT part FROM misfilling.parts").await;
    assert!(flood.row_count <= 2 * 500 && !flood.coverage.complete, "{} rows", flood.row_count);
    assert!(said(&flood).contains("500 rows are the most that one fetch may hand over"), "{}", said(&flood));
    let heavy = ask(&engine("heavy", 400).await, "SELECT part FROM misfilling.parts").await;
    assert!(heavy.row_count < 2 * 400 && !heavy.coverage.complete, "{} rows", heavy.row_count);
    let bytes = "200000 bytes are the most that the rows of one fetch may have";
    assert!(said(&heavy).contains(bytes), "{}", said(&heavy));
}

#[tokio::test]
async fn a_source_that_breaks_down_again_and_again_is_left_alone_for_a_while_and_that_is_said() {
    let engine = engine("trap", 1).await;
    let at = async |minutes: i64| {
        let now = Some(now() + chrono::TimeDelta::minutes(minutes));
        let options = Options { now, max_age: Some(std::time::Duration::ZERO), ..Options::default() };
        let what = What::Sql("SELECT part FROM misfilling.parts".to_owned());
        let answer = engine.run(Request { what, options }).await.unwrap();
        assert!(!answer.coverage.complete && answer.row_count == 0, "{:?}", answer.coverage);
        answer
            .coverage
            .scopes
            .iter()
            .filter_map(|line| line.error.as_ref())
            .map(|e| e.message.clone())
            .collect::<Vec<_>>()
    };
    let broke = "the plugin `misfilling`: the plugin broke down: ";
    // Two scopes each time, so that the second time is the third and the fourth breakdown.
    assert!(at(0).await.iter().all(|said| said.starts_with(broke)));
    at(0).await;
    let left_alone = at(1).await;
    assert!(!left_alone.is_empty());
    for said in left_alone {
        assert!(said.contains("the plugin `misfilling`: it broke down "), "{said}");
        assert!(said.contains(" times in a row, the last time so: the plugin broke down: "), "{said}");
        assert!(said.ends_with("; it is not asked again before 09:35 UTC"), "{said}");
    }
    assert!(at(6).await.iter().any(|said| said.starts_with(broke)), "it was given no other chance");
    assert!(at(7).await.iter().all(|said| said.contains("is not asked again before")));
}

#[tokio::test]
async fn a_source_that_hangs_is_left_alone_for_a_while_too() {
    let patience = std::time::Duration::from_millis(300);
    let settings = EngineSettings { scope_timeout: patience, ..EngineSettings::default() };
    let engine = Engine::builder(settings).source(Arc::new(source("sleep", 1).await)).clock(now).build().unwrap();
    let ask = async || {
        let options = Options { max_age: Some(std::time::Duration::ZERO), ..Options::default() };
        let what = What::Sql("SELECT part FROM misfilling.parts".to_owned());
        let began = std::time::Instant::now();
        let answer = engine.run(Request { what, options }).await.unwrap();
        assert!(!answer.coverage.complete && answer.row_count == 0, "{:?}", answer.coverage);
        let first = answer.coverage.scopes.iter().find_map(|line| line.error.as_ref()).unwrap().message.clone();
        (first, began.elapsed())
    };
    // Two scopes each time.
    ask().await;
    ask().await;
    let (said, took) = ask().await;
    assert!(said.contains("the last time so: it had not ended after 0.3 s; it is not asked again before"), "{said}");
    assert!(took < patience, "{took:?}");
}

#[tokio::test]
async fn what_is_not_there_is_named_and_what_reads_too_much_is_refused() {
    let engine = engine("behave", 1).await;
    let refused = async |sql: &str| under(&engine, None, sql).await.unwrap_err().to_string();
    for (sql, expected) in [
        ("SELECT * FROM misfilling.part", "there is no table `part`"),
        ("SELECT * FROM parts", "there is no table `parts`"),
        ("SELECT * FROM other.parts", "there is no table `parts`"),
        ("SELECT * FROM misfilling.volumes", "there is no table `volumes`"),
        ("SELECT parts FROM misfilling.parts", "there is no column `parts`; did you mean `part`?"),
    ] {
        let said = refused(sql).await;
        assert!(said.starts_with(expected), "{sql}: {said}");
    }
    // Tables of a source's own count, however they are written.
    let joins = (0..120).map(|at| format!("misfilling.\"parts\" p{at}")).collect::<Vec<_>>().join(", ");
    assert_eq!(refused(&format!("SELECT 1 FROM {joins}")).await, "the SQL has more than 100 tables");
}

#[tokio::test]
async fn it_is_granted_by_its_whole_name_and_by_its_columns() {
    let engine = engine("behave", 1).await;
    let sql = "SELECT part FROM misfilling.parts";
    for grant in [Grant::everything(), Grant::of_tables(["parts"])] {
        let denied = under(&engine, Some(grant), sql).await.unwrap_err().to_string();
        assert!(denied.starts_with("the table `misfilling.parts` is not granted; granted: "), "{denied}");
    }
    let some = || Some(Grant::default().with_columns("misfilling.parts", ["part"]));
    assert_eq!(under(&engine, some(), sql).await.unwrap().row_count, 2);
    let denied = under(&engine, some(), "SELECT part FROM misfilling.parts WHERE price > 1").await.unwrap_err();
    assert_eq!(
        denied.to_string(),
        "of the table `misfilling.parts`, the column `price` is not granted; granted: `part`"
    );
}

#[tokio::test]
async fn two_sources_cannot_have_the_same_table() {
    let sources = (Arc::new(source("behave", 1).await), Arc::new(source("behave", 2).await));
    let built = Engine::builder(EngineSettings::default()).source(sources.0).source(sources.1).clock(now).build();
    assert_eq!(built.unwrap_err().to_string(), "two sources are called `misfilling`");
}
