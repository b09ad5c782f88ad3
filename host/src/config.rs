//! The configuration: `nephoscope.toml`, overridden by `NEPH_SECTION__KEY`.
//!
//! The file is looked for in the working directory, then in `$XDG_CONFIG_HOME/nephoscope/`; `--config FILE` (or
//! `NEPH_CONFIG`) names another. A variable's value is read as TOML where it is TOML (`5`, `true`, `["a"]`), else
//! as text; `NEPH_AWS__REGIONS='["eu-*"]'` overrides `regions` in `[aws]`. One file here for each section.

pub mod audit;
pub mod billing;
pub mod cache;
pub mod costs;
pub mod demo;
pub mod history;
pub mod learning;
pub mod limits;
pub mod mcp;
mod mib;
pub mod model;
pub mod plugins;
pub mod programs;
pub mod recommendations;
pub mod server;
pub mod span;

use crate::environment::Environment;
use crate::failure::{Code, Failure};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub const FILE_NAME: &str = "nephoscope.toml";

/// Everything that can be configured. Each section has defaults; a source is used if its section is there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `neph serve`.
    pub server: server::Server,
    /// `neph mcp` and `/mcp`.
    pub mcp: mcp::Mcp,
    /// Rows that are kept, and where.
    pub cache: cache::Cache,
    /// Snapshots, and how long they are kept.
    pub history: history::History,
    /// The audit log.
    pub audit: audit::Audit,
    /// Questions that are kept to learn from.
    pub learning: learning::Learning,
    /// How much and how long.
    pub limits: limits::Limits,
    /// Programs in the sandbox.
    pub programs: programs::Programs,
    /// Plugins.
    pub plugins: plugins::PluginsConfig,
    /// What could be saved.
    pub recommendations: recommendations::Recommendations,
    /// Calls that cost money.
    pub costs: costs::Costs,
    /// Amazon Web Services.
    pub aws: Option<::aws::Settings>,
    /// Microsoft Azure.
    pub azure: Option<::azure::Settings>,
    /// Billing files.
    pub billing: Option<billing::Billing>,
    /// The demo estate.
    pub demo: Option<demo::Demo>,
    /// The language model that writes programs for unusual questions.
    pub model: Option<model::Model>,
}

/// A configuration, and where it is from.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// What it says.
    pub config: Config,
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
    /// The variables that override it.
    pub variables: Vec<String>,
}

impl Config {
    /// Whether some source of real rows is configured.
    pub fn has_sources(&self) -> bool {
        self.aws.is_some() || self.azure.is_some() || self.billing.is_some() || !self.plugins.sources.is_empty()
    }

    /// Reads the file and the variables, and holds the bounds of programs to what can be.
    pub fn load(named: Option<&Path>, environment: &Environment) -> Result<Loaded, Failure> {
        let file = find(named, environment)?;
        let text = match &file {
            Some(path) => std::fs::read_to_string(path).map_err(|error| {
                Failure::new(
                    Code::BadConfig,
                    format!("the configuration file `{}` could not be read: {error}", path.display()),
                )
                .hint("name another with `--config`, or mend its permissions")
            })?,
            None => String::new(),
        };
        let place = file.as_ref().map_or_else(|| FILE_NAME.to_owned(), |path| path.display().to_string());
        // The file is read on its own first, so that a mistake in it is shown with its line.
        let config = parse(&text, &place)?;
        let variables: Vec<_> = environment.overrides().map(|(name, _)| name.to_owned()).collect();
        let config = if variables.is_empty() { config } else { overridden(&text, &place, environment)? };
        config.programs.check()?;
        Ok(Loaded { config, file, variables })
    }
}

fn find(named: Option<&Path>, environment: &Environment) -> Result<Option<PathBuf>, Failure> {
    if let Some(path) = named.map(Path::to_owned).or_else(|| environment.config_file()) {
        if path.is_file() {
            return Ok(Some(path));
        }
        return Err(Failure::new(Code::BadConfig, format!("there is no configuration file `{}`", path.display()))
            .hint("`neph doctor` says where one is looked for"));
    }
    Ok(places(environment).into_iter().find(|path| path.is_file()))
}

