//! `ndjson`: one row a line, for programs that read as they go. Coverage is told apart from the rows.

use crate::reply::{Reply, rows};
use std::io::{self, Write};

/// Writes a reply.
pub fn write(reply: &Reply, out: &mut dyn Write) -> io::Result<()> {
    let Some(answer) = reply.answer() else { return Ok(()) };
    for row in rows(answer) {
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
