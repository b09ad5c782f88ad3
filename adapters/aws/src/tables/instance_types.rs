//! What instance types are made of: virtual CPUs and memory, by `ec2:DescribeInstanceTypes`, asked for once a region.
//!
//! No table of its own: `instances` takes `vcpus` and `memory_gib` from it. Only types that were seen are asked for.

use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use aws_sdk_ec2::types::{InstanceType, InstanceTypeInfo};
use engine::FetchError;
use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

pub(crate) const ACTION: &str = "ec2:DescribeInstanceTypes";

/// The API takes at most so many types in one call.
const TYPES_A_CALL: usize = 100;

/// One type. What the API did not say is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Size {
    pub(crate) vcpus: Option<i32>,
    pub(crate) memory_gib: Option<f64>,
}

/// The types seen so far. A type is the same in every account, and never changes.
#[derive(Debug, Default)]
pub(crate) struct InstanceTypes {
    /// By region, then by type.
    of: RwLock<HashMap<String, HashMap<String, Size>>>,
}

impl InstanceTypes {
    /// The size of a type, where it is known.
    pub(crate) fn get(&self, region: &str, kind: &str) -> Option<Size> {
        let of = self.of.read().unwrap_or_else(PoisonError::into_inner);
        of.get(region)?.get(kind).copied()
    }

    /// Those of the types that are not known yet.
    fn missing<'a>(&self, region: &str, kinds: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let of = self.of.read().unwrap_or_else(PoisonError::into_inner);
        let known = of.get(region);
        kinds.filter(|kind| !known.is_some_and(|known| known.contains_key(*kind))).collect()
    }

    fn learn(&self, region: &str, infos: &[InstanceTypeInfo]) {
        let mut of = self.of.write().unwrap_or_else(PoisonError::into_inner);
        let known = of.entry(region.to_owned()).or_default();
        for info in infos {
            if let Some(kind) = info.instance_type() {
                known.insert(kind.as_str().to_owned(), size(info));
            }
        }
    }
}

/// A type that EC2 does not know in a region: one that was retired there, or is not public.
pub(crate) struct UnknownType {
    pub(crate) name: String,
    pub(crate) error: FetchError,
}

/// Asks for those of the types that are not known yet, and gives back those that EC2 does not know either: one of
/// them makes it refuse a whole call, which is made again without it.
pub(crate) async fn learn<'a>(
    f: &Fetch<'_>,
    kinds: impl Iterator<Item = &'a str>,
) -> Result<Vec<UnknownType>, FetchError> {
    let missing: Vec<&str> = f.aws.instance_types.missing(&f.place.region, kinds).into_iter().collect();
    let mut unknown = Vec::new();
    for chunk in missing.chunks(TYPES_A_CALL) {
        let mut wanted = chunk.to_vec();
        while !wanted.is_empty() {
            let error = match ask(f, &wanted).await {
                Ok(()) => break,
                Err(error) => error,
            };
            let (gone, rest): (Vec<&str>, Vec<&str>) = wanted.into_iter().partition(|kind| is_refused(&error, kind));
            if gone.is_empty() {
                return Err(error);
            }
            unknown.extend(gone.into_iter().map(|kind| UnknownType { name: kind.to_owned(), error: error.clone() }));
            wanted = rest;
        }
    }
    Ok(unknown)
}

/// Whether EC2 refused a call because of this type.
fn is_refused(error: &FetchError, kind: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    error.code == "InvalidInstanceType" && error.message.split(|c| !in_name(c)).any(|word| word == kind)
}

async fn ask(f: &Fetch<'_>, kinds: &[&str]) -> Result<(), FetchError> {
    let kinds: Vec<InstanceType> = kinds.iter().map(|kind| InstanceType::from(*kind)).collect();
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_instance_types();
            let request = request.set_instance_types(Some(kinds.clone())).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.aws.instance_types.learn(&f.place.region, listed(ACTION, &page.instance_types)?);
        pages.turn(page.next_token)?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "mebibytes of memory are far below 2^52")]
fn size(info: &InstanceTypeInfo) -> Size {
    let mib = info.memory_info().and_then(|memory| memory.size_in_mib());
    Size {
        vcpus: info.v_cpu_info().and_then(|cpu| cpu.default_v_cpus()),
        memory_gib: mib.map(|mib| mib as f64 / 1024.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::FetchErrorKind;

    #[test]
    fn a_refusal_names_the_types_that_ec2_does_not_know() {
        let check = |code: &str, text: &str, kind: &str| {
            is_refused(&FetchError::new(FetchErrorKind::Failed, text).with_code(code), kind)
        };
        let text = "The following supplied instance types do not exist: [x9.large, u-6tb1.metal]";
        assert!(check("InvalidInstanceType", text, "x9.large"));
        assert!(check("InvalidInstanceType", text, "u-6tb1.metal"));
        assert!(!check("InvalidInstanceType", text, "9.large"));
        assert!(!check("UnauthorizedOperation", text, "x9.large"));
    }
}
