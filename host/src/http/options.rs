//! How a request wants to be answered, the same in every body and in every tool.

use crate::failure::{Code, Failure};
use crate::text::parse_duration;
use engine::Options;
use rmcp::schemars::{self, JsonSchema};
use schema::query::ScopeFilter;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// How a request wants to be answered.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(crate = "schemars")]
pub struct RequestOptions {
    /// Read everything anew.
    pub fresh: bool,
    /// Take rows that were read no longer ago than this, such as `30s` or `5m`.
    #[schema(example = "5m")]
    pub max_age: Option<String>,
    /// At most so many rows; `truncated` says whether there were more.
    pub max_rows: Option<usize>,
    /// Only these providers, accounts and regions.
    pub scope: RequestScope,
}

/// Only these providers, accounts and regions. An empty list means all.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(crate = "schemars")]
pub struct RequestScope {
    /// Such as `aws`.
    pub providers: Vec<String>,
    /// Ids or names.
    pub accounts: Vec<String>,
    /// The providers' names.
    pub regions: Vec<String>,
}

/// Rows of a reply that is one JSON value, where the request does not say. Both sides hold it in memory whole.
const JSON_ROWS: usize = 10_000;

impl RequestOptions {
    /// What the engine is told. Rows that are streamed have no bound but the engine's.
    pub fn for_engine(self, is_streamed: bool) -> Result<Options, Failure> {
        let max_age = match (self.fresh, self.max_age) {
            (true, Some(_)) => {
                return Err(Failure::new(Code::BadRequest, "`fresh` and `max_age` say different things")
                    .hint("send one of them"));
            }
            (true, None) => Some(Duration::ZERO),
            (false, Some(text)) => Some(
                parse_duration(&text)
                    .map_err(|message| Failure::new(Code::BadRequest, format!("`max_age`: {message}")))?,
            ),
            (false, None) => None,
        };
        let RequestScope { providers, accounts, regions } = self.scope;
        Ok(Options {
            max_age,
            scope: ScopeFilter { providers, accounts, regions },
            max_rows: self.max_rows.or((!is_streamed).then_some(JSON_ROWS)),
            ..Options::default()
        })
    }
}
