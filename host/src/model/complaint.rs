//! What is wrong with a draft, for the person who asked and, with no value of a row in it, for the model.

use super::mask;
use sandbox::{Fault, FaultKind};
use serde::Serialize;

/// The most characters of one complaint's message.
const MOST_MESSAGE: usize = 1_000;

/// Whether another draft may be better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// It may: something in the draft is wrong.
    Helps,
    /// It may not: what stands in the way is not the draft.
    Useless,
}

/// Whose words a complaint's message is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The host's, which quotes what it is about.
    Host,
    /// Of whoever looked at the program's text, or made its queries without rows: no row is in them, but a name of the
    /// estate may be.
    Text,
    /// The program's or its interpreter's, in a run: anything, a row's values among it. Errors of queries that went
    /// through the program are of this sort too, because it can catch one and throw another.
    Run,
}

/// What is wrong with a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// What sort of error: `SyntaxError`, `denied`, `no_column`, …
    pub class: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// Whose words that are.
    pub origin: Origin,
    /// Where in the program, counted from 1, where that is known.
    pub line: Option<u32>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether another draft may be better.
    pub again: Again,
}

impl Complaint {
    /// A complaint of the host's that another draft may mend.
    pub fn new(class: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            class: class.into(),
            message: message.into(),
            origin: Origin::Host,
            line: None,
            hint: None,
            again: Again::Helps,
        }
    }

    /// A complaint of a fault that no row had a part in.
    pub fn of_text(fault: &Fault) -> Self {
        let complaint = Self::from(fault);
        match complaint.origin {
            Origin::Run => Self { origin: Origin::Text, ..complaint },
            Origin::Host | Origin::Text => complaint,
        }
    }

    /// What the model is told: all of it where it may see values of rows.
    pub(super) fn told(&self, program: &str, sees_values: bool) -> String {
        let masked = |text: &str| match (sees_values, self.origin) {
            (true, _) => Some(text.to_owned()),
            (false, Origin::Host) => Some(mask::host(text, program)),
            (false, Origin::Text) => Some(mask::text(text, program)),
            (false, Origin::Run) => mask::run(&self.class, text, program),
        };
        let class = match mask::class(&self.class) {
            Some(class) => class.to_owned(),
            None if self.origin == Origin::Run && !sees_values => "Error".to_owned(),
            None => masked(&self.class).unwrap_or_default(),
        };
        let message = masked(&self.message).unwrap_or_else(|| LEFT_OUT.to_owned());
        let message: String = message.chars().take(MOST_MESSAGE).collect();
        let line = self.line.map(|line| format!(" at line {line}")).unwrap_or_default();
        let mut told = format!("That did not work. {class}{line}: {message}\n");
        if let Some(hint) = self.hint.as_deref().and_then(masked) {
            told.push_str(&format!("Hint: {hint}\n"));
        }
        told.push_str("Reply with the whole JSON object again, mended.");
        told
    }
}

/// In the place of an error's message that may hold what was read.
const LEFT_OUT: &str = "(its message is left out, because it may hold values of rows)";

impl From<&Fault> for Complaint {
    fn from(fault: &Fault) -> Self {
        let kind = fault.kind.as_str();
        Self {
            class: fault.class.clone().unwrap_or_else(|| kind.to_owned()),
            // Without a class of the program's, it is the host that speaks; and whether a bound was hit it knows itself.
            origin: match (&fault.class, fault.kind) {
                (None, _) | (_, FaultKind::Limit(_)) => Origin::Host,
                (Some(_), _) => Origin::Run,
            },
            line: fault.line,
            again: if fault.kind.may_be_mended() { Again::Helps } else { Again::Useless },
            ..Self::new(kind, fault.message.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sandbox::Limit;

    #[test]
    fn a_fault_becomes_a_complaint_that_says_no_value() {
        let thrown = Fault {
            kind: FaultKind::Thrown,
            class: Some("payroll".to_owned()),
            message: "there is no column `nmae`; web-1 is not a function".to_owned(),
            line: Some(2),
            column: None,
        };
        let program = "query('SELECT nmae FROM volumes')";
        let first =
            |complaint: &Complaint, sees_values| complaint.told(program, sees_values).lines().next().map(str::to_owned);
        let complaint = Complaint::of_text(&thrown);
        assert_eq!(
            first(&complaint, false).as_deref(),
            Some("That did not work. … at line 2: there is no column `nmae`; …-… is not a function")
        );
        let complaint = Complaint::from(&thrown);
        assert_eq!(
            first(&complaint, false).as_deref(),
            Some("That did not work. Error at line 2: … is not a function")
        );
        let own = Complaint { message: "web-1 of payroll".to_owned(), ..complaint.clone() };
        assert_eq!(
            first(&own, false).as_deref(),
            Some("That did not work. Error at line 2: (its message is left out, because it may hold values of rows)")
        );
        assert!(complaint.told("", true).contains("web-1"));
    }

    #[test]
    fn whether_another_draft_helps_is_the_faults_to_say() {
        for (kind, again) in [
            (FaultKind::Syntax, Again::Helps),
            (FaultKind::Limit(Limit::RowsOut), Again::Helps),
            (FaultKind::Throttled, Again::Useless),
            (FaultKind::Host, Again::Useless),
        ] {
            assert_eq!(Complaint::from(&Fault::new(kind, "m")).again, again, "{kind:?}");
        }
        let limit = Complaint::from(&Fault::new(FaultKind::Limit(Limit::RowsOut), "more than the 10000 rows"));
        assert!(limit.told("", false).contains("limit: more than the 10000 rows"));
    }
}
