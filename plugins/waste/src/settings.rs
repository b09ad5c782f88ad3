//! The thresholds, as parameters.

use guest_sdk::{Description, Error, Parameter, Parameters, Setting};

pub(crate) const ALL: &[Parameter] = &[
    int("volume_size", 100, "GiB", "a volume above it is large"),
    int("volume_iops_high", 32_000, "IOPS", "on AWS, a volume above it has very many"),
    int("volume_iops_low", 3_000, "IOPS", "on AWS, a provisioned volume with no more than these could be a gp3"),
    int("disk_iops_high", 2_000, "IOPS", "on Azure, a disk above it has many"),
    int("snapshot_age", 90, "days", "a snapshot beyond it is old"),
    int("instance_age", 90, "days", "an instance that was started before has run for long"),
    int("instance_vcpus", 36, "vCPUs", "an instance above it is very large"),
    Parameter {
        name: "cpu_low",
        default: Setting::Float(20.0),
        unit: Some("percent"),
        meaning: "an instance whose mean of 14 days is below it hardly computes",
    },
    int(
        "measured_days",
        14,
        "days",
        "an instance that was started later was not measured for as long as `cpu_avg` is of",
    ),
    int("database_age", 90, "days", "a database that was made before has run for long"),
    Parameter {
        name: "unsupported_engines",
        default: Setting::Text(
            "mysql 5.,mysql 8.0.,postgres 9.,postgres 10.,postgres 11.,postgres 12.,postgres 13.,aurora 5.,\
             aurora-mysql 5.,aurora-postgresql 9.,aurora-postgresql 10.,aurora-postgresql 11.,aurora-postgresql 12.,\
             aurora-postgresql 13.",
        ),
        unit: None,
        meaning: "beginnings of engine and version that are past AWS's standard support, with commas",
    },
    int("cost_change", 20, "percent", "a service whose cost rose by more from one month to the next has changed much"),
    Parameter {
        name: "cost_change_least",
        default: Setting::Decimal("10"),
        unit: None,
        meaning: "a rise by less than this, in the currency of the bill, is left alone",
    },
    Parameter {
        name: "skip",
        default: Setting::Text(""),
        unit: None,
        meaning: "ids of rules that are not looked at, with commas",
    },
];

const fn int(name: &'static str, default: i64, unit: &'static str, meaning: &'static str) -> Parameter {
    Parameter { name, default: Setting::Int(default), unit: Some(unit), meaning }
}

/// The rules that the operator does not want. A name that is none would leave its rule on, and nobody would notice.
pub(crate) fn skipped(parameters: &Parameters, description: &Description) -> Result<Vec<String>, Error> {
    let skipped = parameters.list("skip")?;
    match skipped.iter().find(|id| !description.rules.iter().any(|rule| rule.id == **id)) {
        Some(id) => Err(Error::Failed(format!("the parameter `skip` names `{id}`, and there is no such rule"))),
        None => Ok(skipped.into_iter().map(str::to_owned).collect()),
    }
}
