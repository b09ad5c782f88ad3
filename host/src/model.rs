//! Language models write programs for questions that nothing else can answer.
//!
//! [`Writer`] is the whole of it: from a [`Prompt`] it gets a [`Draft`], has it tried by whoever runs programs (a
//! [`Trial`]), tells the model what was wrong, and ends in one of a few typed ways. What the model is shown is made
//! from the schema; a row of the clouds only where the configuration says so, a credential never.

pub mod complaint;
pub mod days;
pub mod error;
pub mod key;
mod mask;
pub mod prompt;
pub mod provider;
mod providers;
pub mod reply;
mod rig;
pub mod transport;
pub mod writing;

pub use complaint::{Again, Complaint, Origin};
pub use error::ModelError;
pub use prompt::{Example, Prompt};
pub use provider::{Completion, Conversation, Model, Tokens, Turn};
pub use providers::Provider;
pub use reply::{Draft, Needs};
pub use writing::{Budget, Ending, Outcome, Step, Trial, Writer, Written, Wrong};

use key::ApiKey;
use std::time::Duration;

/// A model that is to be called, and its bounds: the section `[model]`, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whose model.
    pub provider: Provider,
    /// Its name.
    pub name: String,
    /// Where it is called, without a slash at the end.
    pub endpoint: String,
    /// The variable that the key is from, where there is a key.
    pub key_variable: Option<String>,
    /// The key, where one is needed.
    pub key: Option<ApiKey>,
    /// Azure's `api-version`, where not the usual one.
    pub api_version: Option<String>,
    /// How often a program may be written for one question.
    pub attempts: u32,
    /// How long one call may take.
    pub timeout: Duration,
    /// The most tokens of one reply.
    pub max_tokens: u64,
    /// The most tokens of one question, read and written, over all attempts.
    pub token_budget: u64,
    /// How long one question may take until its last attempt begins.
    pub time_budget: Duration,
    /// Whether the model may see values of rows, in errors.
    pub sees_values: bool,
    /// How freely it chooses its words.
    pub temperature: f64,
}
