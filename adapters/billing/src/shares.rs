//! What each of several exports gives to the answer where they hold the same charges, so that none counts twice.
//!
//! Azure's actual and amortised exports hold the same charges at different costs, and its FOCUS export holds them once
//! more. By subscription, resource group and day: where a FOCUS export has rows, it alone counts; else `BilledCost` is the actual
//! export's and `EffectiveCost` the amortised one's. Where only one of both has rows it gives both costs, but for
//! charges that a commitment has to do with, of which it knows only its own.

use crate::bad::Memory;
use crate::columns::Dialect;
use crate::exports::Dataset;
use crate::facts::{Days, Facts, Owner, Signs, day_of};
use crate::files::failed;
use crate::names;
use crate::snapshot::OpenFile;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use datafusion::arrow::datatypes::{DataType, TimestampMicrosecondType};
use datafusion::common::Result as DfResult;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use engine::FetchError;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which costs a file's rows have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Basis {
    /// Both, in columns of their own.
    #[default]
    Both,
    /// The actual ones.
    Actual,
    /// The amortised ones.
    Amortised,
}

/// The subscriptions, resource groups and days that each kind of export has rows for.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    /// FOCUS exports, where they stand beside others.
    pub(crate) focus: Arc<DaySet>,
    /// Actual costs.
    pub(crate) actual: Arc<DaySet>,
    /// Amortised costs.
    pub(crate) amortised: Arc<DaySet>,
}

/// Files that know which costs they have, and what has to be said of them.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// The files.
    pub(crate) files: Vec<Arc<OpenFile>>,
    /// What each kind has rows for.
    pub(crate) shares: Arc<Shares>,
    /// What the reader of an answer must know.
    pub(crate) warnings: Vec<String>,
    /// Files that do not tell which costs they have.
    pub(crate) untold: Vec<(String, FetchError)>,
    /// Whether something could not be looked at that can be the next time.
    pub(crate) may_pass: bool,
}

/// Whether a file's rows may be the same charges as those of one of Azure's own cost files.
pub(crate) fn is_azures(file: &OpenFile) -> bool {
    !matches!(file.header.columns.dialect, Dialect::Focus) || file.origin.dataset == Some(Dataset::Focus)
}

/// Whether it is one of Azure's own cost files, whose costs are of one kind.
pub(crate) fn is_detail(file: &OpenFile) -> bool {
    matches!(file.header.columns.dialect, Dialect::Azure { .. })
}

/// What the place and the manifest of one of Azure's own cost files say of its costs.
fn said(file: &OpenFile) -> Option<Basis> {
    named(file.origin.dataset.as_ref())
}

fn named(dataset: Option<&Dataset>) -> Option<Basis> {
    match dataset {
        Some(Dataset::Actual) => Some(Basis::Actual),
        Some(Dataset::Amortised) => Some(Basis::Amortised),
        _ => None,
    }
}

/// Whether the rows of these files have to be looked at: where their names do not say what they are, or where they
/// may be the same charges.
pub(crate) fn need_facts(files: &[Arc<OpenFile>]) -> bool {
    let is_untold = files.iter().any(|file| is_detail(file) && said(file).is_none());
    let mut exports = files.iter().filter(|file| is_azures(file)).map(|file| (&file.origin.export, said(file)));
    let first = exports.next();
    is_untold || (exports.any(|export| Some(export) != first) && files.iter().any(|file| is_detail(file)))
}

