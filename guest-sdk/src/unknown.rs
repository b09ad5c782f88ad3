//! Rows of which a rule cannot tell: counted by where they are, so that the rule is undecided there and nowhere else.

use crate::describe::Rule;
use crate::error::Error;
use crate::finding::{Findings, Scope};
use crate::rows::Row;
use std::collections::BTreeMap;

/// Rows of which a rule cannot tell, because a value is null: counted while they are read, and told at the end. Each place
/// (provider, account and region) that has some is one gap, so that what is gone elsewhere is resolved all the same.
///
/// ```
/// use guest_sdk::{Description, Error, Fake, Finding, Findings, Host, Parameters, Resource, Scanner, Unknown, Value};
/// # use guest_sdk::{Class, Rule, Severity};
/// # const UNENCRYPTED: Rule = Rule { id: "unencrypted-volume", title: "", severity: Severity::Medium,
/// #     class: Class::Compliance, why: "", remediation: "", missing: None, origin: None };
///
/// struct Encryption;
///
/// impl Scanner for Encryption {
/// #     fn describe() -> Description {
/// #         let (name, version, summary) = ("encryption", "0.1.0", "");
/// #         Description { name, version, summary, parameters: vec![], rules: vec![UNENCRYPTED] }
/// #     }
/// #
///     fn scan(host: &Host, _: &Parameters, findings: &mut Findings) -> Result<(), Error> {
///         let mut unknown = Unknown::of("volumes", "`encrypted` is not known");
///         for row in host.query(&format!("SELECT {}, encrypted FROM volumes", Resource::COLUMNS), &[])? {
///             let row = row?;
///             match row.optional_boolean("encrypted")? {
///                 Some(false) => findings.emit(Finding::new(&UNENCRYPTED, Resource::of(&row)?))?,
///                 Some(true) => {}
///                 None => unknown.count(&row)?,
///             }
///         }
///         unknown.tell(findings, &UNENCRYPTED);
///         Ok(())
///     }
/// }
///
/// let row = |id: &str, account: &str, encrypted: Value| {
///     let common = [id, "storage.volume", "data", "aws", account, "eu-west-1"].map(Value::from);
///     common.into_iter().chain([encrypted]).collect::<Vec<_>>()
/// };
/// let host = Fake::new().table(
///     "volumes",
///     "resource_id, kind, name, provider, account_id, region, encrypted bool",
///     vec![row("vol-1", "111122223333", false.into()), row("vol-2", "444455556666", Value::Null)],
/// );
/// host.scan::<Encryption>(&[])?;
/// let gaps = host.rule_gaps();
/// assert_eq!((gaps.len(), gaps[0].message.as_str()), (1, "of 1 volumes `encrypted` is not known"));
/// assert_eq!(gaps[0].scope.as_ref().map(|scope| scope.account_id.as_str()), Some("444455556666"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Unknown {
    what: String,
    lacks: String,
    places: BTreeMap<Scope, usize>,
}

impl Unknown {
    /// None yet. The gap will say `of 3 WHAT LACKS`: what sort of thing the rows are, and which value is not known.
    pub fn of(what: impl Into<String>, lacks: impl Into<String>) -> Self {
        Self { what: what.into(), lacks: lacks.into(), places: BTreeMap::new() }
    }

    /// One row more. Its query gives `provider`, `account_id` and `region`.
    pub fn count(&mut self, row: &Row) -> Result<(), Error> {
        *self.places.entry(Scope::of(row)?).or_default() += 1;
        Ok(())
    }

    /// Says for each place how many there are. Of very many places none is named, and the rule is undecided everywhere: see
    /// [`Findings::gap_by_place`].
    pub fn tell(&self, findings: &Findings, rule: &Rule) {
        let why = |count: usize| Error::Failed(format!("of {count} {} {}", self.what, self.lacks));
        let places = self.places.iter().map(|(scope, count)| (scope.clone(), why(*count))).collect();
        findings.gap_by_place(rule, places, &why(self.places.values().sum()));
    }
}
