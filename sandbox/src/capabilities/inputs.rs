//! `inputs`: files that the operator handed over. A guest sees their bytes and the last part of their path.

use crate::bindings::nephoscope::guest::query::{Bound, Error, Reason};
use crate::bindings::plugin::nephoscope::guest::inputs::{Host, HostReader, Input};
use crate::state::State;
use std::fs::File;
use std::io::{self, Read};
use wasmtime::Result;
use wasmtime::component::Resource;

/// The most bytes that are handed over at once.
const CHUNK: u32 = 1024 * 1024;
/// The most files that are open at once.
const OPEN: usize = 16;

/// A file that is being read.
#[derive(Debug)]
pub struct Reader {
    file: File,
    name: String,
}

impl Host for State {
    fn available(&mut self) -> Result<Vec<Input>> {
        let Some(handed) = self.plugin.as_ref().filter(|handed| handed.is_running) else { return Ok(Vec::new()) };
        let inputs = handed.inputs.iter().map(|input| Input {
            name: input.name.clone(),
            file_name: input.file_name(),
            bytes: input.bytes,
            details: Vec::new(),
        });
        Ok(inputs.collect())
    }

    fn open(&mut self, index: u32) -> Result<std::result::Result<Resource<Reader>, Error>> {
        let handed = self.plugin.as_mut().filter(|handed| handed.is_running);
        let Some((handed, input)) =
            handed.and_then(|handed| handed.inputs.get(index as usize).cloned().map(|i| (handed, i)))
        else {
            let message = format!("there is no input number {index}: nothing more was handed over");
            return Ok(Err(Error::Denied(Reason { message, code: "no_such_input".to_owned() })));
        };
        if handed.open_inputs >= OPEN {
            let message = format!("{OPEN} inputs are the most that may be read at once");
            return Ok(Err(Error::Limit(Bound { message, name: "open_inputs".to_owned(), value: OPEN as u64 })));
        }
        let name = input.file_name();
        match regular(&input.path) {
            Ok(file) => {
                handed.open_inputs += 1;
                Ok(Ok(self.resources.push(Reader { file, name })?))
            }
            Err(error) => Ok(Err(failed(&name, &error))),
        }
    }
}

/// A pipe or a device could hold the host up for ever.
fn regular(path: &std::path::Path) -> io::Result<File> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    File::open(path)
}

impl HostReader for State {
    fn next(
        &mut self,
        reader: Resource<Reader>,
        max_bytes: u32,
    ) -> Result<std::result::Result<Option<Vec<u8>>, Error>> {
        let Some(handed) = self.plugin.as_mut() else { return Ok(Ok(None)) };
        let most = handed.limits.input_bytes;
        let left = most.saturating_sub(handed.input_bytes);
        let Reader { file, name } = self.resources.get_mut(&reader)?;
        let wanted = u64::from(max_bytes.clamp(1, CHUNK));
        let mut bytes = Vec::new();
        // One more than may come, so that a file that is too large is seen to be.
        if let Err(error) = file.take(wanted.min(left.saturating_add(1))).read_to_end(&mut bytes) {
            return Ok(Err(failed(name, &error)));
        }
        if bytes.len() as u64 > left {
            let message = format!("`{name}`: {most} bytes are the most that a run may read of its inputs, together");
            return Ok(Err(Error::Limit(Bound { message, name: "input_bytes".to_owned(), value: most })));
        }
        handed.input_bytes += bytes.len() as u64;
        Ok(Ok((!bytes.is_empty()).then_some(bytes)))
    }

    fn drop(&mut self, reader: Resource<Reader>) -> Result<()> {
        self.resources.delete(reader)?;
        if let Some(handed) = &mut self.plugin {
            handed.open_inputs = handed.open_inputs.saturating_sub(1);
        }
        Ok(())
    }
}

fn failed(name: &str, error: &io::Error) -> Error {
    Error::Upstream(Reason { message: format!("`{name}` could not be read: {error}"), code: "input_failed".to_owned() })
}
