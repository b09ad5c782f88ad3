//! `clock`: the day of the run. The same in every call, so a run on the same data gives the same answer.

use crate::bindings::nephoscope::guest::clock::Host;
use crate::state::State;
use wasmtime::Result;

impl Host for State {
    fn today(&mut self) -> Result<String> {
        Ok(self.today.clone())
    }
}
