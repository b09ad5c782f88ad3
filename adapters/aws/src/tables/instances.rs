//! `instances`: EC2 instances, by `ec2:DescribeInstances`; utilisation from CloudWatch, cost from Cost Explorer.
//!
//! `memory_avg` is always null: EC2 measures no memory, and what an agent may report has no name to rely on.

use super::costs::ResourceCosts;
use super::{calls, calls_on_consent, costs, instance_types, paid_calls};
use crate::fetch::Fetch;
use crate::metrics::{self, Utilisation};
use crate::pages::{Pages, listed};
use crate::place::{Place, ec2_tags, filled, name_tag, properties, time};
use crate::{arn, filters, states};
use aws_sdk_ec2::types::{Instance, InstanceStateName};
use chrono::{DateTime, NaiveDateTime, Utc};
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, Push, TableSupport};
use schema::tables::INSTANCES;
use schema::tables::common::COST_COLUMNS;
use schema::{Row, State, Value};
use serde_json::json;
use std::collections::BTreeSet;

/// Each measure is a group of its own, so that `cpu_avg` alone costs one metric an instance.
pub(crate) static SUPPORT: TableSupport = TableSupport {
    table: &INSTANCES,
    costly: &[&["cpu_avg"], &["cpu_p95"], &["cpu_max"], &["network_in"], &["network_out"], COST_COLUMNS],
    pushes: &[Push::Column("state"), Push::Column("instance_type"), Push::Tags],
};

const ACTION: &str = "ec2:DescribeInstances";
/// The most machines that it gives at once.
const PAGE: u16 = 1000;

pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    let mut all = vec![calls(ACTION, request.calls_of(usize::from(PAGE))), calls(instance_types::ACTION, 1)];
    let measures = metrics::MEASURES.iter().filter(|measure| request.wants(measure.column)).count();
    if measures > 0 {
        let number = request.calls_of(metrics::resources_a_call(measures));
        all.push(paid_calls(metrics::ACTION, number, metrics::dollars_per_call()));
    }
    if request.wants("cost_30d") {
        all.push(calls_on_consent(costs::RESOURCES_ACTION, 1, costs::dollars_per_call()));
    }
    all
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut extras = Extras::wanted(f).await?;
    let listed = list(f, &mut extras).await;
    // Rows that wait for a full batch of metrics are handed over even where the listing then failed.
    extras.finish(f).await?;
    listed
}

async fn list(f: &Fetch<'_>, extras: &mut Extras) -> Result<(), FetchError> {
    let filters = filters::instances(&f.request.filters);
    let filters = (!filters.is_empty()).then_some(filters);
    let mut sizes = Sizes::default();
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_instances().set_filters(filters.clone());
            let request = request.max_results(f.page_size(5, i32::from(PAGE))).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        let reservations = listed(ACTION, &page.reservations)?;
        let instances = || reservations.iter().flat_map(|reservation| reservation.instances());
        sizes.learn(f, instances()).await?;
        extras.take(f, instances().map(|instance| row(f, instance)).collect()).await?;
        pages.turn(page.next_token.clone())?;
        if f.has_enough_with(extras.waiting.len()) {
            pages.stop();
        }
    }
    Ok(())
}

/// What could not be found out of types: the two columns that need them are a gap, and the rows stay.
#[derive(Default)]
struct Sizes {
    refused: bool,
    unknown: BTreeSet<String>,
}

impl Sizes {
    const COLUMNS: &[&'static str] = &["vcpus", "memory_gib"];

    async fn learn<'a>(
        &mut self,
        f: &Fetch<'_>,
        instances: impl Iterator<Item = &'a Instance>,
    ) -> Result<(), FetchError> {
        if self.refused {
            return Ok(());
        }
        let kinds = instances.filter_map(|instance| instance.instance_type().map(|kind| kind.as_str()));
        let kinds = kinds.filter(|kind| !self.unknown.contains(*kind));
        match instance_types::learn(f, kinds).await {
            Ok(unknown) => {
                for one in unknown {
                    f.cx.gap(Self::COLUMNS, Some(one.name.clone()), one.error).await?;
                    self.unknown.insert(one.name);
                }
            }
            Err(error) => {
                self.refused = true;
                f.cx.gap(Self::COLUMNS, None, error).await?;
            }
        }
        Ok(())
    }
}

/// The columns that take calls of their own: rows wait here until they are filled.
struct Extras {
    utilisation: Utilisation,
    costs: ResourceCosts,
    waiting: Vec<Row>,
}

impl Extras {
    async fn wanted(f: &Fetch<'_>) -> Result<Self, FetchError> {
        let costs = ResourceCosts::wanted(f).await?;
        Ok(Self { utilisation: Utilisation::wanted(f), costs, waiting: Vec::new() })
    }

    /// Hands rows over, in whole batches of metrics where metrics are wanted.
    async fn take(&mut self, f: &Fetch<'_>, rows: Vec<Row>) -> Result<(), FetchError> {
        if !self.utilisation.is_wanted() {
            return self.hand_over(f, rows).await;
        }
        self.waiting.extend(rows);
        let batch = self.utilisation.rows_a_call();
        let whole = self.waiting.len() / batch * batch;
        let rows = self.waiting.drain(..whole).collect();
        self.hand_over(f, rows).await
    }

