//! Azure's cost exports as they lie in a container: which run of each period counts.
//!
//! A daily export of the month so far writes the whole month again each day, beside what it wrote before: as
//! `<export>/<yyyymmdd-yyyymmdd>/<time>/<run>/part_0_0001.csv` with a `manifest.json`, or as
//! `<export>/<yyyymmdd-yyyymmdd>/<export>_<guid>.csv` without one. Of each export and period only the newest complete
//! run counts. Files that do not lie like this are no business of this module: they all count.

mod manifest;
mod place;

pub(crate) use manifest::{Dataset, Manifest};
pub(crate) use place::Period;

use crate::bad::Memory;
use crate::files::{Found, Kind, Root, failed};
use crate::settings::Limits;
use chrono::{DateTime, Utc};
use engine::FetchError;
use object_store::ObjectMeta;
use place::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where a file comes from, as far as its place and its manifest tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The folder of its export: rows of two exports may be the same charges.
    pub(crate) export: Arc<str>,
    /// What the export holds.
    pub(crate) dataset: Option<Dataset>,
    /// What the names of the location that is read say of it, and of those above. Weaker than what the rows tell,
    /// because files of both kinds may lie there.
    pub(crate) above: Option<Dataset>,
    /// The days that its folder says it is of.
    pub(crate) period: Option<Period>,
    /// Days that a newer run of the same export is of, so that rows of these days do not count.
    pub(crate) hidden: Vec<Period>,
}

/// Which files count, and what has to be said of the others.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// The files that count, in the order of their names.
    pub(crate) files: Vec<(Found, Origin)>,
    /// Periods of which nothing counts: their names, and why.
    pub(crate) left_out: Vec<(String, FetchError)>,
    /// What the reader of an answer must know.
    pub(crate) warnings: Vec<String>,
    /// Whether something could not be looked at that can be the next time.
    pub(crate) may_pass: bool,
}

/// One run of an export: the files that it wrote.
#[derive(Debug, Default)]
struct Run {
    /// Its folder or its only file, as messages name it.
    shown: String,
    files: Vec<Found>,
    manifest: Option<ObjectMeta>,
    /// The time in its folder's name.
    stamp: Option<DateTime<Utc>>,
    /// When it was made, as far as that is known.
    time: DateTime<Utc>,
    /// What its manifest says, once that was read.
    said: Option<Arc<Manifest>>,
    /// Why its manifest could not be read.
    unread: Option<String>,
}

/// The runs of one export and period, by folder.
type Runs = BTreeMap<String, Run>;

/// Chooses the files that count.
pub(crate) async fn choose(root: &Root, memory: &Memory, found: Vec<Found>, limits: &Limits) -> Choice {
    let (periods, others) = sorted(found);
    let mut choice = Choice::default();
    for file in others {
        let dataset = Dataset::of_path(&file.item);
        let above = above(&file);
        let origin = Origin { export: folder(&file.item).into(), dataset, above, ..Origin::default() };
        choice.files.push((file, origin));
    }
    let mut superseded = Vec::new();
    let mut unrelated = BTreeSet::new();
    // The runs that count, by export.
    let mut exports: BTreeMap<Arc<str>, Vec<(Period, Run)>> = BTreeMap::new();
    for ((export, period), (shown, runs)) in periods {
        let runs = in_order(root, memory, limits, runs, &mut choice.may_pass).await;
        let are_folders = runs.iter().all(|run| {
            run.stamp.is_none() && run.manifest.is_none() && run.files.iter().all(|file| file.item != run.shown)
        });
        let count = runs.len();
        let Some(run) = newest_complete(root, memory, limits, runs, &shown, &mut choice, &mut superseded).await else {
            continue;
        };
        if are_folders && count > 1 {
            // They may as well be someone's own folders, one for each subscription.
            choice.warnings.push(format!(
                "of the {count} folders in `{shown}` only `{}` counts, as the last written: if they are not runs of one \
                 export, put each into a folder above the period's",
                run.shown
            ));
        }
        match run.said.as_ref().and_then(|said| said.dataset.clone()) {
            Some(Dataset::Other(word)) => _ = unrelated.insert((shown_export(&shown).to_owned(), word)),
            _ => exports.entry(export).or_default().push((period, run)),
        }
    }
    for (export, runs) in exports {
        let times: Vec<(Period, DateTime<Utc>)> = runs.iter().map(|(period, run)| (*period, run.time)).collect();
        for (at, (period, run)) in runs.into_iter().enumerate() {
            let hidden = hidden(&times, at);
            if period.is_covered_by(&hidden) {
                continue;
            }
            let dataset = run.said.as_ref().and_then(|said| said.dataset.clone());
            for file in run.files {
                let dataset = dataset.clone().or_else(|| Dataset::of_path(&file.item));
                let (export, hidden) = (Arc::clone(&export), hidden.clone());
                let above = above(&file);
                choice.files.push((file, Origin { export, dataset, above, period: Some(period), hidden }));
            }
        }
    }
    choice.warnings.extend(few(superseded));
    choice.warnings.extend(unrelated.into_iter().map(|(export, word)| {
        format!("`{export}` is an Azure export of type `{word}`, which holds no costs: it is left out")
    }));
    choice.files.sort_by(|(a, _), (b, _)| a.meta.location.cmp(&b.meta.location));
    choice
}

