//! What all doors stand on: engine, classifier, audit log. A question, SQL or a `Query` goes in, a reply comes out.

use crate::clock;
use crate::config::Config;
use crate::environment::Environment;
use crate::failure::{Code, Failure};
use crate::language;
use crate::learning::{Done, Learning, Opinion, session_of};
use crate::model::{Prompt, Writer};
use crate::names::{Names, Rows};
use crate::places;
use crate::plugins::Plugins;
use crate::plugins::compile::Compiler;
use crate::plugins::outbound::Secrets;
use crate::programs::header::{HeaderError, Parsed};
use crate::programs::{Given, Kept, Library, LibraryError, Match, Standing, Vote, WrittenBy};
use crate::reply::{Outcome, Refusal, Reply, Route};
use crate::runner::{Runnable, Runner};
use crate::sources::{self, Lifetime};
use crate::store::Store;
use crate::store::audit::{self, AuditLog, Run};
use crate::store::cache_index::CacheIndex;
use crate::store::findings::{Findings, FindingsTable};
use crate::store::requests::Requests;
use crate::taken::Taken;
use crate::text::beginning;
use crate::unusual::{Found, Unread, Unusual};
use chrono::{DateTime, Utc};
use classifier::{Classifier, MAX_CHARS};
use engine::engine::EngineBuilder;
use engine::{Engine, EngineSettings, Explanation, Options, Request, What};
use history::{Folder, History};
use schema::{Grant, Query, Table, TableKind};
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estate {
    /// What is configured; the demo estate if nothing is.
    Configured,
    /// The demo estate, whatever is configured.
    Demo,
}

/// What is said of what is no question.
pub(crate) const SQL_AS_IT_IS: &str = "SQL, run as it is";
/// The same of a query.
pub(crate) const QUERY_AS_IT_IS: &str = "a query, run as it is";
/// The same of a program.
pub(crate) const PROGRAM_AS_IT_IS: &str = "a program, run as it is";

/// What is asked.
#[derive(Debug, Clone)]
pub enum Asked {
    /// In a person's words; or SQL or a query in JSON where these were expected, which then run as what they are.
    Question(String),
    /// In SQL.
    Sql(String),
    /// As a typed request.
    Query(Box<Query>),
    /// As a program.
    Program(Box<Runnable>),
}

/// Who asks, for the audit log.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The name.
    pub who: String,
    /// The door: `cli`, `http`, `mcp`.
    pub via: &'static str,
}

/// What an answer would take, told before anything runs.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// What a person typed, if it was a question.
    pub question: Option<String>,
    /// Which way it would go.
    pub route: &'static str,
    /// How it was read, or why it is refused.
    pub explanation: String,
    /// The nearest questions that would be answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<String>,
    /// Scopes, calls, seconds, dollars and permissions. Absent where it is refused, where nothing is read, and where a
    /// program is yet to be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Explanation>,
    /// An IAM policy that allows the AWS calls and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<serde_json::Value>,
    /// A custom role that allows the Azure calls and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<serde_json::Value>,
}

impl Explained {
    /// Whether it would be answered, as far as that is known before it is tried.
    pub fn is_refused(&self) -> bool {
        self.route == Route::Refused.as_str()
    }

    /// What an answer would take, with what must be allowed for it.
    fn new(
        config: &Config,
        question: Option<String>,
        route: Route,
        explanation: String,
        plan: Option<Explanation>,
    ) -> Self {
        let roles = config.aws.as_ref().map(aws::Settings::roles).unwrap_or_default();
        let policy = plan.as_ref().and_then(|plan| sources::aws_policy(&plan.permissions, &roles));
        let role = plan.as_ref().and_then(|plan| {
            // One that cannot be seen is known by what the settings call it, which need not be an id; with it in the file,
            // Azure would refuse the role as a whole.
            let seen = plan.scopes.iter().filter(|line| line.error.is_none()).map(|line| &line.scope);
            let accounts = seen.filter(|scope| scope.provider == "azure");
            sources::azure_role(&plan.permissions, accounts.map(|scope| scope.account_id.as_str()))
        });
        let question = question.map(|question| beginning(&question, MAX_CHARS));
        Self { question, route: route.as_str(), explanation, nearest: Vec::new(), plan, policy, role }
    }

