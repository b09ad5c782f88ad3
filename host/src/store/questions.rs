//! Questions that are kept with consent: how each was read, and what people made of the answer.

use super::{Store, iso};
use crate::config::learning::Learning;
use crate::learning::wording::is_reworded;
use chrono::{DateTime, TimeDelta, Utc};
use schema::Query;
use sqlx::{SqliteConnection, SqlitePool};

/// The most of a question and of a reading that is kept, in bytes: what is longer is a text, and no question.
pub const MAX_TEXT: usize = 1_000;
/// The longest query that is kept, in bytes of JSON.
pub const MAX_QUERY: usize = 20_000;
/// The longest name of a session, in bytes.
pub const MAX_SESSION: usize = 200;
/// Within this time a question like another is the same one in other words, where the first was of no use.
const RIGHT_AFTER: TimeDelta = TimeDelta::minutes(2);

/// A question, as it is written down.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The answer's id.
    pub answer_id: &'a str,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// Who asks one question after another; none where nobody knows.
    pub session: Option<&'a str>,
    /// What was typed.
    pub question: &'a str,
    /// Where the classifier sent it.
    pub way: &'static str,
    /// Where it went in the end.
    pub route: &'static str,
    /// Who decided.
    pub layer: &'static str,
    /// How sure that was.
    pub confidence: f32,
    /// How it was read, in words.
    pub reading: &'a str,
    /// The words that no rule could place.
    pub unread: &'a str,
    /// What it was read as.
    pub query: Option<&'a Query>,
}

/// A question, as it was kept.
#[derive(Debug, Clone, Default, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "as in `Asked`")]
pub struct KeptQuestion {
    pub answer_id: String,
    pub at: String,
    pub question: String,
    pub way: String,
    pub route: String,
    pub layer: String,
    pub confidence: f64,
    pub reading: String,
    pub unread: String,
    pub query: Option<String>,
    /// What it should have been.
    pub corrected: Option<String>,
    /// 1 or -1.
    pub vote: Option<i64>,
    /// The answer to the same in other words.
    pub reworded_by: Option<String>,
}

/// The table of questions.
#[derive(Debug, Clone)]
pub struct Questions {
    pool: SqlitePool,
    bounds: Learning,
}

impl Questions {
    /// That of a store.
    pub fn new(store: &Store, bounds: &Learning) -> Self {
        Self { pool: store.pool.clone(), bounds: bounds.clone() }
    }

