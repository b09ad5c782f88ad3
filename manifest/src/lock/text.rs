//! A lock as TOML.

use super::{FORMAT, Lock, LockError, Signer, State};
use crate::granted::Granted;
use crate::limits::{MAX_LOCK_BYTES, MAX_NAME, MAX_REASON, MAX_REASONS, MAX_VERSION};
use crate::signing::PublicKey;
use crate::text::{first_line, seen};
use crate::{ComponentHash, PluginName};
use serde::{Deserialize, Serialize};

/// As the file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: i64,
    name: PluginName,
    version: String,
    sha256: ComponentHash,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signer: Option<PublicKey>,
    /// Said, and not only left out: a line that was lost must not make a signed plugin an unsigned one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unsigned: bool,
    installed_at: String,
    state: Word,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    held_for: Vec<String>,
    #[serde(default)]
    traps_in_a_row: u32,
    #[serde(default)]
    granted: Granted,
}

#[derive(PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Enabled,
    Held,
}

/// All that is read before it is known how the rest is to be read.
#[derive(Deserialize)]
struct Format {
    format: i64,
}

impl Lock {
    /// The text of the lock file.
    pub fn to_toml(&self) -> Result<String, LockError> {
        let (state, held_for) = match &self.state {
            State::Enabled => (Word::Enabled, Vec::new()),
            State::Held(reasons) => (Word::Held, reasons.clone()),
        };
        let signer = match &self.signer {
            Signer::Key(key) => Some(key.clone()),
            Signer::Unsigned => None,
        };
        let written = Written {
            format: FORMAT,
            name: self.name.clone(),
            version: self.version.to_string(),
            sha256: self.component,
            unsigned: signer.is_none(),
            signer,
            installed_at: self.installed_at.clone(),
            state,
            held_for,
            traps_in_a_row: self.traps_in_a_row,
            granted: self.granted.clone(),
        };
        let text = toml::to_string(&written).map_err(|error| LockError::Wrong(error.to_string()))?;
        // What would not be read is not written.
        Self::from_toml(&text)?;
        Ok(text)
    }

    /// From the text of a lock file.
    pub fn from_toml(text: &str) -> Result<Self, LockError> {
        if text.len() > MAX_LOCK_BYTES {
            return Err(LockError::TooLong(text.len()));
        }
        let format = toml::from_str::<Format>(text).map_err(|error| wrong(text, &error))?.format;
        if format != FORMAT {
            return Err(LockError::Format(format));
        }
        toml::from_str::<Written>(text).map_err(|error| wrong(text, &error))?.read().map_err(LockError::Wrong)
    }
}

/// The parser's own sentence and its place, without the text that it repeats.
fn wrong(text: &str, error: &toml::de::Error) -> LockError {
    let (line, column) = crate::fields::place(text, error.span().map_or(0, |span| span.start));
    let sentence = first_line(error.message());
    LockError::Wrong(format!("line {line}, column {column}: {sentence}"))
}

impl Written {
    fn read(self) -> Result<Lock, String> {
        self.granted.check()?;
        Ok(Lock {
            version: version(&self.version)?,
            signer: signer(self.signer, self.unsigned)?,
            state: state(&self.state, self.held_for)?,
            installed_at: moment(self.installed_at)?,
            name: self.name,
            component: self.sha256,
            granted: self.granted,
            traps_in_a_row: self.traps_in_a_row,
        })
    }
}

fn version(text: &str) -> Result<semver::Version, String> {
    let parsed = if text.len() > MAX_VERSION { None } else { semver::Version::parse(text).ok() };
    parsed.ok_or_else(|| "`version` is no version".to_owned())
}

fn signer(signer: Option<PublicKey>, is_unsigned: bool) -> Result<Signer, String> {
    match (signer, is_unsigned) {
        (Some(key), false) => Ok(Signer::Key(key)),
        (None, true) => Ok(Signer::Unsigned),
        (Some(_), true) => Err("it has a `signer` and says `unsigned = true`".to_owned()),
        (None, false) => Err("it has no `signer` and does not say `unsigned = true`".to_owned()),
    }
}

fn state(word: &Word, reasons: Vec<String>) -> Result<State, String> {
    if reasons.len() > MAX_REASONS {
        return Err(format!("`held_for` has {} reasons; {MAX_REASONS} is the most", reasons.len()));
    }
    for reason in &reasons {
        seen(reason).map_err(|end| format!("a reason in `held_for` {end}"))?;
        if reason.chars().count() > MAX_REASON {
            return Err(format!("a reason in `held_for` has more than {MAX_REASON} characters"));
        }
    }
    match (word, reasons.is_empty()) {
        (Word::Enabled, true) => Ok(State::Enabled),
        (Word::Held, false) => Ok(State::Held(reasons)),
        (Word::Enabled, false) => Err("it is `enabled` and has reasons in `held_for`".to_owned()),
        (Word::Held, true) => Err("it is `held` and has no reason in `held_for`".to_owned()),
    }
}

fn moment(text: String) -> Result<String, String> {
    seen(&text).map_err(|end| format!("`installed_at` {end}"))?;
    if text.is_empty() || text.len() > MAX_NAME {
        return Err(format!("`installed_at` has {} characters; 1 to {MAX_NAME} are a time", text.len()));
    }
    Ok(text)
}