    fn refused(question: &str, explanation: String, nearest: Vec<String>) -> Self {
        Self {
            question: Some(beginning(question, MAX_CHARS)),
            route: Route::Refused.as_str(),
            explanation,
            nearest,
            plan: None,
            policy: None,
            role: None,
        }
    }
}

/// Engine, classifier and audit log, put together from the configuration.
#[derive(Debug)]
pub struct App {
    /// Runs what is asked.
    pub engine: Engine,
    /// What it was made from.
    pub config: Config,
    /// Whether the rows are the demo estate's.
    pub is_demo: bool,
    /// Where the audit log and kept rows are, if they are anywhere.
    pub data_dir: Option<PathBuf>,
    /// Runs programs.
    pub runner: Runner,
    /// The kept programs.
    pub library: Library,
    /// Those that come with this program, and those that were installed.
    pub plugins: Plugins,
    /// What plugins found, where it is kept.
    pub findings: Option<Findings>,
    /// What plugins may have put into their requests.
    pub(crate) secrets: Secrets,
    /// Keeps questions, where somebody consented.
    pub(crate) learning: Option<Learning>,
    /// Has programs written; or why none is, although a model is configured.
    writer: Result<Option<Writer>, Failure>,
    classifier: Classifier,
    store: Option<Store>,
    audit: Option<Arc<AuditLog>>,
    names: Names,
    vocabulary: Mutex<Option<Vocabularies>>,
    now: fn() -> DateTime<Utc>,
}

/// What the names of the estate were made from, and the classifier's form of them.
#[derive(Debug, Clone)]
struct Vocabularies {
    known: Arc<engine::Vocabulary>,
    tag_keys: Arc<Vec<String>>,
    turned: Arc<classifier::Vocabulary>,
}

/// A question as it was read.
enum Read {
    Query { query: Box<Query>, explanation: String, places: Vec<engine::Place> },
    Unusual { why: String, nearest: Vec<String> },
    Refused(Refusal),
}

/// How long the end of a process waits for its last runs to be written.
pub(crate) const LAST_WRITES: Duration = Duration::from_secs(3);

impl App {
    /// Puts everything together. A store that cannot be opened is said once and done without.
    pub async fn open(
        config: Config,
        estate: Estate,
        lifetime: Lifetime,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let is_demo = estate == Estate::Demo || !config.has_sources();
        let data_dir = data_dir(&config, is_demo, environment);
        let builder = sources::builder(&config, is_demo, lifetime, environment).await?;
        let writer = config.model.as_ref().map(|model| {
            let settings = model.settings(environment)?;
            Ok(Writer::new(settings)?)
        });
        let secrets = config.plugins.secrets(environment)?;
        let compiler = environment.program().map_or(Compiler::Here, Compiler::Apart);
        let wanted = if is_demo { &[][..] } else { &config.plugins.sources };
        let requests = Requests::default();
        let all = |engine: &Engine| {
            Plugins::new(engine, &config.plugins, data_dir.as_ref(), compiler.clone()).noting(&requests)
        };
        let builder = with_plugins(builder, wanted, &all, &secrets).await?;
        let mut app = Self::assemble(config.clone(), builder, data_dir.clone(), is_demo, clock::now).await?;
        app.secrets = secrets;
        app.plugins = all(&app.engine);
        if let Some(audit) = &app.audit {
            audit.takes_in(&requests);
        }
        if is_demo {
            let estate = sources::demo(&app.config);
            app.names.give(move || demo_rows(&estate));
        }
        // Whoever asks something usual has no use for a model, nor for what is wrong with its settings.
        Ok(app.with_writer(writer.transpose()))
    }

    /// With somebody who writes programs, or why there is nobody.
    #[must_use]
    pub fn with_writer(self, writer: Result<Option<Writer>, Failure>) -> Self {
        Self { writer, ..self }
    }

