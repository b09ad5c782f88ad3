//! What a plugin's store holds beside a program's: what it was given, what it has handed over, and the bounds of both.

use crate::plugin::described::Filled;
use crate::plugin::job::{Input, RequestNote, RuleGap};
use crate::plugin::limits::PluginLimits;
use crate::plugin::outbound::Outbound;
use chrono::{DateTime, Utc};
use schema::finding::Finding;
use schema::{Row, Scope, Table};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::mpsc;

/// What a plugin was given and has handed over.
pub(crate) struct Handed {
    /// What the plugin is called in the log; empty while it says that itself.
    pub(crate) name: String,
    pub(crate) limits: PluginLimits,
    pub(crate) outbound: Option<Arc<dyn Outbound>>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) open_inputs: usize,
    pub(crate) input_bytes: u64,
    /// Whether it may ask for anything at all: not while it says what it is.
    pub(crate) is_running: bool,
    /// The rules that it may find by.
    pub(crate) rules: HashSet<String>,
    pub(crate) findings: Vec<Finding>,
    /// Where each is among them, by its uid.
    pub(crate) uids: HashMap<String, usize>,
    pub(crate) finding_bytes: usize,
    pub(crate) gaps: Vec<RuleGap>,
    pub(crate) requests: Vec<RequestNote>,
    /// Where a source's rows go.
    pub(crate) filling: Option<Filling>,
}

/// A fetch: what is filled, and where it goes.
pub(crate) struct Filling {
    pub(crate) table: &'static Table,
    /// What the plugin said that it fills of it. Its name there is the plugin's: one of its own has none of the source's.
    pub(crate) described: Filled,
    /// When its rows were read.
    pub(crate) now: DateTime<Utc>,
    /// Which scope is asked for; rows say of themselves where they belong.
    pub(crate) scope: Scope,
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
    /// Gaps that were told, and how many may be.
    pub(crate) gaps: usize,
    pub(crate) most_gaps: usize,
    pub(crate) out: mpsc::Sender<Told>,
}

impl Filling {
    /// Tells the reader that rows are missing, and why.
    pub(crate) async fn lacks_rows(&mut self, code: &str, message: String) {
        self.gap(Told::Gap { columns: Vec::new(), place: None, code: code.to_owned(), message }).await;
    }

    /// Tells the reader of a gap: a line of coverage that is held until the fetch ends, and shown with every answer. Beyond the
    /// bound, one that says so stands for the rest.
    pub(crate) async fn gap(&mut self, gap: Told) {
        let most = self.most_gaps;
        let gap = match self.gaps.cmp(&most) {
            Ordering::Less => gap,
            Ordering::Equal => {
                let message = format!("more than {most} gaps were reported, and the others are not listed");
                let place = Some("further gaps".to_owned());
                Told::Gap { columns: Vec::new(), place, code: "limit".to_owned(), message }
            }
            Ordering::Greater => return,
        };
        self.gaps += 1;
        // Nobody reading any more ends the run from outside.
        drop(self.out.send(gap).await);
    }
}

/// What a source hands over.
#[derive(Debug)]
pub(crate) enum Told {
    /// Rows.
    Rows(Vec<Row>),
    /// What could not be read: which columns (none: rows are missing), where, and why.
    Gap { columns: Vec<&'static str>, place: Option<String>, code: String, message: String },
}

impl Handed {
    pub(crate) fn new(limits: PluginLimits, outbound: Option<Arc<dyn Outbound>>, inputs: Vec<Input>) -> Self {
        Self {
            name: String::new(),
            limits,
            outbound,
            inputs,
            open_inputs: 0,
            input_bytes: 0,
            is_running: true,
            rules: HashSet::new(),
            findings: Vec::new(),
            uids: HashMap::new(),
            finding_bytes: 0,
            gaps: Vec::new(),
            requests: Vec::new(),
            filling: None,
        }
    }

    /// Writes down a gap. Beyond the bound, one that says so stands for the rest.
    pub(crate) fn gap(&mut self, gap: RuleGap) {
        let most = self.limits.gaps;
        if self.gaps.contains(&gap) || self.gaps.len() > most {
            return;
        }
        if self.gaps.len() == most {
            let message = format!("more than {most} gaps were reported, and the others are not listed");
            self.gaps.push(RuleGap { rule: "*".to_owned(), scope: None, code: "limit".to_owned(), message });
            return;
        }
        self.gaps.push(gap);
    }
}
