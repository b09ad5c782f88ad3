//! What a file's rows tell of themselves: for which subscriptions and days they are, and whether they are actual or
//! amortised costs. Read once for each file, from the few columns that tell.

use crate::azure::{account_id, resource_group};
use crate::bad::Memory;
use crate::columns::Dialect;
use crate::files::{Root, failed};
use crate::recipe::Recipe;
use crate::scan::{Group, Registered};
use crate::settings::Limits;
use crate::shares::Basis;
use crate::snapshot::OpenFile;
use crate::verify::{bad_cell, read_error};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use datafusion::prelude::SessionContext;
use engine::FetchError;
use futures::StreamExt;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Days by subscription and resource group, as days since 1970. What is in none is under the empty name.
///
/// An export may be of some groups only, so that a subscription and day alone do not tell which rows it has.
pub(crate) type Days = HashMap<Owner, BTreeSet<i32>>;

/// Whose rows they are.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Owner {
    /// The subscription, or nothing.
    pub(crate) account: String,
    /// The resource group, or nothing. None in a file without resources' ids, whose rows may be of any group.
    pub(crate) group: Option<String>,
}

impl Owner {
    /// The owner of a row with this subscription and resource.
    pub(crate) fn of(account: &str, id: Option<&str>) -> Self {
        // FOCUS files may have the subscription as a path.
        Self { account: account_id(account), group: id.map(|id| resource_group(id).unwrap_or_default()) }
    }
}

/// What a file's rows tell.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// For which subscriptions, resource groups and days there are rows.
    pub(crate) days: Days,
    /// How many pairs these are.
    count: usize,
    /// What they have to do with commitments.
    pub(crate) signs: Signs,
}

/// What rows have to do with reservations and savings plans, which tells actual from amortised costs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signs {
    /// Whether one is bought or given back, which amortised costs leave out.
    bought: bool,
    /// Whether one is not used, which actual costs do not know.
    unused: bool,
    /// Whether use that one covers costs nothing, as in actual costs.
    covered_free: bool,
    /// Whether use that one covers costs something, as in amortised costs.
    covered_paid: bool,
}

impl Signs {
    /// Whether there is any, so that actual and amortised costs of these rows differ.
    pub(crate) fn are_there(self) -> bool {
        self != Self::default()
    }

    /// Those of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            bought: self.bought || other.bought,
            unused: self.unused || other.unused,
            covered_free: self.covered_free || other.covered_free,
            covered_paid: self.covered_paid || other.covered_paid,
        }
    }

    /// Whether they are what only the other kind of costs has.
    pub(crate) fn contradict(self, basis: Basis) -> bool {
        match basis {
            Basis::Both => false,
            Basis::Actual => self.unused,
            Basis::Amortised => self.bought,
        }
    }

    /// Which costs the rows have. Without any sign both are the same, and called actual. None if they contradict
    /// themselves.
    pub(crate) fn basis(self) -> Option<Basis> {
        let is_amortised = match (self.bought, self.unused) {
            (true, true) => return None,
            (bought, unused) if bought != unused => unused,
            _ if self.covered_free && self.covered_paid => return None,
            _ => self.covered_paid,
        };
        Some(if is_amortised { Basis::Amortised } else { Basis::Actual })
    }
}

