//! `json`: the whole answer, as REST gives it.

use crate::reply::Reply;
use std::io::{self, Write};

/// Writes a reply.
pub fn write(reply: &Reply, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, reply)?;
    out.write_all(b"\n")
}
