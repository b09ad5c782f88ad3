//! `ask`: answers a question in plain words.

use super::answer::{Page, Wanted};
use super::tool::{Call, Slip, Tool, World, define, read};
use crate::app::Asked;
use crate::failure::{Code, Failure};
use crate::http::options::RequestOptions;
use async_trait::async_trait;
use rmcp::model::{CallToolResult, JsonObject};
use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;

pub(super) struct Ask;

const DESCRIPTION: &str = "\
Answers a question about the user's cloud resources, their utilisation and their costs, asked in plain English: which \
virtual machines, disks, databases, buckets, networks and so on there are, filtered, counted, summed or ranked, over all \
providers, accounts and regions at once. Examples: \"VMs with CPU below 20% and cost over $100\", \"untagged volumes in \
eu-west-1\", \"cost by service last month\", \"how many VMs per account\". Rules read the question, in milliseconds, so keep one \
question to one simple request. What the rules do not read, a kept program answers if there is one for it \
(`list_programs`); else, only if the user has configured a language model, that writes a program, which takes many \
seconds, costs the user money, and is kept for the same question later. `route` says which way it went: `common`, \
`known`, `generated`. A question that nothing answers with certainty is `refused` and comes back with the reason and \
the nearest questions that are answered: use `query` with SQL or `run_program` then, rather than asking again. Returns \
rows, what they cover, and how the question was read.";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
struct Arguments {
    /// The question in plain English, such as "top 10 most expensive instances". Required unless `page` is given.
    question: Option<String>,
    /// How it wants to be answered.
    #[serde(default)]
    options: RequestOptions,
    /// The next rows of an earlier result: what its `next_page` says.
    page: Option<Page>,
}

#[async_trait]
impl Tool for Ask {
    fn definition(&self) -> rmcp::model::Tool {
        let mut tool = define::<Arguments>("ask", "Ask about clouds", DESCRIPTION, World::Clouds);
        if let Some(hints) = &mut tool.annotations {
            // Where a model is configured, each time may have it write a program, and cost money.
            hints.idempotent_hint = Some(false);
        }
        tool
    }

    async fn call(&self, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip> {
        let Arguments { question, options, page } = read(arguments)?;
        if question.as_ref().is_some_and(|question| question.trim().is_empty()) {
            return Err(Failure::new(Code::BadRequest, "`question` is empty").into());
        }
        Wanted { asked: question.map(Asked::Question), options, page }.answer(call).await
    }
}
