//! One kind of charge: what the bill calls it, and which signs it shows.

use crate::signs::{By, Sign};
use guest_sdk::{Error, Row};

pub(crate) struct Charge {
    provider: String,
    is_usage: bool,
    is_unused: bool,
    service: String,
    meter: String,
    description: String,
}

impl Charge {
    pub(crate) fn read(row: &Row) -> Result<Self, Error> {
        let text = |column| Ok::<_, Error>(row.optional_text(column)?.unwrap_or_default().trim().to_owned());
        Ok(Self {
            provider: text("provider")?,
            is_usage: row.optional_text("ChargeCategory")? == Some("Usage"),
            is_unused: row.optional_text("CommitmentDiscountStatus")? == Some("Unused"),
            service: text("ServiceName")?,
            meter: text("SkuMeter")?,
            description: text("ChargeDescription")?,
        })
    }

    /// What it is called, for people.
    pub(crate) fn said(&self) -> String {
        format!("{} {}", self.meter, self.description).trim().to_owned()
    }

    /// Whether it is usage, and nothing says of what. A commitment's rest has its own column.
    pub(crate) fn is_silent(&self) -> bool {
        self.is_usage && !self.is_unused && self.meter.is_empty() && self.description.is_empty()
    }

    pub(crate) fn shows(&self, sign: &Sign) -> bool {
        if sign.provider.is_some_and(|provider| provider != self.provider) {
            return false;
        }
        match sign.by {
            By::Unused => self.is_unused,
            By::Meter(any) => {
                let all = [&self.service, &self.meter, &self.description].map(|text| text.to_lowercase()).join(" ");
                self.is_usage && any.iter().any(|parts| parts.iter().all(|part| all.contains(part)))
            }
            By::Sizes(before, families) => {
                let texts = [&self.meter, &self.description].map(|text| text.to_lowercase());
                self.is_usage && texts.iter().any(|text| is_of_size(text, before, families))
            }
        }
    }
}

/// `EUW1-BoxUsage:m4.large`, or `$0.1 per On Demand Linux m4.large Instance Hour`. A type of another service has more
/// around it: `m4.large.search`, `cache.m4.large`.
fn is_of_size(text: &str, before: &str, families: &[&str]) -> bool {
    const HOURS: &[&str] = &["instance hour", "instance-hour", "reserved instance"];
    let is_old = |size: &str| {
        let size = size.strip_prefix(before).and_then(|size| size.split_once('.'));
        size.is_some_and(|(family, size)| families.contains(&family) && !size.contains('.'))
    };
    let usage = text.rsplit_once("usage:").is_some_and(|(_, size)| is_old(size));
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',');
    usage || HOURS.iter().any(|hours| text.contains(hours)) && words.any(is_old)
}
