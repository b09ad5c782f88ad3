//! What every plugin may ask of its host.

use crate::error::Error;
use crate::http::{Request, Response};
use crate::inner;
use crate::input::Input;
use crate::rows::Rows;
use crate::time::Day;
use crate::value::Value;

/// How loud a line of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For the plugin's author.
    Debug,
    /// What happens.
    Info,
    /// What someone should look at.
    Warn,
    /// What went wrong.
    Error,
}

/// The host: tables, the day, the log, and by grant HTTP and files.
#[derive(Debug, Clone)]
pub struct Host {
    pub(crate) inner: inner::Host,
}

impl Host {
    /// Runs SQL over the tables. `$name` stands for the parameter of that name.
    ///
    /// Name the columns that are needed rather than `*`: some take calls of their own. What a query could not read is
    /// in the coverage of the scan without any doing of the plugin's.
    pub fn query(&self, sql: &str, parameters: &[(&str, Value)]) -> Result<Rows, Error> {
        self.inner.sql(sql, parameters).map(Rows::new)
    }

    /// Runs a typed query, as JSON.
    pub fn typed_query(&self, json: &str) -> Result<Rows, Error> {
        self.inner.typed(json).map(Rows::new)
    }

    /// The day of the run in UTC. The same in every call.
    pub fn today(&self) -> Result<Day, Error> {
        self.inner.today().parse().map_err(Error::Failed)
    }

    /// Writes a line for whoever looks at the run. Never a secret, which a plugin has none of.
    pub fn log(&self, level: Level, message: &str) {
        self.inner.log(level, message);
    }

    /// Tells how far the plugin has come: `done` of `total`, and with what.
    pub fn progress(&self, done: u32, total: u32, message: &str) {
        self.inner.progress(done, total, message);
    }

    /// Makes a request, and waits for the whole response. Denied unless the operator has granted the request's host and
    /// method, and the secret of each credential.
    pub fn send(&self, request: &Request) -> Result<Response, Error> {
        self.inner.send(request)
    }

    /// Whether the operator has granted a secret of this name and it has a value.
    pub fn has_secret(&self, name: &str) -> bool {
        self.inner.has_secret(name)
    }

    /// The files that the operator handed over, in an order that is the same in every call. None where nothing was.
    pub fn inputs(&self) -> impl Iterator<Item = Input> + use<> {
        self.inner.inputs().into_iter()
    }
}
