//! The bounds on what a stranger's manifest may hold: each far above what an honest one needs.

/// Bytes of a `plugin.toml`, and of the section that holds it in a component.
pub const MAX_MANIFEST_BYTES: usize = 64 * 1024;
/// Entries in one list of `needs`. An operator reads each of them.
pub const MAX_NEEDS: usize = 64;
/// Scopes, and hosts, that an operator may grant one plugin: an account has some dozens of regions.
pub const MAX_GRANTED: usize = 1024;
/// Columns asked for of one table: more than any table has.
pub const MAX_COLUMNS: usize = 256;
/// Characters of a `why` and of the summary. They are shown on one line or two of a terminal.
pub const MAX_SENTENCE: usize = 300;
/// Characters of the name of a table, a column, a secret or an input.
pub const MAX_NAME: usize = 64;
/// Characters of a version.
pub const MAX_VERSION: usize = 64;
/// Characters of one part of a scope: the longest is an ARN.
pub const MAX_SCOPE_PART: usize = 256;
/// Characters of a host with scheme and port: a name of DNS has 253.
pub const MAX_HOST: usize = 280;
/// Bytes of a lock file, of which a full grant takes the most.
pub const MAX_LOCK_BYTES: usize = 256 * 1024;
/// Bytes of a key file or a signature file: each is one short line.
pub const MAX_KEY_BYTES: usize = 1024;
/// Why a plugin is held: one for each need, and the traps.
pub const MAX_REASONS: usize = 512;
/// Characters of one such reason: a sentence with a `why` in it, and a list of columns.
pub const MAX_REASON: usize = 4096;
