//! Runs programs: the sandbox, opened when the first program comes, within what the operator allows.

use crate::config::programs::{Ceiling, Programs};
use crate::failure::{Code, Failure};
use crate::model::{Tokens, Wrong};
use crate::programs::header::{Header, HeaderError, ParamValue, Parsed};
use crate::programs::{self, Kept, Match, WrittenBy};
use crate::threads::Threads;
use chrono::{DateTime, Utc};
use engine::answer::{Answer, Timing, cut_to};
use engine::params::Param;
use engine::{Engine, EngineError, Explanation, Options, made};
use rust_decimal::Decimal;
use sandbox::job::Meter;
use sandbox::{Fault, FaultKind, Interpreter, Job, Limits, LoadError, Mode, QueryNote, Sandbox};
use schema::{Grant, own};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::future::Future;
use tokio::sync::OnceCell;

/// Who wrote a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Author {
    /// Somebody, who may spend what the configuration lets calls cost.
    #[default]
    Person,
    /// A language model or an assistant: its calls may cost no more than `max_dollars` in `[programs]`, in every run.
    Model,
}

/// A program that is to run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Runnable {
    /// Its text.
    pub source: String,
    /// Its parameters.
    pub params: Vec<(String, Param)>,
    /// What it says it needs.
    pub needs: Grant,
    /// The most that it says that its calls may cost, in US dollars.
    pub max_dollars: Option<Decimal>,
    /// Who wrote it.
    pub author: Author,
}

impl Runnable {
    /// A program by its text. Its header says what it needs and which parameters it has; `needs` can only make that less,
    /// and says it where there is no header.
    pub fn of_text(text: String, needs: Option<Grant>, params: &Map<String, Value>) -> Result<Self, Failure> {
        let Parsed { header, .. } = Parsed::read(&text).map_err(|error| wrong(&error))?;
        let max_dollars = header.needs.max_dollars;
        let has_header = !header.question.is_empty();
        let needs = match needs {
            Some(needs) if has_header => header.needs.grant().and(&needs),
            Some(needs) => needs,
            None => header.needs.grant(),
        };
        Ok(Self { params: values_of(&header, params)?, source: text, needs, max_dollars, author: Author::Person })
    }

    /// A kept program with some values for its parameters, and the defaults for the rest.
    pub fn of_kept(kept: &Kept, needs: Option<&Grant>, params: &Map<String, Value>) -> Result<Self, Failure> {
        let declared = kept.header.needs.grant();
        let needs = needs.map_or_else(|| declared.clone(), |needs| declared.clone().and(needs));
        let params = values_of(&kept.header, params)?;
        Ok(Self { needs, ..Self::of(kept, params) })
    }

    /// A kept program, with the values that a question has for its parameters.
    pub fn of_match(found: &Match) -> Self {
        Self::of(&found.program, params_of(&found.values))
    }

    fn of(kept: &Kept, params: Vec<(String, Param)>) -> Self {
        let needs = &kept.header.needs;
        let max_dollars = needs.max_dollars;
        Self { source: kept.text.clone(), params, needs: needs.grant(), max_dollars, author: author_of(kept) }
    }

    /// The same, written by an assistant.
    #[must_use]
    pub fn by_model(self) -> Self {
        Self { author: Author::Model, ..self }
    }
}

/// A thumb up does not make a person of a model.
fn author_of(kept: &Kept) -> Author {
    match kept.written_by {
        WrittenBy::Model(_) => Author::Model,
        WrittenBy::BuiltIn(_) | WrittenBy::Hand(_) => Author::Person,
    }
}

/// The grant of some tables, by their names in any case; an error names the one that there is not. A source's own are looked for
/// when the program reads them.
pub fn grant_of(tables: &[String]) -> Result<Grant, Failure> {
    let mut grant = Grant::default();
    for name in tables {
        let name = name.to_ascii_lowercase();
        if own::could_be_table(&name) {
            grant.tables.insert(name);
            continue;
        }
        let table = schema::query::check::table(&name).map_err(EngineError::from)?;
        grant.tables.insert(table.name.to_owned());
    }
    Ok(grant)
}

/// The values of a program's parameters. One that declares none takes any.
fn values_of(header: &Header, given: &Map<String, Value>) -> Result<Vec<(String, Param)>, Failure> {
    for (name, value) in given {
        if value.is_array() || value.is_object() {
            let sentence = format!("the parameter `{name}` must be a text, a number, a truth value or null");
            return Err(Failure::new(Code::BadRequest, sentence));
        }
    }
    if header.params.is_empty() {
        return Ok(given.iter().map(|(name, value)| (name.clone(), param_of(value))).collect());
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // A null stands for the default.
    let texts = given.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), text(value)));
    Ok(params_of(&header.values(&texts.collect()).map_err(|error| wrong(&error))?))
}