/// The days of a run that newer runs of its export are of too: a month that was exported anew in parts, or parts that
/// were exported before the month.
fn hidden(runs: &[(Period, DateTime<Utc>)], at: usize) -> Vec<Period> {
    let (period, time) = runs[at];
    let newer = runs.iter().enumerate().filter(|(other, run)| (run.1, *other) > (time, at)).map(|(_, run)| run.0);
    newer.filter_map(|other| period.common(&other)).collect()
}

/// Runs by export and period, with the period's name, and the files that belong to none.
fn sorted(found: Vec<Found>) -> (BTreeMap<(Arc<str>, Period), (String, Runs)>, Vec<Found>) {
    let mut periods: BTreeMap<(Arc<str>, Period), (String, Runs)> = BTreeMap::new();
    let mut others = Vec::new();
    for file in found {
        match Place::of(&file) {
            Some(place) => {
                let key = (place.export.into(), place.period);
                let (_, runs) = periods.entry(key).or_insert_with(|| (place.period_shown, Runs::new()));
                let run = runs.entry(place.run).or_default();
                run.shown = place.shown;
                run.stamp = place.stamp;
                match file.kind {
                    Kind::Manifest => run.manifest = Some(file.meta),
                    _ => run.files.push(file),
                }
            }
            // A manifest outside a period's folder says nothing that is needed.
            None if file.kind == Kind::Manifest => {}
            None => others.push(file),
        }
    }
    // A folder with nothing but someone's manifest is no run.
    periods.retain(|_, (_, runs)| runs.values().any(|run| !run.files.is_empty()));
    (periods, others)
}

/// The runs, newest first. The time in a folder's name counts where all have one; else the time in the manifest, and
/// without that the files' own.
async fn in_order(root: &Root, memory: &Memory, limits: &Limits, runs: Runs, may_pass: &mut bool) -> Vec<Run> {
    let mut runs: Vec<Run> = runs.into_values().collect();
    let have_stamps = runs.iter().all(|run| run.stamp.is_some());
    // A single run too: its time is held against those of other periods that share days with its own.
    if !have_stamps {
        for run in &mut runs {
            read(root, memory, limits, run, may_pass).await;
        }
    }
    let time = |run: &Run| match (have_stamps, run.stamp) {
        (true, Some(stamp)) => stamp,
        _ => run.said.as_ref().and_then(|said| said.submitted).or(run.stamp).unwrap_or_else(|| written(run)),
    };
    for run in &mut runs {
        run.time = time(run);
    }
    runs.sort_by(|a, b| (b.time, written(b), &b.shown).cmp(&(a.time, written(a), &a.shown)));
    runs
}

/// When the last of a run's files was written.
fn written(run: &Run) -> DateTime<Utc> {
    let times =
        run.files.iter().map(|file| file.meta.last_modified).chain(run.manifest.iter().map(|m| m.last_modified));
    times.max().unwrap_or_default()
}

