//! `explain`: says what an answer would take, and runs nothing.

use super::tool::{Call, Slip, Tool, World, define, read};
use super::{answer, bounded};
use crate::app::{Asked, Explained};
use crate::failure::{Code, Failure};
use crate::http::options::RequestOptions;
use crate::http::query::direct;
use crate::runner::Runnable;
use crate::text::{count, visible};
use async_trait::async_trait;
use engine::Explanation;
use rmcp::model::{CallToolResult, JsonObject};
use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) struct Explain;

const DESCRIPTION: &str = "\
Says what answering would take, without running anything: how a question is read, the SQL, how many calls to which cloud \
APIs in which scopes, about how many seconds and US dollars (some cloud APIs charge for reads), the exact permissions \
that are needed, and the least IAM policy and Azure role that grant them. Use it before something large, slow or paid, to check how a \
question is understood, or when the user asks about permissions. Give exactly one of `question`, `sql`, `query` and `program`.";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
struct Arguments {
    /// A question in plain English, as for `ask`.
    question: Option<String>,
    /// A SELECT, as for `query`.
    sql: Option<String>,
    /// A typed request, as for `query`.
    #[schemars(with = "Option<JsonObject>")]
    query: Option<Value>,
    /// A JavaScript program, as for `run_program`: what it reads, as far as that is known without rows.
    program: Option<String>,
    /// Values that the program reads as `params.NAME`.
    #[serde(default)]
    params: JsonObject,
    /// How it would be answered.
    #[serde(default)]
    options: RequestOptions,
}

#[async_trait]
impl Tool for Explain {
    fn definition(&self) -> rmcp::model::Tool {
        define::<Arguments>("explain", "Explain before running", DESCRIPTION, World::Clouds)
    }

    async fn call(&self, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip> {
        let Arguments { question, sql, query, program, params, options } = read(arguments)?;
        let asked = match (question, sql, query, program) {
            (Some(question), None, None, None) => Asked::Question(question),
            (None, None, None, Some(source)) => Asked::Program(Box::new(Runnable::of_text(source, None, &params)?)),
            (None, sql, query, None) if sql.is_some() != query.is_some() => direct(sql, query)?,
            _ => {
                let why = "`explain` needs one of `question`, `sql`, `query` and `program`";
                return Err(Failure::new(Code::BadRequest, why).into());
            }
        };
        let explained = call.mcp.app.explain(asked, options.for_engine(false)?).await?;
        Ok(shown(&explained, call.mcp.bound()))
    }
}

fn shown(explained: &Explained, bound: usize) -> CallToolResult {
    let reading = bounded::text(&visible(&explained.explanation), bound / 16);
    let Some(plan) = &explained.plan else {
        let how = if explained.is_refused() { "would not be answered" } else { "read as" };
        let mut text = vec![format!("{how}: {reading}")];
        text.extend(explained.nearest.iter().map(|nearest| format!("could be answered: {}", visible(nearest))));
        let question = explained.question.as_deref().map(|question| bounded::text(question, bound / 16));
        let nearest = &explained.nearest;
        let content =
            json!({ "question": question, "route": explained.route, "explanation": reading, "nearest": nearest });
        return answer::result(&text, content);
    };
    let cut = Cut::of(plan, explained.policy.as_ref(), explained.role.as_ref(), bound);
    let mut text = Vec::new();
    if explained.question.is_some() {
        text.push(format!("read as: {reading}"));
    }
    text.push(format!("sql: {}", cut.sql));
    let calls = count(plan.call_count, "call");
    text.push(format!("at least {calls}, about {} s, ${} or more", plan.seconds, plan.dollars.normalize()));
    text.push(scopes(plan));
    text.extend(cut.gaps.iter().map(|gap| format!("cannot be read: {gap}")));
    text.push(format!("permissions: {}", cut.permissions.join(", ")));
    text.extend(cut.policy.iter().map(|policy| format!("IAM policy: {policy}")));
    text.extend(cut.role.iter().map(|role| format!("Azure custom role: {role}")));
    text.extend(cut.warnings.iter().map(|warning| format!("warning: {warning}")));
    answer::result(&text, content(explained, plan, &cut, &reading, bound))
}

/// What of a plan may be long, cut.
struct Cut {
    sql: String,
    gaps: Vec<String>,
    permissions: Vec<String>,
    policy: Option<Value>,
    role: Option<Value>,
    warnings: Vec<String>,
    calls: Vec<Value>,
}

impl Cut {
    fn of(plan: &Explanation, policy: Option<&Value>, role: Option<&Value>, bound: usize) -> Self {
        let gaps: Vec<_> = plan
            .scopes
            .iter()
            .filter_map(|scope| {
                let place = &scope.scope;
                let error = scope.error.as_ref()?;
                let said =
                    format!("{} in {} {} {}: {error}", scope.table, place.provider, place.account_name, place.region);
                Some(visible(&said).into_owned())
            })
            .collect();
        let warnings: Vec<_> = plan.warnings.iter().map(|warning| visible(warning).into_owned()).collect();
        let fits = |policy: &&Value| bounded::chars_of(*policy) <= bound / 4;
        Self {
            sql: bounded::text(&visible(&plan.sql), bound / 8),
            gaps: bounded::lines(&gaps, bound / 8),
            permissions: bounded::lines(&plan.permissions, bound / 8),
            policy: policy.filter(fits).cloned(),
            role: role.filter(fits).cloned(),
            warnings: bounded::lines(&warnings, bound / 8),
            calls: bounded::values(plan.calls.iter().filter_map(|call| serde_json::to_value(call).ok()), bound / 8),
        }
    }
}

/// Scopes, by table.
fn tables(plan: &Explanation) -> BTreeMap<&str, usize> {
    let mut tables = BTreeMap::new();
    plan.scopes.iter().for_each(|scope| *tables.entry(scope.table.as_str()).or_default() += 1);
    tables
}

fn scopes(plan: &Explanation) -> String {
    let tables: Vec<_> = tables(plan).iter().map(|(table, scopes)| format!("{table} {scopes}")).collect();
    let cached = plan.scopes.iter().filter(|scope| scope.cached).count();
    format!(
        "{} to read ({}), {cached} of them from kept rows",
        count(plan.scopes.len() as u64, "scope"),
        tables.join(", ")
    )
}

fn content(explained: &Explained, plan: &Explanation, cut: &Cut, reading: &str, bound: usize) -> Value {
    json!({
        "question": explained.question.as_deref().map(|question| bounded::text(question, bound / 16)),
        "route": explained.route,
        "explanation": reading,
        "sql": cut.sql,
        "call_count": plan.call_count,
        "calls": cut.calls,
        "seconds": plan.seconds,
        "dollars": plan.dollars,
        "file_bytes": plan.file_bytes,
        "scopes_total": plan.scopes.len(),
        "scopes_cached": plan.scopes.iter().filter(|scope| scope.cached).count(),
        "scopes_by_table": tables(plan),
        "cannot_be_read": cut.gaps,
        "permissions": cut.permissions,
        "policy": cut.policy,
        "role": cut.role,
        "warnings": cut.warnings,
    })
}
