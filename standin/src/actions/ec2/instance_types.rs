//! `DescribeInstanceTypes`: pages of at most 100.

use super::Item;
use crate::call::{Call, Refusal};
use crate::estate::{InstanceType, Tags};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

const LARGEST: usize = 100;
static NO_TAGS: Tags = Tags::new();

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    call.here()?;
    let call = Call { page_cap: call.page_cap.min(LARGEST), ..*call };
    if form.number("MaxResults")?.is_some_and(|size| size > LARGEST) {
        return Err(Refusal::new(400, "InvalidParameterValue", "MaxResults must be at most 100"));
    }
    super::describe(&call, form, &call.estate.instance_types)
}

impl Item for InstanceType {
    const SET: &'static str = "instanceTypeSet";
    const IDS: &'static str = "InstanceType";
    const NOT_FOUND: &'static str = "InvalidInstanceType";

    fn id(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> &Tags {
        &NO_TAGS
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "instance-type" => vec![&self.name],
            "processor-info.supported-architecture" => vec![&self.architecture],
            "current-generation" => vec!["true"],
            _ => return None,
        })
    }

    fn write(&self, _call: &Call<'_>, xml: &mut Xml) {
        xml.text("instanceType", &self.name);
        xml.plain("currentGeneration", true);
        xml.nest("processorInfo", |xml| {
            xml.nest("supportedArchitectures", |xml| xml.text("item", &self.architecture));
        });
        xml.nest("vCpuInfo", |xml| {
            xml.plain("defaultVCpus", self.vcpus);
            xml.plain("defaultCores", self.vcpus.div_ceil(2));
            xml.plain("defaultThreadsPerCore", if self.architecture == "arm64" { 1 } else { 2 });
        });
        xml.nest("memoryInfo", |xml| xml.plain("sizeInMiB", self.memory_mib));
    }
}
