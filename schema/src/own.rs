//! Tables of a source's own: made while the program runs, from what the source says of them.

use crate::tables::common;
use crate::{Column, ColumnType, Locality, Table, TableKind};

/// The most columns of such a table, with those that every one has. The widest that vendors publish have some hundred.
pub const MOST_COLUMNS: usize = 200;
/// The most tables of one source's own. Each is planned, listed and described like those of this program.
pub const MOST_TABLES: usize = 50;
/// The most letters of a name: it is typed.
const MOST_LETTERS: usize = 60;

/// What a source says of a table of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTable {
    /// Its name, without its source's.
    pub name: String,
    /// What one row is.
    pub meaning: String,
    /// Its columns, in order. What every such table has need not be among them.
    pub columns: Vec<OwnColumn>,
}

/// One column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnColumn {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub ty: ColumnType,
    /// What they mean, with their unit.
    pub meaning: String,
}

/// Why there can be no such table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoOwnTable(String);

/// What stands before the dot in the names of a source's own tables: its name, with `_` for what would need quotes in SQL.
pub fn prefix(source: &str) -> String {
    source.replace('-', "_")
}

/// Whether a text could be the full name of such a table, which only its source can tell: `my_dns.zones`.
pub fn could_be_table(name: &str) -> bool {
    name.split_once('.').is_some_and(|(source, table)| has_form(source) && has_form(table))
}

impl OwnTable {
    /// The table, called `source.name` in SQL. It begins with the columns that say where a row belongs.
    ///
    /// A table lives as long as the program, like those that it comes with, so a source is asked for its own once.
    pub fn made(&self, source: &str) -> Result<&'static Table, NoOwnTable> {
        let prefix = prefix(source);
        is_name("table", &self.name)?;
        let name = format!("{prefix}.{}", self.name);
        let said = |why: String| NoOwnTable(format!("`{name}`: {why}"));
        let mut own = Vec::new();
        for column in &self.columns {
            is_name("column", &column.name).map_err(|NoOwnTable(why)| said(why))?;
            match common::OWN.iter().find(|shared| shared.name == column.name) {
                Some(shared) if shared.ty == column.ty => {}
                Some(shared) => {
                    let (is, asked) = (shared.ty.name(), column.ty.name());
                    return Err(said(format!("the column `{}` is `{is}` in every table, not `{asked}`", column.name)));
                }
                None => own.push(Column::new(kept(&column.name), column.ty, kept(&in_one_line(&column.meaning)))),
            }
        }
        if own.is_empty() {
            return Err(said("it has no column of its own".to_owned()));
        }
        let width = common::OWN.len() + own.len();
        if width > MOST_COLUMNS {
            return Err(said(format!(
                "it has {width} columns, those among them that every table has, and {MOST_COLUMNS} are the most"
            )));
        }
        Ok(Box::leak(Box::new(Table {
            name: kept(&name),
            kind: TableKind::Own,
            doc: kept(&in_one_line(&self.meaning)),
            row_kind: None,
            aws_type: None,
            azure_type: None,
            locality: Locality::Regional,
            common: common::OWN,
            own: Box::leak(own.into_boxed_slice()),
            shown: &[],
            time_column: None,
            scope_columns: common::RESOURCE_SCOPE,
            synonyms: &[],
        })))
    }
}

/// A name that SQL takes without quotes, whatever its case.
fn is_name(what: &str, name: &str) -> Result<(), NoOwnTable> {
    if has_form(name) {
        return Ok(());
    }
    Err(NoOwnTable(format!(
        "`{name}` is no name for a {what} of a source's own: it has 1 to {MOST_LETTERS} lower-case letters, digits and `_`, and \
         begins with a letter"
    )))
}

fn has_form(name: &str) -> bool {
    let is_right = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= MOST_LETTERS && name.chars().all(is_right)
}

/// Meanings are shown in lists, a line each.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones(columns: &[(&str, ColumnType)]) -> OwnTable {
        let column = |(name, ty): &(&str, ColumnType)| OwnColumn {
            name: (*name).to_owned(),
            ty: *ty,
            meaning: "what it\nmeans".to_owned(),
        };
        OwnTable {
            name: "zones".to_owned(),
            meaning: "a zone of names".to_owned(),
            columns: columns.iter().map(column).collect(),
        }
    }

    #[test]
    fn a_table_of_a_sources_own_is_called_like_its_source_and_says_where_its_rows_belong() {
        let table = zones(&[("serial", ColumnType::Int), ("region", ColumnType::Text)]).made("my-dns").unwrap();
        assert_eq!(table.name, "my_dns.zones");
        let names: Vec<_> = table.columns().map(|column| column.name).collect();
        assert_eq!(names, ["provider", "account_id", "account_name", "region", "fetched_at", "serial"]);
        assert_eq!(table.column("serial").unwrap().doc, "what it means");
        let scope = table.scope_columns;
        for name in [scope.provider, scope.account_id, scope.account_name, scope.region] {
            assert!(table.column(name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_could_not_be_asked_for_is_refused_with_a_sentence() {
        let said = |table: OwnTable| table.made("my-dns").unwrap_err().to_string();
        for name in ["", "Zones", "1st", "a-b", "a.b", "a b", "ä", &"x".repeat(61)] {
            let text = said(OwnTable { name: name.to_owned(), ..zones(&[("serial", ColumnType::Int)]) });
            assert!(text.starts_with(&format!("`{name}` is no name for a table")), "{text}");
            let text = said(zones(&[(name, ColumnType::Int)]));
            assert!(text.starts_with(&format!("`my_dns.zones`: `{name}` is no name for a column")), "{text}");
        }
        let other = said(zones(&[("serial", ColumnType::Int), ("region", ColumnType::Int)]));
        assert_eq!(other, "`my_dns.zones`: the column `region` is `text` in every table, not `int`");
        assert_eq!(said(zones(&[])), "`my_dns.zones`: it has no column of its own");
        let names: Vec<String> = (0..MOST_COLUMNS).map(|at| format!("c{at}")).collect();
        let wide: Vec<_> = names.iter().map(|name| (name.as_str(), ColumnType::Int)).collect();
        assert!(said(zones(&wide)).contains("it has 205 columns"), "{}", said(zones(&wide)));
        assert!(zones(&wide[..MOST_COLUMNS - 5]).made("my-dns").is_ok());
    }

    #[test]
    fn a_full_name_is_that_of_its_source_and_its_own() {
        for name in ["my_dns.zones", "a.b2"] {
            assert!(could_be_table(name), "{name}");
        }
        for name in ["zones", "my-dns.zones", "my_dns.", ".zones", "a.b.c", "My_dns.zones", "row.x y"] {
            assert!(!could_be_table(name), "{name}");
        }
    }
}
