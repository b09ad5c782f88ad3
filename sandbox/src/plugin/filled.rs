//! The tables that a source fills, as the engine has them: this program's, and the source's own.

use crate::plugin::described::{Described, Filled, FilledColumn};
use ::engine::source::TableSupport;
use schema::own::{self, MOST_TABLES, OwnColumn, OwnTable};
use schema::{Table, tables};

/// One for each table that it described, in that order; a sentence where one of them can be none.
pub(crate) fn all(described: &Described) -> Result<Vec<TableSupport>, String> {
    let is_own = |filled: &&Filled| tables::find(&filled.name).is_none();
    let own = described.tables.iter().filter(is_own).count();
    if own > MOST_TABLES {
        let name = &described.name;
        return Err(format!("the plugin `{name}` has {own} tables of its own, and {MOST_TABLES} are the most"));
    }
    let support = |filled| {
        let table = one(described, filled)?;
        Ok(TableSupport { table, costly: costly(table, filled), pushes: &[] })
    };
    described.tables.iter().map(support).collect()
}

/// Each column that takes calls of its own, for itself. They live as long as the program, as tables do.
fn costly(table: &'static Table, filled: &Filled) -> &'static [&'static [&'static str]] {
    let columns = filled.columns.iter().filter(|column| column.takes_calls);
    let known = columns.filter_map(|column| table.column(&column.name));
    let groups: Vec<&'static [&'static str]> =
        known.map(|column| &*Box::leak(Box::new([column.name]))).map(|group| &group[..]).collect();
    groups.leak()
}

fn one(described: &Described, filled: &Filled) -> Result<&'static Table, String> {
    let (plugin, name) = (&described.name, &filled.name);
    match tables::find(name) {
        Some(table) if table.kind.is_fetched() && table.name == name => Ok(table),
        Some(table) if table.name == name => Err(format!(
            "the plugin `{plugin}` fills `{name}`, which is made from other tables; a table of its own needs another name"
        )),
        Some(table) => Err(format!(
            "the plugin `{plugin}` fills `{name}`, which is `{}` in other letters; a table of its own needs another name",
            table.name
        )),
        // The tables of this program, and what it keeps of all of them.
        None if RESERVED.contains(&own::prefix(plugin).as_str()) => {
            Err(format!("a plugin called `{plugin}` can have no table of its own, such as `{name}`"))
        }
        None => {
            own_of(filled).made(plugin).map_err(|error| format!("the plugin `{plugin}` fills no such table: {error}"))
        }
    }
}

/// What stands before the dot in the names of tables that are no plugin's.
const RESERVED: [&str; 3] = ["cloud", "information_schema", "now"];

fn own_of(filled: &Filled) -> OwnTable {
    let column = |column: &FilledColumn| OwnColumn {
        name: column.name.clone(),
        ty: column.ty,
        meaning: match &column.unit {
            Some(unit) => format!("{} (in {unit})", column.meaning),
            None => column.meaning.clone(),
        },
    };
    OwnTable {
        name: filled.name.clone(),
        meaning: filled.meaning.clone(),
        columns: filled.columns.iter().map(column).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::ColumnType;

    fn said(plugin: &str, tables: &[&str]) -> Result<Vec<&'static str>, String> {
        let column = FilledColumn {
            name: "part".to_owned(),
            ty: ColumnType::Text,
            unit: None,
            meaning: "what it is".to_owned(),
            takes_calls: false,
        };
        let table =
            |name: &&str| Filled { name: (*name).to_owned(), meaning: "one".to_owned(), columns: vec![column.clone()] };
        let described = Described {
            name: plugin.to_owned(),
            version: "1.0.0".to_owned(),
            contract: crate::plugin::described::CONTRACT.to_owned(),
            summary: "fills".to_owned(),
            provider: None,
            parameters: Vec::new(),
            rules: Vec::new(),
            tables: tables.iter().map(table).collect(),
        };
        all(&described).map(|supports| supports.iter().map(|support| support.table.name).collect())
    }

    #[test]
    fn tables_of_this_program_are_filled_and_others_are_the_sources_own() {
        assert_eq!(said("my-rack", &["volumes", "parts"]), Ok(vec!["volumes", "my_rack.parts"]));
    }

    #[test]
    fn a_name_that_means_something_else_already_is_refused_with_a_sentence() {
        for (plugin, table, expected) in [
            ("my-rack", "findings", "fills `findings`, which is made from other tables"),
            ("my-rack", "resources", "fills `resources`, which is made from other tables"),
            ("my-rack", "Volumes", "fills `Volumes`, which is `volumes` in other letters"),
            ("my-rack", "spare-parts", "`spare-parts` is no name for a table"),
            ("now", "parts", "a plugin called `now` can have no table of its own, such as `parts`"),
        ] {
            let why = said(plugin, &[table]).unwrap_err();
            assert!(why.contains(expected), "{why}");
        }
        let names: Vec<String> = (0..=MOST_TABLES).map(|at| format!("t{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(said("my-rack", &names).unwrap_err().contains("51 tables of its own, and 50 are the most"));
        assert!(said("my-rack", &names[..MOST_TABLES]).is_ok());
    }
}
