//! Programs on disk: those written here, how often each ran, which answers it gave, and what people thought of them.
//!
//! Where there is no data folder, the same tables are in memory and hold what the process has learnt.

use super::{Store, iso};
use chrono::{DateTime, Utc};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::collections::HashMap;

/// Fresh programs that are held; beyond it the oldest go. Some thousand questions are years of asking.
pub const MAX_FRESH: u32 = 5_000;
/// Answers that can be voted on; beyond it the oldest go. Votes that were given stay.
pub const MAX_ANSWERS: u32 = 50_000;
/// The longest comment that is kept with a vote, in bytes.
pub const MAX_COMMENT: usize = 2_000;

/// How many fresh programs and answers are held.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// See [`MAX_FRESH`].
    pub fresh: u32,
    /// See [`MAX_ANSWERS`].
    pub answers: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { fresh: MAX_FRESH, answers: MAX_ANSWERS }
    }
}

/// A program as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ProgramRow {
    /// The begin of its hash.
    pub id: String,
    /// The hash of its text.
    pub hash: String,
    /// Header and program.
    pub text: String,
    /// `model` or `hand`.
    pub written_by: String,
    /// Which model, or who.
    pub author: String,
    /// `kept` or `fresh`.
    pub standing: String,
    /// When it came to be here.
    pub created_at: String,
}

/// What is counted of a program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    /// How often it ran.
    pub runs: i64,
    /// When it ran last.
    pub last_run_at: Option<String>,
    /// How long that took, in milliseconds.
    pub last_ms: Option<f64>,
    /// Votes for its answers.
    pub up: i64,
    /// Votes against them.
    pub down: i64,
}

/// An answer that a program gave.
#[derive(Debug, Clone)]
pub struct Given<'a> {
    /// The answer's id.
    pub answer_id: &'a str,
    /// The program's.
    pub program_id: &'a str,
    /// What was asked.
    pub question: &'a str,
    /// Who asked.
    pub who: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// How long the run took, in milliseconds.
    pub took_ms: f64,
}

/// What somebody thinks of an answer.
#[derive(Debug, Clone)]
pub struct Vote<'a> {
    /// The answer's id.
    pub answer_id: &'a str,
    /// Who thinks so.
    pub who: &'a str,
    /// For it, or against it.
    pub is_up: bool,
    /// In their words; cut to [`MAX_COMMENT`].
    pub comment: Option<&'a str>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The tables of programs.
#[derive(Debug, Clone)]
pub struct ProgramStore {
    pool: SqlitePool,
    bounds: Bounds,
}

impl ProgramStore {
    /// Those of a store.
    pub fn new(store: &Store, bounds: Bounds) -> Self {
        Self { pool: store.pool.clone(), bounds }
    }

    /// Tables in memory, gone with the process.
    pub async fn in_memory(bounds: Bounds) -> Result<Self, sqlx::Error> {
        let pool = SqlitePoolOptions::new()
            // A second connection would be a second, empty database; and so would one that was opened again.
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(SqliteConnectOptions::new().in_memory(true))
            .await?;
        sqlx::migrate!("../migrations/sqlite").run(&pool).await?;
        Ok(Self { pool, bounds })
    }

