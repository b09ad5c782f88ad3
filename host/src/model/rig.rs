//! Every provider's models, through rig-core: the one place that names it for calls.

use super::providers::Speaks;
use super::transport::{TooLarge, Transport};
use super::{Completion, Conversation, Model, ModelError, Settings, Tokens, Turn, provider};
use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use rig_core::completion::{CompletionRequest, CompletionResponse, FinishReason, message::Message};
use rig_core::http_client::{self, HeaderMap};
use rig_core::operation;
use rig_core::providers::anthropic::wire::AnthropicConfig;
use rig_core::providers::gemini::GeminiConfig;
use rig_core::providers::ollama::OllamaConfig;
use rig_core::providers::openai::OpenAIConfig;
use rig_core::{DynModel, ProviderError, ProviderResponseError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a call is made anew where that may help: twice, so that a burst passes and a quota that is used up shows.
const MORE_TRIES: usize = 2;
/// The longest wait that a provider may ask for and get; beyond it, a person is told to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// The most characters of what a provider says of a failure.
const MOST_SAID: usize = 300;

/// A model behind rig-core.
#[derive(Debug)]
pub(super) struct Rig {
    settings: Settings,
    model: DynModel<operation::Completion>,
    /// Models that think have no temperature, and say so once.
    takes_temperature: AtomicBool,
}

impl Rig {
    /// The model of these settings. Nothing is called.
    pub(super) fn new(settings: Settings) -> Result<Self, ModelError> {
        let http = Transport::new(&settings.endpoint, settings.timeout)
            .map_err(|error| ModelError::Unreachable { endpoint: settings.endpoint.clone(), why: chain(&error) })?;
        let key = settings.key.as_ref().map(|key| key.expose().to_owned()).unwrap_or_default();
        let (name, endpoint) = (settings.name.as_str(), settings.endpoint.as_str());
        let model = match settings.provider.facts().speaks {
            Speaks::Chat(dialect) => {
                let mut config = OpenAIConfig::with_key(dialect, key).with_base_url(endpoint);
                if let Some(version) = &settings.api_version {
                    config = config.with_api_version(version);
                }
                config.connect(http).chat(name).erase()
            }
            Speaks::Messages => {
                AnthropicConfig::new(key).with_base_url(endpoint).connect(http).completion(name).erase()
            }
            Speaks::GenerateContent => {
                GeminiConfig::new(key).with_base_url(endpoint).connect(http).completion(name).erase()
            }
            Speaks::Ollama => {
                let config = OllamaConfig::new().with_base_url(endpoint.trim_end_matches("/v1")).with_api_key(key);
                config.connect(http).completion(name).erase()
            }
        };
        Ok(Self { settings, model, takes_temperature: AtomicBool::new(true) })
    }

    async fn once(&self, conversation: &Conversation, most_tokens: u64) -> Result<Completion, ModelError> {
        match self.call(conversation, most_tokens).await {
            Err(ModelError::Failed { status: 400, why, .. })
                if why.contains("temperature") && self.takes_temperature.swap(false, Ordering::Relaxed) =>
            {
                self.call(conversation, most_tokens).await
            }
            result => result,
        }
    }

    async fn call(&self, conversation: &Conversation, most_tokens: u64) -> Result<Completion, ModelError> {
        let mut request = request(conversation).max_tokens(most_tokens);
        if self.takes_temperature.load(Ordering::Relaxed) {
            request = request.temperature(self.settings.temperature);
        }
        // The client has the same bound, but counts from each connection.
        let reply = tokio::time::timeout(self.settings.timeout, self.model.call(request)).await;
        let reply = reply.map_err(|_| self.timed_out())?.map_err(|error| self.explain(error))?;
        self.read(conversation, most_tokens, &reply)
    }

    fn read(
        &self,
        conversation: &Conversation,
        max_tokens: u64,
        reply: &CompletionResponse,
    ) -> Result<Completion, ModelError> {
        let text = reply.text();
        let tokens = Tokens {
            read: reply.usage.input_tokens.unwrap_or_else(|| conversation.tokens()),
            written: reply.usage.output_tokens.unwrap_or_else(|| provider::estimate(&text)),
        };
        let withheld = |why: &str| ModelError::Withheld { provider: self.provider(), why: self.said(why) };
        match (&reply.error, reply.finish_reason()) {
            (Some(error), _) => Err(withheld(error)),
            (None, Some(FinishReason::Length)) => Err(ModelError::CutOff { max_tokens, tokens }),
            (None, Some(FinishReason::ContentFilter)) => Err(withheld("its filter objects to the content")),
            // A word that is not known, with a text that is there: the text decides.
            (None, Some(FinishReason::Other(reason))) if text.trim().is_empty() => Err(withheld(&reason)),
            (None, _) if text.trim().is_empty() => Err(self.malformed("it is empty")),
            (None, _) => Ok(Completion { text, tokens }),
        }
    }

    /// rig-core's error as one of ours. Its own texts can hold addresses with keys, so none is taken over unseen.
    fn explain(&self, error: ProviderError) -> ModelError {
        match error {
            ProviderError::Http(error) => self.explain_transport(&error),
            ProviderError::ProviderResponse(reply) | ProviderError::InvalidAuthentication(reply) => {
                self.explain_reply(&reply)
            }
            ProviderError::Json(_) => self.malformed("it is no JSON, or not of this provider's form"),
            ProviderError::Truncated => ModelError::Interrupted { endpoint: self.settings.endpoint.clone() },
            ProviderError::Request(_) | ProviderError::Url(_) | ProviderError::UnsupportedOption(_) => {
                ModelError::Unreachable { endpoint: self.settings.endpoint.clone(), why: self.said(&error.to_string()) }
            }
            error => self.malformed(&error.to_string()),
        }
    }

    fn explain_transport(&self, error: &http_client::Error) -> ModelError {
        let endpoint = self.settings.endpoint.clone();
        let http_client::Error::Instance(inner) = error else { return self.malformed(&error.to_string()) };
        if let Some(TooLarge { most_bytes }) = inner.downcast_ref::<TooLarge>() {
            return ModelError::TooLarge { bytes: *most_bytes };
        }
        match inner.downcast_ref::<reqwest::Error>() {
            Some(error) if error.is_timeout() => self.timed_out(),
            Some(error) if error.is_connect() => ModelError::Unreachable { endpoint, why: self.said(&chain(error)) },
            _ => ModelError::Interrupted { endpoint },
        }
    }

    fn explain_reply(&self, reply: &ProviderResponseError) -> ModelError {
        let status = reply.status.map_or(0, |status| status.as_u16());
        match status {
            401 | 403 => ModelError::KeyRefused { provider: self.provider(), status },
            429 => ModelError::RateLimited {
                provider: self.provider(),
                retry_after: reply.headers.as_ref().and_then(retry_after),
            },
            // Its body is no reply, though the status says so.
            200..=299 => self.malformed(&message_of(&reply.body)),
            300..=399 => ModelError::Failed {
                provider: self.provider(),
                status,
                why: "it sends on to another address, which is not followed".to_owned(),
            },
            _ => ModelError::Failed { provider: self.provider(), status, why: self.said(&message_of(&reply.body)) },
        }
    }

    fn provider(&self) -> String {
        self.settings.provider.to_string()
    }

    fn timed_out(&self) -> ModelError {
        ModelError::TimedOut { after: self.settings.timeout }
    }

    fn malformed(&self, why: &str) -> ModelError {
        ModelError::Malformed { endpoint: self.settings.endpoint.clone(), why: self.said(why) }
    }

    /// What somebody else said, short, on one line and without the key.
    fn said(&self, text: &str) -> String {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = self.settings.key.as_ref().map_or(text.clone(), |key| key.out_of(&text));
        let short: String = text.chars().take(MOST_SAID).collect();
        if short.len() < text.len() { format!("{short}…") } else { short }
    }
}

#[async_trait]
impl Model for Rig {
    fn name(&self) -> String {
        format!("{} of {}", self.settings.name, self.settings.provider)
    }

    async fn complete(&self, conversation: &Conversation, most_tokens: u64) -> Result<Completion, ModelError> {
        let most_tokens = most_tokens.min(self.settings.max_tokens);
        let backoff = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(500))
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(MORE_TRIES);
        (|| self.once(conversation, most_tokens))
            .retry(backoff)
            .when(ModelError::may_pass)
            .adjust(|error, wait| match error {
                ModelError::RateLimited { retry_after: Some(asked), .. } if wait.is_some() => {
                    (*asked <= LONGEST_WAIT).then_some(*asked)
                }
                _ => wait,
            })
            .notify(|error, wait| {
                let retry_after_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                tracing::info!(model.name = %self.settings.name, retry_after_ms, "a call to the model is made again: {error}");
            })
            .await
    }
}

