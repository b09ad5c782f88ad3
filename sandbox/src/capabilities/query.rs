//! `query`: the one door to the tables. Every query is held to the grant before anything is fetched, and to the bounds
//! on queries and rows; every one is written down.

use crate::bindings::nephoscope::guest::query::{
    Bound, Column, Error, Host, HostCursor, Page, Parameter, Patience, Reason, Value, Values,
};
use crate::fault::{FaultKind, Limit};
use crate::guest::cut;
use crate::job::{Mode, QueryError, QueryNote};
use crate::state::State;
use ::engine::page::{self, Pages};
use ::engine::params::{self, Param};
use ::engine::{Answer, Engine, EngineError, Options, Request, What};
use schema::{Query, Status};
use std::time::Instant;
use tokio::task::JoinSet;
use wasmtime::Result;
use wasmtime::component::Resource;

/// A result that is being read.
pub(crate) type Cursor = Pages;

/// The most rows of one page: a page is copied into the guest at once.
const PAGE_ROWS: u32 = 4_096;
/// The most cursors that are open at once. A guest reads one result after the other.
const CURSORS: usize = 64;
/// The most bytes that are kept of a query that was refused.
const REFUSED_SQL: usize = 2_000;
/// The most bytes of what a guest is told of a query: it may quote the query, which may be megabytes of anything.
const MESSAGE: usize = 4_000;

impl Host for State {
    async fn sql(&mut self, text: String, parameters: Vec<Parameter>) -> Result<Result<Resource<Cursor>, Error>> {
        let params: Vec<(String, Param)> = parameters.into_iter().map(param).collect();
        let sql = params::bind(&text, &params).map(std::borrow::Cow::into_owned);
        self.answer(text, sql.map(What::Sql)).await
    }

    async fn typed(&mut self, json: String) -> Result<Result<Resource<Cursor>, Error>> {
        let query = serde_json::from_str::<Query>(&json).map(What::Query);
        let query = query.map_err(|error| EngineError::Sql { message: format!("the query cannot be read: {error}") });
        self.answer(json, query).await
    }
}

impl State {
    async fn answer(
        &mut self,
        text: String,
        what: Result<What, EngineError>,
    ) -> Result<Result<Resource<Cursor>, Error>> {
        if self.queries.len() >= self.limits.queries as usize {
            let most = u64::from(self.limits.queries);
            let message =
                format!("{most} queries are the most that one run may make; ask for more at once, with a join or `IN`");
            let refused = reached(Limit::Queries, most, message);
            self.tell(kind_of(&refused), message_of(&refused));
            return Ok(Err(refused));
        }
        let began = Instant::now();
        self.asking.turn(true);
        let result = match what {
            Ok(what) => self.run(what).await,
            Err(error) => Err(error_of(&error)),
        };
        self.asking.turn(false);
        let ms = (began.elapsed().as_secs_f64() * 1e6).round() / 1e3;
        // What was refused may be megabytes of anything; of what ran, the answer has the SQL.
        let mut note = QueryNote { sql: cut(text, REFUSED_SQL), rows: 0, ms, error: None };
        let outcome = match result {
            Ok(answer) => {
                note.sql.clone_from(&answer.sql);
                self.take(answer)
            }
            Err(error) => Err(error),
        };
        match &outcome {
            Ok(pages) => note.rows = pages.answer().row_count,
            Err(error) => {
                self.tell(kind_of(error), message_of(error));
                note.error = Some(noted(error));
            }
        }
        self.queries.push(note);
        Ok(match outcome {
            Ok(pages) => Ok(self.resources.push(pages)?),
            Err(error) => Err(error),
        })
    }

