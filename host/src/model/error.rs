//! Why a model gave no answer, in sentences for the person who has to act. No sentence holds the key.

use std::time::Duration;

/// Why a model gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Nobody answered.
    #[error("the model's address `{endpoint}` could not be reached: {why}")]
    Unreachable {
        /// The address.
        endpoint: String,
        /// In the network's words.
        why: String,
    },
    /// The connection broke before the reply was whole.
    #[error("the connection to `{endpoint}` broke before the reply was whole")]
    Interrupted {
        /// The address.
        endpoint: String,
    },
    /// The key was not accepted. What the provider said of it is left out: some repeat parts of the key.
    #[error("`{provider}` did not accept the key (HTTP {status})")]
    KeyRefused {
        /// Whose model.
        provider: String,
        /// 401 or 403.
        status: u16,
    },
    /// Too many calls, or no money left.
    #[error("`{provider}` asks for fewer calls{}", after(.retry_after))]
    RateLimited {
        /// Whose model.
        provider: String,
        /// When it would take one again.
        retry_after: Option<Duration>,
    },
    /// No whole reply within the time that one call is given.
    #[error("the model gave no whole reply within {} s", .after.as_secs_f64())]
    TimedOut {
        /// The time.
        after: Duration,
    },
    /// The reply was longer than it may be, and ends in the middle.
    #[error("the model's reply was cut off at {max_tokens} tokens; `max_tokens` in `[model]` allows more")]
    CutOff {
        /// The bound.
        max_tokens: u64,
        /// What it took.
        tokens: super::Tokens,
    },
    /// The reply is larger than any program.
    #[error("the model's reply was larger than {bytes} bytes and was not read further")]
    TooLarge {
        /// The bound.
        bytes: usize,
    },
    /// The reply is not what this provider's replies look like.
    #[error("`{endpoint}` answered with something that is no reply of a model: {why}")]
    Malformed {
        /// The address.
        endpoint: String,
        /// What is wrong with it.
        why: String,
    },
    /// The provider's filter kept the reply back.
    #[error("`{provider}` kept the reply back: {why}")]
    Withheld {
        /// Whose model.
        provider: String,
        /// Its own word for it.
        why: String,
    },
    /// The provider answered with an error of its own.
    #[error("`{provider}` answered with HTTP {status}: {why}")]
    Failed {
        /// Whose model.
        provider: String,
        /// The status.
        status: u16,
        /// What it said.
        why: String,
    },
}

impl ModelError {
    /// Whether the same call may succeed if it is made again soon.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Interrupted { .. } => true,
            Self::Failed { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unreachable { .. } => "check `endpoint` in `[model]`, the network, and whether the server runs",
            Self::KeyRefused { .. } => "check the key, and that it may call this model",
            Self::RateLimited { .. } => "wait, or raise the limit with the provider",
            Self::TimedOut { .. } => "`timeout` in `[model]` allows more, and smaller models take less",
            Self::CutOff { .. } => "`max_tokens` in `[model]` allows more",
            Self::Failed { status: 404, .. } => "check `name` and `endpoint` in `[model]`",
            Self::Malformed { .. } => "check `provider` and `endpoint` in `[model]`: is the server of that kind?",
            _ => return None,
        })
    }
}

fn after(wait: &Option<Duration>) -> String {
    wait.map(|wait| format!(", and would take one after {} s", wait.as_secs())).unwrap_or_default()
}
