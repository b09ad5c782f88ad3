//! A program gets written: draft, trial, complaint, and again, within budgets. Every ending is a type.

use super::prompt::Prompt;
use super::provider::{Completion, Conversation, Model, Tokens, Turn};
use super::reply::{Draft, Reply};
use super::rig::Rig;
use super::{Again, Complaint, ModelError, Settings, reply};
use async_trait::async_trait;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A program has to fit into a reply: where fewer tokens are left of the budget, none is asked for.
pub const LEAST_TOKENS: u64 = 256;
/// The most tokens of a greeting; models that think need some for one word.
const GREETING_TOKENS: u64 = 8_000;

/// Tries a draft: checks it, and runs it.
#[async_trait]
pub trait Trial: Send + Sync {
    /// What a draft that is right leads to.
    type Done: Send;

    /// Tries a draft. `attempt` counts from 1.
    async fn try_draft(&self, draft: &Draft, attempt: u32) -> Result<Self::Done, Complaint>;
}

/// Which budget of a question was used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// `token_budget`.
    Tokens,
    /// `time_budget`.
    Time,
}

impl Budget {
    /// Its name in `[model]`.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Tokens => "token_budget",
            Self::Time => "time_budget",
        }
    }
}

/// How the writing ended.
#[derive(Debug)]
pub enum Ending<T> {
    /// With a program that did what was asked of it.
    Written {
        /// The program.
        draft: Draft,
        /// What it led to.
        done: T,
    },
    /// The model says that the question cannot be answered.
    Refused {
        /// Why, in its words.
        why: String,
    },
    /// No draft was right.
    GaveUp,
    /// Something stood in the way of the last draft that no other would mend: a provider that asks for patience, say.
    Blocked,
    /// A budget of the question was used up.
    BudgetSpent(Budget),
    /// The model could not be asked.
    Failed(ModelError),
}

/// How the writing ended, and what it took.
#[derive(Debug)]
pub struct Outcome<T> {
    /// How it ended.
    pub ending: Ending<T>,
    /// How many replies the model was asked for.
    pub attempts: u32,
    /// What was wrong with the drafts, oldest first.
    pub complaints: Vec<Complaint>,
    /// What it took.
    pub tokens: Tokens,
}

/// How a program came to be written, or did not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// How many replies the model was asked for.
    pub attempts: u32,
    /// What was wrong with the drafts, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub complaints: Vec<Wrong>,
    /// What it took.
    pub tokens: Tokens,
}

/// What was wrong with one draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// What sort of error.
    pub class: String,
    /// In a sentence.
    pub message: String,
}

impl<T> Outcome<T> {
    /// The same without what came of it.
    pub fn written(&self) -> Written {
        let wrong =
            |complaint: &Complaint| Wrong { class: complaint.class.clone(), message: complaint.message.clone() };
        let complaints = self.complaints.iter().map(wrong).collect();
        Written { attempts: self.attempts, complaints, tokens: self.tokens }
    }
}

/// What is being done right now, for whoever waits. Its `Display` is the line that they see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The model is asked.
    Asking {
        /// Which.
        model: String,
        /// Counted from 1.
        attempt: u32,
    },
    /// What it wrote is tried.
    Trying {
        /// Counted from 1.
        attempt: u32,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asking { model, attempt: 1 } => write!(f, "asking {model}"),
            Self::Asking { model, attempt } => write!(f, "asking {model}, attempt {attempt}"),
            Self::Trying { attempt: 1 } => f.write_str("trying the program"),
            Self::Trying { attempt } => write!(f, "trying the program of attempt {attempt}"),
        }
    }
}

/// The bounds of one question.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How many drafts.
    pub attempts: u32,
    /// How many tokens, over all of them.
    pub tokens: u64,
    /// How long until the last of them begins.
    pub time: Duration,
    /// Whether the model sees values of rows in what was wrong.
    pub sees_values: bool,
}

/// Has programs written.
#[derive(Debug, Clone)]
pub struct Writer {
    model: Arc<dyn Model>,
    bounds: Bounds,
}

impl Writer {
    /// A writer over the configured model. Nothing is called.
    pub fn new(settings: Settings) -> Result<Self, ModelError> {
        let bounds = Bounds {
            attempts: settings.attempts,
            tokens: settings.token_budget,
            time: settings.time_budget,
            sees_values: settings.sees_values,
        };
        Ok(Self::over(Arc::new(Rig::new(settings)?), bounds))
    }

    /// A writer over any model.
    pub fn over(model: Arc<dyn Model>, bounds: Bounds) -> Self {
        Self { model, bounds }
    }