/// Settles which costs each file has, and which of them count.
pub(crate) fn settle(files: Vec<Arc<OpenFile>>, memory: &Memory) -> Settled {
    let mut settled = Settled::default();
    if !files.iter().any(|file| is_detail(file)) {
        settled.files = files;
        return settled;
    }
    let need_facts = need_facts(&files);
    let facts = |file: Arc<OpenFile>| {
        let facts = if is_azures(&file) { memory.facts(&file.found.meta) } else { None };
        let facts = facts.map(|facts| shown_days(&file, facts));
        (file, facts)
    };
    let files: Vec<(Arc<OpenFile>, Option<Arc<Facts>>)> = files.into_iter().map(facts).collect();
    let told = Told::of(&files);
    let mut known = Vec::new();
    for (file, facts) in files {
        // Without them nobody knows which of its rows another file has too.
        if need_facts && is_azures(&file) && facts.is_none() {
            settled.may_pass = true;
            settled.untold.push((file.found.item.clone(), unseen(&file)));
            continue;
        }
        let by_rows = || told.basis(&file, facts.as_ref()?.signs);
        let basis = if is_detail(&file) { said(&file).or_else(by_rows) } else { Some(Basis::Both) };
        match basis {
            Some(basis) => known.push((Arc::new(OpenFile { basis, ..OpenFile::clone(&file) }), facts)),
            None => settled.untold.push((file.found.item.clone(), untold(&file))),
        }
    }
    let days = |basis| {
        let own = known.iter().filter(|(file, _)| file.basis == basis && is_azures(file));
        Arc::new(DaySet::of(own.filter_map(|(_, facts)| facts.as_ref()).map(|facts| &facts.days)))
    };
    settled.shares =
        Arc::new(Shares { focus: days(Basis::Both), actual: days(Basis::Actual), amortised: days(Basis::Amortised) });
    settled.warnings = warnings(&known, &settled.shares);
    settled.files = known.into_iter().map(|(file, _)| file).collect();
    settled
}

/// What the rows of each export tell of its costs, where nothing else does.
///
/// All files of an export are of one kind, and not each part has rows that tell which.
struct Told(HashMap<Arc<str>, Signs>);

impl Told {
    fn of(files: &[(Arc<OpenFile>, Option<Arc<Facts>>)]) -> Self {
        let mut exports: HashMap<Arc<str>, Signs> = HashMap::new();
        for (file, facts) in files.iter().filter(|(file, _)| is_detail(file) && said(file).is_none()) {
            let signs = exports.entry(Arc::clone(&file.origin.export)).or_default();
            *signs = signs.and(facts.as_ref().map_or_else(Signs::default, |facts| facts.signs));
        }
        Self(exports)
    }

    fn basis(&self, file: &OpenFile, own: Signs) -> Option<Basis> {
        let of_all = *self.0.get(&file.origin.export)?;
        let signs = match file.origin.period {
            Some(_) => of_all,
            // Files that someone put into a folder are of one kind only if they do not contradict each other.
            None if own.are_there() || of_all.basis().is_none() => own,
            None => of_all,
        };
        let above = named(file.origin.above.as_ref());
        if signs.are_there() { signs.basis().or(above) } else { above.or(signs.basis()) }
    }
}

/// What the rows that count tell: days that a newer run is of are not there.
fn shown_days(file: &OpenFile, facts: Arc<Facts>) -> Arc<Facts> {
    if file.origin.hidden.is_empty() {
        return facts;
    }
    let mut facts = Facts::clone(&facts);
    let midnight = |day: chrono::NaiveDate| day_of(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros());
    for days in facts.days.values_mut() {
        let is_hidden =
            |day: i32| file.origin.hidden.iter().any(|of| midnight(of.from) <= day && day <= midnight(of.to));
        days.retain(|day| !is_hidden(*day));
    }
    facts.days.retain(|_, days| !days.is_empty());
    Arc::new(facts)
}

fn unseen(file: &OpenFile) -> FetchError {
    failed(format!(
        "`{}` changed or could not be reached while it was looked at, and may hold the charges of another export: ask \
         again when its writer is done",
        file.found.item
    ))
    .with_code("changed")
}

fn untold(file: &OpenFile) -> FetchError {
    failed(format!(
        "`{}` does not tell whether its costs are actual or amortised: write `actual` or `amortized` into the name of \
         its folder",
        file.found.item
    ))
    .with_code("actual_or_amortised")
}

