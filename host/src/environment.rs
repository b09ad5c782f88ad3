//! The one place that reads the environment. What it finds is handed to whoever needs it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// What of the process's environment matters here.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    program: Option<PathBuf>,
}

impl fmt::Debug for Environment {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl Environment {
    /// The environment of this process. Variables that are not UTF-8 are left out.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_process() -> Self {
        let variables =
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect();
        Self { variables, program: std::env::current_exe().ok() }
    }

    /// Where this program lies, for starting it once more.
    pub fn program(&self) -> Option<PathBuf> {
        self.program.clone()
    }

    /// An environment made up for a test.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables = pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        Self { variables, program: None }
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// `NEPH_SECTION__KEY` variables, which override the configuration file.
    pub fn overrides(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().filter_map(|(name, value)| {
            let rest = name.strip_prefix("NEPH_")?;
            rest.contains("__").then_some((name.as_str(), value.as_str()))
        })
    }

    /// The configuration file named by `NEPH_CONFIG`.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.get("NEPH_CONFIG").map(PathBuf::from)
    }

    /// Where the user's configuration files are.
    pub fn config_home(&self) -> Option<PathBuf> {
        self.home("XDG_CONFIG_HOME", ".config")
    }

    /// Where the user's data is.
    pub fn data_home(&self) -> Option<PathBuf> {
        self.home("XDG_DATA_HOME", ".local/share")
    }

    fn home(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let named = self.get(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        named.or_else(|| Some(PathBuf::from(self.get("HOME")?).join(below_home)))
    }

    /// Who runs this, for the audit log.
    pub fn user(&self) -> Option<&str> {
        self.get("USER").or_else(|| self.get("LOGNAME")).or_else(|| self.get("USERNAME"))
    }

    /// Whether colours are unwanted (<https://no-color.org>), or the terminal has none.
    pub fn no_color(&self) -> bool {
        self.get("NO_COLOR").is_some() || self.get("TERM") == Some("dumb")
    }

    /// What to log, in tracing's words, such as `engine=debug`.
    pub fn log_filter(&self) -> Option<&str> {
        self.get("NEPH_LOG")
    }
}
