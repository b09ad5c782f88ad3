//! Where an asset is: Google Cloud's locations as regions and zones.

/// A region, and the zone where it is in just one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) zone: Option<String>,
}

impl Place {
    /// What is in no region.
    pub(crate) const GLOBAL: &str = "global";

    /// `europe-west1-b` is a zone, `europe-west1` a region; `eu` and `nam4` hold several regions, and stay as they are.
    pub(crate) fn of(location: &str) -> Self {
        // Buckets shout.
        let location = location.to_ascii_lowercase();
        let mut parts = location.splitn(3, '-');
        let region = match (parts.next(), parts.next(), parts.next()) {
            (Some(area), Some(number), Some(_)) if number.ends_with(|c: char| c.is_ascii_digit()) => {
                format!("{area}-{number}")
            }
            _ => return Self { region: location, zone: None },
        };
        Self { region, zone: Some(location) }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_zone_lies_in_its_region_and_everything_else_stays_as_it_is() {
        for (location, region, zone) in [
            ("us-central1-a", "us-central1", Some("us-central1-a")),
            ("northamerica-northeast2-c", "northamerica-northeast2", Some("northamerica-northeast2-c")),
            ("us-central1-ai1a", "us-central1", Some("us-central1-ai1a")),
            ("europe-west12", "europe-west12", None),
            ("EUROPE-WEST1", "europe-west1", None),
            ("US", "us", None),
            ("nam4", "nam4", None),
            ("nam-eur-asia1", "nam-eur-asia1", None),
            ("global", "global", None),
        ] {
            let place = Place { region: region.to_owned(), zone: zone.map(str::to_owned) };
            assert_eq!(Place::of(location), place, "{location}");
        }
    }
}
