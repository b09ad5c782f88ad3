//! `functions`: functions, many of which nobody calls.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::FUNCTIONS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&FUNCTIONS, "demo:ListFunctions", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().functions.iter().map(move |function| {
        resource(&FUNCTIONS, ask, &function.facts)
            .with("runtime", function.runtime)
            .with("memory_mib", function.memory_mib)
            .with("timeout_seconds", function.timeout_seconds)
            .with("code_size_bytes", function.code_bytes)
            .with("architecture", if function.arm { "arm64" } else { "x86_64" })
            .with("handler", function.handler)
            .with("modified_at", function.modified_at)
    }))
}
