//! Scanners: they read tables and say what they find.

use crate::describe::Description;
use crate::error::Error;
use crate::finding::Findings;
use crate::host::Host;
use crate::parameters::Parameters;
use crate::value::Value;

/// A scanner. Made known to the host by [`register!`](crate::register).
pub trait Scanner {
    /// What it is. Asks nothing of anybody.
    fn describe() -> Description;

    /// Looks, and hands over what it finds. An error ends the scan; what was handed over before stays.
    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error>;
}

/// What `register!` calls, and the fake host. What was found is handed over even where the scan ends in an error, and
/// of two errors the scan's own is told.
pub(crate) fn run<S: Scanner>(host: &Host, given: Vec<(String, Value)>) -> Result<(), Error> {
    let description = S::describe();
    let parameters = Parameters::new(&description.parameters, given)?;
    let mut findings = Findings::new(host.inner.clone(), &description);
    let scanned = S::scan(host, &parameters, &mut findings);
    let flushed = findings.flush();
    scanned.and(flushed)
}
