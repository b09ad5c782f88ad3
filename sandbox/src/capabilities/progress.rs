//! `progress`: how far a guest has come. Shown to whoever waits, beside what the engine tells of its fetches.

use crate::bindings::nephoscope::guest::progress::Host;
use crate::state::State;
use wasmtime::Result;

/// The longest sentence that is shown, in characters: a line of a terminal.
const SHOWN: usize = 80;

impl Host for State {
    fn report(&mut self, done: u32, total: u32, message: String) -> Result<()> {
        if let Some(progress) = &self.options.progress {
            let message: String = message.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
            // Several plugins may run side by side.
            let plugin = self.plugin.as_ref().map_or("", |handed| handed.name.as_str());
            let whose = if plugin.is_empty() { String::new() } else { format!("{plugin}: ") };
            progress.send_modify(|told| told.current = format!("{whose}{done} of {total}: {message}"));
        }
        Ok(())
    }
}