    /// A number that is another after every change of what is offered.
    pub async fn changes(&self) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT n FROM program_changes").fetch_one(&self.pool).await
    }

    /// Every program, the newest first.
    pub async fn all(&self) -> Result<Vec<ProgramRow>, sqlx::Error> {
        sqlx::query_as(
            "SELECT id, hash, text, written_by, author, standing, created_at FROM programs \
             ORDER BY created_at DESC, rowid DESC",
        )
        .fetch_all(&self.pool)
        .await
    }

    /// What is counted, by program.
    pub async fn counts(&self) -> Result<HashMap<String, Counts>, sqlx::Error> {
        let mut counts: HashMap<String, Counts> = HashMap::new();
        let runs: Vec<(String, i64, String, f64)> =
            sqlx::query_as("SELECT program_id, runs, last_run_at, last_ms FROM program_runs")
                .fetch_all(&self.pool)
                .await?;
        for (id, runs, last_run_at, last_ms) in runs {
            let of = counts.entry(id).or_default();
            (of.runs, of.last_run_at, of.last_ms) = (runs, Some(last_run_at), Some(last_ms));
        }
        let votes: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT program_id, sum(vote = 1), sum(vote = -1) FROM program_feedback GROUP BY program_id",
        )
        .fetch_all(&self.pool)
        .await?;
        for (id, up, down) in votes {
            let of = counts.entry(id).or_default();
            (of.up, of.down) = (up, down);
        }
        Ok(counts)
    }

    /// Stores a program. One that is there already stays as it is, but is kept for good if it now should be.
    pub async fn insert(&self, row: &ProgramRow) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO programs (id, hash, text, written_by, author, standing, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET standing = 'kept' WHERE excluded.standing = 'kept'",
        )
        .bind(&row.id)
        .bind(&row.hash)
        .bind(&row.text)
        .bind(&row.written_by)
        .bind(&row.author)
        .bind(&row.standing)
        .bind(&row.created_at)
        .execute(&mut *transaction)
        .await?;
        for delete in [
            "DELETE FROM program_runs WHERE program_id IN (SELECT id FROM programs WHERE standing = 'fresh' \
             ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET ?)",
            "DELETE FROM programs WHERE standing = 'fresh' AND id NOT IN (\
             SELECT id FROM programs WHERE standing = 'fresh' ORDER BY created_at DESC, rowid DESC LIMIT ?)",
        ] {
            sqlx::query(delete).bind(self.bounds.fresh).execute(&mut *transaction).await?;
        }
        changed(&mut transaction).await?;
        transaction.commit().await
    }

    /// Deletes a program, its answers' ids and what people thought of them.
    pub async fn delete(&self, program_id: &str) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        for delete in [
            "DELETE FROM programs WHERE id = ?",
            "DELETE FROM program_feedback WHERE program_id = ?",
            "DELETE FROM program_answers WHERE program_id = ?",
            "DELETE FROM program_runs WHERE program_id = ?",
        ] {
            sqlx::query(delete).bind(program_id).execute(&mut *transaction).await?;
        }
        changed(&mut transaction).await?;
        transaction.commit().await
    }

    /// Writes down that a program ran and gave an answer.
    pub async fn record(&self, given: &Given<'_>) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO program_runs (program_id, runs, last_run_at, last_ms) VALUES (?, 1, ?, ?) \
             ON CONFLICT DO UPDATE SET runs = runs + 1, last_run_at = excluded.last_run_at, last_ms = excluded.last_ms",
        )
        .bind(given.program_id)
        .bind(iso(given.at))
        .bind(given.took_ms)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO program_answers (answer_id, program_id, question, who, at) VALUES (?, ?, ?, ?, ?)")
            .bind(given.answer_id)
            .bind(given.program_id)
            .bind(given.question)
            .bind(given.who)
            .bind(iso(given.at))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM program_answers WHERE seq <= (SELECT max(seq) FROM program_answers) - ?")
            .bind(self.bounds.answers)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// Writes a vote down, and says which program it is about; none where no such answer is known. Nobody has more than one
    /// vote on a program, on however many of its answers: the latest counts.
    pub async fn vote(&self, vote: &Vote<'_>) -> Result<Option<String>, sqlx::Error> {
        // It reads before it writes: begun as a reader it would fail where another process writes in between.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let program: Option<String> = sqlx::query_scalar("SELECT program_id FROM program_answers WHERE answer_id = ?")
            .bind(vote.answer_id)
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(program) = program else { return Ok(None) };
        sqlx::query(
            "INSERT INTO program_feedback (answer_id, who, program_id, vote, comment, at) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET answer_id = excluded.answer_id, vote = excluded.vote, \
             comment = excluded.comment, at = excluded.at",
        )
        .bind(vote.answer_id)
        .bind(vote.who)
        .bind(&program)
        .bind(if vote.is_up { 1 } else { -1 })
        .bind(vote.comment.map(cut))
        .bind(iso(vote.at))
        .execute(&mut *transaction)
        .await?;
        if vote.is_up {
            sqlx::query("UPDATE programs SET standing = 'kept' WHERE id = ?")
                .bind(&program)
                .execute(&mut *transaction)
                .await?;
        }
        changed(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Some(program))
    }

    /// Takes back what was said against a program, so that it is offered again.
    pub async fn forgive(&self, program_id: &str) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let taken_back = sqlx::query("DELETE FROM program_feedback WHERE program_id = ? AND vote = -1")
            .bind(program_id)
            .execute(&mut *transaction)
            .await?;
        if taken_back.rows_affected() > 0 {
            changed(&mut transaction).await?;
        }
        transaction.commit().await
    }
}

async fn changed(connection: &mut sqlx::SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE program_changes SET n = n + 1").execute(connection).await.map(drop)
}

