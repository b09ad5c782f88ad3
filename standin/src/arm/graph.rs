//! Azure Resource Graph, a small part of it: resources of many subscriptions at once, chosen by type.
//!
//! A query is `Resources`, then any of `| where type =~ 'x'` (or `==`, or `in~ ('x', 'y')`), `| project a, b`,
//! `| order by id asc` and `| limit 10`, each at most once. Rows come in the order of their ids.

use super::json::{compute, containers, data, network};
use super::{ArmCall, errors, may_read};
use crate::call::{PageToken, Refusal};
use crate::estate::Subscription;
use crate::estate::azure::{TrackedResource, VirtualMachine};
use serde_json::{Value, json};

/// How many rows a page holds at most, and how many where none are said.
const LARGEST: usize = 1000;
const DEFAULT: usize = 100;
const MOST_SUBSCRIPTIONS: usize = 1000;

pub(super) fn resources(call: &ArmCall<'_>) -> Result<String, Refusal> {
    let body: Value = serde_json::from_slice(call.body).map_err(|e| invalid(format!("The body is no JSON: {e}.")))?;
    let query = Query::parse(body["query"].as_str().unwrap_or_default())?;
    let mut rows: Vec<Row<'_>> = subscriptions(call, &body)?.into_iter().flat_map(|one| query.rows(one)).collect();
    rows.sort_by(|a, b| a.id.cmp(b.id));
    rows.truncate(query.limit);
    let options = &body["options"];
    if options["resultFormat"] == "table" {
        return Err(invalid("The stand-in answers in the resultFormat objectArray alone.".to_owned()));
    }
    let (start, page) = match options["$skipToken"].as_str() {
        None => (0, 1),
        Some(token) => PageToken::parse(token)
            .filter(|token| token.action == call.action)
            .map(|token| (token.offset.min(rows.len()), token.page))
            .ok_or_else(|| invalid("The $skipToken is not one of this query's.".to_owned()))?,
    };
    let top = options["$top"].as_u64().map_or(DEFAULT, |top| usize::try_from(top).unwrap_or(LARGEST)).clamp(1, LARGEST);
    let end = start.saturating_add(top.min(call.behaviour.page_cap_of(call.action))).min(rows.len());
    let data: Vec<Value> = rows[start..end].iter().map(|row| query.project(row.write())).collect();
    let mut answer = json!({
        "totalRecords": rows.len(),
        "count": data.len(),
        "data": data,
        "facets": [],
        "resultTruncated": "false",
    });
    if end < rows.len() {
        answer["$skipToken"] = json!(PageToken::write(call.action, end, page.saturating_add(1)));
    }
    Ok(answer.to_string())
}

/// The subscriptions that the body names, or all; those that the token may not read are left out.
fn subscriptions<'a>(call: &ArmCall<'a>, body: &Value) -> Result<Vec<&'a Subscription>, Refusal> {
    let named = body["subscriptions"].as_array();
    if named.is_some_and(|named| named.len() > MOST_SUBSCRIPTIONS) {
        return Err(invalid(format!("More than {MOST_SUBSCRIPTIONS} subscriptions were given.")));
    }
    let is_named = |one: &Subscription| {
        named.is_none_or(|named| named.iter().any(|id| id.as_str().is_some_and(|id| id.eq_ignore_ascii_case(&one.id))))
    };
    Ok(call.world.estate.subscriptions.iter().filter(|one| may_read(one, call.token) && is_named(one)).collect())
}

/// A resource that is written when its page is.
struct Row<'a> {
    id: &'a str,
    subscription_id: &'a str,
    write: Box<dyn Fn() -> Value + 'a>,
}

impl Row<'_> {
    /// With the columns that Resource Graph adds, and the type in lower case.
    fn write(&self) -> Value {
        let mut written = (self.write)();
        let group = self.id.split('/').nth(4).unwrap_or_default().to_ascii_lowercase();
        written["type"] = json!(written["type"].as_str().unwrap_or_default().to_ascii_lowercase());
        written["subscriptionId"] = json!(self.subscription_id);
        written["resourceGroup"] = json!(group);
        written
    }
}

