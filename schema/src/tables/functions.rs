//! `functions`: functions that run on request.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind, Unit};

/// `functions`: functions that run on request.
pub static FUNCTIONS: Table = Table {
    name: "functions",
    kind: TableKind::Resource,
    doc: "one function that runs on request",
    row_kind: Some("compute.function"),
    aws_type: Some("AWS::Lambda::Function"),
    azure_type: Some("microsoft.web/sites"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("runtime", "language and version, such as `python3.13`")
            .aws("lambda:ListFunctions: Runtime")
            .azure("properties.siteConfig.linuxFxVersion")
            .also(&["language"]),
        Column::int("memory_mib", "memory it may use")
            .unit(Unit::MiB)
            .aws("lambda:ListFunctions: MemorySize")
            .also(&["memory"]),
        Column::int("timeout_seconds", "how long it may run")
            .unit(Unit::Seconds)
            .aws("lambda:ListFunctions: Timeout")
            .also(&["timeout"]),
        Column::int("code_size_bytes", "size of its package")
            .unit(Unit::Bytes)
            .aws("lambda:ListFunctions: CodeSize")
            .also(&["code size"]),
        Column::text("architecture", "processor architecture")
            .one_of(&["x86_64", "arm64"])
            .aws("lambda:ListFunctions: Architectures")
            .also(&["arch"]),
        Column::text("handler", "the entry point").aws("lambda:ListFunctions: Handler"),
        Column::time("modified_at", "when its code or configuration last changed")
            .aws("lambda:ListFunctions: LastModified")
            .azure("properties.lastModifiedTimeUtc")
            .also(&["last modified", "modified", "updated"]),
    ],
    shown: &["name", "provider", "account_name", "region", "runtime", "memory_mib", "modified_at"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &[
        "function",
        "lambda",
        "lambdas",
        "lambda function",
        "lambda functions",
        "function app",
        "function apps",
        "serverless function",
        "serverless functions",
    ],
};