    /// Puts everything together from sources that are there already, at a time of the caller's choosing.
    pub async fn assemble(
        config: Config,
        mut builder: EngineBuilder,
        data_dir: Option<PathBuf>,
        is_demo: bool,
        now: fn() -> DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let store = match &data_dir {
            Some(folder) => open_store(folder).await,
            None => None,
        };
        let audit = store.as_ref().map(|store| Arc::new(AuditLog::start(store, &config.audit)));
        if let Some(store) = &store {
            builder = builder.cache_store(Arc::new(CacheIndex::new(store, config.cache.disk_bytes)));
        }
        for table in kept_tables(data_dir.as_deref(), now) {
            builder = builder.in_place(Arc::new(table));
        }
        let names = Names::within(store.as_ref().and(data_dir.as_deref()));
        let findings = store.as_ref().map(Findings::new);
        let builder = builder.rows_listener(Arc::new(names.clone()));
        let builder = builder.in_place(Arc::new(FindingsTable::new(findings.clone(), now)));
        let engine = builder.clock(now).build()?;
        let runner = Runner::new(&engine, &config.programs)?;
        let library = Library::open(store.as_ref()).await.map_err(library_failed)?;
        let learning = Learning::open(store.as_ref(), &config.learning).await;
        let requests = Requests::default();
        if let Some(audit) = &audit {
            audit.takes_in(&requests);
        }
        let plugins = Plugins::new(&engine, &config.plugins, data_dir.as_ref(), Compiler::Here).noting(&requests);
        Ok(Self {
            engine,
            runner,
            library,
            plugins,
            findings,
            secrets: Secrets::default(),
            learning,
            writer: Ok(None),
            config,
            is_demo,
            data_dir,
            classifier: Classifier::new(),
            store,
            audit,
            names,
            vocabulary: Mutex::default(),
            now,
        })
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// Whether the store was wanted and could be opened, or was not wanted.
    pub fn store_is_well(&self) -> bool {
        self.data_dir.is_none() || self.store.is_some()
    }

    /// Answers what is asked, and writes it down. Dropping the future cancels the work.
    pub async fn answer(&self, asked: Asked, options: Options, caller: &Caller) -> Result<Reply, Failure> {
        self.answer_in(None, asked, options, caller).await
    }

    /// The same in a session that its client gave a name: a question like one right before it that was of no use is then known
    /// to be the same in other words.
    pub async fn answer_in(
        &self,
        session: Option<&str>,
        asked: Asked,
        options: Options,
        caller: &Caller,
    ) -> Result<Reply, Failure> {
        let (asked, taken) = Taken::of(asked, &self.engine)?;
        // As it was read before the answer: a clock and a vocabulary later, it could be read otherwise.
        let kept = match (&self.learning, &asked) {
            (Some(learning), Asked::Question(question)) => Some((learning, question.clone(), self.why(question).await)),
            _ => None,
        };
        let at = (self.now)();
        let id = Uuid::now_v7().to_string();
        let begun = self.audit.as_ref().map(|audit| audit.begin(run_of(id.clone(), at, &asked, caller)));
        let result = taken.told(self.try_answer(&id, asked, options).await);
        if let Ok(reply) = &result
            && let (Some(program), Some(question)) = (&reply.program, &reply.question)
        {
            let took_ms = reply.total_ms();
            let given = Given { answer_id: &id, program_id: &program.id, question, who: &caller.who, at, took_ms };
            if let Err(error) = self.library.record_run(&given).await {
                tracing::warn!(error = %error, "an answer could not be written down for feedback");
            }
        }
        if let Some((learning, question, explanation)) = &kept {
            let session = session_of(caller, session);
            let session = session.as_deref();
            learning.record(&Done { answer_id: &id, at, session, question, explanation, result: &result }).await;
        }
        if let Some(begun) = begun {
            begun.end(|run| note_end(run, &result)).await;
        }
        self.names.take_in_soon();
        result
    }

    async fn try_answer(&self, id: &str, asked: Asked, mut options: Options) -> Result<Reply, Failure> {
        let began = Instant::now();
        let (question, route, explanation, what) = match asked {
            Asked::Question(question) => match self.read(&question).await {
                Read::Query { query, explanation, places } => {
                    options.places = places;
                    (Some(question), Route::Common, explanation, What::Query(*query))
                }
                Read::Unusual { why, nearest } => {
                    let classify_ms = millis(began);
                    let found = self.unusual(&question, &why, &nearest, &options).await?;
                    return Ok(reply_of(id, question, classify_ms, found));
                }
                Read::Refused(refusal) => return Ok(Reply::refused(id, question, millis(began), refusal)),
            },
            Asked::Sql(sql) => (None, Route::Direct, SQL_AS_IT_IS.to_owned(), What::Sql(sql)),
            Asked::Query(query) => (None, Route::Direct, QUERY_AS_IT_IS.to_owned(), What::Query(*query)),
            Asked::Program(program) => return self.run_program(id, *program, options).await,
        };
        let classify_ms = if question.is_some() { millis(began) } else { 0.0 };
        let answer = self.engine.run(Request { what, options }).await?;
        Ok(Reply {
            id: id.to_owned(),
            question,
            route,
            explanation,
            classify_ms,
            outcome: Outcome::Answer(Box::new(answer)),
            program: None,
            prompt: None,
        })
    }

    /// A question that the rules do not read.
    async fn unusual(
        &self,
        question: &str,
        why: &str,
        nearest: &[String],
        options: &Options,
    ) -> Result<Found, Failure> {
        let (vocabulary, words) = (self.engine.vocabulary().await, self.vocabulary().await);
        let unread = Unread { question, why, nearest, vocabulary: &vocabulary, words: &words, now: (self.now)() };
        self.route().answer(&unread, options).await
    }

    fn route(&self) -> Unusual<'_> {
        Unusual {
            runner: &self.runner,
            library: &self.library,
            writer: self.writer.as_ref().ok().and_then(Option::as_ref),
            no_writer: self.writer.as_ref().err(),
            examples: self.config.model.as_ref().map(|model| model.examples).unwrap_or_default(),
        }
    }

