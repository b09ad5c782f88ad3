//! Runs a `Query` or SQL over tables that sources fill, and says what the answer covers.
//!
//! Owns the [`Source`] port, the cache, the limiter, coverage and `explain`. Knows no provider, no HTTP and no
//! configuration file: sources, clock and settings are handed to it.

pub mod answer;
pub mod arrow;
mod bound;
pub mod cache;
pub mod cells;
pub mod context;
mod costs;
mod currency;
mod discovery;
pub mod engine;
pub mod error;
pub mod explain;
pub mod filters;
mod flight;
mod gate;
mod grants;
mod growth;
pub mod in_place;
mod kept;
pub mod limiter;
pub mod made;
mod opened;
mod own;
pub mod page;
pub mod params;
mod recommend;
mod run;
mod scan;
mod session;
mod shape;
pub mod source;
mod table;
mod too_low;
mod watch;
mod weight;

pub use answer::Answer;
pub use cache::{CacheMeta, CacheStore, RowsListener};
pub use context::FetchContext;
pub use engine::{Engine, EngineSettings, Options, Place, Request, Vocabulary, What};
pub use error::{EngineError, FetchError, FetchErrorKind};
pub use explain::{ActionPlan, Explanation};
pub use in_place::InPlace;
pub use run::Progress;
pub use source::{FetchRequest, Source};
