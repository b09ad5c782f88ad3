//! What sizes of virtual machines have, from the list of SKUs: a location at a time, since the list of all is 30 MiB long.
//! A size is the same for every subscription, so that what one has read serves the others.

use crate::fetch::{Fetch, List};
use crate::words::{list, location, text};
use chrono::{DateTime, TimeDelta, Utc};
use engine::FetchError;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) static SKUS: List =
    List { path: "Microsoft.Compute/skus", action: "Microsoft.Compute/skus/read", version: "2021-07-01" };

/// How long sizes are kept: new ones come every few weeks.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Of how many locations. All clouds together have about a hundred.
const MOST_LOCATIONS: usize = 256;

/// What a size has.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Size {
    pub(crate) vcpus: Option<i64>,
    pub(crate) memory_gib: Option<f64>,
    pub(crate) architecture: Option<&'static str>,
}

/// The sizes of a location, by name in lower case.
pub(crate) type SizesOf = HashMap<String, Size>;

/// The sizes of each location that machines were found in, whoever's they are.
#[derive(Debug, Default)]
pub(crate) struct Sizes(Mutex<HashMap<String, Arc<Slot>>>);

/// The sizes of one location.
#[derive(Debug, Default)]
struct Slot {
    reading: tokio::sync::Mutex<()>,
    /// Whether the last reading failed. Whose credential may not read must not keep the others waiting in a row.
    failed: AtomicBool,
    kept: Mutex<Option<(DateTime<Utc>, Arc<SizesOf>)>>,
}

impl Sizes {
    /// The sizes of a location. Concurrent fetches wait for one reading, unless it fails.
    pub(crate) async fn of(&self, f: &Fetch<'_>, location: &str) -> Result<Arc<SizesOf>, FetchError> {
        let slot = self.slot(location);
        let reading = if slot.failed.load(Ordering::Relaxed) { None } else { Some(slot.reading.lock().await) };
        if let Some(sizes) = slot.young(f.cx.now()) {
            return Ok(sizes);
        }
        // Those who waited for a reading that failed go on side by side.
        let _reading = reading.filter(|_| !slot.failed.load(Ordering::Relaxed));
        let read = read(f, location).await;
        slot.failed.store(read.is_err(), Ordering::Relaxed);
        let sizes = Arc::new(read?);
        *slot.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((f.cx.now(), sizes.clone()));
        Ok(sizes)
    }

    fn slot(&self, location: &str) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST_LOCATIONS && !slots.contains_key(location) {
            slots.clear();
        }
        slots.entry(location.to_owned()).or_default().clone()
    }
}

impl Slot {
    fn young(&self, now: DateTime<Utc>) -> Option<Arc<SizesOf>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(read_at, _)| now - *read_at < KEPT).map(|(_, sizes)| sizes.clone())
    }
}

async fn read(f: &Fetch<'_>, location: &str) -> Result<SizesOf, FetchError> {
    let mut sizes = SizesOf::new();
    let mut listing = f.list(&SKUS, &[("$filter", &format!("location eq '{location}'"))])?;
    while let Some(page) = listing.values(f.arm, f.cx).await? {
        page.iter().for_each(|sku| learn(&mut sizes, location, sku));
    }
    Ok(sizes)
}

/// Takes note of a SKU, where it is a size of machines and to be had there.
pub(crate) fn learn(sizes: &mut SizesOf, at: &str, sku: &Json) {
    let (Some("virtualMachines"), Some(name)) = (text(sku, "/resourceType"), text(sku, "/name")) else { return };
    if !list(sku, "/locations").filter_map(Json::as_str).any(|one| location(one) == at) {
        return;
    }
    let capability = |name: &str| {
        let mut all = list(sku, "/capabilities");
        all.find(|one| text(one, "/name") == Some(name)).and_then(|one| text(one, "/value"))
    };
    let size = Size {
        // Some sizes let a machine use fewer than its cores.
        vcpus: capability("vCPUsAvailable").or(capability("vCPUs")).and_then(|text| text.parse().ok()),
        memory_gib: capability("MemoryGB").and_then(|text| text.parse().ok()),
        architecture: match capability("CpuArchitectureType") {
            Some("x64") => Some("x86_64"),
            Some("Arm64") => Some("arm64"),
            _ => None,
        },
    };
    sizes.insert(name.to_lowercase(), size);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_kept_for_a_day() {
        let slot = Slot::default();
        let read_at = DateTime::UNIX_EPOCH;
        assert!(slot.young(read_at).is_none());
        *slot.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((read_at, Arc::default()));
        assert!(slot.young(read_at + TimeDelta::hours(23)).is_some());
        assert!(slot.young(read_at + TimeDelta::hours(24)).is_none());
    }

    #[test]
    fn locations_that_are_kept_are_bounded() {
        let sizes = Sizes::default();
        for nth in 0..MOST_LOCATIONS * 2 + 1 {
            sizes.slot(&format!("location{nth}"));
        }
        assert_eq!(sizes.0.lock().unwrap_or_else(PoisonError::into_inner).len(), 1);
    }
}