    /// What a language model is told of a question, or would be if there were one.
    pub async fn prompt(&self, question: &str) -> Prompt {
        let (vocabulary, words) = (self.engine.vocabulary().await, self.vocabulary().await);
        let unread =
            Unread { question, why: "", nearest: &[], vocabulary: &vocabulary, words: &words, now: (self.now)() };
        self.route().prompt(&unread).await
    }

    /// A program by hand.
    async fn run_program(&self, id: &str, program: Runnable, options: Options) -> Result<Reply, Failure> {
        let ran = self.runner.run(program, options, (self.now)()).await??;
        Ok(Reply {
            id: id.to_owned(),
            question: None,
            route: Route::Direct,
            explanation: PROGRAM_AS_IT_IS.to_owned(),
            classify_ms: 0.0,
            outcome: Outcome::Answer(Box::new(ran.answer)),
            program: Some(Box::new(ran.note)),
            prompt: None,
        })
    }

    /// What an answer would take. Nothing runs.
    pub async fn explain(&self, asked: Asked, options: Options) -> Result<Explained, Failure> {
        let (asked, taken) = Taken::of(asked, &self.engine)?;
        taken.told_of(self.try_explain(asked, options).await)
    }

    async fn try_explain(&self, asked: Asked, mut options: Options) -> Result<Explained, Failure> {
        let (question, route, explanation, what) = match asked {
            Asked::Question(question) => match self.read(&question).await {
                Read::Query { query, explanation, places } => {
                    options.places = places;
                    (Some(question), Route::Common, explanation, What::Query(*query))
                }
                Read::Unusual { why, nearest } => return self.explain_unusual(question, &why, &nearest, options).await,
                Read::Refused(refusal) => return Ok(Explained::refused(&question, refusal.why, refusal.nearest)),
            },
            Asked::Sql(sql) => (None, Route::Direct, SQL_AS_IT_IS.to_owned(), What::Sql(sql)),
            Asked::Query(query) => (None, Route::Direct, QUERY_AS_IT_IS.to_owned(), What::Query(*query)),
            Asked::Program(program) => {
                let how = PROGRAM_AS_IT_IS.to_owned();
                return self.explain_program(None, Route::Direct, how, &program, options).await;
            }
        };
        let plan = self.engine.explain(Request { what, options }).await?;
        Ok(Explained::new(&self.config, question, route, explanation, Some(plan)))
    }

    async fn explain_unusual(
        &self,
        question: String,
        why: &str,
        nearest: &[String],
        options: Options,
    ) -> Result<Explained, Failure> {
        if let Some(found) = self.known(&question).await {
            let program = Runnable::of_match(&found);
            return self.explain_program(Some(question), Route::Known, found.reading(), &program, options).await;
        }
        let Ok(Some(writer)) = &self.writer else {
            let (why, nearest) = self.route().no_writer(&question, why, nearest).await;
            return Ok(Explained::refused(&question, why, nearest));
        };
        let tokens = self.prompt(&question).await.tokens();
        let explanation = format!(
            "{why}; {} would be asked to write a program (a prompt of about {tokens} tokens), and what that reads is \
             priced once it is written, before it runs",
            writer.model_name()
        );
        Ok(Explained { route: Route::Generated.as_str(), ..Explained::refused(&question, explanation, Vec::new()) })
    }