    async fn finish(&mut self, f: &Fetch<'_>) -> Result<(), FetchError> {
        let rows = std::mem::take(&mut self.waiting);
        self.hand_over(f, rows).await
    }

    async fn hand_over(&mut self, f: &Fetch<'_>, mut rows: Vec<Row>) -> Result<(), FetchError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.utilisation.fill(f, &mut rows).await?;
        self.costs.fill(f, &mut rows).await?;
        f.emit(rows).await
    }
}

fn row(f: &Fetch<'_>, instance: &Instance) -> Row {
    let mut row = plain_row(&f.place, instance);
    let kind = instance.instance_type().map(|kind| kind.as_str()).unwrap_or_default();
    if let Some(size) = f.aws.instance_types.get(&f.place.region, kind) {
        row.set("memory_gib", size.memory_gib);
        if row.get("vcpus").is_null() {
            row.set("vcpus", size.vcpus);
        }
    }
    row
}

pub(super) fn plain_row(place: &Place, instance: &Instance) -> Row {
    let id = instance.instance_id().unwrap_or_default();
    let state = instance.state().and_then(|state| state.name()).map(|name| name.as_str());
    let tags = ec2_tags(instance.tags());
    let groups = instance.security_groups().iter();
    let groups: Vec<String> = groups.filter_map(|group| group.group_id().map(str::to_owned)).collect();
    let os = platform(instance.platform_details(), instance.platform().map(|platform| platform.as_str()));
    place
        .row(&INSTANCES, id, arn::ec2(place, "instance", id))
        .with("zone", instance.placement().and_then(|placement| placement.availability_zone()))
        .with("name", name_tag(&tags))
        .with("state", state.map_or(State::Unknown, states::instance))
        .with("created_at", created_at(instance))
        .with("tags", tags)
        .with("instance_type", instance.instance_type().map(|kind| kind.as_str()))
        .with("vcpus", vcpus(instance))
        .with("architecture", instance.architecture().map(|word| word.as_str()))
        .with("platform", os)
        .with("image_id", filled(instance.image_id()))
        .with("private_ip", filled(instance.private_ip_address()))
        .with("public_ip", filled(instance.public_ip_address()))
        .with("network_id", filled(instance.vpc_id()))
        .with("subnet_id", filled(instance.subnet_id()))
        .with("security_group_ids", groups)
        .with("lifecycle", lifecycle(instance))
        .with("launched_at", time(instance.launch_time()))
        .with("stopped_at", stopped_at(instance))
        .with("properties", words(instance, state))
}

/// When it was made: when its first interface was attached. `LaunchTime` changes with every start.
fn created_at(instance: &Instance) -> Value {
    let attached = instance.network_interfaces().iter().filter_map(|interface| interface.attachment());
    let primary = attached.filter(|attachment| attachment.device_index() == Some(0));
    let earliest = primary.filter_map(|attachment| time(attachment.attach_time())).min();
    earliest.into()
}

/// When it was stopped: EC2 says so in brackets behind the reason, as in `User initiated (2026-01-31 23:59:59 GMT)`, and
/// not of every reason.
fn stopped_at(instance: &Instance) -> Option<DateTime<Utc>> {
    let is_stopped =
        |name: &InstanceStateName| matches!(name, InstanceStateName::Stopped | InstanceStateName::Stopping);
    instance.state().and_then(|state| state.name()).filter(|name| is_stopped(name))?;
    let (_, at) = instance.state_transition_reason()?.rsplit_once('(')?;
    Some(NaiveDateTime::parse_from_str(at.strip_suffix(" GMT)")?, "%Y-%m-%d %H:%M:%S").ok()?.and_utc())
}

/// What this instance was given, which may be less than its type has.
fn vcpus(instance: &Instance) -> Option<i32> {
    let options = instance.cpu_options()?;
    Some(options.core_count()? * options.threads_per_core()?).filter(|vcpus| *vcpus > 0)
}

/// The operating system's family. `Platform` is only ever `Windows`, or absent.
pub(super) fn platform(details: Option<&str>, platform: Option<&str>) -> Option<&'static str> {
    let word = filled(details).or(filled(platform));
    match word {
        Some(word) if word.to_lowercase().contains("windows") => Some("windows"),
        Some(_) => Some("linux"),
        None => None,
    }
}

fn lifecycle(instance: &Instance) -> &'static str {
    match instance.instance_lifecycle().map(|word| word.as_str()) {
        Some("spot") => "spot",
        Some("scheduled") => "scheduled",
        Some("capacity-block") => "capacity_block",
        _ => "on_demand",
    }
}

