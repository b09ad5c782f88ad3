//! The one resource schema: tables and columns as data, and the types that requests and coverage are written in.
//!
//! Pure: no IO, no clock, no async. Whatever needs the time is handed it. SQL, the REST description, the
//! classifier's lexicon and the reference page are all made from [`tables::ALL`]; nothing states a column twice.

pub mod azure_region;
pub mod column;
pub mod coverage;
pub mod finding;
pub mod grant;
pub mod names;
pub mod own;
pub mod query;
pub mod row;
pub mod rules;
pub mod scope;
pub mod state;
pub mod table;
pub mod tables;
pub mod time;
pub mod value;

pub use column::{Column, ColumnType, Unit};
pub use coverage::{Coverage, ScopeCoverage, Status};
pub use finding::Finding;
pub use grant::Grant;
pub use query::Query;
pub use row::Row;
pub use rules::Rule;
pub use scope::Scope;
pub use state::State;
pub use table::{Locality, Table, TableKind};
pub use value::Value;
