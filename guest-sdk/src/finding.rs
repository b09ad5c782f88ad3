//! Findings: what a scanner says of a resource, and how it hands that over.

use crate::describe::{Class, Description, Rule, Severity};
use crate::error::Error;
use crate::inner;
use crate::rows::Row;
use crate::value::{Fact, Value};
use rust_decimal::Decimal;
use std::cell::Cell;

/// How many findings are handed over at once.
const AT_ONCE: usize = 100;

/// The most places that gaps name at once, and in one scan: a host takes a thousand gaps, and what is beyond stands for
/// every rule.
const PLACES: usize = 100;
const PLACES_OF_SCAN: usize = 500;

/// The thing that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resource {
    /// The ARN, or the ARM id in lower case.
    pub resource_id: String,
    /// The neutral kind: `compute.instance`, …
    pub kind: Option<String>,
    /// The name people gave it.
    pub name: Option<String>,
    /// `aws`, `azure`, …
    pub provider: Option<String>,
    /// AWS account id, Azure subscription id.
    pub account_id: Option<String>,
    /// The provider's own name of the region.
    pub region: Option<String>,
}

impl Resource {
    /// The columns that [`of`](Self::of) reads, for the SELECT of a query.
    pub const COLUMNS: &'static str = "resource_id, kind, name, provider, account_id, region";

    /// The resource of a row, whose query gives [`COLUMNS`](Self::COLUMNS).
    pub fn of(row: &Row) -> Result<Self, Error> {
        let text = |column| Ok::<_, Error>(row.optional_text(column)?.map(str::to_owned));
        Ok(Self {
            resource_id: row.text("resource_id")?.to_owned(),
            kind: text("kind")?,
            name: text("name")?,
            provider: text("provider")?,
            account_id: text("account_id")?,
            region: text("region")?,
        })
    }
}

/// Money a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    /// How much; never negative.
    pub amount: Decimal,
    /// ISO 4217; `None` for the currency that the bill is in.
    pub currency: Option<String>,
}

/// Provider × account × region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// `aws`, `azure`, … or the plugin's own.
    pub provider: String,
    /// AWS account id, Azure subscription id, …
    pub account_id: String,
    /// The provider's own name of the region; `global` for what has none, `*` for all.
    pub region: String,
}

impl Scope {
    /// Where the thing of a row is: its query gives `provider`, `account_id` and `region`. What does not say where it is may be
    /// anywhere: null is `*`.
    pub fn of(row: &Row) -> Result<Self, Error> {
        Self::in_columns(row, ["provider", "account_id", "region"])
    }

    /// The same by columns of other names: of a bill `["provider", "SubAccountId", "RegionId"]`.
    pub fn in_columns(row: &Row, [provider, account, region]: [&str; 3]) -> Result<Self, Error> {
        let part = |column| {
            let text = row.optional_text(column)?.filter(|text| !text.is_empty());
            Ok::<_, Error>(text.unwrap_or("*").to_owned())
        };
        Ok(Self { provider: part(provider)?, account_id: part(account)?, region: part(region)? })
    }
}

/// What a scanner says of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The same in every scan for the same thing. Set when the finding is handed over, from the plugin, the rule, the
    /// resource and [`part`](Self::part).
    pub uid: String,
    /// The rule's id.
    pub rule: String,
    /// The rule's class.
    pub class: Class,
    /// The rule's title, unless another was set.
    pub title: String,
    /// The rule's severity, unless another was set.
    pub severity: Severity,
    /// What it is about.
    pub resource: Resource,
    /// What it was concluded from.
    pub evidence: Vec<Fact>,
    /// What to do.
    pub remediation: Option<String>,
    /// What would no longer be spent.
    pub monthly_saving: Option<Saving>,
    /// What will grow.
    pub details: Vec<Fact>,
    part: Option<String>,
}

impl Finding {
    /// A finding of a rule about a resource, with the rule's title, severity, class and remediation.
    pub fn new(rule: &Rule, resource: Resource) -> Self {
        Self {
            uid: String::new(),
            rule: rule.id.to_owned(),
            class: rule.class,
            title: rule.title.to_owned(),
            severity: rule.severity,
            resource,
            evidence: Vec::new(),
            remediation: (!rule.remediation.is_empty()).then(|| rule.remediation.to_owned()),
            monthly_saving: None,
            details: Vec::new(),
            part: None,
        }
    }

    /// Another title than the rule's.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Another severity than the rule's.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// One thing more that it was concluded from: a column's name, as a rule, and its value. A host refuses a second one of
    /// the same name.
    pub fn evidence(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.evidence.push(Fact { name: name.to_owned(), value: value.into() });
        self
    }

    /// What to do, where the rule does not say it or says it less well.
    pub fn remediation(mut self, remediation: impl Into<String>) -> Self {
        self.remediation = Some(remediation.into());
        self
    }

