//! What a control is made of: a rule, where to look, and what must hold there. All of it is data.

use guest_sdk::{Rule, Severity};

/// A rule, and how it is decided.
pub(crate) struct Control {
    pub(crate) rule: Rule,
    /// `None` where no column can decide it yet: the rule says which is missing.
    pub(crate) look: Option<Look>,
}

/// Where to look, and what must hold of a row for it to be waste.
pub(crate) struct Look {
    pub(crate) view: &'static View,
    /// Only this provider's rows.
    pub(crate) provider: Option<&'static str>,
    /// All of these.
    pub(crate) when: &'static [When],
    pub(crate) saves: Saves,
}

impl Look {
    /// The columns that it reads, beside the common ones.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        let saves = match self.saves {
            Saves::PercentWhile { column, .. } => Some(column),
            Saves::All | Saves::Unsaid => None,
        };
        self.when.iter().map(|when| when.column).chain(saves)
    }
}

/// Rows of a table, with what other tables say of them. One query serves every control that looks at it.
#[derive(PartialEq)]
pub(crate) struct View {
    /// What the rows are, in a sentence.
    pub(crate) what: &'static str,
    /// What follows FROM. The table itself is `t`.
    pub(crate) from: &'static str,
    /// Names and expressions, beside the common ones.
    pub(crate) columns: &'static [(&'static str, &'static str)],
}

/// A condition on a column.
pub(crate) struct When {
    pub(crate) column: &'static str,
    pub(crate) is: Is,
}

/// What must hold. Where the column is null it is not known whether it does, but for the first two.
pub(crate) enum Is {
    /// Null, where null says something: attached to nothing.
    Null,
    /// Not null, where null says something.
    Set,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Begins with one of these.
    Begins(&'static [&'static str]),
    /// Begins with one of the words of a parameter.
    BeginsWithParameter(&'static str),
    /// A whole number above a parameter.
    Above(&'static str),
    /// A whole number that is a parameter or less.
    AtMost(&'static str),
    /// A measured number below a parameter.
    Below(&'static str),
    /// A time that lies more days back than a parameter says.
    OlderThan(&'static str),
    /// JSON that has such a beginning of a text at a place.
    JsonBegins(&'static str, &'static str),
}

/// What of the cost would no longer be spent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Saves {
    /// All: the thing is of no use.
    All,
    /// A share, in percent, by the provider's price list, while a column is no more than so much: beyond that what
    /// comes instead costs extra, and how much is saved is not said.
    PercentWhile { percent: u32, column: &'static str, most: i64 },
    /// How much depends on what is done.
    Unsaid,
}

pub(crate) const fn when(column: &'static str, is: Is) -> When {
    When { column, is }
}

/// A rule that makes findings.
pub(crate) const fn decided(
    id: &'static str,
    origin: &'static str,
    severity: Severity,
    words: [&'static str; 3],
    look: Look,
) -> Control {
    Control { rule: rule(id, origin, severity, words, None), look: Some(look) }
}

/// A rule that no column can decide yet.
pub(crate) const fn undecided(
    id: &'static str,
    origin: &'static str,
    title: &'static str,
    missing: &'static str,
) -> Control {
    let why = "What costs money and does nothing for it should be looked at.";
    Control { rule: rule(id, origin, Severity::Low, [title, why, ""], Some(missing)), look: None }
}

/// Title, why and what to do, in this order.
pub(crate) const fn rule(
    id: &'static str,
    origin: &'static str,
    severity: Severity,
    words: [&'static str; 3],
    missing: Option<&'static str>,
) -> Rule {
    let [title, why, remediation] = words;
    let class = guest_sdk::Class::Compliance;
    Rule { id, title, severity, class, why, remediation, missing, origin: Some(origin) }
}
