//! What every language model is here: a conversation goes in, a text comes out.

use super::ModelError;
use async_trait::async_trait;
use serde::Serialize;
use std::fmt;
use std::ops::AddAssign;

/// One model of one provider.
#[async_trait]
pub trait Model: Send + Sync + fmt::Debug {
    /// What it is called in messages: `gpt-4o of openai`.
    fn name(&self) -> String;

    /// The next turn of a conversation, of so many tokens at most, or of fewer if its settings say so. Dropping the future
    /// ends the call.
    async fn complete(&self, conversation: &Conversation, most_tokens: u64) -> Result<Completion, ModelError>;
}

/// What has been said so far; the last turn is the user's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The rules.
    pub system: String,
    /// The turns, oldest first.
    pub turns: Vec<Turn>,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// What it is asked.
    User(String),
    /// What it said.
    Model(String),
}

impl Turn {
    /// Its text.
    pub fn text(&self) -> &str {
        match self {
            Self::User(text) | Self::Model(text) => text,
        }
    }
}

impl Conversation {
    /// About how many tokens it is.
    pub fn tokens(&self) -> u64 {
        estimate(&self.system) + self.turns.iter().map(|turn| estimate(turn.text())).sum::<u64>()
    }
}

/// What a model said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Its text.
    pub text: String,
    /// What it took.
    pub tokens: Tokens,
}

/// Tokens that were read and written; estimated where the provider does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tokens {
    /// Read by the model.
    pub read: u64,
    /// Written by it, what it thought to itself included.
    pub written: u64,
}

impl Tokens {
    /// Both.
    pub fn total(self) -> u64 {
        self.read.saturating_add(self.written)
    }
}

impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Self) {
        self.read = self.read.saturating_add(other.read);
        self.written = self.written.saturating_add(other.written);
    }
}

/// About how many tokens a text is. Three characters a token is on the safe side for code and English.
pub fn estimate(text: &str) -> u64 {
    (text.len() as u64).div_ceil(3)
}