/// Where a configuration file is looked for, in this order.
pub fn places(environment: &Environment) -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from(FILE_NAME)];
    places.extend(environment.config_home().map(|home| home.join("nephoscope").join(FILE_NAME)));
    places
}

fn parse(text: &str, place: &str) -> Result<Config, Failure> {
    toml::from_str(text).map_err(|error| bad(place, &error))
}

fn overridden(text: &str, place: &str, environment: &Environment) -> Result<Config, Failure> {
    let mut table: toml::Table = toml::from_str(text).map_err(|error| bad(place, &error))?;
    let mut names = Vec::new();
    for (name, value) in environment.overrides() {
        let path: Vec<_> = name.trim_start_matches("NEPH_").split("__").map(str::to_ascii_lowercase).collect();
        // A secret is text, also where it reads as a number.
        let value = if is_secret(&path) { toml::Value::String(value.to_owned()) } else { value_of(value) };
        put(&mut table, &path, value).map_err(|what| Failure::new(Code::BadConfig, format!("`{name}`: {what}")))?;
        names.push(format!("`{name}`"));
    }
    // The file alone was right, so what is wrong now is a variable.
    Config::deserialize(table).map_err(|error| bad(&format!("the variables {}", names.join(", ")), &error))
}

fn put(table: &mut toml::Table, path: &[String], value: toml::Value) -> Result<(), String> {
    match path {
        [] => Ok(()),
        [last] => {
            table.insert(last.clone(), value);
            Ok(())
        }
        [first, rest @ ..] => {
            let inner = table.entry(first.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            let inner = inner.as_table_mut().ok_or_else(|| format!("`{first}` has no keys"))?;
            put(inner, rest, value)
        }
    }
}

fn value_of(text: &str) -> toml::Value {
    let read = toml::from_str::<toml::Table>(&format!("value = {text}")).ok();
    read.and_then(|mut table| table.remove("value")).unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

/// Whether a key holds a secret by its name.
fn is_secret(path: &[String]) -> bool {
    path.last().is_some_and(|key| key.ends_with("secret"))
}

fn bad(place: &str, error: &toml::de::Error) -> Failure {
    let message = without_value(error.message()).trim_end_matches('.').to_owned();
    // The displayed form shows the line with a caret below it; its first line says where.
    let shown = error.to_string();
    // Without a place the first line is the message, which may repeat a value.
    let first = shown.lines().next().and_then(|first| first.strip_prefix("TOML parse error at "));
    let line = first.map(|at| format!(", {at}"));
    Failure::new(Code::BadConfig, format!("{place}{}: {message}", line.unwrap_or_default()))
        .maybe_hint(nearest_name(&message))
}

/// serde says "invalid type: string \"hunter2\", expected …": what stands in a wrong place may be a secret, so that the
/// kind of it must do.
fn without_value(message: &str) -> String {
    let Some(rest) = message.strip_prefix("invalid type: ") else { return message.to_owned() };
    let quote = rest.find(['`', '"']);
    match (quote, rest.rfind(", expected ")) {
        (Some(from), Some(to)) if from < to => format!("invalid type: {}{}", rest[..from].trim_end(), &rest[to..]),
        _ => message.to_owned(),
    }
}

/// serde says "unknown field `lisen`, expected one of `listen`, …": the nearest of those.
fn nearest_name(message: &str) -> Option<String> {
    let (wrong, right) = message.strip_prefix("unknown field ")?.split_once(", expected ")?;
    let names: Vec<_> = right.split('`').skip(1).step_by(2).collect();
    let nearest = schema::names::nearest(wrong.trim_matches('`'), names.iter().copied());
    Some(match nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("the names here are {}", names.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, variables: &[(&str, &str)], expected: Result<&str, (&str, Option<&str>)>) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(FILE_NAME);
        std::fs::write(&file, text).expect("written");
        let environment = Environment::from_pairs(variables.iter().copied());
        let result = Config::load(Some(&file), &environment);
        match (result, expected) {
            (Ok(loaded), Ok(listen)) => assert_eq!(loaded.config.server.listen.to_string(), listen),
            (Err(failure), Err((message, hint))) => {
                let said = failure.message.replace(&file.display().to_string(), "FILE");
                assert_eq!((said.as_str(), failure.hint.as_deref()), (message, hint));
            }
            (result, expected) => panic!("{result:?} is not {expected:?}"),
        }
    }

    #[test]
    fn variables_win_over_the_file_and_the_file_over_the_defaults() {
        check("", &[], Ok("127.0.0.1:8010"));
        check("[server]\nlisten = \"127.0.0.1:9\"", &[], Ok("127.0.0.1:9"));
        check("[server]\nlisten = \"127.0.0.1:9\"", &[("NEPH_SERVER__LISTEN", "127.0.0.1:10")], Ok("127.0.0.1:10"));
    }

    #[test]
    fn a_wrong_name_is_shown_with_its_place_and_the_nearest_right_one() {
        check(
            "[server]\nlisen = 5",
            &[],
            Err((
                "FILE, line 2, column 1: unknown field `lisen`, expected one of `listen`, `allowed_hosts`, `request_timeout`, `shutdown_grace`, `max_body_bytes`, `concurrent_requests`",
                Some("did you mean `listen`?"),
            )),
        );
        check(
            "",
            &[("NEPH_CACHE__MAXAGE", "5m")],
            Err((
                "the variables `NEPH_CACHE__MAXAGE`: unknown field `maxage`, expected one of `max_age`, `data_dir`, `disk_bytes`, `memory_bytes`",
                Some("did you mean `max_age`?"),
            )),
        );
    }

    #[test]
    fn bounds_of_programs_are_held_to_what_can_be() {
        check("[programs]\nqueries = 0", &[], Err(("in `[programs]`, `queries` is more than nothing", None)));
        let wrong = "in `[programs]`, `memory_mib` is a number from 16 to 4095";
        check("", &[("NEPH_PROGRAMS__MEMORY_MIB", "1")], Err((wrong, None)));
    }

    #[test]
    fn what_may_be_a_secret_is_not_repeated() {
        let place = "FILE, line 2, column 17";
        let wrong = format!("{place}: a secret must be a text in quotes");
        check("[azure]\nclient_secret = 73313", &[], Err((&wrong, None)));
        let wrong = format!("{place}: invalid type: sequence, expected a secret as a text in quotes");
        check("[azure]\nclient_secret = [\"hunter2\"]", &[], Err((&wrong, None)));
        check(
            "azure = \"hunter2\"",
            &[],
            Err(("FILE, line 1, column 9: invalid type: string, expected struct Settings", None)),
        );
        check(
            "",
            &[("NEPH_AZURE__SUBSCRIPTIONS", "73313")],
            Err(("the variables `NEPH_AZURE__SUBSCRIPTIONS`: invalid type: integer, expected a sequence", None)),
        );
        check(
            "",
            &[("NEPH_AZURE__SUBSCRIPTIONS", "kept at hunter2")],
            Err(("the variables `NEPH_AZURE__SUBSCRIPTIONS`: invalid type: string, expected a sequence", None)),
        );
        for text in ["client_secret = 'hunter2", "client_secret = hunter2", "client_secret = 73313x"] {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join(FILE_NAME);
            std::fs::write(&file, format!("[azure]\n{text}\n")).expect("written");
            let failure = Config::load(Some(&file), &Environment::default()).expect_err("it is no TOML");
            let said = format!("{failure} {failure:?}");
            assert!(said.contains("line 2") && !said.contains("hunter2") && !said.contains("73313"), "{said}");
        }
    }

    #[test]
    fn a_secret_of_digits_in_a_variable_is_a_text() {
        check("", &[("NEPH_AZURE__CLIENT_SECRET", "73313")], Ok("127.0.0.1:8010"));
    }

    #[test]
    fn a_file_that_is_no_toml_is_named_with_the_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(FILE_NAME);
        std::fs::write(&file, "[server]\nlisten = \n").expect("written");
        let failure = Config::load(Some(&file), &Environment::default()).expect_err("it is no TOML");
        assert!(failure.message.contains("line 2"), "{failure}");
    }

    #[test]
    fn a_file_that_was_named_and_is_not_there_is_an_error() {
        let failure = Config::load(Some(Path::new("/nowhere/n.toml")), &Environment::default()).expect_err("not there");
        assert_eq!(failure.message, "there is no configuration file `/nowhere/n.toml`");
    }
}
