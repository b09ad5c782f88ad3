//! The columns that every resource table begins with.

use crate::table::ScopeColumns;
use crate::{Column, State, Unit};

/// What costs of resources are known from.
pub(super) const COST_BASES: &[&str] =
    &["billing_export", "billing_export_share", "cost_api", "cost_api_share", "list_price"];

/// The columns of what a resource cost: told together, or not at all.
pub const COST_COLUMNS: &[&str] = &["cost_30d", "cost_basis", "cost_currency"];

/// The columns that every resource table begins with, in this order.
pub static RESOURCE: &[Column] = &[
    Column::text("provider", "which cloud it is in: `aws`, `azure`, `kubernetes`, or a plugin's name")
        .also(&["cloud", "vendor"]),
    Column::text("account_id", "AWS account id, Azure subscription id")
        .also(&["account id", "subscription id"])
        .aws("the account of the credentials or of the role")
        .azure("subscriptionId"),
    Column::text("account_name", "the account's name, or its id where it has none")
        .also(&["account", "subscription"])
        .aws("organizations:ListAccounts: Name")
        .azure("the subscription's displayName"),
    Column::text("region", "the provider's own name of the region; `global` for what has none")
        .also(&["location"])
        .aws("the region that was asked; of buckets the bucket's")
        .azure("location"),
    Column::text("zone", "the availability zone, where it has just one").also(&["az", "availability zone"])
        .aws("AvailabilityZone")
        .azure("zones, where there is one"),
    Column::text("resource_id", "the ARN, or the ARM id in lower case; unique over all clouds")
        .also(&["arn", "resource id"])
        .aws("the API's ARN, else one made of region, account and id")
        .azure("id, in lower case"),
    Column::text(
        "native_id",
        "the id that the provider's own API and console use (`i-0abc`); references such as `subnet_id` hold it; on Azure the ARM id in lower case",
    )
    .also(&["id"])
        .aws("the API's id: InstanceId, VolumeId, …")
        .azure("id, in lower case"),
    Column::text("name", "the name people gave it: its own name, else its Name tag").also(&["called"])
        .aws("the API's name, else the tag Name")
        .azure("name"),
    Column::text("kind", "what it is, the same on every provider").also(&["type of resource", "resource type"]),
    Column::text("native_type", "the provider's word for what it is, such as `AWS::EC2::Instance`"),
    Column::text("state", "what it is doing; the provider's own word stays in `properties`")
        .one_of(State::WORDS)
        .also(&["status"])
        .aws("State or Status, in these words")
        .azure("the power state of machines; state or provisioningState of all else, in these words"),
    Column::time("created_at", "when it was made; null where the provider does not say")
        .also(&["created", "creation date", "age"])
        .aws("the API's time of creation; of instances, when the first interface was attached")
        .azure("properties.timeCreated, else systemData.createdAt, else properties.creationTime or creationDate"),
    Column::map("tags", "its tags or labels").also(&["tag", "labels"])
        .aws("Tags or TagSet")
        .azure("tags"),
    Column::decimal(
        "cost_30d",
        "actual amortised cost (FOCUS EffectiveCost) of the 30 days before today, and of today so far; null when unknown, never zero for unknown",
    )
    .unit(Unit::Currency)
    .aws("a billing export; else, of `instances` only, ce:GetCostAndUsageWithResources: AmortizedCost of the 14 days before today, without today: coverage calls it too low")
    .azure("a billing export; else Microsoft.CostManagement/query: AmortizedCost")
    .costly()
    .also(&["cost", "costs", "costing", "spend", "price", "monthly cost"]),
    Column::text(
        "cost_basis",
        "what `cost_30d` is from; one that ends in `_share` is an equal share of what a scale set cost, which is billed as a whole",
    )
        .one_of(COST_BASES)
        .costly(),
    Column::text("cost_currency", "the currency of `cost_30d`; none is converted, so amounts in several are not added up")
        .aws("as for `cost_30d`: BillingCurrency, or Unit")
        .azure("as for `cost_30d`: BillingCurrency, or Currency")
        .costly(),
    Column::json("properties", "what the provider said of it beyond the other columns, in the provider's words")
        .fleeting()
        .aws("what else the API says")
        .azure("what else the API says"),
    Column::time("fetched_at", "when this row was read from the provider").fleeting(),
];

/// The columns that every table of a source's own begins with.
pub static OWN: &[Column] = &[
    Column::text("provider", "which cloud or service it is of: the source's own word, else the source's name"),
    Column::text("account_id", "the account that it is in; null where the source does not say"),
    Column::text("account_name", "the account's name, or its id where it has none"),
    Column::text("region", "where it is; null where the source does not say"),
    Column::time("fetched_at", "when this row was read").fleeting(),
];

/// Where a resource's row belongs.
pub(crate) const RESOURCE_SCOPE: ScopeColumns =
    ScopeColumns { provider: "provider", account_id: "account_id", account_name: "account_name", region: "region" };
