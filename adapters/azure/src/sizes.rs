//! What sizes of virtual machines have, from the list of SKUs. Kept, because it is long and changes hardly ever.

use crate::fetch::{Fetch, List};
use crate::words::{list, location, text};
use engine::FetchError;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

pub(crate) static SKUS: List =
    List { path: "Microsoft.Compute/skus", action: "Microsoft.Compute/skus/read", version: "2021-07-01" };

/// What a size has.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Size {
    pub(crate) vcpus: Option<i64>,
    pub(crate) memory_gib: Option<f64>,
    pub(crate) architecture: Option<&'static str>,
}

/// By location and name, both in lower case.
pub(crate) type SizesOf = HashMap<(String, String), Size>;

/// The sizes that each subscription may use.
#[derive(Debug, Default)]
pub(crate) struct Sizes(Mutex<HashMap<String, Arc<SizesOf>>>);

impl Sizes {
    /// A subscription's sizes, read once. Concurrent fetches wait for one reading.
    pub(crate) async fn of(&self, f: &Fetch<'_>) -> Result<Arc<SizesOf>, FetchError> {
        let mut kept = self.0.lock().await;
        if let Some(sizes) = kept.get(&f.place.account_id) {
            return Ok(sizes.clone());
        }
        let mut sizes = SizesOf::new();
        let mut listing = f.list(&SKUS, &[])?;
        while let Some(page) = listing.values(f.arm, f.cx).await? {
            page.iter().for_each(|sku| learn(&mut sizes, sku));
        }
        let sizes = Arc::new(sizes);
        kept.insert(f.place.account_id.clone(), sizes.clone());
        Ok(sizes)
    }
}

/// Takes note of a SKU, where it is a size of machines.
pub(crate) fn learn(sizes: &mut SizesOf, sku: &Json) {
    let (Some("virtualMachines"), Some(name)) = (text(sku, "/resourceType"), text(sku, "/name")) else { return };
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
    for at in list(sku, "/locations").filter_map(Json::as_str) {
        sizes.insert((location(at), name.to_lowercase()), size.clone());
    }
}