impl Facts {
    fn add(&mut self, columns: &Told, most: usize) -> Result<(), String> {
        let mut last: Option<(&str, Option<&str>, i32)> = None;
        for row in 0..columns.times.len() {
            let account = columns.accounts.as_ref().map_or("", |accounts| text(accounts, row));
            let id = columns.ids.as_ref().map(|ids| text(ids, row));
            if let Some(day) = columns.day(row).filter(|day| last != Some((account, id, *day))) {
                last = Some((account, id, day));
                let is_new = self.days.entry(Owner::of(account, id)).or_default().insert(day);
                self.count += usize::from(is_new);
                if self.count > most {
                    return Err(format!("has rows for more than {most} days of resource groups (`account_days`)"));
                }
            }
            match columns.commitments.as_ref().map(|commitments| text(commitments, row)) {
                Some("bought") => self.signs.bought = true,
                Some("unused") => self.signs.unused = true,
                Some("covered") if columns.is_free(row) => self.signs.covered_free = true,
                Some("covered") => self.signs.covered_paid = true,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The columns that tell, of one batch.
struct Told {
    accounts: Option<ArrayRef>,
    ids: Option<ArrayRef>,
    times: ArrayRef,
    costs: Option<ArrayRef>,
    commitments: Option<ArrayRef>,
}

impl Told {
    fn day(&self, row: usize) -> Option<i32> {
        let times = self.times.as_primitive::<TimestampMicrosecondType>();
        times.is_valid(row).then(|| day_of(times.value(row)))
    }

    fn is_free(&self, row: usize) -> bool {
        let costs = self.costs.as_ref().map(|costs| costs.as_primitive::<Decimal128Type>());
        costs.is_none_or(|costs| costs.is_null(row) || costs.value(row) == 0)
    }
}

fn text(array: &ArrayRef, row: usize) -> &str {
    let array = array.as_string::<i32>();
    if array.is_valid(row) { array.value(row) } else { "" }
}

/// The day of an instant in microseconds.
pub(crate) fn day_of(time: i64) -> i32 {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000;
    // Microseconds of 64 bits reach 107 million days, so it always fits.
    i32::try_from(time.div_euclid(DAY)).unwrap_or(i32::MAX)
}

/// Finds out what a file's rows tell, and remembers it, or why they cannot be read.
pub(crate) async fn find(
    root: &Root,
    memory: &Memory,
    file: &Arc<OpenFile>,
    context: &SessionContext,
    limits: &Limits,
) {
    let meta = &file.found.meta;
    let result = read(root, memory, file, context, limits).await;
    // A file that changed under the reader is neither; whoever asked leaves it out and says so.
    if root.change(meta).await.is_some() {
        return;
    }
    match result {
        Ok(facts) => memory.found_facts(meta, facts),
        Err(error) => {
            tracing::info!(file = file.found.item, error = %error, "billing file is left out");
            memory.bad(meta, error);
        }
    }
}

async fn read(
    root: &Root,
    memory: &Memory,
    file: &Arc<OpenFile>,
    context: &SessionContext,
    limits: &Limits,
) -> Result<Facts, FetchError> {
    let columns = &file.header.columns;
    let commitment = match &columns.dialect {
        Dialect::Azure { commitment } => commitment.as_ref(),
        Dialect::Focus | Dialect::MicrosoftFocus => None,
    };
    let (account, id) = (columns.recipe("SubAccountId"), columns.recipe("ResourceId"));
    let (time, cost) = (columns.recipe("ChargePeriodStart"), columns.recipe("BilledCost"));
    // Without a day no row can be told to be the same as another.
    let Some(time) = time else { return Ok(Facts::default()) };
    let needed = [account, id, Some(time), cost, commitment];
    let places: Vec<usize> =
        needed.into_iter().flatten().flat_map(Recipe::places).collect::<BTreeSet<_>>().into_iter().collect();

    let state = context.state();
    let registered = Registered::new(context.runtime_env(), root, [&file.found.meta]);
    let group = Group::of(std::slice::from_ref(file), memory).map_err(|error| read_error(file, &error, 0))?;
    let plan = group.exec(&registered.url, &state, Some(&places), None).await;
    let plan = plan.map_err(|error| read_error(file, &error, 0))?;
    let mut stream = plan.execute(0, context.task_ctx()).map_err(|error| read_error(file, &error, 0))?;
    let (mut facts, mut rows) = (Facts::default(), 0);
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| read_error(file, &error, rows))?;
        let make = |recipe: Option<&Recipe>| recipe.map(|recipe| made(file, recipe, &batch, &places, rows)).transpose();
        let told = Told {
            accounts: make(account)?,
            ids: make(id)?,
            times: made(file, time, &batch, &places, rows)?,
            costs: make(cost)?,
            commitments: make(commitment)?,
        };
        let added = facts.add(&told, limits.account_days);
        added.map_err(|what| failed(format!("`{}` {what}", file.found.item)).with_code("limit"))?;
        rows += batch.num_rows() as u64;
    }
    Ok(facts)
}

/// A column made from a batch that holds only some of the file's columns.
fn made(
    file: &OpenFile,
    recipe: &Recipe,
    batch: &RecordBatch,
    places: &[usize],
    before: u64,
) -> Result<ArrayRef, FetchError> {
    // Every place that a recipe takes is among those that were read.
    let own = |at: usize| ArrayRef::clone(batch.column(places.binary_search(&at).unwrap_or(0)));
    recipe.run(batch.num_rows(), own).map_err(|(at, bad)| {
        let name = file.header.columns.schema.field(at).name();
        bad_cell(file, before + bad.row as u64 + 1, name, &bad.what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_tell_whether_costs_are_actual_or_amortised() {
        let check = |[bought, unused, covered_free, covered_paid]: [bool; 4], expected: Option<Basis>| {
            let signs = Signs { bought, unused, covered_free, covered_paid };
            assert_eq!(signs.basis(), expected, "{signs:?}");
        };
        check([false; 4], Some(Basis::Actual));
        check([true, false, true, false], Some(Basis::Actual));
        check([false, true, true, true], Some(Basis::Amortised));
        check([false, false, true, false], Some(Basis::Actual));
        check([false, false, false, true], Some(Basis::Amortised));
        check([false, false, true, true], None);
        check([true, true, false, false], None);
    }

    #[test]
    fn days_are_counted_from_midnight_before_and_after_1970() {
        assert_eq!(day_of(0), 0);
        assert_eq!(day_of(-1), -1);
        assert_eq!(day_of(24 * 60 * 60 * 1_000_000 - 1), 0);
        assert_eq!(day_of(24 * 60 * 60 * 1_000_000), 1);
    }
}
