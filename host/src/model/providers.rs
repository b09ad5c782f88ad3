//! Whose models can be called: one line each.

use rig_core::providers::openai::wire as dialects;
use rig_core::providers::openai::wire::Dialect;
use serde::Deserialize;
use std::fmt;

/// Whose models are called. The words are the configuration's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
#[expect(missing_docs, reason = "they are names")]
pub enum Provider {
    OpenAi,
    Anthropic,
    Gemini,
    AzureOpenAi,
    Ollama,
    OpenAiCompatible,
    DeepSeek,
    Groq,
    Mistral,
    OpenRouter,
    Together,
}

/// What is known of a provider.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The word in the configuration.
    pub word: &'static str,
    /// Where it is called; none where everyone has an address of their own.
    pub endpoint: Option<&'static str>,
    /// The variable that its own tools read the key from.
    pub key_variable: Option<&'static str>,
    /// Whether it answers nobody without a key.
    pub needs_key: bool,
    /// What its requests look like.
    pub(super) speaks: Speaks,
}

/// What a provider's requests look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Speaks {
    /// OpenAI's chat completions, with this provider's peculiarities.
    Chat(&'static Dialect),
    /// Anthropic's messages.
    Messages,
    /// Gemini's `generateContent`.
    GenerateContent,
    /// Ollama's chat completions, at its own path.
    Ollama,
}

/// One that speaks OpenAI's way at one address of its own.
const fn usual(word: &'static str, dialect: &'static Dialect) -> Facts {
    Facts {
        word,
        endpoint: Some(dialect.base_url),
        key_variable: Some(dialect.api_key_env),
        needs_key: true,
        speaks: Speaks::Chat(dialect),
    }
}

/// A server that says it is like OpenAI: the plain form, and no key where none is configured.
static COMPATIBLE: Dialect = {
    let mut dialect = Dialect::gateway("openai_compatible", "", "");
    dialect.quirks.auth = dialects::Auth::OptionalBearer;
    dialect
};

impl Provider {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::OpenAi,
        Self::Anthropic,
        Self::Gemini,
        Self::AzureOpenAi,
        Self::Ollama,
        Self::OpenAiCompatible,
        Self::DeepSeek,
        Self::Groq,
        Self::Mistral,
        Self::OpenRouter,
        Self::Together,
    ];

    /// What is known of it.
    pub const fn facts(self) -> Facts {
        match self {
            Self::OpenAi => usual("openai", &dialects::OPENAI),
            Self::Anthropic => Facts {
                word: "anthropic",
                endpoint: Some("https://api.anthropic.com"),
                key_variable: Some("ANTHROPIC_API_KEY"),
                needs_key: true,
                speaks: Speaks::Messages,
            },
            Self::Gemini => Facts {
                word: "gemini",
                endpoint: Some("https://generativelanguage.googleapis.com"),
                key_variable: Some("GEMINI_API_KEY"),
                needs_key: true,
                speaks: Speaks::GenerateContent,
            },
            Self::AzureOpenAi => Facts {
                word: "azure_openai",
                endpoint: None,
                key_variable: Some("AZURE_API_KEY"),
                needs_key: true,
                speaks: Speaks::Chat(&dialects::AZURE),
            },
            Self::Ollama => Facts {
                word: "ollama",
                endpoint: Some("http://localhost:11434"),
                key_variable: None,
                needs_key: false,
                speaks: Speaks::Ollama,
            },
            Self::OpenAiCompatible => Facts {
                word: "openai_compatible",
                endpoint: None,
                key_variable: None,
                needs_key: false,
                speaks: Speaks::Chat(&COMPATIBLE),
            },
            Self::DeepSeek => usual("deepseek", &dialects::DEEPSEEK),
            Self::Groq => usual("groq", &dialects::GROQ),
            Self::Mistral => usual("mistral", &dialects::MISTRAL),
            Self::OpenRouter => usual("openrouter", &dialects::OPENROUTER),
            Self::Together => usual("together", &dialects::TOGETHER),
        }
    }

    /// The words of all of them.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|provider| provider.facts().word).collect()
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().word)
    }
}

impl TryFrom<String> for Provider {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let known = Self::ALL.iter().copied().find(|provider| provider.facts().word == word);
        known.ok_or_else(|| {
            let mend = match schema::names::nearest(&word, Self::names()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("it is one of {}", Self::names().join(", ")),
            };
            format!("`provider` in `[model]`: there is no `{word}`; {mend}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_read_back() {
        for provider in Provider::ALL {
            assert_eq!(Provider::try_from(provider.to_string()), Ok(*provider));
        }
        let (gemini, anthropic) = (Provider::Gemini.facts(), Provider::Anthropic.facts());
        assert_eq!(gemini.endpoint, Some(rig_core::providers::gemini::BASE_URL));
        assert_eq!(anthropic.endpoint, Some(rig_core::providers::anthropic::wire::ANTHROPIC.base_url));
    }
}