    /// What a program would ask, as far as that is known without rows.
    async fn explain_program(
        &self,
        question: Option<String>,
        route: Route,
        explanation: String,
        program: &Runnable,
        options: Options,
    ) -> Result<Explained, Failure> {
        let planned = self.runner.plan(program, options, (self.now)()).await?;
        let plan = planned.plan.map(|mut plan| {
            if let Some(fault) = &planned.fault {
                let sentence = format!("without rows, the program came no further than this: {fault}{}", fault.place());
                plan.warnings.push(sentence);
            }
            plan
        });
        let explanation = match (&plan, &planned.fault) {
            (None, Some(fault)) => {
                joined(&explanation, &format!("nothing of it can be planned: {fault}{}", fault.place()))
            }
            (None, None) => joined(&explanation, "it reads no table"),
            (Some(_), _) => explanation,
        };
        Ok(Explained::new(&self.config, question, route, explanation, plan))
    }

    /// A kept program, or that there is none of that name.
    pub async fn kept(&self, id: &str) -> Result<Arc<Kept>, Failure> {
        match self.library.named(id).await.as_slice() {
            [] => {}
            [one] => return Ok(one.clone()),
            several => {
                let ids: Vec<_> = several.iter().map(|kept| format!("`{}`", kept.id)).collect();
                let failure = Failure::new(Code::ProgramNotFound, format!("several programs begin with `{id}`"));
                return Err(failure.hint(format!("name one of {}", ids.join(", "))));
            }
        }
        let names: Vec<String> = self.library.list().await.iter().map(|kept| kept.name().to_owned()).collect();
        let failure = Failure::new(Code::ProgramNotFound, format!("there is no program `{id}`"));
        Err(match schema::names::nearest(id, names.iter().map(String::as_str)) {
            Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
            None => failure.hint("`neph program list` lists the kept ones"),
        })
    }

