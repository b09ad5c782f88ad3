//! Google Cloud from a file: an export of its Asset Inventory becomes rows of the host's tables.

mod asset;
mod firewalls;
mod index;
mod kept;
mod place;
mod problems;
mod row;
mod tables;

use asset::Asset;
use guest_sdk::{Error, FetchRequest, Host, Input, Line, Parameters, Scope, Source, SourceDescription, Tables};
use index::{Index, Spot};
use problems::Problems;

/// The manifest's name of the files.
const EXPORT: &str = "export";

const PROVIDER: &str = "gcp";

struct GcpAsset;

impl Source for GcpAsset {
    fn describe() -> SourceDescription {
        SourceDescription {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            summary: "fills the tables of resources from an export of Google Cloud's Asset Inventory",
            parameters: vec![],
            tables: tables::described(),
        }
    }

    /// A project is one scope, because an export lists its regions together; so is what lies above projects.
    fn scopes(host: &Host, _: &Parameters) -> Result<Vec<Scope>, Error> {
        let index = Index::of(&exports(host)?, |_| false, &mut Problems::default());
        Ok(index.accounts().map(|account_id| scope(account_id, "*")).collect())
    }

    /// What a bucket's project is called, and which line about an asset is the newest, may be said on any later line: rows are
    /// made when all is read, of the lines that were kept, or by reading everything once more where those are too many.
    fn fetch(host: &Host, request: &FetchRequest, tables: &mut Tables) -> Result<(), Error> {
        let exports = exports(host)?;
        let mut problems = Problems::default();
        host.progress(0, 2, "which projects and assets there are");
        let mut index = Index::of(&exports, |asset| is_wanted(request, asset), &mut problems);
        host.progress(1, 2, "the assets themselves");
        if let Some(kept) = index.kept() {
            for (_, text) in kept {
                emit_line(Fetch { request, index: &index }, &text, tables, &mut problems)?;
            }
        } else {
            for (file, export) in (0..).zip(&exports) {
                emit_file(Fetch { request, index: &index }, file, export, tables, &mut problems)?;
            }
        }
        problems.tell(request, tables);
        host.progress(2, 2, "done");
        Ok(())
    }
}

/// What is asked, and what is known of the export.
#[derive(Clone, Copy)]
struct Fetch<'a> {
    request: &'a FetchRequest,
    index: &'a Index,
}

/// The second reading.
fn emit_file(
    of: Fetch<'_>,
    file: u32,
    export: &Input,
    tables: &mut Tables,
    problems: &mut Problems,
) -> Result<(), Error> {
    for line in lines(export) {
        let line = match line {
            Ok(line) => line,
            // The first reading met it, and noted it.
            Err(Error::Invalid { .. }) => continue,
            Err(error) => {
                problems.ends(export, error);
                break;
            }
        };
        if of.index.counts(Spot { file, line: line.number }) {
            emit_line(of, &line.text, tables, problems)?;
        }
    }
    Ok(())
}

fn emit_line(of: Fetch<'_>, text: &str, tables: &mut Tables, problems: &mut Problems) -> Result<(), Error> {
    // What is no asset was noted when it was read first.
    match Asset::read(text) {
        Ok(asset) => emit_asset(of, &asset, tables, problems),
        Err(_) => Ok(()),
    }
}

fn emit_asset(of: Fetch<'_>, asset: &Asset, tables: &mut Tables, problems: &mut Problems) -> Result<(), Error> {
    let account_id = of.index.account_id(asset);
    if !is_asked(&of.request.scopes, account_id.as_deref(), asset) {
        return Ok(());
    }
    for filled in tables::ALL.iter().filter(|filled| filled.is_for(asset)) {
        let Some(wanted) = of.request.wants(filled.table) else { continue };
        for row in (filled.rows)(asset, of.index) {
            let row = filled.with_common(row, asset, of.index, &wanted.columns);
            problems.odd(filled.table, &asset.name, &row.odd);
            tables.emit(filled.table, &row.cells)?;
        }
    }
    Ok(())
}

/// Whether a table that is wanted has rows of it.
fn is_wanted(request: &FetchRequest, asset: &Asset) -> bool {
    tables::ALL.iter().any(|filled| filled.is_for(asset) && request.wants(filled.table).is_some())
}

fn is_asked(scopes: &[Scope], account_id: Option<&str>, asset: &Asset) -> bool {
    let region = asset.place().region;
    let is = |asked: &str, own: Option<&str>| asked == "*" || Some(asked) == own;
    let holds = |scope: &Scope| {
        let is_there = is(&scope.account_id, account_id) && is(&scope.region, Some(&region));
        is_there && is(&scope.provider, Some(PROVIDER))
    };
    scopes.is_empty() || scopes.iter().any(holds)
}

/// The files that were handed over. Without any there is nothing that could be said of anything.
fn exports(host: &Host) -> Result<Vec<Input>, Error> {
    let exports: Vec<_> = host.inputs().filter(|input| input.name() == EXPORT).collect();
    if exports.is_empty() {
        let hint = "write one with `gcloud asset export --content-type=resource`";
        return Err(Error::Failed(format!("no file was handed over for the input `{EXPORT}`: {hint}")));
    }
    Ok(exports)
}

/// The lines of a file that have something in them. That it cannot be opened is an error like any other.
fn lines(export: &Input) -> impl Iterator<Item = Result<Line, Error>> {
    let (lines, error) = match export.lines() {
        Ok(lines) => (Some(lines), None),
        Err(error) => (None, Some(Err(error))),
    };
    let lines = error.into_iter().chain(lines.into_iter().flatten());
    lines.filter(|line| line.as_ref().map_or(true, |line| !line.text.trim().is_empty()))
}

fn scope(account_id: &str, region: &str) -> Scope {
    Scope { provider: PROVIDER.to_owned(), account_id: account_id.to_owned(), region: region.to_owned() }
}

guest_sdk::register!(source: GcpAsset);

#[cfg(test)]
mod tests;
