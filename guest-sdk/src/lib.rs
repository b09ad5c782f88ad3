//! What a plugin of Nephoscope is written with: the only dependency that it needs.
//!
//! A plugin is a WebAssembly component that its host runs in a box. It reads clouds through the host's tables and in no
//! other way: it has no file, no socket, no environment and no credential. There are two kinds:
//!
//! - a [`Scanner`] reads tables and hands over [`Finding`]s;
//! - a [`Source`] reads something (over HTTP, or a file, where the operator has granted it) and hands over rows of tables.
//!
//! ```toml
//! [lib]
//! crate-type = ["cdylib"]
//!
//! [dependencies]
//! guest-sdk = { path = "../nephoscope/guest-sdk" }
//! ```
//!
//! ```console
//! $ cargo test                                           # the logic, natively, against a fake host
//! $ cargo build --release --target wasm32-wasip2         # the component
//! ```
//!
//! # A complete scanner
//!
//! ```
//! use guest_sdk::{
//!     Class, Description, Error, Finding, Findings, Host, Parameter, Parameters, Resource, Rule, Scanner, Setting,
//!     Severity, Unknown,
//! };
//!
//! const UNENCRYPTED: Rule = Rule {
//!     id: "unencrypted-volume",
//!     title: "Volume is not encrypted",
//!     severity: Severity::Medium,
//!     class: Class::Compliance,
//!     why: "Whoever gets hold of a copy of an unencrypted volume can read it.",
//!     remediation: "Make an encrypted copy by way of a snapshot, and attach that instead.",
//!     missing: None,
//!     origin: None,
//! };
//!
//! struct Encryption;
//!
//! impl Scanner for Encryption {
//!     fn describe() -> Description {
//!         Description {
//!             name: "encryption",
//!             version: "0.1.0",
//!             summary: "finds volumes that are not encrypted",
//!             parameters: vec![Parameter {
//!                 name: "min_size",
//!                 default: Setting::Int(1),
//!                 unit: Some("GiB"),
//!                 meaning: "smaller volumes are left alone",
//!             }],
//!             rules: vec![UNENCRYPTED],
//!         }
//!     }
//!
//!     fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
//!         let min_size = parameters.integer("min_size")?;
//!         // No WHERE: it would leave out null, of which nobody knows, as if it were well.
//!         let sql = format!("SELECT {}, size_gib, encrypted FROM volumes", Resource::COLUMNS);
//!         let mut unknown = Unknown::of("volumes", "`encrypted` or `size_gib` is not known");
//!         for row in host.query(&sql, &[])? {
//!             let row = row?;
//!             match (row.optional_boolean("encrypted")?, row.optional_integer("size_gib")?) {
//!                 (Some(true), _) => {}
//!                 (_, Some(size)) if size < min_size => {}
//!                 (Some(false), Some(size)) => {
//!                     let finding = Finding::new(&UNENCRYPTED, Resource::of(&row)?);
//!                     findings.emit(finding.evidence("size_gib", size))?;
//!                 }
//!                 _ => unknown.count(&row)?,
//!             }
//!         }
//!         unknown.tell(findings, &UNENCRYPTED);
//!         Ok(())
//!     }
//! }
//!
//! guest_sdk::register!(scanner: Encryption);
//!
//! // In a plugin this is a test. The fake host is there wherever the target is not WebAssembly.
//! use guest_sdk::{Fake, Value};
//! let volume = |id: &str, encrypted: Value| {
//!     let common = [id, "storage.volume", "data", "aws", "111122223333", "eu-west-1"].map(Value::from);
//!     common.into_iter().chain([100.into(), encrypted]).collect::<Vec<_>>()
//! };
//! let host = Fake::new().table(
//!     "volumes",
//!     "resource_id, kind, name, provider, account_id, region, size_gib int, encrypted bool",
//!     vec![volume("vol-1", false.into()), volume("vol-2", Value::Null)],
//! );
//! host.scan::<Encryption>(&[])?;
//! let findings = host.findings();
//! assert_eq!(findings.len(), 1);
//! assert_eq!(findings[0].uid, "encryption/unencrypted-volume/vol-1");
//! assert_eq!(host.rule_gaps()[0].message, "of 1 volumes `encrypted` or `size_gib` is not known");
//! # Ok::<(), Error>(())
//! ```
//!
//! # A source
//!
//! ```
//! use guest_sdk::{
//!     ColumnDescription, Error, FetchRequest, Host, Request, Source, SourceDescription, Table, Tables,
//! };
//!
//! struct Hosts;
//!
//! const fn column(name: &'static str, kind: &'static str, meaning: &'static str) -> ColumnDescription {
//!     ColumnDescription { name, kind, unit: None, meaning }
//! }
//!
//! impl Source for Hosts {
//!     fn describe() -> SourceDescription {
//!         let columns = vec![column("name", "text", "its name"), column("cores", "int", "processor cores")];
//!         let tables = vec![Table { name: "rack_hosts", meaning: "one machine in our own racks", columns }];
//!         SourceDescription { name: "racks", version: "0.1.0", summary: "our own racks", parameters: vec![], tables }
//!     }
//!
//!     fn fetch(host: &Host, request: &FetchRequest, tables: &mut Tables) -> Result<(), Error> {
//!         if request.wants("rack_hosts").is_none() {
//!             return Ok(());
//!         }
//!         let asked = Request::get("https://racks.example.com/hosts");
//!         let asked = asked.credential("Authorization", "Bearer ", "racks_token");
//!         let reply = match host.send(&asked).and_then(|response| response.success()?.json()) {
//!             Ok(reply) => reply,
//!             // Rows that are missing and that nobody mentions are a wrong answer.
//!             Err(error) => {
//!                 tables.gap("rack_hosts", None, &error);
//!                 return Ok(());
//!             }
//!         };
//!         for item in reply.as_array().into_iter().flatten() {
//!             let (name, cores) = (item["name"].as_str(), item["cores"].as_i64());
//!             tables.emit("rack_hosts", &[("name", name.into()), ("cores", cores.into())])?;
//!         }
//!         Ok(())
//!     }
//! }
//!
//! guest_sdk::register!(source: Hosts);
//!
//! use guest_sdk::{Fake, Response};
//! let reply = Response::new(200, r#"[{"name": "r1", "cores": 64}]"#);
//! let host = Fake::new().http("GET", "https://racks.example.com/hosts", Ok(reply));
//! host.fetch::<Hosts>(&["rack_hosts"], &[])?;
//! assert_eq!(host.table_gaps()[0].code, "denied", "the secret was not granted");
//!
//! let host = host.secret("racks_token");
//! host.fetch::<Hosts>(&["rack_hosts"], &[])?;
//! assert_eq!(host.rows("rack_hosts")[0]["cores"], 64.into());
//! # Ok::<(), Error>(())
//! ```
//!
//! # Files
//!
//! A report or an export is an input: the manifest names it (`[[needs.inputs]]`), the operator hands over a file for it, or
//! several, and the plugin reads that and no other. A scanner reads inputs too.
//!
//! ```
//! use guest_sdk::{
//!     ColumnDescription, Error, FetchRequest, Host, Parameters, Scope, Source, SourceDescription, Table, Tables,
//! };
//!
//! struct Racks;
//!
//! impl Source for Racks {
//!     fn describe() -> SourceDescription {
//!         let name = ColumnDescription { name: "name", kind: "text", unit: None, meaning: "its name" };
//!         let tables = vec![Table { name: "rack_hosts", meaning: "one machine in our racks", columns: vec![name] }];
//!         SourceDescription { name: "racks", version: "0.1.0", summary: "our racks", parameters: vec![], tables }
//!     }
//!
//!     // Without this there is one scope: provider `racks`, account `*`, region `*`.
//!     fn scopes(host: &Host, _: &Parameters) -> Result<Vec<Scope>, Error> {
//!         let cellar = |input: guest_sdk::Input| Scope {
//!             provider: "racks".to_owned(),
//!             account_id: input.file_name().trim_end_matches(".txt").to_owned(),
//!             region: "*".to_owned(),
//!         };
//!         Ok(host.inputs().map(cellar).collect())
//!     }
//!
//!     fn fetch(host: &Host, _: &FetchRequest, tables: &mut Tables) -> Result<(), Error> {
//!         for input in host.inputs().filter(|input| input.name() == "list") {
//!             for line in input.lines()? {
//!                 tables.emit("rack_hosts", &[("name", line?.text.into())])?;
//!             }
//!         }
//!         Ok(())
//!     }
//! }
//!
//! use guest_sdk::Fake;
//! let host = Fake::new().input("list", "cellar.txt", "r1\nr2\n");
//! assert_eq!(host.scopes::<Racks>(&[])?[0].account_id, "cellar");
//! host.fetch::<Racks>(&["rack_hosts"], &[])?;
//! assert_eq!(host.rows("rack_hosts")[1]["name"], "r2".into());
//! # Ok::<(), Error>(())
//! ```
//!
//! # Units and types
//!
//! Columns have the units that the reference of the tables gives: GiB, percent (`12.5`, not `0.125`), bytes a second.
//! Money is [`Decimal`] and never a float; `cost_30d` is what was spent in 30 days, in the currency of the bill. Times
//! are UTC. A column is null where nothing is known, which is never the same as zero: read it with the `optional_`
//! accessors of [`Row`], and find nothing where you do not know. That you did not know is told by [`Unknown`].
//!
//! # Errors
//!
//! Everything that can fail gives [`Error`], whose message is a sentence for a person. A scan that ends in an error
//! keeps all that it had found, and is named in the coverage; the scans of other plugins go on. A panic is a trap: the
//! host says in which plugin, and what the SDK had not yet handed over is lost ([`Findings::emit`]).