    /// Runs or plans it, on a task of its own: planning wants a deep stack, and the guest's clock must stand still.
    async fn run(&mut self, what: What) -> Result<Answer, Error> {
        // One more than may come, so that a result that is too large is seen to be.
        let most = self.limits.rows_in.saturating_sub(self.rows_in).saturating_add(1);
        let max_rows = self.options.max_rows.map_or(most, |rows| rows.min(most));
        let max_bytes = Some(self.limits.bytes_in.saturating_sub(self.bytes_in));
        let options = Options { max_rows: Some(max_rows), max_bytes, for_guest: true, ..self.options.clone() };
        let engine = self.engine.clone();
        let request = Request { what, options };
        match self.mode {
            Mode::Run => {
                self.pay(&request).await?;
                let answer = apart(&self.engine, async move { engine.run(request).await }).await;
                answer.map_err(|error| match error {
                    EngineError::TooLarge { .. } => too_large(self.limits.bytes_in),
                    other => error_of(&other),
                })
            }
            Mode::Plan => {
                let plan = apart(&self.engine, async move { engine.explain(request).await }).await;
                let plan = plan.map_err(|error| error_of(&error))?;
                let answer = Answer::without_rows(plan.sql.clone());
                self.plans.push(plan);
                Ok(answer)
            }
        }
    }

    /// Prices a request, where the run's money is bounded: a query in a loop was not there to be priced beforehand.
    async fn pay(&mut self, request: &Request) -> Result<(), Error> {
        let Some(left) = self.dollars_left else { return Ok(()) };
        let (engine, request) = (self.engine.clone(), request.clone());
        let plan = apart(&self.engine, async move { engine.explain(request).await }).await;
        let price = plan.map_err(|error| error_of(&error))?.dollars;
        if price > left {
            let message = format!(
                "the query's calls would cost ${} or more, and ${} are left of what {} may spend",
                price.normalize(),
                left.normalize(),
                self.guest.written()
            );
            return Err(reached(Limit::MaxDollars, 0, message));
        }
        self.dollars_left = Some(left - price);
        Ok(())
    }

    fn take(&mut self, mut answer: Answer) -> Result<Pages, Error> {
        let left = self.limits.rows_in.saturating_sub(self.rows_in);
        if answer.row_count > left || answer.truncated {
            let most = self.limits.rows_in as u64;
            let message = format!(
                "{most} rows are the most that the queries of one run may hand over together; filter, join or add up in SQL"
            );
            return Err(reached(Limit::RowsIn, most, message));
        }
        if self.cursors >= CURSORS {
            let message = format!("{CURSORS} results are the most that may be read at once");
            return Err(reached(Limit::Queries, CURSORS as u64, message));
        }
        let bytes = answer.bytes();
        self.took(&answer);
        if let Some(patience) = is_throttled(&answer) {
            return Err(Error::Throttled(patience));
        }
        self.cursors += 1;
        self.rows_in += answer.row_count;
        self.bytes_in += bytes;
        answer.coverage = schema::Coverage::default();
        Ok(Pages::new(answer))
    }
}

/// Whether nothing at all came because the provider asked for patience everywhere. What came of some scopes is handed over,
/// and coverage has the rest.
fn is_throttled(answer: &Answer) -> Option<Patience> {
    let scopes = &answer.coverage.scopes;
    // A count over nothing has a row, and says nothing all the same.
    let first = scopes.first()?;
    if !scopes.iter().all(|line| line.status == Status::Throttled && line.rows == 0) {
        return None;
    }
    let why = first.error.as_ref().map_or("", |error| error.message.as_str());
    let message = format!("nothing could be read: `{}` asks for patience everywhere: {why}", first.scope.provider);
    let waits = scopes.iter().filter_map(|line| line.error.as_ref()?.retry_after_seconds);
    let retry_after_seconds = waits.max().map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX));
    Some(Patience { message, retry_after_seconds })
}

fn too_large(bytes_in: usize) -> Error {
    let message = format!(
        "{} KiB are the most that the results which are open at once may take; filter, add up, or name fewer columns",
        bytes_in >> 10
    );
    reached(Limit::BytesIn, bytes_in as u64, message)
}

fn reached(limit: Limit, value: u64, message: String) -> Error {
    Error::Limit(Bound { message, name: limit.as_str().to_owned(), value })
}