/// The newest run that has all that it wrote.
async fn newest_complete(
    root: &Root,
    memory: &Memory,
    limits: &Limits,
    runs: Vec<Run>,
    period: &str,
    choice: &mut Choice,
    superseded: &mut Vec<String>,
) -> Option<Run> {
    let writes_manifests = runs.iter().any(|run| run.manifest.is_some() && !run.files.is_empty());
    // The newest run, and what it lacks.
    let mut newest: Option<(String, String)> = None;
    let mut doubtful: Option<(Run, String)> = None;
    for mut run in runs {
        read(root, memory, limits, &mut run, &mut choice.may_pass).await;
        if run.files.is_empty() && run.said.is_none() {
            // Another program's manifest, in a folder of its own.
            continue;
        }
        let lack = lack(&run, writes_manifests);
        let gap = if run.said.is_none() && lack.is_none() { place::gap(&run.files) } else { None };
        match (lack, gap) {
            (None, None) => {
                if let Some((name, what)) = newest {
                    superseded.push(format!(
                        "the newest run `{name}` is not complete: {what}; the rows are of `{}`",
                        run.shown
                    ));
                }
                only_listed(&mut run, &mut choice.warnings);
                return Some(run);
            }
            (Some(what), _) => _ = newest.get_or_insert_with(|| (run.shown.clone(), what)),
            (None, Some(what)) => {
                newest.get_or_insert_with(|| (run.shown.clone(), what.clone()));
                doubtful.get_or_insert((run, what));
            }
        }
    }
    // Without a manifest nobody can say for certain that a part is missing.
    if let Some((run, what)) = doubtful {
        choice.warnings.push(format!("`{}` may not be complete: {what}", run.shown));
        return Some(run);
    }
    let (name, what) = newest?;
    let sentence = format!("no run of `{period}` is complete, so none counts; of the newest, `{name}`: {what}");
    choice.left_out.push((name, failed(sentence).with_code("incomplete_run")));
    None
}

/// What a run lacks, if it lacks anything.
fn lack(run: &Run, writes_manifests: bool) -> Option<String> {
    if let Some(why) = &run.unread {
        return Some(format!("its `manifest.json` {why}"));
    }
    if let Some(said) = &run.said {
        return said.missing(&run.files);
    }
    if let Some(file) = run.files.iter().find(|file| file.kind == Kind::Unfinished) {
        return Some(format!("`{}` is still being written", place::name(&file.item)));
    }
    match run.manifest {
        // The manifest is written last.
        None if writes_manifests => Some("its `manifest.json` is not there".to_owned()),
        _ => None,
    }
}

/// A run is what its manifest lists; what else lies in its folder is left out, and said.
fn only_listed(run: &mut Run, warnings: &mut Vec<String>) {
    let Some(said) = &run.said else { return };
    let (listed, others): (Vec<Found>, Vec<Found>) =
        std::mem::take(&mut run.files).into_iter().partition(|file| said.lists(file));
    run.files = listed;
    if let Some(file) = others.first() {
        let (more, are) = match others.len() {
            1 => (String::new(), "is"),
            count => (format!(" and {} more", count - 1), "are"),
        };
        warnings.push(format!("`{}`{more} {are} not in the folder's `manifest.json`, and left out", file.item));
    }
}

/// Reads a run's manifest, unless that was done.
async fn read(root: &Root, memory: &Memory, limits: &Limits, run: &mut Run, may_pass: &mut bool) {
    let Some(meta) = run.manifest.as_ref().filter(|_| run.said.is_none() && run.unread.is_none()) else { return };
    match manifest::read(root, memory, meta, limits).await {
        Ok(said) => run.said = said,
        Err(unread) => {
            *may_pass |= unread.may_pass;
            run.unread = Some(unread.why);
        }
    }
}

/// As many sentences as an answer can bear, and how many more there were.
fn few(mut sentences: Vec<String>) -> Vec<String> {
    /// As many are repeated.
    const SHOWN: usize = 5;
    let more = sentences.len().saturating_sub(SHOWN);
    sentences.truncate(SHOWN);
    if more > 0 {
        sentences.push(format!("of {more} more periods the newest run is not complete, and an older one counts"));
    }
    sentences
}

/// What the names of the location that is read say, and of those above it.
fn above(file: &Found) -> Option<Dataset> {
    Dataset::of_path(file.meta.location.as_ref().strip_suffix(file.item.as_str())?)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn shown_export(period: &str) -> &str {
    let export = folder(period);
    if export.is_empty() { period } else { export }
}
