//! Which versions of the contract a plugin may be of: those that semantic versioning takes for compatible with this program's,
//! which are also those that can be linked.

use crate::plugin::described::CONTRACT;
use wasmtime::Engine;
use wasmtime::component::Component;

/// What the contract's interfaces are called, before their own name and version.
const PACKAGE: &str = "nephoscope:guest/";

/// Whether a plugin of that version can be run.
pub(crate) fn fits(version: &str) -> bool {
    version == CONTRACT || track(version).is_some_and(|of| track(CONTRACT) == Some(of))
}

/// Why one of that version cannot.
pub(crate) fn why_not(version: &str) -> String {
    let is_newer = track(version) > track(CONTRACT);
    let or = if is_newer { "update `neph`, or " } else { "" };
    let shown: String = version.chars().take(60).collect();
    format!(
        "the plugin was built against version {shown:?} of the contract, and this program has {CONTRACT}; {or}build it again with the SDK of this version"
    )
}

/// The version that a component was built against, where it is another than can be run.
pub(crate) fn other(component: &Component, engine: &Engine) -> Option<String> {
    let ty = component.component_type();
    let imports = ty.imports(engine).map(|(name, _)| name);
    let exports = ty.exports(engine).map(|(name, _)| name);
    let version = |name: &str| Some(name.strip_prefix(PACKAGE)?.rsplit_once('@')?.1.to_owned());
    imports.chain(exports).filter_map(version).find(|version| !fits(version))
}

/// What compatible versions share: the major number, or the minor one where that is nothing yet. None where no other version
/// is compatible with it.
fn track(version: &str) -> Option<(u64, u64)> {
    let mut numbers = version.split('.').map(|part| part.parse::<u64>().ok());
    match (numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()) {
        (0, 0, _, None) => None,
        (0, minor, _, None) => Some((0, minor)),
        (major, _, _, None) => Some((major, 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_on_the_same_track_fit() {
        for (version, does) in
            [("0.1.0", true), ("0.1.7", true), ("0.2.0", false), ("1.0.0", false), ("0.1.0-rc.1", false), ("x", false)]
        {
            assert_eq!(fits(version), does, "{version}");
        }
        assert!(why_not("0.2.0").ends_with("has 0.1.0; update `neph`, or build it again with the SDK of this version"));
        assert!(why_not("0.0.9").ends_with("has 0.1.0; build it again with the SDK of this version"));
    }
}