fn warnings(known: &[(Arc<OpenFile>, Option<Arc<Facts>>)], shares: &Shares) -> Vec<String> {
    let files: Vec<Arc<OpenFile>> = known.iter().map(|(file, _)| Arc::clone(file)).collect();
    let mut warnings = Vec::new();
    let named = |is_meant: &dyn Fn(&OpenFile, Option<&Facts>) -> bool| {
        let meant: Vec<Arc<OpenFile>> = known
            .iter()
            .filter(|(file, facts)| is_meant(file, facts.as_deref()))
            .map(|(file, _)| Arc::clone(file))
            .collect();
        names(&meant, |_| true)
    };
    let overlap = |facts: Option<&Facts>, days: &DaySet| facts.is_some_and(|facts| days.has_some_of(&facts.days));
    if let Some(names) = named(&|file, facts| file.basis != Basis::Both && overlap(facts, &shares.focus)) {
        warnings.push(format!("{names}: rows of resource groups and days that a FOCUS export has too are left out"));
    }
    let paired = |basis, other: &DaySet| named(&|file, facts| file.basis == basis && overlap(facts, other));
    if let (Some(actual), Some(amortised)) =
        (paired(Basis::Actual, &shares.amortised), paired(Basis::Amortised, &shares.actual))
    {
        warnings.push(format!(
            "actual costs ({actual}) and amortised costs ({amortised}) are of the same charges: each stands in two \
             rows, one with its `BilledCost` and one with its `EffectiveCost` and quantities"
        ));
    }
    let alone = |basis, other: &DaySet| {
        named(&|file, facts| {
            let may_differ = facts.is_none_or(|facts| {
                facts.signs.are_there() && !other.has_all_of(&facts.days) && !shares.focus.has_all_of(&facts.days)
            });
            file.basis == basis && may_differ
        })
    };
    if let Some(names) = alone(Basis::Actual, &shares.amortised) {
        warnings.push(format!(
            "{names}: actual costs without amortised ones beside them: what a reservation or savings plan covers has \
             no `EffectiveCost`, and sums of it lack that"
        ));
    }
    if let Some(names) = alone(Basis::Amortised, &shares.actual) {
        warnings.push(format!(
            "{names}: amortised costs without actual ones beside them: what a reservation or savings plan covers has \
             no `BilledCost`, and sums of it lack what was paid for it"
        ));
    }
    if let Some(names) = named(&|file, facts| facts.is_some_and(|facts| is_far_off(file, facts))) {
        warnings.push(format!(
            "{names}: charges of days far from the folder's period: are its dates written with the day first?"
        ));
    }
    if let Some(names) = named(&|file, facts| facts.is_some_and(|facts| facts.signs.contradict(file.basis))) {
        warnings.push(format!(
            "{names}: actual costs by manifest or name have unused commitments, or amortised ones purchases of them, as \
             only the other kind has: check what was exported"
        ));
    }
    warnings.extend(doubles(&files, known));
    warnings
}

/// Whether a file has rows of days that are months away from its folder's.
fn is_far_off(file: &OpenFile, facts: &Facts) -> bool {
    /// Late charges and refunds are of the period before at most.
    const MONTH: i32 = 31;
    let Some(period) = file.origin.period else { return false };
    let day = |day: chrono::NaiveDate| day_of(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros());
    let near = day(period.from) - MONTH..=day(period.to) + MONTH;
    facts.days.values().flatten().any(|day| !near.contains(day))
}

/// Two exports of one kind that have rows for the same resource group and day: perhaps different ones by a filter,
/// perhaps the same rows twice. Nobody can tell from outside.
fn doubles(files: &[Arc<OpenFile>], known: &[(Arc<OpenFile>, Option<Arc<Facts>>)]) -> Vec<String> {
    let mut exports: BTreeMap<(Basis, &str), Vec<&Days>> = BTreeMap::new();
    for (file, facts) in known.iter().filter(|(file, _)| is_azures(file)) {
        let days = facts.as_ref().map(|facts| &facts.days);
        exports.entry((file.basis, &file.origin.export)).or_default().extend(days);
    }
    let exports: Vec<((Basis, &str), DaySet)> =
        exports.into_iter().map(|(export, days)| (export, DaySet::of(days.into_iter()))).collect();
    let mut meant = Vec::new();
    for (at, (export, days)) in exports.iter().enumerate() {
        let others = exports.iter().enumerate().filter(|(other, ((basis, _), _))| *other != at && *basis == export.0);
        if others.into_iter().any(|(_, (_, other))| days.has_some_of(&other.days)) {
            meant.push(*export);
        }
    }
    let first = |(basis, export): &(Basis, &str)| {
        files.iter().find(|file| file.basis == *basis && *file.origin.export == **export).cloned()
    };
    let firsts: Vec<Arc<OpenFile>> = meant.iter().filter_map(first).collect();
    let said = names(&firsts, |_| true).map(|names| {
        format!(
            "exports of one kind have rows for the same resource groups and days ({names}, …): if these are the \
             same rows, they count twice; keep one of them"
        )
    });
    said.into_iter().collect()
}