fn cut(comment: &str) -> &str {
    &comment[..comment.floor_char_boundary(MAX_COMMENT)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DATABASE;
    use chrono::TimeDelta;
    use std::borrow::Cow;

    const BOUNDS: Bounds = Bounds { fresh: 3, answers: 2 };

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).expect("a time") + TimeDelta::minutes(minute)
    }

    fn row(id: &str, standing: &str, minute: i64) -> ProgramRow {
        ProgramRow {
            id: id.to_owned(),
            hash: format!("{id}-hash"),
            text: "1".to_owned(),
            written_by: "model".to_owned(),
            author: "m".to_owned(),
            standing: standing.to_owned(),
            created_at: iso(at(minute)),
        }
    }

    fn given<'a>(answer_id: &'a str, program_id: &'a str) -> Given<'a> {
        Given { answer_id, program_id, question: "q", who: "ann", at: at(9), took_ms: 1.5 }
    }

    fn vote<'a>(answer_id: &'a str, who: &'a str, is_up: bool) -> Vote<'a> {
        Vote { answer_id, who, is_up, comment: None, at: at(10) }
    }

    async fn standings(store: &ProgramStore) -> Vec<(String, String)> {
        store.all().await.expect("listed").into_iter().map(|row| (row.id, row.standing)).collect()
    }

    fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(id, standing)| ((*id).to_owned(), (*standing).to_owned())).collect()
    }

    #[tokio::test]
    async fn the_oldest_fresh_programs_make_room_and_kept_ones_never_do() {
        let store = ProgramStore::in_memory(BOUNDS).await.expect("opened");
        store.insert(&row("kept", "kept", 0)).await.expect("stored");
        for (minute, id) in (1..).zip(["a", "b", "c", "d"]) {
            store.insert(&row(id, "fresh", minute)).await.expect("stored");
        }
        let left = [("d", "fresh"), ("c", "fresh"), ("b", "fresh"), ("kept", "kept")];
        assert_eq!(standings(&store).await, pairs(&left));
        // Stored again it is the same; kept once, it is not fresh again.
        store.insert(&row("b", "kept", 5)).await.expect("stored");
        store.insert(&row("b", "fresh", 6)).await.expect("stored");
        assert_eq!(standings(&store).await[2], ("b".to_owned(), "kept".to_owned()));
    }

    #[tokio::test]
    async fn the_runs_of_a_program_that_made_room_are_gone_with_it() {
        let store = ProgramStore::in_memory(BOUNDS).await.expect("opened");
        for (minute, id) in (1..).zip(["a", "b", "c"]) {
            store.insert(&row(id, "fresh", minute)).await.expect("stored");
            store.record(&given(&format!("answer-{id}"), id)).await.expect("recorded");
        }
        store.record(&given("answer-d", "built in")).await.expect("recorded");
        store.insert(&row("d", "fresh", 4)).await.expect("stored");
        let counts = store.counts().await.expect("counted");
        assert_eq!(counts.get("a"), None);
        assert_eq!(["b", "c", "built in"].map(|id| counts[id].runs), [1, 1, 1]);
    }

    #[tokio::test]
    async fn a_person_has_one_vote_on_a_program_and_a_vote_for_it_keeps_it() {
        let store = ProgramStore::in_memory(BOUNDS).await.expect("opened");
        store.insert(&row("a", "fresh", 0)).await.expect("stored");
        store.record(&given("answer-1", "a")).await.expect("recorded");
        store.record(&given("answer-2", "a")).await.expect("recorded");
        let before = store.changes().await.expect("read");
        for (answer, is_up) in [("answer-1", true), ("answer-1", false), ("answer-2", false)] {
            assert_eq!(store.vote(&vote(answer, "ann", is_up)).await.expect("voted").as_deref(), Some("a"));
        }
        assert_eq!(store.counts().await.expect("counted")["a"].down, 1, "one person, two answers");
        store.vote(&vote("answer-2", "bob", false)).await.expect("voted");
        assert_eq!(store.vote(&vote("answer-9", "ann", true)).await.expect("looked"), None);
        let counts = store.counts().await.expect("counted")["a"].clone();
        assert_eq!((counts.runs, counts.up, counts.down, counts.last_ms), (2, 0, 2, Some(1.5)));
        assert_eq!(standings(&store).await, pairs(&[("a", "kept")]));
        assert_eq!(store.changes().await.expect("read"), before + 4);
    }

    #[tokio::test]
    async fn what_was_said_against_a_program_can_be_taken_back() {
        let store = ProgramStore::in_memory(BOUNDS).await.expect("opened");
        for (answer, program) in [("one", "a"), ("two", "b")] {
            store.record(&given(answer, program)).await.expect("recorded");
            store.vote(&vote(answer, "ann", false)).await.expect("voted");
        }
        store.vote(&vote("one", "bob", true)).await.expect("voted");
        let before = store.changes().await.expect("read");
        for _ in 0..2 {
            store.forgive("a").await.expect("forgiven");
        }
        let counts = store.counts().await.expect("counted");
        assert_eq!((counts["a"].up, counts["a"].down, counts["b"].down), (1, 0, 1));
        assert_eq!(store.changes().await.expect("read"), before + 1);
    }

    #[tokio::test]
    async fn a_deleted_program_takes_its_votes_with_it_and_no_others() {
        let store = ProgramStore::in_memory(BOUNDS).await.expect("opened");
        for (answer, program) in [("one", "a"), ("two", "b")] {
            store.insert(&row(program, "kept", 0)).await.expect("stored");
            store.record(&given(answer, program)).await.expect("recorded");
            store.vote(&vote(answer, "ann", false)).await.expect("voted");
        }
        let before = store.changes().await.expect("read");
        store.delete("a").await.expect("deleted");
        assert_eq!(standings(&store).await, pairs(&[("b", "kept")]));
        let counts = store.counts().await.expect("counted");
        assert_eq!((counts.get("a"), counts["b"].down, counts["b"].runs), (None, 1, 1));
        assert_eq!(store.vote(&vote("one", "ben", false)).await.expect("asked"), None, "its answers are gone too");
        assert_eq!(store.changes().await.expect("read"), before + 1);
    }

    #[tokio::test]
    async fn old_answers_can_no_longer_be_voted_on_but_votes_stay() {
        let store = ProgramStore::in_memory(BOUNDS).await.expect("opened");
        store.record(&given("one", "a")).await.expect("recorded");
        store.vote(&vote("one", "ann", false)).await.expect("voted");
        for id in ["two", "three"] {
            store.record(&given(id, "a")).await.expect("recorded");
        }
        assert_eq!(store.vote(&vote("one", "bob", true)).await.expect("looked"), None);
        assert_eq!(store.vote(&vote("three", "bob", true)).await.expect("voted").as_deref(), Some("a"));
        assert_eq!(store.counts().await.expect("counted")["a"].down, 1);
    }

    #[tokio::test]
    async fn comments_are_cut_to_their_bound() {
        let store = ProgramStore::in_memory(BOUNDS).await.expect("opened");
        store.record(&given("one", "a")).await.expect("recorded");
        let long = "ü".repeat(MAX_COMMENT);
        store.vote(&Vote { comment: Some(&long), ..vote("one", "ann", true) }).await.expect("voted");
        let kept: String =
            sqlx::query_scalar("SELECT comment FROM program_feedback").fetch_one(&store.pool).await.expect("read");
        assert_eq!(kept.len(), MAX_COMMENT);
    }

    #[tokio::test]
    async fn two_handles_on_one_file_see_each_other_and_lose_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, other) = tokio::join!(Store::open(folder.path()), Store::open(folder.path()));
        let one = ProgramStore::new(&one.expect("first"), Bounds::default());
        let other = ProgramStore::new(&other.expect("second"), Bounds::default());
        let write = async |store: &ProgramStore, name: &str| {
            for n in 0..20 {
                store.insert(&row(&format!("{name}{n}"), "fresh", n)).await.expect("stored");
                store.record(&given(&format!("{name}-answer-{n}"), "shared")).await.expect("recorded");
            }
        };
        tokio::join!(write(&one, "a"), write(&other, "b"));
        assert_eq!(one.all().await.expect("listed").len(), 40);
        assert_eq!(other.counts().await.expect("counted")["shared"].runs, 40);
        assert_eq!(one.changes().await.expect("read"), 40);
    }

    #[tokio::test]
    async fn a_store_of_the_first_version_keeps_its_data_when_it_becomes_one_of_this() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = sqlx::migrate!("../migrations/sqlite");
        first.migrations = Cow::Owned(first.iter().take(1).cloned().collect());
        let options = SqliteConnectOptions::new().filename(folder.path().join(DATABASE)).create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.expect("made");
        first.run(&pool).await.expect("migrated");
        sqlx::query("INSERT INTO runs (id, at, who, via, route) VALUES ('r', 't', 'ann', 'cli', 'direct')")
            .execute(&pool)
            .await
            .expect("written");
        pool.close().await;

        let store = Store::open(folder.path()).await.expect("upgraded");
        let who: String = sqlx::query_scalar("SELECT who FROM runs").fetch_one(&store.pool).await.expect("read");
        assert_eq!(who, "ann");
        let programs = ProgramStore::new(&store, Bounds::default());
        programs.insert(&row("a", "fresh", 0)).await.expect("stored");
        store.close().await;
        let store = Store::open(folder.path()).await.expect("opened again");
        assert_eq!(ProgramStore::new(&store, Bounds::default()).all().await.expect("listed").len(), 1);
    }
}
