//! The programs that ship: questions that no one query answers, and examples for people and models to write more.
//!
//! They are offered with every estate. Each is a file of `host/programs`, and a line here.

use super::header::{HeaderError, Parsed};

/// Every built-in program: its name and its text.
pub static ALL: &[(&str, &str)] = &[
    ("databases-beside-open-instances", include_str!("../../programs/databases-beside-open-instances.js")),
    ("days-of-unusual-spend", include_str!("../../programs/days-of-unusual-spend.js")),
    ("idle-instances-with-dear-volumes", include_str!("../../programs/idle-instances-with-dear-volumes.js")),
    ("instances-above-median", include_str!("../../programs/instances-above-median.js")),
    ("next-size-down", include_str!("../../programs/next-size-down.js")),
    ("owners-of-untagged-resources", include_str!("../../programs/owners-of-untagged-resources.js")),
    ("regions-hardly-used", include_str!("../../programs/regions-hardly-used.js")),
    ("resources-that-make-up-the-spend", include_str!("../../programs/resources-that-make-up-the-spend.js")),
    ("services-that-grew", include_str!("../../programs/services-that-grew.js")),
    ("snapshots-of-gone-volumes", include_str!("../../programs/snapshots-of-gone-volumes.js")),
    ("stopped-instances-that-cost", include_str!("../../programs/stopped-instances-that-cost.js")),
    ("tag-keys-in-several-spellings", include_str!("../../programs/tag-keys-in-several-spellings.js")),
    ("teams-share-week-over-week", include_str!("../../programs/teams-share-week-over-week.js")),
    ("volumes-near-another-team", include_str!("../../programs/volumes-near-another-team.js")),
];

/// The text of a built-in program.
pub fn text(name: &str) -> Option<&'static str> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Every built-in program, read.
pub(super) fn read() -> impl Iterator<Item = (&'static str, &'static str, Result<Parsed, HeaderError>)> {
    ALL.iter().map(|(name, text)| (*name, *text, Parsed::read(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::header::Needs;

    #[test]
    fn every_program_can_be_read_and_needs_no_more_than_it_names() {
        for (name, _, parsed) in read() {
            let parsed = parsed.unwrap_or_else(|error| panic!("`{name}`: {error}"));
            assert!(!parsed.header.reading.is_empty(), "`{name}` does not say how it reads its question");
            assert!(parsed.header.also.len() >= 5, "`{name}` can be asked in too few ways");
            let named = Needs::named_in(&parsed.source);
            assert!(
                parsed.header.needs.tables.is_subset(&named.tables),
                "`{name}` needs a table that it does not name"
            );
        }
    }

    #[test]
    fn every_file_is_listed() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            assert!(text(name).is_some(), "`{name}` is not in the list");
        }
    }
}