mod describe;
mod error;
mod finding;
mod host;
mod http;
mod input;
mod parameters;
mod register;
mod rows;
mod scanner;
mod source;
mod time;
mod unknown;
mod value;

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod bindings;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
#[allow(missing_docs, reason = "for `register!` alone")]
pub mod exports;
#[cfg(not(target_family = "wasm"))]
mod fake;
#[cfg(target_family = "wasm")]
mod wasm;

#[cfg(not(target_family = "wasm"))]
use fake as inner;
#[cfg(target_family = "wasm")]
use wasm as inner;

pub use describe::{
    Class, ColumnDescription, Description, Parameter, Rule, Setting, Severity, SourceDescription, Table,
};
pub use error::Error;
#[cfg(not(target_family = "wasm"))]
pub use fake::Fake;
pub use finding::{Finding, Findings, Resource, RuleGap, Saving, Scope};
pub use host::{Host, Level};
pub use http::{Request, Response};
pub use input::{Input, Line, Lines};
pub use parameters::Parameters;
pub use rows::{Column, Row, Rows};
pub use scanner::Scanner;
pub use source::{FetchRequest, Source, TableGap, Tables, Wanted};
pub use time::{Day, Time};
pub use unknown::Unknown;
pub use value::{Fact, Value};

/// Money and other exact numbers.
pub use rust_decimal::Decimal;
/// A provider's own structure: what [`Row::json`] and [`Response::json`] give.
pub use serde_json::Value as Json;
