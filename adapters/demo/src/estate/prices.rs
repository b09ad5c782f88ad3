//! A small price list of our own: plausible for its sizes and regions, and no provider's.

use rust_decimal::Decimal;

/// One size of virtual machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Size {
    /// Virtual CPUs.
    pub(crate) vcpus: u32,
    /// Memory.
    pub(crate) memory_gib: f64,
    /// Price of an hour on Linux where it is cheapest, in hundredths of a cent.
    pub(crate) points: i64,
}

/// The size of that name. Every size that [`super::names::APPS`] names is known, which a test holds.
pub(crate) fn size(name: &str) -> Option<Size> {
    match name.split_once('.') {
        Some((family, step)) => aws_size(family, step),
        None => azure_size(name),
    }
}

fn aws_size(family: &str, step: &str) -> Option<Size> {
    // Price of `large`, GiB for each vCPU.
    let (large, ratio) = match family {
        "m5" | "m6i" => (960, 4.0),
        "m4" => (1000, 4.0),
        "c5" => (850, 2.0),
        "r5" => (1260, 8.0),
        "t3" => (832, 4.0),
        "t2" => (928, 4.0),
        _ => return None,
    };
    let burstable = family.starts_with('t');
    let (vcpus, numerator, denominator, memory) = match step {
        "micro" => (if family == "t2" { 1 } else { 2 }, 1, 8, 1.0),
        "small" => (if family == "t2" { 1 } else { 2 }, 1, 4, 2.0),
        "medium" => (2, 1, 2, 4.0),
        "large" => (2, 1, 1, 2.0 * ratio),
        "xlarge" => (4, 2, 1, 4.0 * ratio),
        "2xlarge" => (8, 4, 1, 8.0 * ratio),
        "4xlarge" => (16, 8, 1, 16.0 * ratio),
        _ => return None,
    };
    (burstable || denominator == 1).then_some(Size {
        vcpus,
        memory_gib: memory,
        points: large * numerator / denominator,
    })
}

fn azure_size(name: &str) -> Option<Size> {
    let rest = name.strip_prefix("Standard_")?;
    let family = rest.chars().next()?;
    let vcpus: u32 = rest[1..].chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()?;
    let (points_each, memory_each) = match family {
        'D' => (480, 4.0),
        'E' => (630, 8.0),
        'B' if rest.ends_with("ms") => (416, 4.0),
        'B' => (208, 2.0),
        _ => return None,
    };
    Some(Size { vcpus, memory_gib: f64::from(vcpus) * memory_each, points: points_each * i64::from(vcpus) })
}

/// What a region adds to the cheapest price, in percent.
fn region_percent(region: &str) -> i64 {
    match region {
        "eu-west-1" | "northeurope" => 111,
        "eu-central-1" => 120,
        "westeurope" => 118,
        _ => 100,
    }
}

/// A price of so many hundredths of a cent, in a region.
pub(crate) fn in_region(points: i64, region: &str) -> Decimal {
    Decimal::new(points * region_percent(region), 6).normalize()
}

/// Price of an hour of an instance.
pub(crate) fn instance_hour(size: Size, windows: bool, region: &str) -> Decimal {
    let licence = if windows { 460 * i64::from(size.vcpus) } else { 0 };
    in_region(size.points + licence, region)
}

/// Whether EKS charges for a version's extended support, of those that the estate has.
pub(crate) fn is_in_extended_support(version: &str) -> bool {
    matches!(version, "1.31" | "1.33")
}

/// Price of a GiB-month of a volume type.
pub(crate) fn volume_month(volume_type: &str, region: &str) -> Decimal {
    let points = match volume_type {
        "gp2" => 1000,
        "gp3" => 800,
        "io1" => 1250,
        "st1" => 450,
        "Premium_LRS" => 1350,
        "StandardSSD_LRS" => 750,
        _ => 450,
    };
    in_region(points, region)
}

/// Price of an hour of a database, for one zone.
pub(crate) fn database_hour(class: &str, region: &str) -> Decimal {
    let points = match class {
        "db.t3.medium" => 720,
        "db.t3.large" => 1450,
        "db.m5.large" => 1780,
        "db.m5.xlarge" => 3560,
        "db.r5.large" => 2500,
        "db.r5.xlarge" => 5000,
        "db.r5.2xlarge" => 10_000,
        "db.m4.large" => 1820,
        "GP_Gen5_4" => 10_080,
        _ => 5040,
    };
    in_region(points, region)
}