/// The resources of one type of a subscription.
fn of_type<'a>(one: &'a Subscription, kind: &str) -> Vec<Row<'a>> {
    fn rows<'a, T>(
        one: &'a Subscription,
        things: &'a [T],
        resource: impl Fn(&'a T) -> &'a TrackedResource,
        write: fn(&T) -> Value,
    ) -> Vec<Row<'a>> {
        let row =
            |thing| Row { id: &resource(thing).id, subscription_id: &one.id, write: Box::new(move || write(thing)) };
        things.iter().map(row).collect()
    }
    match kind {
        "microsoft.compute/virtualmachines" => rows(one, &one.virtual_machines, |x| &x.resource, machine),
        "microsoft.compute/disks" => rows(one, &one.disks, |x| &x.resource, compute::disk),
        "microsoft.compute/snapshots" => rows(one, &one.snapshots, |x| &x.resource, compute::snapshot),
        "microsoft.compute/images" => rows(one, &one.images, |x| &x.resource, compute::image),
        "microsoft.network/virtualnetworks" => {
            rows(one, &one.virtual_networks, |x| &x.resource, network::virtual_network)
        }
        "microsoft.network/networksecuritygroups" => {
            rows(one, &one.network_security_groups, |x| &x.resource, network::network_security_group)
        }
        "microsoft.network/publicipaddresses" => {
            rows(one, &one.public_ip_addresses, |x| &x.resource, network::public_ip_address)
        }
        "microsoft.network/networkinterfaces" => {
            rows(one, &one.network_interfaces, |x| &x.resource, network::network_interface)
        }
        "microsoft.network/loadbalancers" => rows(one, &one.load_balancers, |x| &x.resource, network::load_balancer),
        "microsoft.network/applicationgateways" => {
            rows(one, &one.application_gateways, |x| &x.resource, network::application_gateway)
        }
        "microsoft.network/natgateways" => rows(one, &one.nat_gateways, |x| &x.resource, network::nat_gateway),
        "microsoft.storage/storageaccounts" => rows(one, &one.storage_accounts, |x| &x.resource, data::storage_account),
        "microsoft.web/sites" => rows(one, &one.sites, |x| &x.resource, data::site),
        "microsoft.containerservice/managedclusters" => {
            rows(one, &one.managed_clusters, |x| &x.resource, containers::managed_cluster)
        }
        _ => Vec::new(),
    }
}

/// Every type that there is something of.
const TYPES: &[&str] = &[
    "microsoft.compute/virtualmachines",
    "microsoft.compute/disks",
    "microsoft.compute/snapshots",
    "microsoft.compute/images",
    "microsoft.network/virtualnetworks",
    "microsoft.network/networksecuritygroups",
    "microsoft.network/publicipaddresses",
    "microsoft.network/networkinterfaces",
    "microsoft.network/loadbalancers",
    "microsoft.network/applicationgateways",
    "microsoft.network/natgateways",
    "microsoft.storage/storageaccounts",
    "microsoft.web/sites",
    "microsoft.containerservice/managedclusters",
];

/// Resource Graph says a machine's power state in its properties.
fn machine(vm: &VirtualMachine) -> Value {
    let mut written = compute::virtual_machine(vm);
    let code = format!("PowerState/{}", vm.power_state);
    written["properties"]["extended"] = json!({ "instanceView": { "powerState": { "code": code } } });
    written
}

/// What a query asks for.
#[derive(Debug)]
struct Query {
    /// In lower case; `None`: all.
    types: Option<Vec<String>>,
    columns: Option<Vec<String>>,
    limit: usize,
}

impl Query {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let mut parts = text.split('|').map(str::trim);
        if !parts.next().is_some_and(|table| table.eq_ignore_ascii_case("resources")) {
            return Err(unsupported(text));
        }
        let mut query = Self { types: None, columns: None, limit: usize::MAX };
        for part in parts {
            let (word, rest) = part.split_once(char::is_whitespace).ok_or_else(|| unsupported(part))?;
            match word.to_ascii_lowercase().as_str() {
                "where" => query.types = Some(types(rest).ok_or_else(|| unsupported(part))?),
                "project" => query.columns = Some(rest.split(',').map(|name| name.trim().to_owned()).collect()),
                "limit" | "take" => query.limit = rest.trim().parse().map_err(|_| unsupported(part))?,
                "order" | "sort" if matches!(rest.trim(), "by id" | "by id asc") => {}
                _ => return Err(unsupported(part)),
            }
        }
        Ok(query)
    }

    fn rows<'a>(&self, one: &'a Subscription) -> Vec<Row<'a>> {
        let wanted = |kind: &&&str| self.types.as_ref().is_none_or(|types| types.iter().any(|one| one == **kind));
        TYPES.iter().filter(wanted).flat_map(|kind| of_type(one, kind)).collect()
    }

    /// A column that a resource does not have is null.
    fn project(&self, row: Value) -> Value {
        match &self.columns {
            None => row,
            Some(columns) => columns.iter().map(|name| (name.clone(), row[name.as_str()].clone())).collect(),
        }
    }
}

/// The types of `type =~ 'x'`, `type == 'x'` or `type in~ ('x', 'y')`, in lower case.
fn types(condition: &str) -> Option<Vec<String>> {
    let rest = condition.trim().strip_prefix("type")?.trim_start();
    let quoted = |text: &str| {
        let inner = text.trim().strip_prefix(['\'', '"'])?.strip_suffix(['\'', '"'])?;
        Some(inner.to_ascii_lowercase())
    };
    if let Some(one) = rest.strip_prefix("=~").or_else(|| rest.strip_prefix("==")) {
        return Some(vec![quoted(one)?]);
    }
    let list = rest.strip_prefix("in~").or_else(|| rest.strip_prefix("in"))?.trim();
    list.strip_prefix('(')?.strip_suffix(')')?.split(',').map(quoted).collect()
}

fn unsupported(what: &str) -> Refusal {
    invalid(format!("The stand-in does not understand '{what}' in a query."))
}

fn invalid(message: String) -> Refusal {
    errors::bad("BadRequest", message)
}
