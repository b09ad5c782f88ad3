//! `secrets`: which there are, by grant. None can be read.

use crate::bindings::plugin::nephoscope::guest::secrets::Host;
use crate::state::State;
use wasmtime::Result;

impl Host for State {
    fn available(&mut self, name: String) -> Result<bool> {
        let outbound =
            self.plugin.as_ref().filter(|handed| handed.is_running).and_then(|handed| handed.outbound.as_ref());
        Ok(outbound.is_some_and(|outbound| outbound.has_secret(&name)))
    }
}
