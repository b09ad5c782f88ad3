//! RDS: database servers, with their tags.

use crate::call::{Call, Refusal};
use crate::estate::DbInstance;
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

/// The largest page, and the default.
const LARGEST: usize = 100;
/// The smallest page that may be asked for.
const SMALLEST: usize = 20;

pub(crate) fn describe_db_instances(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let all = &call.here()?.db_instances;
    let wanted = form.get("DBInstanceIdentifier");
    let named = |db: &&DbInstance| wanted.is_none_or(|wanted| db.identifier == wanted || db.arn == wanted);
    let chosen: Vec<&DbInstance> = all.iter().filter(named).collect();
    if let (true, Some(wanted)) = (chosen.is_empty(), wanted) {
        return Err(Refusal::new(404, "DBInstanceNotFound", format!("DBInstance {wanted} not found.")));
    }
    let size = match form.number("MaxRecords")? {
        Some(size) if !(SMALLEST..=LARGEST).contains(&size) => {
            let message = format!("Invalid value {size} for MaxRecords. Must be between {SMALLEST} and {LARGEST}");
            return Err(Refusal::new(400, "InvalidParameterValue", message));
        }
        size => size.unwrap_or(LARGEST),
    };
    let (range, next) =
        call.page(form.get("Marker"), size, chosen.len()).map_err(|bad| bad.refused("InvalidParameterValue"))?;
    let mut xml = Xml::with_capacity(range.len() * 1500);
    xml.list("DBInstances", "DBInstance", &chosen[range], |xml, db| write(xml, db));
    xml.maybe("Marker", next.as_deref());
    Ok(xml.done())
}

fn write(xml: &mut Xml, db: &DbInstance) {
    xml.text("DBInstanceIdentifier", &db.identifier);
    xml.text("DBInstanceClass", &db.class);
    xml.text("Engine", &db.engine);
    xml.text("EngineVersion", &db.engine_version);
    xml.text("DBInstanceStatus", &db.status);
    if let Some(endpoint) = &db.endpoint {
        xml.nest("Endpoint", |xml| {
            xml.text("Address", endpoint);
            xml.plain("Port", db.port);
        });
    }
    xml.plain("AllocatedStorage", db.storage_gib);
    xml.text("StorageType", &db.storage_type);
    xml.time("InstanceCreateTime", db.created_at);
    xml.text("AvailabilityZone", &db.zone);
    xml.nest("DBSubnetGroup", |xml| {
        xml.text("DBSubnetGroupName", "default");
        xml.text("VpcId", &db.vpc_id);
        xml.text("SubnetGroupStatus", "Complete");
    });
    xml.plain("MultiAZ", db.multi_az);
    xml.plain("PubliclyAccessible", db.publicly_accessible);
    xml.plain("StorageEncrypted", db.encrypted);
    xml.text("DBInstanceArn", &db.arn);
    xml.list("TagList", "Tag", &db.tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
}