    /// A kept program with values for its parameters, to be asked.
    pub async fn kept_program(
        &self,
        id: &str,
        needs: Option<&Grant>,
        params: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Asked, Failure> {
        let kept = self.kept(id).await?;
        Ok(Asked::Program(Box::new(Runnable::of_kept(&kept, needs, params)?)))
    }

    /// Keeps a program for good. `question` is what it answers, where its text does not say.
    pub async fn keep(&self, text: &str, question: Option<&str>, caller: &Caller) -> Result<Arc<Kept>, Failure> {
        self.can_keep()?;
        let wrong = |error: HeaderError| Failure::new(Code::BadRequest, error.to_string());
        let mut program = Parsed::read(text).map_err(wrong)?;
        if let Some(question) = question {
            program.header.question = question.to_owned();
        }
        program.header.check().map_err(|error| {
            wrong(error).hint("name it with `--question \"…\"`, or in a header comment at the top of the file")
        })?;
        let now = (self.now)();
        if let Err(fault) = self.runner.check(&program.source, now).await? {
            let sentence = format!("it is no program{}: {}", fault.place(), fault.message);
            return Err(Failure::new(Code::ProgramFailed, sentence));
        }
        let text = if question.is_some() { program.to_string() } else { text.to_owned() };
        let kept = self.library.keep(&text, WrittenBy::Hand(caller.who.clone()), Standing::Kept, now).await;
        kept.map_err(library_failed)
    }

    /// Keeps a program that is stored already, for good; one that people are against is offered again.
    pub async fn keep_for_good(&self, id: &str) -> Result<Arc<Kept>, Failure> {
        let kept = self.kept(id).await?;
        if kept.standing == Standing::Kept && kept.is_offered() {
            return Ok(kept);
        }
        self.can_keep()?;
        let again = self.library.keep(&kept.text, kept.written_by.clone(), Standing::Kept, (self.now)()).await;
        again.map_err(library_failed)
    }

    /// Deletes a kept program, so that its question is not answered by it any more.
    pub async fn forget(&self, id: &str) -> Result<Arc<Kept>, Failure> {
        let kept = self.kept(id).await?;
        if self.library.forget(&kept).await.map_err(library_failed)? {
            return Ok(kept);
        }
        let failure = Failure::new(Code::BadRequest, format!("`{}` ships with this program", kept.name()));
        Err(failure.hint("it is no longer offered once three of its answers have a thumb down"))
    }

    fn can_keep(&self) -> Result<(), Failure> {
        if self.store.is_some() {
            return Ok(());
        }
        let hint = "name a folder with `data_dir` in `[cache]`; with `--demo` nothing is kept without one";
        Err(Failure::new(Code::BadRequest, "there is no data folder to keep it in").hint(hint))
    }

    /// Takes a thumb up or down on an answer that a program made.
    pub(crate) async fn vote(&self, answer: &str, opinion: &Opinion<'_>, caller: &Caller) -> Result<(), Failure> {
        let comment = Some(opinion.comment.trim()).filter(|comment| !comment.is_empty());
        // Who asks over HTTP is not known, so there each answer has a vote.
        let who = if caller.via == "http" { format!("{} {answer}", caller.who) } else { caller.who.clone() };
        let vote = Vote { answer_id: answer, who: &who, is_up: opinion.is_up, comment, at: (self.now)() };
        self.library.feedback(&vote).await.map(drop).map_err(library_failed)
    }

    /// The id of the answer to the last question that somebody asked, as the audit log has it.
    pub async fn last_answer(&self, caller: &Caller) -> Result<String, Failure> {
        let last = match &self.store {
            Some(store) => audit::last_answer(store, &caller.who, caller.via).await,
            None => Ok(None),
        };
        let last =
            last.map_err(|error| Failure::new(Code::Internal, format!("the audit log cannot be read: {error}")))?;
        last.ok_or_else(|| {
            Failure::new(Code::AnswerNotFound, "there is no last answer: no question of yours was written down here")
                .hint("name an answer by the `id` in its JSON")
        })
    }

    async fn read(&self, question: &str) -> Read {
        let vocabulary = self.words_of(question).await;
        let context = classifier::Context { now: (self.now)(), vocabulary: &vocabulary };
        let mut reading = self.classifier.classify(question, &context);
        let is_foreign = language::told_in(question, &mut reading);
        let explanation = explain_reading(&reading);
        match reading.route {
            classifier::Route::Common(query) => {
                let places = places::of(question, &reading.reasons);
                Read::Query { query: Box::new(query), explanation, places }
            }
            classifier::Route::Unusual { why, mut nearest } => {
                if !is_foreign {
                    nearest.splice(0..0, self.classifier.shortened(question, &context));
                }
                Read::Unusual { why, nearest }
            }
            classifier::Route::Refused { why } => Read::Refused(Refusal { why, ..Refusal::default() }),
        }
    }

    /// Why no program is asked for a question, whatever is kept for it; none where one would be.
    pub async fn passes_programs_by(&self, question: &str) -> Option<String> {
        match self.read(question).await {
            Read::Query { explanation, .. } => Some(format!("the rules read it as a query, {explanation}")),
            Read::Refused(refusal) => Some(format!("it is refused, {}", refusal.why)),
            Read::Unusual { .. } => None,
        }
    }

    /// How a question is read, word by word. Nothing runs.
    pub async fn why(&self, question: &str) -> classifier::Explanation {
        let vocabulary = self.words_of(question).await;
        let context = classifier::Context { now: (self.now)(), vocabulary: &vocabulary };
        let mut explanation = self.classifier.explain(question, &context);
        language::told_in(question, &mut explanation.reading);
        explanation
    }

    /// The kept program that answers a question which the rules do not read, if one does.
    pub async fn known(&self, question: &str) -> Option<Match> {
        let words = self.vocabulary().await;
        self.library.find(question, &words).await
    }

    /// How an unfinished question could go on.
    pub async fn suggest(&self, unfinished: &str) -> Vec<classifier::Suggestion> {
        let vocabulary = self.vocabulary().await;
        self.classifier.suggest(unfinished, &vocabulary)
    }

    /// The tables of sources' own.
    pub(crate) fn own_tables(&self) -> Vec<&'static Table> {
        self.engine.tables().filter(|table| table.kind == TableKind::Own).collect()
    }