fn params_of(values: &BTreeMap<String, ParamValue>) -> Vec<(String, Param)> {
    values.iter().map(|(name, value)| (name.clone(), param_of(&value.to_json()))).collect()
}

fn wrong(error: &HeaderError) -> Failure {
    Failure::new(Code::BadRequest, error.to_string())
}

/// A parameter from JSON; what is no scalar is null.
fn param_of(value: &Value) -> Param {
    match value {
        Value::Bool(value) => Param::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Param::Int(int),
            (None, float) => Param::Float(float.unwrap_or_default()),
        },
        Value::String(text) => Param::Text(text.clone()),
        _ => Param::Null,
    }
}

/// What a reply says of the program that made its rows.
#[derive(Debug, Clone, Serialize)]
pub struct ProgramNote {
    /// The id under which it is kept; of one that is not kept, what it would be.
    pub id: String,
    /// Its text.
    pub source: String,
    /// The values of its parameters.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
    /// How many programs were written until this one; none where it was there.
    pub attempts: u32,
    /// The model that wrote it, where one did for this answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The tokens that this took, where a model wrote it for this answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// What was wrong with the drafts before this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub complaints: Vec<Wrong>,
    /// What it was granted.
    pub grant: Granted,
    /// The queries that it made.
    pub queries: Vec<QueryNote>,
    /// What it logged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
    /// What it used up.
    pub used: Meter,
}

/// What a program was granted.
#[derive(Debug, Clone, Serialize)]
pub struct Granted {
    /// Tables and scopes.
    #[serde(flatten)]
    pub reads: Grant,
    /// Bounds.
    pub limits: Limits,
}

/// A run that made rows.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The rows, and what they cover.
    pub answer: Answer,
    /// The program, and what it used up.
    pub note: ProgramNote,
}

/// A run that made none.
#[derive(Debug, Clone)]
pub struct Failed {
    /// Why.
    pub fault: Fault,
    /// The program, and what it did before.
    pub note: Box<ProgramNote>,
}

/// What a program would ask.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What its queries would take together; none where it asked nothing.
    pub plan: Option<Explanation>,
    /// Its queries, with what is wrong with them.
    pub queries: Vec<QueryNote>,
    /// What ended it, where something did: often that it needs rows to go on.
    pub fault: Option<Fault>,
}

/// Runs programs.
#[derive(Debug)]
pub struct Runner {
    engine: Engine,
    settings: Programs,
    ceiling: Ceiling,
    limits: Limits,
    ready: OnceCell<Ready>,
}

/// The sandbox, opened, and where programs run.
#[derive(Debug)]
struct Ready {
    interpreter: Interpreter,
    threads: Threads,
}

impl Runner {
    /// A runner over an engine. The sandbox itself is opened with the first program.
    /// An error where the settings name a table that there is not.
    pub fn new(engine: &Engine, settings: &Programs) -> Result<Self, Failure> {
        Ok(Self {
            engine: engine.clone(),
            settings: settings.clone(),
            ceiling: settings.ceiling()?,
            limits: settings.limits(),
            ready: OnceCell::new(),
        })
    }

    /// The bounds of a run.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The most that the calls of a program may cost, in US dollars, where that is bounded.
    pub fn max_dollars(&self, what: &Runnable) -> Option<Decimal> {
        let of_models = (what.author == Author::Model).then_some(self.settings.max_dollars);
        [of_models, what.max_dollars].into_iter().flatten().min()
    }

    /// Whether programs can run here at all.
    pub async fn open(&self) -> Result<(), Failure> {
        self.ready().await.map(|_| ())
    }

    async fn ready(&self) -> Result<&Ready, Failure> {
        let settings = self.settings.settings();
        let opened = self.ready.get_or_try_init(async || {
            let interpreter = Sandbox::new(&settings).and_then(|sandbox| sandbox.interpreter())?;
            let threads = Threads::start("neph-program", None);
            let threads = threads.map_err(|error| LoadError::Setup { message: error.to_string() })?;
            Ok(Ready { interpreter, threads })
        });
        opened.await.map_err(|error: LoadError| {
            let failure = Failure::new(Code::Internal, error.to_string());
            match error {
                LoadError::Setup { .. } => {
                    failure.hint("`[programs]` in the configuration has `runs_at_once`, which reserves address space")
                }
                _ => failure,
            }
        })
    }