/// Days by subscription and resource group. In plans, one set is another only if it is the same one.
#[derive(Debug, Default)]
pub(crate) struct DaySet {
    days: Days,
    /// The days of a subscription's groups together, for rows that do not tell theirs.
    whole: HashMap<String, BTreeSet<i32>>,
    number: Number,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Number(u64);

impl Default for Number {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl DaySet {
    fn of<'a>(all: impl Iterator<Item = &'a Days>) -> Self {
        let mut set = Self::default();
        for (owner, more) in all.flatten() {
            set.days.entry(owner.clone()).or_default().extend(more);
            set.whole.entry(owner.account.clone()).or_default().extend(more);
        }
        set
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The days of an owner: its own, and those of rows that may be of any group.
    fn days_of(&self, owner: &Owner) -> impl Iterator<Item = &BTreeSet<i32>> {
        let of_any = Owner { account: owner.account.clone(), group: None };
        let found = match owner.group {
            Some(_) => [self.days.get(owner), self.days.get(&of_any)],
            None => [self.whole.get(&owner.account), None],
        };
        found.into_iter().flatten()
    }

    fn has(&self, owner: &Owner, day: i32) -> bool {
        self.days_of(owner).any(|days| days.contains(&day))
    }

    fn has_some_of(&self, other: &Days) -> bool {
        other.iter().any(|(owner, days)| self.days_of(owner).any(|own| !own.is_disjoint(days)))
    }

    fn has_all_of(&self, other: &Days) -> bool {
        other.iter().all(|(owner, days)| days.iter().all(|day| self.has(owner, *day)))
    }
}

impl PartialEq for DaySet {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for DaySet {}

impl Hash for DaySet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

/// Whether the set has a subscription, the resource group of an id, and the day of a time. No id is another thing than
/// a null: a file without ids does not tell which groups its rows are of.
pub(crate) fn is_in(set: &Arc<DaySet>, account: Expr, id: Option<Expr>, time: Expr) -> Expr {
    let signature = Signature::any(2 + usize::from(id.is_some()), Volatility::Immutable);
    let args = [account, time].into_iter().chain(id).collect();
    ScalarUDF::from(IsIn { set: Arc::clone(set), signature }).call(args)
}

/// The look into a set as a function that plans can hold. Not registered anywhere: SQL cannot name it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct IsIn {
    set: Arc<DaySet>,
    signature: Signature,
}

impl ScalarUDFImpl for IsIn {
    fn name(&self) -> &str {
        "billing_is_in"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DfResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let arrays: Vec<ArrayRef> =
            args.args.iter().map(|value| value.to_array(args.number_rows)).collect::<DfResult<_>>()?;
        let (accounts, times) = (arrays[0].as_string::<i32>(), arrays[1].as_primitive::<TimestampMicrosecondType>());
        let ids = arrays.get(2).map(|ids| ids.as_string::<i32>());
        let text = |texts: &StringArray, row: usize| texts.is_valid(row).then(|| texts.value(row).to_owned());
        let is_in = |row: usize| {
            let account = text(accounts, row).unwrap_or_default();
            let id = ids.map(|ids| text(ids, row).unwrap_or_default());
            times.is_valid(row) && self.set.has(&Owner::of(&account, id.as_deref()), day_of(times.value(row)))
        };
        let found: BooleanArray = (0..args.number_rows).map(|row| Some(is_in(row))).collect();
        Ok(ColumnarValue::Array(Arc::new(found)))
    }
}