    /// As [`saving`](Self::saving), in the currency of the cost that it is a part of: `cost_currency`, an ISO 4217 code.
    ///
    /// ```
    /// use guest_sdk::{Class, Decimal, Finding, Resource, Rule, Severity};
    /// # const RULE: Rule = Rule { id: "r", title: "", severity: Severity::Low, class: Class::Compliance, why: "",
    /// #     remediation: "", missing: None, origin: None };
    /// let said = |currency| {
    ///     let finding = Finding::new(&RULE, Resource::default()).saving_in(Some(Decimal::TEN), currency);
    ///     finding.monthly_saving.map(|saving| saving.currency)
    /// };
    /// assert_eq!(said(Some("EUR")), Some(Some("EUR".to_owned())));
    /// // Not known; and a vendor's own credits, which are no money.
    /// assert_eq!((said(None), said(Some("credits"))), (Some(None), None));
    /// ```
    pub fn saving_in(mut self, amount: Option<Decimal>, currency: Option<&str>) -> Self {
        let is_code = |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        self = self.saving(amount.filter(|_| currency.is_none_or(is_code)));
        if let Some(saving) = &mut self.monthly_saving {
            saving.currency = currency.map(str::to_owned);
        }
        self
    }

    /// What would no longer be spent a month, in a currency that nobody names: with
    /// [`saving_in`](Self::saving_in) savings of two bills can be told apart. By what was spent and never by a guess:
    /// `None` where the cost is not known. What is less than nothing is no saving.
    pub fn saving(mut self, amount: Option<Decimal>) -> Self {
        let amount = amount.filter(|amount| !amount.is_sign_negative());
        self.monthly_saving = amount.map(|amount| Saving { amount, currency: None });
        self
    }

    /// Which of several things of one rule about one resource it is: a port, a package. It must be the same in the next
    /// scan.
    pub fn part(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }

    /// A fact beyond all of these.
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.push(Fact { name: name.to_owned(), value: value.into() });
        self
    }

    fn identified(mut self, plugin: &str) -> Self {
        let part = self.part.as_ref().map(|part| format!("#{part}")).unwrap_or_default();
        self.uid = format!("{plugin}/{}/{}{part}", self.rule, self.resource.resource_id);
        self
    }
}

/// What could not be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleGap {
    /// The rule that could not be decided.
    pub rule: String,
    /// Where; `None` for everywhere.
    pub scope: Option<Scope>,
    /// `denied`, `throttled`, …
    pub code: String,
    /// In a sentence.
    pub message: String,
}

/// Where findings go.
#[derive(Debug)]
pub struct Findings {
    host: inner::Host,
    plugin: &'static str,
    rules: Vec<&'static str>,
    waiting: Vec<Finding>,
    /// How many places gaps have named.
    placed: Cell<usize>,
}

impl Findings {
    pub(crate) fn new(host: inner::Host, description: &Description) -> Self {
        let rules = description.rules.iter().filter(|rule| rule.missing.is_none()).map(|rule| rule.id).collect();
        Self { host, plugin: description.name, rules, waiting: Vec::new(), placed: Cell::new(0) }
    }

    /// Takes a finding, and hands it over with others, a hundred at a time and what is left at the end of the scan, also of one
    /// that ends in an error. A panic loses what was not handed over yet: at most the last 99. An error may be about an earlier
    /// finding. After [`Error::Limit`] there is no use in going on.
    pub fn emit(&mut self, finding: Finding) -> Result<(), Error> {
        if !self.rules.contains(&finding.rule.as_str()) {
            let message = format!("the plugin describes no rule `{}` that it can decide", finding.rule);
            return Err(Error::invalid("unknown_rule", message));
        }
        self.waiting.push(finding.identified(self.plugin));
        if self.waiting.len() >= AT_ONCE { self.flush() } else { Ok(()) }
    }

    /// Says that a rule could not be decided, everywhere, and why. That no query covered a scope the host knows by
    /// itself; this is for what only the scanner knows: that it went on without. Until a later scan can decide, what the
    /// rule once found stays open, wherever it is: for rows that say where they are there is [`Unknown`](crate::Unknown).
    pub fn gap(&self, rule: &Rule, why: &Error) {
        self.gap_in(rule, None, why);
    }

    /// As [`gap`](Self::gap), in one scope.
    pub fn gap_in(&self, rule: &Rule, scope: Option<Scope>, why: &Error) {
        let (code, message) = (why.code().to_owned(), why.to_string());
        self.host.rule_gap(RuleGap { rule: rule.id.to_owned(), scope, code, message });
    }

    /// As [`gap_in`](Self::gap_in), once for each place. Of more than 100 at once, or 500 in one scan, none is named: then it
    /// is a gap everywhere, and `everywhere` says why.
    pub fn gap_by_place(&self, rule: &Rule, places: Vec<(Scope, Error)>, everywhere: &Error) {
        let placed = self.placed.get() + places.len();
        if places.len() > PLACES || placed > PLACES_OF_SCAN {
            self.gap(rule, everywhere);
        } else {
            self.placed.set(placed);
            places.into_iter().for_each(|(scope, why)| self.gap_in(rule, Some(scope), &why));
        }
    }

    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.host.emit(std::mem::take(&mut self.waiting))
    }
}
