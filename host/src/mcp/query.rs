//! `query`: answers SQL, or a typed query.

use super::answer::{Page, Wanted};
use super::tool::{Call, Slip, Tool, World, define, read};
use crate::http::options::RequestOptions;
use crate::http::query::direct;
use async_trait::async_trait;
use rmcp::model::{CallToolResult, JsonObject};
use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;

pub(super) struct Query;

const DESCRIPTION: &str = "\
Runs one SQL SELECT over the tables of the user's clouds (see `describe_tables` for tables and columns; do not guess \
them). The dialect is DataFusion's, close to PostgreSQL's: joins, CTEs, window functions, `interval '7 days'`, \
`date_trunc`, `regexp_like`; tags are a map: `tags['team']`. Tables hold live rows of all providers, accounts and regions, \
so filter by `provider`, `account_id` or `region` where that is meant. Columns marked as costing calls (utilisation, \
costs) are fetched only when named: name columns instead of `*`. Only reads: anything but a query is refused. Add up money \
and counts in SQL. Returns rows and what they cover.";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
struct Arguments {
    /// One SELECT, such as "SELECT provider, count(*) AS n FROM instances GROUP BY provider". Required unless `page` or
    /// `query` is given.
    sql: Option<String>,
    /// Instead of `sql`: a typed request, such as {"from": "instances", "select": ["name", "cpu_avg"], "where": [{"field":
    /// "cpu_avg", "op": "lt", "value": 20}], "order_by": [{"field": "cpu_avg", "dir": "asc"}], "limit": 50}.
    #[schemars(with = "Option<JsonObject>")]
    query: Option<serde_json::Value>,
    /// How it wants to be answered.
    #[serde(default)]
    options: RequestOptions,
    /// The next rows of an earlier result: what its `next_page` says.
    page: Option<Page>,
}

#[async_trait]
impl Tool for Query {
    fn definition(&self) -> rmcp::model::Tool {
        define::<Arguments>("query", "Query clouds in SQL", DESCRIPTION, World::Clouds)
    }

    async fn call(&self, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip> {
        let Arguments { sql, query, options, page } = read(arguments)?;
        let asked = match (sql, query, &page) {
            (None, None, Some(_)) => None,
            (sql, query, _) => Some(direct(sql, query)?),
        };
        Wanted { asked, options, page }.answer(call).await
    }
}
