//! `metrics`: data points of what providers measure.

use crate::table::ScopeColumns;
use crate::{Column, Locality, Table, TableKind, Unit};

/// `metrics`: data points of what providers measure.
pub static METRICS: Table = Table {
    name: "metrics",
    kind: TableKind::Metrics,
    doc: "one data point of one metric of one resource; the last 14 days where no time is asked for",
    row_kind: None,
    aws_type: None,
    azure_type: None,
    locality: Locality::Regional,
    common: &[],
    own: &[
        Column::text("provider", "which cloud measured it").also(&["cloud"]),
        Column::text("account_id", "the account of the resource"),
        Column::text("account_name", "the account's name, or its id where it has none").also(&["account"]),
        Column::text("region", "the region of the resource"),
        Column::text("resource_id", "the resource it is of (`resources.resource_id`)")
            .aws("dimension InstanceId")
            .azure("resourceid, in lower case"),
        Column::text("metric", "what was measured")
            .one_of(&["cpu", "network_in", "network_out"])
            .aws("AWS/EC2: CPUUtilization, NetworkIn, NetworkOut")
            .azure("Percentage CPU, Network In Total, Network Out Total"),
        Column::text("statistic", "how the measurements of one period became one value")
            .one_of(&["average", "maximum", "sum"]),
        Column::int("period", "how long one data point stands for").unit(Unit::Seconds),
        Column::time("time", "when the period began").aws("Timestamps").azure("timeStamp"),
        Column::float("value", "the value, in `unit`").aws("Values").azure("average, maximum or total"),
        Column::text("unit", "the unit of `value`").one_of(&["percent", "bytes"]),
    ],
    shown: &["time", "resource_id", "metric", "statistic", "value", "unit"],
    time_column: Some("time"),
    scope_columns: ScopeColumns {
        provider: "provider",
        account_id: "account_id",
        account_name: "account_name",
        region: "region",
    },
    synonyms: &["metric", "data points", "measurements"],
};
