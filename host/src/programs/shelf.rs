//! The programs as they were at one moment, and the indexes over those that are offered.

use super::header::Parsed;
use super::matching::Index;
use super::search::Search;
use super::{Kept, Standing, WrittenBy, built_in};
use crate::store::programs::{Counts, ProgramRow};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Programs and indexes. Made anew when what is stored has changed, of what the one before has of it.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) changes: i64,
    /// All, those that are not offered among them.
    pub(super) programs: Vec<Arc<Kept>>,
    pub(super) offered: Vec<Arc<Kept>>,
    pub(super) index: Arc<Index>,
    pub(super) search: Option<Arc<Search>>,
}

impl Shelf {
    pub(super) fn new(
        changes: i64,
        rows: Vec<ProgramRow>,
        counts: &HashMap<String, Counts>,
        before: Option<&Self>,
    ) -> Self {
        let known: HashMap<&str, &Kept> =
            before.iter().flat_map(|shelf| &shelf.programs).map(|kept| (kept.hash.as_str(), &**kept)).collect();
        let shipped = built_in::read().filter_map(|(name, text, parsed)| {
            Some(Kept::new(text, parsed.ok()?, WrittenBy::BuiltIn(name.to_owned()), Standing::Kept))
        });
        // What another version of this program wrote, and this one cannot read, is not offered.
        let stored = rows.into_iter().filter_map(|row| kept_of(row, &known));
        let mut programs: Vec<_> = shipped.chain(stored).map(|kept| Arc::new(kept.with(counts))).collect();
        let mut ids = HashSet::new();
        programs.retain(|kept| ids.insert(kept.id.clone()));
        // What failed, and has another in its place, comes last; that one no longer being offered, it is as before.
        let failed: HashSet<String> = programs
            .iter()
            .filter(|kept| kept.is_offered())
            .filter_map(|kept| kept.header.instead_of.clone())
            .collect();
        // Stable: of equals, what ships stays in its order, and the newest comes first.
        programs.sort_by_key(|kept| (failed.contains(&kept.id), kept.rank()));
        let offered: Vec<_> = programs.iter().filter(|kept| kept.is_offered()).cloned().collect();
        let (index, search) = indexes(&offered, before);
        Self { changes, programs, offered, index, search }
    }
}

/// The indexes over programs: those of before where it had the same in the same order, as after most votes.
fn indexes(offered: &[Arc<Kept>], before: Option<&Shelf>) -> (Arc<Index>, Option<Arc<Search>>) {
    let is_same =
        |before: &&Shelf| before.offered.iter().map(|kept| &kept.hash).eq(offered.iter().map(|kept| &kept.hash));
    if let Some(before) = before.filter(is_same) {
        return (before.index.clone(), before.search.clone());
    }
    let headers = || offered.iter().map(|kept| &kept.header);
    let search = Search::new(headers())
        .inspect_err(|error| tracing::warn!(error = %error, "similar programs cannot be searched for"));
    (Arc::new(Index::new(headers())), search.ok().map(Arc::new))
}

/// A stored program. What was read before is not read again.
fn kept_of(row: ProgramRow, known: &HashMap<&str, &Kept>) -> Option<Kept> {
    let written_by = match row.written_by.as_str() {
        "model" => WrittenBy::Model(row.author),
        _ => WrittenBy::Hand(row.author),
    };
    let standing = if row.standing == "kept" { Standing::Kept } else { Standing::Fresh };
    let parsed = match known.get(row.hash.as_str()).filter(|known| known.text == row.text) {
        Some(known) => Parsed { header: known.header.clone(), source: known.source.clone() },
        None => Parsed::read(&row.text).ok()?,
    };
    let kept = Kept::new(&row.text, parsed, written_by, standing);
    // A text that was changed in the file is not the program that people voted on.
    (kept.hash == row.hash).then_some(Kept { created_at: Some(row.created_at), ..kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_makes_no_index_anew_and_a_program_does() {
        let row = |text: &str| ProgramRow {
            id: super::super::id_of(text),
            hash: super::super::hash(text),
            text: text.to_owned(),
            written_by: "hand".to_owned(),
            author: "ann".to_owned(),
            standing: "kept".to_owned(),
            created_at: "2026-11-26T00:00:00Z".to_owned(),
        };
        let text = "/* nephoscope\nquestion = \"odd things\"\n*/\n1";
        let first = Shelf::new(1, vec![row(text)], &HashMap::new(), None);
        let votes = HashMap::from([(super::super::id_of(text), Counts { up: 2, ..Counts::default() })]);
        let voted = Shelf::new(2, vec![row(text)], &votes, Some(&first));
        assert!(Arc::ptr_eq(&first.index, &voted.index));
        assert_eq!((voted.offered[0].thumbs_up, voted.offered[0].header.question.as_str()), (2, "odd things"));
        let another = "/* nephoscope\nquestion = \"more odd things\"\n*/\n1";
        let more = Shelf::new(3, vec![row(text), row(another)], &votes, Some(&voted));
        assert!(!Arc::ptr_eq(&voted.index, &more.index));
    }
}
