//! `DescribeInstances`: `MaxResults` counts instances; those of one reservation stand together.

use super::{Item, page_size, select, write, write_tags};
use crate::call::{Call, Refusal};
use crate::estate::{Instance, Tags};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;
use chrono::{DateTime, Utc};

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    if form.get("MaxResults").is_some() && form.get("InstanceId.1").is_some() {
        let message = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(Refusal::new(400, "InvalidParameterCombination", message));
    }
    let (page, next) = select(call, form, &call.here()?.instances, page_size(form)?)?;
    let mut xml = Xml::with_capacity(page.len() * 1800);
    let reservations = page.chunk_by(|one, next| one.reservation_id == next.reservation_id);
    xml.list("reservationSet", "item", reservations, |xml, instances| {
        xml.text("reservationId", &instances[0].reservation_id);
        xml.text("ownerId", &call.account.id);
        xml.list("instancesSet", "item", instances, |xml, instance| write(call, *instance, xml));
    });
    xml.maybe("nextToken", next.as_deref());
    Ok(xml.done())
}

impl Item for Instance {
    const SET: &'static str = "reservationSet";
    const IDS: &'static str = "InstanceId";
    const NOT_FOUND: &'static str = "InvalidInstanceID.NotFound";

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "instance-id" => vec![&self.id],
            "instance-state-name" => vec![&self.state],
            "instance-type" => vec![&self.instance_type],
            "availability-zone" => vec![&self.zone],
            "vpc-id" => vec![&self.vpc_id],
            "subnet-id" => vec![&self.subnet_id],
            "image-id" => vec![&self.image_id],
            "architecture" => vec![&self.architecture],
            "instance-lifecycle" => self.lifecycle.iter().map(String::as_str).collect(),
            "private-ip-address" => self.private_ip.iter().map(String::as_str).collect(),
            "ip-address" => self.public_ip.iter().map(String::as_str).collect(),
            "instance.group-id" => self.security_group_ids.iter().map(String::as_str).collect(),
            _ => return None,
        })
    }

    fn write(&self, call: &Call<'_>, xml: &mut Xml) {
        xml.text("instanceId", &self.id);
        xml.text("imageId", &self.image_id);
        xml.nest("instanceState", |xml| {
            xml.text("code", state_code(&self.state));
            xml.text("name", &self.state);
        });
        xml.text("amiLaunchIndex", "0");
        xml.text("instanceType", &self.instance_type);
        let reason = |at: DateTime<Utc>| format!("User initiated ({} GMT)", at.format("%Y-%m-%d %H:%M:%S"));
        xml.text("reason", &self.stopped_at.map(reason).unwrap_or_default());
        xml.time("launchTime", self.launched_at);
        xml.nest("placement", |xml| {
            xml.text("availabilityZone", &self.zone);
            xml.text("tenancy", "default");
        });
        xml.nest("monitoring", |xml| xml.text("state", "disabled"));
        xml.text("subnetId", &self.subnet_id);
        xml.text("vpcId", &self.vpc_id);
        xml.maybe("privateIpAddress", self.private_ip.as_deref());
        xml.maybe("ipAddress", self.public_ip.as_deref());
        xml.text("sourceDestCheck", "true");
        xml.list("groupSet", "item", &self.security_group_ids, |xml, group| {
            xml.text("groupId", group);
            let groups = call.here().map(|region| region.security_groups.as_slice()).unwrap_or_default();
            xml.maybe("groupName", groups.iter().find(|g| g.id == *group).map(|g| g.name.as_str()));
        });
        xml.text("architecture", &self.architecture);
        xml.text("rootDeviceType", "ebs");
        xml.text("rootDeviceName", "/dev/xvda");
        xml.list("blockDeviceMapping", "item", &self.root_volume_id, |xml, volume| {
            xml.text("deviceName", "/dev/xvda");
            xml.nest("ebs", |xml| {
                xml.text("volumeId", volume);
                xml.text("status", "attached");
                xml.time("attachTime", self.launched_at);
                xml.text("deleteOnTermination", "true");
            });
        });
        xml.text("virtualizationType", "hvm");
        xml.text("hypervisor", "xen");
        xml.maybe("instanceLifecycle", self.lifecycle.as_deref());
        if let Some(options) = self.cpu_options {
            xml.nest("cpuOptions", |xml| {
                xml.plain("coreCount", options.core_count);
                xml.plain("threadsPerCore", options.threads_per_core);
            });
        }
        if self.platform_details.starts_with("Windows") {
            xml.text("platform", "windows");
        }
        xml.text("platformDetails", &self.platform_details);
        xml.text("ebsOptimized", "false");
        xml.text("enaSupport", "true");
        write_tags(xml, &self.tags);
    }
}

/// The number that goes with a state.
fn state_code(state: &str) -> &'static str {
    match state {
        "pending" => "0",
        "running" => "16",
        "shutting-down" => "32",
        "terminated" => "48",
        "stopping" => "64",
        _ => "80",
    }
}