fn words(instance: &Instance, state: Option<&str>) -> serde_json::Value {
    properties(json!({
        "State": state,
        "StateTransitionReason": filled(instance.state_transition_reason()),
        "StateReason": instance.state_reason().map(|reason| json!({
            "Code": reason.code(), "Message": reason.message(),
        })),
        "InstanceLifecycle": instance.instance_lifecycle().map(|word| word.as_str()),
        "PlatformDetails": instance.platform_details(),
        "UsageOperation": instance.usage_operation(),
        "KeyName": instance.key_name(),
        "IamInstanceProfile": instance.iam_instance_profile().and_then(|profile| profile.arn()),
        "Monitoring": instance.monitoring().and_then(|monitoring| monitoring.state()).map(|word| word.as_str()),
        "EbsOptimized": instance.ebs_optimized(),
        "RootDeviceName": instance.root_device_name(),
        "RootDeviceType": instance.root_device_type().map(|word| word.as_str()),
        "VolumeIds": instance.block_device_mappings().iter()
            .filter_map(|mapping| mapping.ebs().and_then(|disk| disk.volume_id())).collect::<Vec<_>>(),
        "PrivateDnsName": filled(instance.private_dns_name()),
        "PublicDnsName": filled(instance.public_dns_name()),
        "Ipv6Address": instance.ipv6_address(),
        "Tenancy": instance.placement().and_then(|placement| placement.tenancy()).map(|word| word.as_str()),
        "HostId": instance.placement().and_then(|placement| placement.host_id()),
        "MetadataOptions": instance.metadata_options().map(|options| json!({
            "HttpTokens": options.http_tokens().map(|word| word.as_str()),
            "HttpEndpoint": options.http_endpoint().map(|word| word.as_str()),
            "HttpPutResponseHopLimit": options.http_put_response_hop_limit(),
        })),
        "SpotInstanceRequestId": instance.spot_instance_request_id(),
        "CapacityReservationId": instance.capacity_reservation_id(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{CpuOptions, GroupIdentifier, InstanceLifecycleType, InstanceState, InstanceType, Tag};

    fn instance() -> aws_sdk_ec2::types::builders::InstanceBuilder {
        Instance::builder()
            .instance_id("i-1")
            .instance_type(InstanceType::M5Xlarge)
            .state(InstanceState::builder().name(InstanceStateName::Running).code(16).build())
    }

    fn check(instance: &Instance, column: &str, expected: impl Into<Value>) {
        let row = plain_row(&Place::for_testing("eu-west-1"), instance);
        assert_eq!(row.get(column), &expected.into(), "{column}");
    }

    #[test]
    fn a_running_instance_is_named_by_its_tag_and_placed_in_its_network() {
        let instance = instance()
            .tags(Tag::builder().key("Name").value("web-1").build())
            .tags(Tag::builder().key("env").value("prod").build())
            .subnet_id("subnet-1")
            .vpc_id("vpc-1")
            .security_groups(GroupIdentifier::builder().group_id("sg-1").build())
            .platform_details("Linux/UNIX")
            .public_ip_address("")
            .build();
        check(&instance, "resource_id", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1");
        check(&instance, "native_id", "i-1");
        check(&instance, "name", "web-1");
        check(&instance, "state", "running");
        check(&instance, "instance_type", "m5.xlarge");
        check(&instance, "kind", "compute.instance");
        check(&instance, "native_type", "AWS::EC2::Instance");
        check(&instance, "security_group_ids", vec!["sg-1".to_owned()]);
        check(&instance, "subnet_id", "subnet-1");
        check(&instance, "public_ip", Value::Null);
        check(&instance, "platform", "linux");
        check(&instance, "lifecycle", "on_demand");
        check(&instance, "cost_30d", Value::Null);
    }

    #[test]
    fn cpu_options_go_before_what_the_type_has() {
        let options = CpuOptions::builder().core_count(2).threads_per_core(1).build();
        check(&instance().cpu_options(options).build(), "vcpus", 2);
        check(&instance().build(), "vcpus", Value::Null);
    }

    #[test]
    fn a_stopped_instance_has_the_time_that_its_reason_ends_with() {
        let of = |state: InstanceStateName, reason: &str| {
            let state = InstanceState::builder().name(state).build();
            instance().state(state).state_transition_reason(reason).build()
        };
        let reason = "User initiated (2021-04-07 06:51:57 GMT)";
        let at = NaiveDateTime::parse_from_str("2021-04-07 06:51:57", "%Y-%m-%d %H:%M:%S").unwrap().and_utc();
        check(&of(InstanceStateName::Stopped, reason), "stopped_at", at);
        check(&of(InstanceStateName::Running, reason), "stopped_at", Value::Null);
        for untold in ["", "User initiated", "Server.SpotInstanceTermination (soon)"] {
            check(&of(InstanceStateName::Stopped, untold), "stopped_at", Value::Null);
        }
    }

    #[test]
    fn windows_is_told_by_either_word_and_spot_by_its_lifecycle() {
        check(&instance().platform_details("Windows with SQL Server Web").build(), "platform", "windows");
        let instance = instance().platform("Windows".into()).instance_lifecycle(InstanceLifecycleType::Spot).build();
        check(&instance, "platform", "windows");
        check(&instance, "lifecycle", "spot");
    }
}
