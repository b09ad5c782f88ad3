//! `[model]`: the language model that writes programs for unusual questions. Absent: none does.

use crate::model::key::ApiKey;
use crate::model::writing::LEAST_TOKENS;
use crate::model::{Provider, Settings};
use crate::{environment::Environment, failure::Code, failure::Failure};
use serde::Deserialize;
use std::time::Duration;

/// The language model that writes programs for unusual questions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Model {
    /// Whose models are called. Needed.
    pub provider: Option<Provider>,
    /// The model's name, as the provider writes it; on Azure the deployment's. Needed.
    pub name: Option<String>,
    /// Where it is called instead of at the provider's own address.
    pub endpoint: Option<String>,
    /// The variable that holds the key, instead of the provider's usual one.
    pub api_key_env: Option<String>,
    /// Azure's `api-version`.
    pub api_version: Option<String>,
    /// How often a program may be written for one question, the first time included.
    pub attempts: u32,
    /// How long one call may take.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub timeout: Duration,
    /// The most tokens of one reply.
    pub max_tokens: u64,
    /// The most tokens of one question, read and written, over all attempts.
    pub token_budget: u64,
    /// How long one question may take until its last attempt begins.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub time_budget: Duration,
    /// What the model may see of the clouds' rows.
    pub rows: Rows,
    /// Which kept programs it may see as examples.
    pub examples: Examples,
    /// How freely it chooses its words; left out where the model does not take one.
    pub temperature: f64,
}

/// What the model may see of the clouds' rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Rows {
    /// Nothing: it sees the tables' columns, and errors in which no value of a row is left.
    #[default]
    None,
    /// What of rows errors repeat: they go back to it as they are.
    Errors,
}

/// Which kept programs a model may see as examples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Examples {
    /// Those that ship: no name of anybody's things is in them.
    #[default]
    BuiltIn,
    /// Those too that people and models wrote here.
    All,
}

impl TryFrom<String> for Examples {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match word.as_str() {
            "built_in" => Ok(Self::BuiltIn),
            "all" => Ok(Self::All),
            _ => Err(format!("`examples` in `[model]` is `built_in` or `all`, not `{word}`")),
        }
    }
}

impl TryFrom<String> for Rows {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match word.as_str() {
            "none" => Ok(Self::None),
            "errors" => Ok(Self::Errors),
            _ => Err(format!("`rows` in `[model]` is `none` or `errors`, not `{word}`")),
        }
    }
}

impl Default for Model {
    fn default() -> Self {
        Self {
            provider: None,
            name: None,
            endpoint: None,
            api_key_env: None,
            api_version: None,
            attempts: 3,
            timeout: Duration::from_secs(60),
            // What a model thinks before it writes counts too.
            max_tokens: 8_000,
            token_budget: 60_000,
            time_budget: Duration::from_secs(120),
            rows: Rows::None,
            examples: Examples::BuiltIn,
            temperature: 0.0,
        }
    }
}

/// More attempts than this cost money and mend nothing.
const MOST_ATTEMPTS: u32 = 10;