    /// Has the interpreter do something, on the threads of programs.
    async fn apart<T: Send + 'static, F>(&self, work: impl FnOnce(Interpreter, Engine) -> F) -> Result<T, Failure>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let ready = self.ready().await?;
        let done = ready.threads.run(work(ready.interpreter.clone(), self.engine.clone())).await;
        done.map_err(|error| Failure::new(Code::Internal, format!("a defect in this program: {error}")))
    }

    /// Whether the text is a program. Runs nothing of it.
    pub async fn check(&self, source: &str, now: DateTime<Utc>) -> Result<Result<(), Fault>, Failure> {
        let what = Runnable { source: source.to_owned(), ..Runnable::default() };
        let job = self.job(&what, Options::default(), now);
        self.apart(|interpreter, engine| async move { interpreter.check(&engine, job).await }).await
    }

    /// Runs a program. `options.scope` and the program's needs cut down what it may read; `options.max_rows` cuts its
    /// rows, and not those of its queries.
    pub async fn run(
        &self,
        what: Runnable,
        options: Options,
        now: DateTime<Utc>,
    ) -> Result<Result<Ran, Failed>, Failure> {
        let max_rows = options.max_rows;
        let job = self.job(&what, Options { max_rows: None, ..options }, now);
        let reads = job.grant.clone();
        let run = self.apart(|interpreter, engine| async move { interpreter.run(&engine, job).await }).await?;
        let note = ProgramNote {
            id: programs::id_of(&what.source),
            params: what.params.iter().map(|(name, value)| (name.clone(), json_of(value))).collect(),
            source: what.source,
            attempts: 0,
            model: None,
            tokens: None,
            complaints: Vec::new(),
            grant: Granted { reads, limits: self.limits.clone() },
            queries: run.queries,
            log: run.log,
            used: run.meter,
        };
        let mut rows = match run.result {
            Ok(rows) => rows,
            Err(fault) => return Ok(Err(Failed { fault, note: Box::new(note) })),
        };
        let mut warnings = run.warnings;
        let truncated = max_rows.is_some_and(|max| rows.len() > max);
        if let (true, Some(max)) = (truncated, max_rows) {
            rows.truncate(max);
            warnings.push(cut_to(max));
        }
        let (columns, batch) = made::rows(&rows, &run.known)?;
        let fetch = note.queries.iter().map(|query| query.ms).sum();
        let answer = Answer {
            query: None,
            sql: String::new(),
            columns,
            row_count: rows.len(),
            batches: vec![batch],
            truncated,
            coverage: run.coverage,
            warnings,
            timing: Timing { fetch, run: run.meter.own_ms, total: run.meter.total_ms, ..Timing::default() },
        };
        Ok(Ok(Ran { answer, note }))
    }

    /// What a program would ask and what that would take, as far as can be told without rows. Nothing is fetched.
    pub async fn plan(&self, what: &Runnable, options: Options, now: DateTime<Utc>) -> Result<Planned, Failure> {
        let job = Job { mode: Mode::Plan, ..self.job(what, Options { max_rows: None, ..options }, now) };
        let run = self.apart(|interpreter, engine| async move { interpreter.run(&engine, job).await }).await?;
        Ok(Planned { plan: Explanation::of_all(run.plans), queries: run.queries, fault: run.result.err() })
    }

    fn job(&self, what: &Runnable, options: Options, now: DateTime<Utc>) -> Job {
        Job {
            source: what.source.clone(),
            params: what.params.clone(),
            grant: self.ceiling.over(what.needs.clone()),
            limits: self.limits.clone(),
            now,
            mode: Mode::Run,
            max_dollars: self.max_dollars(what),
            options,
        }
    }
}

fn json_of(param: &Param) -> Value {
    match param {
        Param::Null => Value::Null,
        Param::Bool(value) => json!(value),
        Param::Int(value) => json!(value),
        Param::Float(value) => json!(value),
        Param::Text(value) => json!(value),
    }
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        let Failed { fault, note } = failed;
        let code = match fault.kind {
            FaultKind::Limit(_) => Code::LimitReached,
            FaultKind::Denied => Code::NotGranted,
            FaultKind::Throttled | FaultKind::Upstream => Code::RunFailed,
            FaultKind::Host => Code::Internal,
            FaultKind::Syntax | FaultKind::Invalid => Code::BadProgram,
            _ => Code::ProgramFailed,
        };
        let has_no_table = note.grant.reads.tables.is_empty();
        let class = fault.class.as_ref().filter(|_| matches!(code, Code::ProgramFailed | Code::BadProgram));
        let class = class.map(|class| format!("{class}: ")).unwrap_or_default();
        let details = json!({
            "program": note.id, "params": note.params, "grant": note.grant, "fault": fault, "queries": note.queries, "log": note.log, "used": note.used,
            "may_be_mended": fault.kind.may_be_mended(),
        });
        let failure = Self::new(code, format!("the program failed{}: {class}{}", fault.place(), fault.message));
        let failure = failure.details(details);
        match fault.kind {
            FaultKind::Denied if has_no_table => failure.hint(
                "it is granted the tables that its text or its header (`tables = [\"instances\"]`) names, `--tables` or \
                 `needs`, as far as `tables` in `[programs]` allows them",
            ),
            _ => failure,
        }
    }
}