    /// The names of the estate, with those that stand in a question.
    async fn words_of(&self, question: &str) -> Arc<classifier::Vocabulary> {
        let vocabulary = self.vocabulary().await;
        let phrases = self.classifier.names_in(question);
        if phrases.is_empty() {
            return vocabulary;
        }
        let names = self.names.find(&phrases).await;
        if names.is_empty() { vocabulary } else { Arc::new(classifier::Vocabulary { names, ..(*vocabulary).clone() }) }
    }

    /// The names of the estate, turned into the classifier's form once for each time that they are found out.
    async fn vocabulary(&self) -> Arc<classifier::Vocabulary> {
        let (known, tag_keys) = (self.engine.vocabulary().await, self.names.tag_keys().await);
        let mut kept = self.vocabulary.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.as_ref()
            && Arc::ptr_eq(&kept.known, &known)
            && Arc::ptr_eq(&kept.tag_keys, &tag_keys)
        {
            return kept.turned.clone();
        }
        let turned = Arc::new(vocabulary(&known, &tag_keys, self.own_tables()));
        *kept = Some(Vocabularies { known, tag_keys, turned: turned.clone() });
        turned
    }

    /// The audit log, where there is one. Whoever holds it can write the last runs of an `App` that is gone.
    pub(crate) fn audit(&self) -> Option<&Arc<AuditLog>> {
        self.audit.as_ref()
    }

    /// Lets go of everything, last runs written.
    pub async fn close(&self) {
        let end = async {
            if let Some(audit) = &self.audit {
                audit.flush().await;
            }
            self.names.keep().await;
            if let Some(store) = &self.store {
                store.close().await;
            }
        };
        if tokio::time::timeout(LAST_WRITES, end).await.is_err() {
            tracing::warn!("the audit log took too long to write; its last runs may be missing");
        }
    }
}

async fn open_store(folder: &Path) -> Option<Store> {
    let opened = Store::open(folder).await;
    opened.map_err(|failure| tracing::warn!("{failure}; answers go on without an audit log and without kept rows")).ok()
}

/// The sources among the plugins that the configuration names. They are got ready over an engine of nothing: theirs is yet to
/// be built.
async fn with_plugins(
    mut builder: EngineBuilder,
    wanted: &[String],
    all: &impl Fn(&Engine) -> Plugins,
    secrets: &Secrets,
) -> Result<EngineBuilder, Failure> {
    if wanted.is_empty() {
        return Ok(builder);
    }
    let nothing = Engine::builder(EngineSettings::default()).clock(clock::now).build()?;
    let plugins = Arc::new(all(&nothing));
    for name in wanted {
        builder = builder.source(plugins.source(name, secrets).await?);
    }
    Ok(builder)
}

/// What syncs kept, as tables; without a folder, they say that there is none.
fn kept_tables(data_dir: Option<&Path>, now: fn() -> DateTime<Utc>) -> [History; 2] {
    let folder = data_dir.map(Folder::within);
    History::both(folder.as_ref(), &history::Limits::default(), &(Arc::new(now) as history::Clock))
}

/// The folder of what is kept. The demo estate keeps nothing, unless a folder is named.
fn data_dir(config: &Config, is_demo: bool, environment: &Environment) -> Option<PathBuf> {
    let named = config.cache.data_dir.clone();
    if is_demo { named } else { named.or_else(|| Some(environment.data_home()?.join("nephoscope"))) }
}

fn vocabulary(
    known: &engine::Vocabulary,
    tag_keys: &[String],
    own_tables: Vec<&'static Table>,
) -> classifier::Vocabulary {
    classifier::Vocabulary {
        providers: known.providers.iter().cloned().collect(),
        accounts: known.accounts.iter().cloned().collect(),
        regions: known.regions.iter().cloned().collect(),
        tag_keys: tag_keys.to_vec(),
        own_tables,
        names: Vec::new(),
    }
}

/// So many rows of a make-believe estate are looked through for names: those of its usual size, and no more of a huge one.
const DEMO_ROWS: usize = 20_000;