    /// What the model is called in messages.
    pub fn model_name(&self) -> String {
        self.model.name()
    }

    /// One short call, to see whether the model answers at all.
    pub async fn greet(&self) -> Result<Tokens, ModelError> {
        let conversation = Conversation {
            system: "Reply with the one word ok.".to_owned(),
            turns: vec![Turn::User("ok?".to_owned())],
        };
        match self.model.complete(&conversation, GREETING_TOKENS).await {
            Ok(completion) => Ok(completion.tokens),
            // It answers, at length.
            Err(ModelError::CutOff { tokens, .. }) => Ok(tokens),
            Err(error) => Err(error),
        }
    }

    /// Has a program written and tried. Dropping the future ends the call or the trial that is under way.
    pub async fn write<T: Trial>(
        &self,
        prompt: &Prompt,
        trial: &T,
        progress: &(dyn Fn(&Step) + Send + Sync),
    ) -> Outcome<T::Done> {
        let mut work = Work {
            writer: self,
            trial,
            progress,
            conversation: Conversation { system: prompt.system.clone(), turns: vec![Turn::User(prompt.user.clone())] },
            until: Instant::now() + self.bounds.time,
            attempts: 0,
            complaints: Vec::new(),
            tokens: Tokens::default(),
        };
        let ending = loop {
            if let Some(ending) = work.attempt().await {
                break ending;
            }
        };
        Outcome { ending, attempts: work.attempts, complaints: work.complaints, tokens: work.tokens }
    }
}

/// One question's work.
struct Work<'a, T: Trial> {
    writer: &'a Writer,
    trial: &'a T,
    progress: &'a (dyn Fn(&Step) + Send + Sync),
    conversation: Conversation,
    until: Instant,
    attempts: u32,
    complaints: Vec<Complaint>,
    tokens: Tokens,
}

impl<T: Trial> Work<'_, T> {
    /// One draft and its trial; how it all ended, if it did.
    async fn attempt(&mut self) -> Option<Ending<T::Done>> {
        let bounds = self.writer.bounds;
        if self.attempts >= bounds.attempts {
            return Some(Ending::GaveUp);
        }
        let spent = self.tokens.total().saturating_add(self.conversation.tokens());
        // What is read is spent already; what is written may be so much.
        let most_tokens = bounds.tokens.saturating_sub(spent);
        if most_tokens < LEAST_TOKENS {
            return Some(Ending::BudgetSpent(Budget::Tokens));
        }
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Some(Ending::BudgetSpent(Budget::Time));
        }
        self.attempts += 1;
        (self.progress)(&Step::Asking { model: self.writer.model.name(), attempt: self.attempts });
        let asked = tokio::time::timeout(left, self.writer.model.complete(&self.conversation, most_tokens)).await;
        let Completion { text, tokens } = match asked {
            Err(_) => return Some(Ending::BudgetSpent(Budget::Time)),
            Ok(Ok(completion)) => completion,
            Ok(Err(ModelError::CutOff { max_tokens, tokens })) => {
                self.tokens += tokens;
                let message = format!("your reply was cut off at {max_tokens} tokens; write a shorter program");
                return self.complain(String::new(), "", Complaint::new("CutOff", message));
            }
            Ok(Err(error)) => return Some(Ending::Failed(error)),
        };
        self.tokens += tokens;
        match reply::read(&text) {
            Err(message) => self.complain(text, "", Complaint::new("Reply", message)),
            Ok(Reply::Cannot(why)) => Some(Ending::Refused { why }),
            Ok(Reply::Draft(draft)) => {
                (self.progress)(&Step::Trying { attempt: self.attempts });
                match self.trial.try_draft(&draft, self.attempts).await {
                    Ok(done) => Some(Ending::Written { draft, done }),
                    Err(complaint) => self.complain(text, &draft.program, complaint),
                }
            }
        }
    }

    /// Takes a complaint down, for the model's next turn; an ending where no turn would help.
    fn complain(&mut self, said: String, program: &str, complaint: Complaint) -> Option<Ending<T::Done>> {
        let told = complaint.told(program, self.writer.bounds.sees_values);
        tracing::debug!(attempt = self.attempts, class = %complaint.class, "a draft was not right");
        let again = complaint.again;
        self.complaints.push(complaint);
        if again == Again::Useless {
            return Some(Ending::Blocked);
        }
        // Some providers refuse an empty turn.
        let said = if said.trim().is_empty() { "(nothing)".to_owned() } else { said };
        self.conversation.turns.extend([Turn::Model(said), Turn::User(told)]);
        None
    }
}

#[cfg(test)]
mod tests;
