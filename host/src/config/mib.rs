//! A size of memory in the configuration, in MiB.

use serde::{Deserialize, Deserializer, de};

/// What WebAssembly can address.
const MOST: usize = 4_096;

/// A size that a guest's memory can have.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let size = usize::deserialize(deserializer)?;
    if (1..=MOST).contains(&size) {
        return Ok(size);
    }
    Err(de::Error::custom(format!("{size} MiB is no size of memory: write a number from 1 to {MOST}")))
}

#[cfg(test)]
mod tests {
    use crate::config::plugins::PluginsConfig;

    #[test]
    fn memory_that_no_guest_can_have_is_refused_when_it_is_read() {
        for (size, is_one) in [(0, false), (1, true), (4_096, true), (4_097, false)] {
            let text = format!("memory_mib = {size}");
            assert_eq!(toml::from_str::<PluginsConfig>(&text).is_ok(), is_one, "{size}");
        }
        let said = toml::from_str::<PluginsConfig>("memory_mib = 0").unwrap_err().to_string();
        assert!(said.contains("0 MiB is no size of memory: write a number from 1 to 4096"), "{said}");
    }
}