fn request(conversation: &Conversation) -> CompletionRequest {
    let mut messages = conversation.turns.iter().map(|turn| match turn {
        Turn::User(text) => Message::user(text),
        Turn::Model(text) => Message::assistant(text),
    });
    let last = messages.next_back().unwrap_or_else(|| Message::user(""));
    CompletionRequest::new(last).messages(messages).preamble(&conversation.system)
}

/// Seconds only: the other form, a date, needs a clock and is not used by these providers.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The sentence in an error's body, in the forms that providers write it.
fn message_of(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    // Gemini's comes in a list.
    let value = value.get(0).unwrap_or(&value);
    let places = [&value["error"]["message"], &value["error"], &value["message"], &value["detail"]];
    let said = places.into_iter().find_map(|place| place.as_str());
    said.unwrap_or(if body.trim().is_empty() { "it says nothing more" } else { body }).to_owned()
}

/// An error with its causes: the last one is what a person can act on.
fn chain(error: &dyn std::error::Error) -> String {
    let mut parts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        parts.push(error.to_string());
        cause = error.source();
    }
    parts.dedup();
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_found_in_every_providers_form() {
        for body in [
            r#"{"error": {"message": "no such model", "type": "x"}}"#,
            r#"[{"error": {"message": "no such model", "code": 404}}]"#,
            r#"{"error": "no such model"}"#,
            r#"{"message": "no such model"}"#,
            r#"{"detail": "no such model"}"#,
            "no such model",
        ] {
            assert_eq!(message_of(body), "no such model", "{body}");
        }
        assert_eq!(message_of(" "), "it says nothing more");
    }
}