/// What the demo estate lists, which costs nothing to know.
fn demo_rows(estate: &demo::Demo) -> Vec<Rows> {
    let mut left = DEMO_ROWS;
    let resources = schema::tables::ALL.iter().copied().filter(|table| table.kind == TableKind::Resource);
    let all = resources.filter_map(|table| {
        let rows: Vec<_> = estate.listed(table).take(left).collect();
        left -= rows.len();
        let batch = engine::arrow::batch(table, &rows).ok()?;
        let place = format!("demo/{}", table.name);
        Some(Rows { place, are_all: true, table: table.name.to_owned(), batches: Arc::new(vec![batch]) })
    });
    all.collect()
}

/// How a question was read, in sentences.
fn explain_reading(reading: &classifier::Reading) -> String {
    let mut said = reading.reading.clone();
    if !reading.reasons.is_empty() {
        said = format!("{said} ({})", reading.reasons.join("; "));
    }
    said
}

fn library_failed(error: LibraryError) -> Failure {
    match error {
        LibraryError::Text(error) => Failure::new(Code::BadRequest, error.to_string()),
        LibraryError::NoAnswer(_) => Failure::new(Code::AnswerNotFound, error.to_string())
            .hint("an answer's `id` is in its JSON; answers of programs take feedback, others where `keep` in `[learning]` is set"),
        LibraryError::Store(cause) => {
            tracing::warn!(error = %cause, "the store of programs failed");
            Failure::new(Code::Internal, "the store of programs failed").hint("`neph doctor` looks at the data folder")
        }
    }
}

/// The reply to a question that the rules did not read.
fn reply_of(id: &str, question: String, classify_ms: f64, found: Found) -> Reply {
    let (route, ran, explanation) = match found {
        Found::Known { ran, explanation } => (Route::Known, ran, explanation),
        Found::Generated { ran, explanation } => (Route::Generated, ran, explanation),
        Found::Nobody { why, nearest, is_failure, written } => {
            return Reply::refused(id, question, classify_ms, Refusal { why, nearest, is_failure, written });
        }
    };
    Reply {
        id: id.to_owned(),
        question: Some(question),
        route,
        explanation,
        classify_ms,
        outcome: Outcome::Answer(Box::new(ran.answer)),
        program: Some(Box::new(ran.note)),
        prompt: None,
    }
}

/// Two clauses of one sentence, where there is a first.
fn joined(first: &str, second: &str) -> String {
    if first.is_empty() { second.to_owned() } else { format!("{first}; {second}") }
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

/// A run that begins.
fn run_of(id: String, at: DateTime<Utc>, asked: &Asked, caller: &Caller) -> Run {
    let mut run =
        Run { id, at, who: caller.who.clone(), via: caller.via, route: Route::Direct.as_str(), ..Run::default() };
    match asked {
        Asked::Question(question) => {
            run.question = Some(question.clone());
            run.route = Route::Common.as_str();
        }
        Asked::Sql(sql) => run.sql = Some(sql.clone()),
        Asked::Query(query) => run.query = Some((**query).clone()),
        Asked::Program(program) => run.program = Some(json!({ "source": program.source, "needs": program.needs })),
    }
    run
}

/// How a run ended.
fn note_end(run: &mut Run, result: &Result<Reply, Failure>) {
    match result {
        Ok(reply) => {
            run.route = reply.route.as_str();
            run.explanation = Some(reply.explanation.clone());
            if let Some(program) = &reply.program {
                run.program = serde_json::to_value(program).ok();
            }
            if let Outcome::Refused(refusal) = &reply.outcome {
                if let Some(written) = &refusal.written {
                    run.program = serde_json::to_value(written).ok();
                }
                if refusal.is_failure {
                    run.error = Some((Code::ModelFailed.as_str(), refusal.why.clone()));
                }
            }
            if let Some(answer) = reply.answer() {
                run.query.clone_from(&answer.query);
                run.sql = reply.program.is_none().then(|| answer.sql.clone());
                run.coverage = Some(answer.coverage.clone());
                run.row_count = Some(answer.row_count);
                run.truncated = answer.truncated;
                run.timing = Some(answer.timing);
            }
        }
        Err(failure) => {
            run.error = Some((failure.code.as_str(), failure.message.clone()));
            match (&mut run.program, &failure.details) {
                (Some(program), Some(details)) => program["failed"] = (**details).clone(),
                // A kept program that failed; nothing else that a question runs has details.
                (None, Some(details)) => {
                    run.route = Route::Known.as_str();
                    run.program = Some(json!({ "failed": details }));
                }
                _ => {}
            }
        }
    }
}
