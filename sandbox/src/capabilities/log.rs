//! `log`: lines for whoever looks at the run. Bounded in number and length; what is dropped is counted.

use crate::bindings::nephoscope::guest::log::{Host, Level};
use crate::state::State;
use wasmtime::Result;

impl Host for State {
    fn write(&mut self, level: Level, message: String) -> Result<()> {
        if self.log.len() + self.warned.len() >= self.limits.log_lines {
            self.log_dropped += 1;
            return Ok(());
        }
        let mut end = message.len().min(self.limits.log_line_bytes);
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        let cut = if end < message.len() { " …" } else { "" };
        let is_of_answer = self.plugin.is_none() && matches!(level, Level::Warn);
        let level = match level {
            Level::Debug => "debug: ",
            Level::Info => "",
            Level::Warn => "warning: ",
            Level::Error => "error: ",
        };
        let line = format!("{level}{}{cut}", &message[..end]);
        if let Some(handed) = &self.plugin {
            tracing::info!(plugin = handed.name, ?line, "a plugin says something");
        }
        let lines = if is_of_answer { &mut self.warned } else { &mut self.log };
        lines.push(line);
        Ok(())
    }
}