impl Model {
    /// What the section says, checked, with the key from the environment.
    pub fn settings(&self, environment: &Environment) -> Result<Settings, Failure> {
        let provider = self.provider.ok_or_else(|| {
            bad("`[model]` needs `provider`").hint(format!("it is one of {}", Provider::names().join(", ")))
        })?;
        let name = self.name.clone().filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| {
            bad("`[model]` needs `name`").hint("the model's name, as the provider writes it; on Azure the deployment's")
        })?;
        self.check_bounds()?;
        let key_variable = self.api_key_env.clone().or_else(|| provider.facts().key_variable.map(str::to_owned));
        let key = key_variable.as_deref().and_then(|variable| environment.get(variable)).and_then(ApiKey::new);
        if key.is_none() && (provider.facts().needs_key || self.api_key_env.is_some()) {
            let variable = key_variable.as_deref().unwrap_or("?");
            return Err(bad(&format!("`[model]` needs a key, and the variable `{variable}` holds none"))
                .hint(format!("set `{variable}`, or name another variable with `api_key_env` in `[model]`")));
        }
        let endpoint = self.endpoint(provider, key.is_some())?;
        Ok(Settings {
            provider,
            name,
            endpoint,
            key_variable: key.is_some().then_some(key_variable).flatten(),
            key,
            api_version: self.api_version.clone(),
            attempts: self.attempts,
            timeout: self.timeout,
            max_tokens: self.max_tokens,
            token_budget: self.token_budget,
            time_budget: self.time_budget,
            sees_values: self.rows == Rows::Errors,
            temperature: self.temperature,
        })
    }

    fn check_bounds(&self) -> Result<(), Failure> {
        let wrong = [
            (
                !(1..=MOST_ATTEMPTS).contains(&self.attempts),
                format!("`attempts` is a number from 1 to {MOST_ATTEMPTS}"),
            ),
            (self.timeout.is_zero(), "`timeout` is more than nothing".to_owned()),
            (self.time_budget.is_zero(), "`time_budget` is more than nothing".to_owned()),
            (self.max_tokens < LEAST_TOKENS, format!("`max_tokens` is {LEAST_TOKENS} at least: a program has to fit")),
            (self.token_budget < self.max_tokens, "`token_budget` is `max_tokens` at least".to_owned()),
            (!(0.0..=2.0).contains(&self.temperature), "`temperature` is a number from 0 to 2".to_owned()),
        ];
        match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, what)) => Err(bad(&format!("in `[model]`, {what}"))),
            None => Ok(()),
        }
    }

    fn endpoint(&self, provider: Provider, has_key: bool) -> Result<String, Failure> {
        let usual = provider.facts().endpoint;
        let Some(endpoint) = self.endpoint.as_deref().or(usual) else {
            return Err(bad(&format!("`provider = \"{provider}\"` in `[model]` needs `endpoint`"))
                .hint("such as `http://localhost:8000/v1`"));
        };
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        let url = reqwest::Url::parse(&endpoint)
            .map_err(|error| bad(&format!("`endpoint` in `[model]` is no address: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
            return Err(bad("`endpoint` in `[model]` holds a name, a password or a query")
                .hint("a key belongs into the variable that `api_key_env` names"));
        }
        match url.scheme() {
            "https" => Ok(endpoint),
            "http" if crate::model::transport::is_loopback(&url) || !has_key => Ok(endpoint),
            "http" => Err(bad("`endpoint` in `[model]` would be sent the key without encryption")
                .hint("write `https://`; `http://` is for this machine, or for servers that need no key")),
            other => Err(bad(&format!("`endpoint` in `[model]` begins with `{other}:`; write `https://`"))),
        }
    }
}

fn bad(message: &str) -> Failure {
    Failure::new(Code::BadConfig, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(toml: &str, variables: &[(&str, &str)], expected: Result<&str, &str>) {
        let environment = Environment::from_pairs(variables.iter().copied());
        let result = toml::from_str::<Model>(toml)
            .map_err(|error| error.message().to_owned())
            .and_then(|model| model.settings(&environment).map_err(|failure| failure.message));
        let endpoint = result.as_ref().map(|settings| settings.endpoint.as_str());
        assert_eq!(endpoint.map_err(String::as_str), expected, "{toml}");
    }

    const KEY: &[(&str, &str)] = &[("OPENAI_API_KEY", "sk-secret")];

    #[test]
    fn a_provider_a_name_and_a_key_are_enough() {
        check("provider = \"openai\"\nname = \"m\"", KEY, Ok("https://api.openai.com/v1"));
        check("provider = \"ollama\"\nname = \"m\"", &[], Ok("http://localhost:11434"));
        check(
            "provider = \"openai_compatible\"\nname = \"m\"\nendpoint = \"http://127.0.0.1:9/v1/\"",
            &[],
            Ok("http://127.0.0.1:9/v1"),
        );
        let mine = [("MINE", "sk-secret")];
        check("provider = \"openai\"\nname = \"m\"\napi_key_env = \"MINE\"", &mine, Ok("https://api.openai.com/v1"));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        let model = |more: &str| format!("provider = \"openai\"\nname = \"m\"\n{more}");
        check("name = \"m\"", KEY, Err("`[model]` needs `provider`"));
        check("provider = \"openai\"", KEY, Err("`[model]` needs `name`"));
        check(
            "provider = \"opnai\"\nname = \"m\"",
            KEY,
            Err("`provider` in `[model]`: there is no `opnai`; did you mean `openai`?"),
        );
        check(&model("rows = \"all\""), KEY, Err("`rows` in `[model]` is `none` or `errors`, not `all`"));
        check(&model(""), &[], Err("`[model]` needs a key, and the variable `OPENAI_API_KEY` holds none"));
        check(&model("api_key_env = \"MINE\""), KEY, Err("`[model]` needs a key, and the variable `MINE` holds none"));
        assert!(toml::from_str::<Model>("sample_rows = 5").is_err(), "a setting that does nothing is none");
        let examples = "`examples` in `[model]` is `built_in` or `all`, not `none`";
        check(&model("examples = \"none\""), KEY, Err(examples));
        check(&model("attempts = 0"), KEY, Err("in `[model]`, `attempts` is a number from 1 to 10"));
        check(&model("max_tokens = 9\n"), KEY, Err("in `[model]`, `max_tokens` is 256 at least: a program has to fit"));
        check(&model("token_budget = 9"), KEY, Err("in `[model]`, `token_budget` is `max_tokens` at least"));
        check(
            "provider = \"openai_compatible\"\nname = \"m\"",
            &[],
            Err("`provider = \"openai_compatible\"` in `[model]` needs `endpoint`"),
        );
        check(
            &model("endpoint = \"http://10.0.0.5/v1\""),
            KEY,
            Err("`endpoint` in `[model]` would be sent the key without encryption"),
        );
        check(
            &model("endpoint = \"https://me:pass@there/v1\""),
            KEY,
            Err("`endpoint` in `[model]` holds a name, a password or a query"),
        );
        check(
            &model("endpoint = \"ftp://there\""),
            KEY,
            Err("`endpoint` in `[model]` begins with `ftp:`; write `https://`"),
        );
    }

    #[test]
    fn the_key_is_in_nothing_that_is_printed() {
        let model: Model = toml::from_str("provider = \"openai\"\nname = \"m\"").expect("a section");
        let settings = model.settings(&Environment::from_pairs(KEY.iter().copied())).expect("settings");
        assert!(!format!("{settings:?} {model:?}").contains("sk-secret"));
    }
}