    /// Writes a question down, and of the one before it that it is the same in other words, where it seems so.
    pub async fn record(&self, asked: &Asked<'_>) -> Result<(), sqlx::Error> {
        // It reads before it writes: begun as a reader it would fail where another process writes in between.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(session) = asked.session {
            mark_reworded(&mut transaction, asked, cut(session, MAX_SESSION)).await?;
        }
        insert(&mut transaction, asked).await?;
        self.prune(&mut transaction, asked.at).await?;
        transaction.commit().await
    }

    async fn prune(&self, connection: &mut SqliteConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let oldest = now - TimeDelta::days(i64::from(self.bounds.keep_days));
        sqlx::query("DELETE FROM questions WHERE at < ?").bind(iso(oldest)).execute(&mut *connection).await?;
        sqlx::query("DELETE FROM questions WHERE seq <= (SELECT max(seq) FROM questions) - ?")
            .bind(i64::from(self.bounds.keep_rows))
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Takes a thumb on an answer, the latest counts: one up takes back what the answer should have been. Whether its question
    /// was kept.
    pub async fn vote(&self, answer_id: &str, is_up: bool) -> Result<bool, sqlx::Error> {
        let update = sqlx::query(
            "UPDATE questions SET vote = ?1, corrected = CASE WHEN ?1 = 1 THEN NULL ELSE corrected END WHERE answer_id = ?2",
        );
        let done = update.bind(if is_up { 1 } else { -1 }).bind(answer_id).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes what a question should have been read as; whether the question was kept.
    pub async fn correct(&self, answer_id: &str, query: &str) -> Result<bool, sqlx::Error> {
        let update = sqlx::query("UPDATE questions SET corrected = ?, vote = -1 WHERE answer_id = ?");
        let done = update.bind(query).bind(answer_id).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Every question that is kept, the oldest first.
    pub async fn all(&self) -> Result<Vec<KeptQuestion>, sqlx::Error> {
        sqlx::query_as(
            "SELECT answer_id, at, question, way, route, layer, confidence, reading, unread, query, corrected, vote, \
             reworded_by FROM questions ORDER BY seq",
        )
        .fetch_all(&self.pool)
        .await
    }

    /// Deletes all.
    pub async fn clear(&self) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM questions").execute(&self.pool).await.map(drop)
    }
}

/// Whoever got nothing, or something wrong, and right after asks something like it, asks the same in other words.
async fn mark_reworded(connection: &mut SqliteConnection, asked: &Asked<'_>, session: &str) -> Result<(), sqlx::Error> {
    let last: Option<(i64, String)> = sqlx::query_as(
        "SELECT seq, question FROM questions \
         WHERE seq = (SELECT max(seq) FROM questions WHERE session = ?) AND at >= ? \
         AND (vote = -1 OR way = 'unusual' AND route = 'refused')",
    )
    .bind(session)
    .bind(iso(asked.at - RIGHT_AFTER))
    .fetch_optional(&mut *connection)
    .await?;
    let Some((seq, _)) = last.filter(|(_, question)| is_reworded(question, cut(asked.question, MAX_TEXT))) else {
        return Ok(());
    };
    let update = sqlx::query("UPDATE questions SET reworded_by = ? WHERE seq = ?");
    update.bind(asked.answer_id).bind(seq).execute(connection).await.map(drop)
}

async fn insert(connection: &mut SqliteConnection, asked: &Asked<'_>) -> Result<(), sqlx::Error> {
    let query = asked.query.and_then(|query| serde_json::to_string(query).ok());
    sqlx::query(
        "INSERT INTO questions (answer_id, at, session, question, way, route, layer, confidence, reading, unread, query) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(asked.answer_id)
    .bind(iso(asked.at))
    .bind(asked.session.map(|session| cut(session, MAX_SESSION)))
    .bind(cut(asked.question, MAX_TEXT))
    .bind(asked.way)
    .bind(asked.route)
    .bind(asked.layer)
    .bind(f64::from(asked.confidence))
    .bind(cut(asked.reading, MAX_TEXT))
    .bind(cut(asked.unread, MAX_TEXT))
    .bind(query.filter(|json| json.len() <= MAX_QUERY))
    .execute(connection)
    .await
    .map(drop)
}

fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Learning = Learning { keep: Some(true), keep_days: 30, keep_rows: 3 };

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).expect("a time") + TimeDelta::seconds(second)
    }

    fn asked<'a>(answer_id: &'a str, question: &'a str, second: i64) -> Asked<'a> {
        Asked {
            answer_id,
            at: at(second),
            session: Some("cli ann"),
            question,
            way: "unusual",
            route: "refused",
            layer: "rules",
            confidence: 0.8,
            reading: "",
            unread: "",
            query: None,
        }
    }

    async fn table(folder: &tempfile::TempDir) -> Questions {
        Questions::new(&Store::open(folder.path()).await.expect("opened"), &BOUNDS)
    }

    async fn record(table: &Questions, all: &[Asked<'_>]) -> Vec<KeptQuestion> {
        for asked in all {
            table.record(asked).await.expect("recorded");
        }
        table.all().await.expect("listed")
    }

    async fn check_reworded(first: Asked<'_>, second: Asked<'_>, is_reworded: bool) {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = record(&table(&folder).await, &[first, second]).await;
        assert_eq!(kept[0].reworded_by.as_deref(), is_reworded.then_some("b"), "{kept:?}");
    }

    #[tokio::test]
    async fn the_oldest_questions_make_room_for_new_ones() {
        let folder = tempfile::tempdir().expect("a folder");
        let table = table(&folder).await;
        let many = [asked("a", "1", 0), asked("b", "2", 1), asked("c", "3", 2), asked("d", "4", 3)];
        let ids = |kept: Vec<KeptQuestion>| kept.into_iter().map(|kept| kept.answer_id).collect::<Vec<_>>();
        assert_eq!(ids(record(&table, &many).await), ["b", "c", "d"]);
        assert_eq!(ids(record(&table, &[asked("e", "5", 31 * 86_400)]).await), ["e"]);
        table.clear().await.expect("cleared");
        assert_eq!(table.all().await.expect("listed"), []);
    }

    #[tokio::test]
    async fn a_long_question_is_cut_between_characters() {
        let folder = tempfile::tempdir().expect("a folder");
        let long = "日".repeat(MAX_TEXT);
        let kept = record(&table(&folder).await, &[asked("a", &long, 0)]).await;
        assert_eq!(kept[0].question.len(), MAX_TEXT / 3 * 3);
    }

    #[tokio::test]
    async fn a_question_like_one_that_was_not_answered_right_after_it_is_the_same_in_other_words() {
        check_reworded(asked("a", "dusty boxes", 0), asked("b", "stopped boxes", 119), true).await;
        check_reworded(asked("a", "dusty boxes", 0), asked("b", "stopped boxes", 121), false).await;
        check_reworded(asked("a", "dusty boxes", 0), asked("b", "Dusty boxes?", 5), false).await;
        check_reworded(asked("a", "dusty boxes", 0), asked("b", "cost by service", 5), false).await;
        let other = Asked { session: Some("cli bob"), ..asked("b", "stopped boxes", 5) };
        check_reworded(asked("a", "dusty boxes", 0), other, false).await;
        let nobody = Asked { session: None, ..asked("b", "stopped boxes", 5) };
        check_reworded(Asked { session: None, ..asked("a", "dusty boxes", 0) }, nobody, false).await;
        let answered = Asked { route: "known", ..asked("a", "dusty boxes", 0) };
        check_reworded(answered, asked("b", "stopped boxes", 5), false).await;
    }

    #[tokio::test]
    async fn a_question_like_another_right_after_a_thumb_down_is_the_same_in_other_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let table = table(&folder).await;
        record(&table, &[Asked { way: "common", route: "common", ..asked("a", "old instances", 0) }]).await;
        assert!(table.vote("a", false).await.expect("voted"));
        assert!(!table.vote("x", false).await.expect("not there"));
        let kept = record(&table, &[asked("b", "instances older than a year", 20)]).await;
        assert_eq!((kept[0].vote, kept[0].reworded_by.as_deref()), (Some(-1), Some("b")));
    }
}
