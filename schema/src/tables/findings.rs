//! `findings`: what scanners said about resources, with what became of it.

use super::common::RESOURCE_SCOPE;
use crate::{Column, Locality, Table, TableKind, Unit};

/// `findings`: what scanners said about resources, with what became of it.
pub static FINDINGS: Table = Table {
    name: "findings",
    kind: TableKind::Findings,
    doc: "one thing that a scanner plugin found the matter with one resource, however often it was found. `neph scan` fills it; coverage says when each plugin scanned last, and what it could not look at",
    row_kind: None,
    aws_type: None,
    azure_type: None,
    locality: Locality::Regional,
    common: &[],
    own: &[
        Column::text("uid", "what tells it from every other finding; the same in each scan"),
        Column::text("plugin", "the plugin that found it").also(&["scanner", "found by"]),
        Column::text("rule", "the plugin's rule that it is against").also(&["check", "control"]),
        Column::text("class", "what sort of finding it is, in OCSF's words").one_of(&[
            "vulnerability",
            "compliance",
            "detection",
            "posture",
            "iam",
        ]),
        Column::text("title", "what is the matter, in a line"),
        Column::text("severity", "how bad it is").one_of(&[
            "unknown",
            "informational",
            "low",
            "medium",
            "high",
            "critical",
            "fatal",
        ]),
        Column::int(
            "severity_id",
            "the same as a number, for ordering: 0 for unknown, 1 for informational to 6 for fatal",
        ),
        Column::text(
            "state",
            "what became of it: found once, found again, muted by somebody or by its scanner, no longer found or settled by its scanner's word",
        )
            .one_of(&["new", "open", "muted", "resolved"])
            .also(&["status"]),
        // Its words are not among those that questions are read by: `resolved` is what became of a finding.
        Column::text(
            "reported_status",
            "what the scanner itself says of it: `new`, `in_progress`, `suppressed`, `resolved`, `archived`",
        ),
        Column::time(
            "first_seen",
            "since when it has been there without a break: when a scan found it for the first time, or again after it was resolved",
        )
        .also(&["found", "discovered", "since"]),
        Column::time("last_seen", "when a scan found it last"),
        Column::time(
            "resolved_at",
            "when a scan that would have found it did not; null while it is there, and where only its scanner calls it settled",
        ),
        Column::text("mute_reason", "why somebody muted it; null where nobody did"),
        Column::time("muted_until", "when the mute ends; null where it does not, and where there is none"),
        Column::text("provider", "which cloud the resource is in").also(&["cloud", "vendor"]),
        Column::text("account_id", "the account of the resource").also(&["account id", "subscription id"]),
        Column::text("account_name", "the account's name, or its id where it has none")
            .also(&["account", "subscription"]),
        Column::text("region", "the region of the resource").also(&["location"]),
        Column::text("resource_id", "the resource it is about (`resources.resource_id`)").also(&["arn", "resource id"]),
        Column::text("name", "the resource's name").also(&["called"]),
        Column::text("kind", "what the resource is, the same on every provider").also(&["resource type"]),
        Column::map("tags", "the resource's tags, when it was last found").also(&["tag", "labels"]),
        Column::json("evidence", "what it was concluded from: names and values"),
        Column::text("remediation", "what to do").also(&["fix", "advice"]),
        Column::decimal("monthly_saving", "what would no longer be spent in a month; null where that is not known")
            .unit(Unit::Currency)
            .also(&["saving"]),
        Column::text(
            "saving_currency",
            "the currency of `monthly_saving`, as `USD`; null where its scanner names none: then it is the bill's",
        ),
    ],
    shown: &["severity", "title", "name", "account_name", "region", "state", "plugin", "first_seen"],
    time_column: Some("first_seen"),
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["finding", "security finding", "security issue"],
};
