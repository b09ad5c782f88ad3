//! What people ask and what they make of the answers: kept where they consent, and told as how the classifier does.

pub mod export;
pub mod report;
pub(crate) mod wording;

use crate::app::{App, Caller};
use crate::config;
use crate::failure::{Code, Failure};
use crate::reply::Reply;
use crate::store::Store;
use crate::store::questions::{Asked, MAX_QUERY, Questions};
use chrono::{DateTime, Utc};
use classifier::labelled::Way;
use classifier::{Explanation, Layer};
use schema::Query;
use schema::query::sql::Asker;
use std::sync::atomic::{AtomicBool, Ordering};

/// What somebody thinks of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Opinion<'a> {
    /// For it, or against it.
    pub is_up: bool,
    /// Why, in their words; may be empty.
    pub comment: &'a str,
    /// What the question should have been read as.
    pub query: Option<&'a Query>,
}

/// A question that was answered, or was not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done<'a> {
    pub(crate) answer_id: &'a str,
    pub(crate) at: DateTime<Utc>,
    pub(crate) session: Option<&'a str>,
    pub(crate) question: &'a str,
    pub(crate) explanation: &'a Explanation,
    pub(crate) result: &'a Result<Reply, Failure>,
}

/// Keeps questions; there is one only with consent, and where there is a folder to keep them in.
#[derive(Debug)]
pub struct Learning {
    questions: Questions,
    has_complained: AtomicBool,
}

impl Learning {
    /// That of a store. Where the consent is taken back in so many words, what was kept is deleted.
    pub async fn open(store: Option<&Store>, wanted: &config::learning::Learning) -> Option<Self> {
        let questions = Questions::new(store?, wanted);
        match wanted.keep {
            Some(true) => Some(Self { questions, has_complained: AtomicBool::new(false) }),
            Some(false) => {
                if let Err(error) = questions.clear().await {
                    tracing::warn!(error = %error, "questions that were kept could not be deleted");
                }
                None
            }
            None => None,
        }
    }

    /// Writes a question down. One that cannot be written is said once, and costs no answer.
    pub(crate) async fn record(&self, done: &Done<'_>) {
        let Done { explanation, .. } = done;
        let reading = &explanation.reading;
        let asked = Asked {
            answer_id: done.answer_id,
            at: done.at,
            session: done.session,
            question: done.question,
            way: Way::from(&reading.route).name(),
            route: done.result.as_ref().map_or("failed", |reply| reply.route.as_str()),
            layer: layer(explanation.layer),
            confidence: reading.confidence,
            reading: &reading.reading,
            unread: &reading.unread.join(", "),
            query: match &reading.route {
                classifier::Route::Common(query) => Some(query),
                _ => None,
            },
        };
        if let Err(error) = self.questions.record(&asked).await
            && !self.has_complained.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(error = %error, "questions could not be kept; answers go on without");
        }
    }

    /// Takes what somebody thinks of an answer; whether its question was kept.
    async fn judge(&self, answer_id: &str, opinion: &Opinion<'_>) -> Result<bool, Failure> {
        let done = match opinion.query {
            Some(query) => self.questions.correct(answer_id, &json_of(query)?).await,
            None => self.questions.vote(answer_id, opinion.is_up).await,
        };
        done.map_err(|error| store_failed(&error))
    }

    /// The questions that are kept, the oldest first.
    pub async fn all(&self) -> Result<Vec<crate::store::questions::KeptQuestion>, Failure> {
        self.questions.all().await.map_err(|error| store_failed(&error))
    }
}

impl App {
    /// Takes what somebody thinks of an answer: of one that a program made always, of others where questions are kept.
    pub async fn feedback(&self, answer: &str, opinion: &Opinion<'_>, caller: &Caller) -> Result<(), Failure> {
        if let Some(query) = opinion.query {
            self.learning()?;
            if opinion.is_up {
                let message = "a query says what a wrong answer should have been, so it goes with `down`";
                return Err(Failure::new(Code::BadRequest, message));
            }
            let asker = Asker { own: &self.own_tables(), ..Asker::default() };
            query.to_sql_for(self.now(), asker).map_err(engine::EngineError::from)?;
        }
        let is_kept = match &self.learning {
            Some(learning) => learning.judge(answer, opinion).await?,
            None => false,
        };
        if opinion.query.is_some() && !is_kept {
            let message = "the question of this answer was not kept, so there is nothing to correct";
            return Err(Failure::new(Code::AnswerNotFound, message));
        }
        match self.vote(answer, opinion, caller).await {
            Err(failure) if is_kept && failure.code == Code::AnswerNotFound => Ok(()),
            result => result,
        }
    }

    /// What keeps questions, or why nothing does.
    pub fn learning(&self) -> Result<&Learning, Failure> {
        if let Some(learning) = &self.learning {
            return Ok(learning);
        }
        Err(match self.config.learning.keep {
            Some(true) => Failure::new(
                Code::BadRequest,
                "there is no folder that questions are kept in: the demo estate keeps nothing by itself",
            )
            .hint("name one: `data_dir` in `[cache]`, or `NEPH_CACHE__DATA_DIR=FOLDER`"),
            _ => Failure::new(Code::BadRequest, "questions are not kept here, for nobody has consented to it")
                .hint("`keep = true` in `[learning]` keeps them from then on; or `NEPH_LEARNING__KEEP=true`"),
        })
    }
}

/// Who asks one question after another: a person at a terminal, or an assistant; over HTTP whoever says so.
pub(crate) fn session_of(caller: &Caller, named: Option<&str>) -> Option<String> {
    let is_known = caller.who != "http";
    let who = named.or(is_known.then_some(caller.who.as_str()))?;
    Some(format!("{} {who}", caller.via))
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Text => "text",
        Layer::Rules => "rules",
        Layer::Model => "model",
    }
}

fn json_of(query: &Query) -> Result<String, Failure> {
    let json = serde_json::to_string(query).unwrap_or_default();
    if json.len() <= MAX_QUERY {
        return Ok(json);
    }
    let message = format!("a query that corrects a question has at most {MAX_QUERY} bytes as JSON");
    Err(Failure::new(Code::BadRequest, message))
}

fn store_failed(error: &sqlx::Error) -> Failure {
    tracing::warn!(error = %error, "the store of questions failed");
    Failure::new(Code::Internal, "the store of questions failed").hint("`neph doctor` looks at the data folder")
}