impl HostCursor for State {
    fn columns(&mut self, cursor: Resource<Cursor>) -> Result<Vec<Column>> {
        let columns = &self.resources.get(&cursor)?.answer().columns;
        Ok(columns.iter().map(|c| Column { name: c.name.clone(), type_: c.ty.name().to_owned() }).collect())
    }

    fn next(&mut self, cursor: Resource<Cursor>, max_rows: u32) -> Result<Result<Option<Page>, Error>> {
        let pages = self.resources.get_mut(&cursor)?;
        Ok(Ok(pages.next(max_rows.min(PAGE_ROWS) as usize).map(page_of)))
    }

    fn drop(&mut self, cursor: Resource<Cursor>) -> Result<()> {
        let pages = self.resources.delete(cursor)?;
        self.cursors -= 1;
        self.bytes_in = self.bytes_in.saturating_sub(pages.answer().bytes());
        Ok(())
    }
}

/// On a task of its own where the engine's other queries run, and not among programs that compute. It ends with the future
/// that waits for it.
async fn apart<T: Send + 'static>(
    engine: &Engine,
    work: impl Future<Output = Result<T, EngineError>> + Send + 'static,
) -> Result<T, EngineError> {
    let mut task = JoinSet::new();
    task.spawn_on(work, &engine.work());
    match task.join_next().await {
        Some(Ok(result)) => result,
        _ => Err(EngineError::Run { message: "the query broke down".to_owned() }),
    }
}

fn param(parameter: Parameter) -> (String, Param) {
    let value = match parameter.value {
        Value::Null => Param::Null,
        Value::Boolean(value) => Param::Bool(value),
        Value::Integer(value) => Param::Int(value),
        Value::Real(value) => Param::Float(value),
        Value::Text(value) => Param::Text(value),
    };
    (parameter.name, value)
}

fn page_of(page: page::Page) -> Page {
    let columns = page.columns.into_iter().map(|values| match values {
        page::Values::Bools(values) => Values::Booleans(values),
        page::Values::Ints(values) => Values::Integers(values),
        page::Values::Floats(values) => Values::Reals(values),
        page::Values::Texts(values) => Values::Texts(values),
    });
    Page { rows: u32::try_from(page.rows).unwrap_or(u32::MAX), columns: columns.collect() }
}

fn error_of(error: &EngineError) -> Error {
    let reason = |code: &str| Reason { message: cut(error.to_string(), MESSAGE), code: code.to_owned() };
    match error {
        EngineError::Denied { code, .. } => Error::Denied(reason(code)),
        EngineError::Refused { .. } => Error::Denied(reason("only_reads")),
        EngineError::Query(_) => Error::Invalid(reason("bad_query")),
        EngineError::Sql { .. } => Error::Invalid(reason("bad_sql")),
        EngineError::Scope { .. } => Error::Invalid(reason("unknown_scope")),
        EngineError::Limit { message } | EngineError::TooLarge { message } => {
            // Which of its bounds it was, the engine says in its sentence.
            reached(Limit::Query, 0, cut(message.clone(), MESSAGE))
        }
        EngineError::Run { .. } => Error::Upstream(reason("run_failed")),
    }
}

/// The kind of fault that it is where nothing catches it.
fn kind_of(error: &Error) -> FaultKind {
    match error {
        Error::Denied(_) => FaultKind::Denied,
        Error::Invalid(_) => FaultKind::Invalid,
        Error::Throttled(_) => FaultKind::Throttled,
        Error::Limit(bound) => FaultKind::Limit(Limit::named(&bound.name).unwrap_or(Limit::Query)),
        Error::Upstream(_) => FaultKind::Upstream,
    }
}

fn message_of(error: &Error) -> &str {
    match error {
        Error::Denied(reason) | Error::Invalid(reason) | Error::Upstream(reason) => &reason.message,
        Error::Throttled(patience) => &patience.message,
        Error::Limit(bound) => &bound.message,
    }
}

fn noted(error: &Error) -> QueryError {
    QueryError { code: kind_of(error).as_str(), message: message_of(error).to_owned() }
}
