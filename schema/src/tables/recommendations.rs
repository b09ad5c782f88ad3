//! `recommendations`: what could be saved, found by rules over the other tables.

use super::common::RESOURCE_SCOPE;
use crate::{Column, Locality, Table, TableKind, Unit};

/// `recommendations`: what could be saved, found by rules over the other tables.
pub static RECOMMENDATIONS: Table = Table {
    name: "recommendations",
    kind: TableKind::Derived,
    doc: "one thing to do about one resource that would save money, found by a rule over the other tables",
    row_kind: None,
    aws_type: None,
    azure_type: None,
    locality: Locality::Regional,
    common: &[],
    own: &[
        Column::text("rule", "the rule that found it; only the rules that a query asks for are run")
            .one_of(crate::rules::NAMES)
            .also(&["recommendation type"]),
        Column::text("title", "what to do, in a few words").also(&["advice"]),
        Column::text("category", "what kind of waste it is")
            .one_of(&["idle", "oversized", "outdated", "unattached", "leftover"])
            .also(&["kind of waste"]),
        Column::text("confidence", "`high` where the provider says so itself, `medium` where it follows from measurements")
            .one_of(&["high", "medium"]),
        Column::text("provider", "which cloud the resource is in").also(&["cloud", "vendor"]),
        Column::text("account_id", "the account of the resource").also(&["account id", "subscription id"]),
        Column::text("account_name", "the account's name, or its id where it has none")
            .also(&["account", "subscription"]),
        Column::text("region", "the region of the resource").also(&["location"]),
        Column::text("resource_id", "the resource it is about (`resources.resource_id`)").also(&["arn", "resource id"]),
        Column::text("native_id", "the resource's id in the provider's own API (`resources.native_id`)").also(&["id"]),
        Column::text("name", "the resource's name").also(&["called"]),
        Column::text("kind", "what the resource is, the same on every provider").also(&["resource type"]),
        Column::map("tags", "the resource's tags").also(&["tag", "labels"]),
        Column::decimal(
            "saving_30d",
            "what would have been saved in the last 30 days, from the actual cost; null when that is unknown, and where another recommendation about the resource counts it already, so that savings add up",
        )
        .unit(Unit::Currency)
        .costly()
        .also(&["saving", "savings", "monthly saving", "monthly savings", "potential saving", "potential savings"]),
        Column::text("saving_basis", "how the saving is reckoned; null where it is").costly(),
        Column::decimal("cost_30d", "what the resource cost in the last 30 days (`resources.cost_30d`)")
            .unit(Unit::Currency)
            .costly()
            .also(&["cost", "costs", "costing", "spend", "monthly cost"]),
        Column::text("cost_basis", "what `cost_30d` is from")
            .one_of(super::common::COST_BASES)
            .costly(),
        Column::text("cost_currency", "the currency of `cost_30d` and `saving_30d`").costly(),
        Column::map("evidence", "the values that led to it, by name"),
        Column::text("why", "why it is waste, and what to look at before acting").also(&["reason"]),
        Column::time("fetched_at", "when the resource's row was read from the provider"),
    ],
    shown: &[
        "title",
        "name",
        "native_id",
        "provider",
        "account_name",
        "region",
        "saving_30d",
        "cost_30d",
        "evidence",
    ],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &[
        "recommendation",
        "saving",
        "savings",
        "waste",
        "saving opportunity",
        "savings opportunity",
        "cost saving",
        "ways to save",
        "ways to save money",
        "what can i save",
        "what can we save",
        "what could i save",
        "what could we save",
        "where can i save",
        "where can we save",
        "where can i save money",
        "where can we save money",
        "how can i save money",
        "how can we save money",
        "what can i save money on",
        "where do we waste money",
        "where are we wasting money",
        "what are we wasting money on",
        "optimisation",
        "optimization",
    ],
};
