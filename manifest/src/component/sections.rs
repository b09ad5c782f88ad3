//! The sections at the top level of a component: enough of the binary format to add one and to leave one out.

use super::PackError;

/// The bytes before the first section: the magic number, the version, the layer.
pub(super) const PREAMBLE: usize = 8;
/// The id of sections that carry what is no part of the program.
pub(super) const CUSTOM: u8 = 0;

const MAGIC: &[u8] = b"\0asm";
/// Layer 0.
const CORE_MODULE: &[u8] = &[1, 0, 0, 0];
/// Layer 1, in the version that wasmtime reads.
const COMPONENT: &[u8] = &[0x0d, 0, 1, 0];

/// One section.
pub(super) struct Section<'a> {
    /// All of its bytes, with id and length.
    pub(super) whole: &'a [u8],
    id: u8,
    body: &'a [u8],
    /// Where the body begins in the component.
    at: usize,
}

impl<'a> Section<'a> {
    /// Name and content, where it is a custom one.
    pub(super) fn custom(&self) -> Result<Option<(&'a [u8], &'a [u8])>, PackError> {
        if self.id != CUSTOM {
            return Ok(None);
        }
        let damaged = |what| PackError::Damaged { at: self.at, what };
        let (length, rest) = length(self.body).ok_or(damaged("the length of a section's name is no number"))?;
        rest.split_at_checked(length).map(Some).ok_or(damaged("a section's name is longer than its section"))
    }
}

/// The sections of a component, in order. Each is within what is left of the bytes, so their number is bounded by those.
pub(super) fn sections(component: &[u8]) -> Result<impl Iterator<Item = Result<Section<'_>, PackError>>, PackError> {
    let preamble = component.get(..PREAMBLE).ok_or(PackError::NoComponent("it has fewer than 8 bytes"))?;
    match preamble.split_at(MAGIC.len()) {
        (MAGIC, COMPONENT) => {}
        (MAGIC, CORE_MODULE) => return Err(PackError::CoreModule),
        (MAGIC, _) => return Err(PackError::NoComponent("it is of another version of the format")),
        _ => return Err(PackError::NoComponent("it does not begin as WebAssembly does")),
    }
    let mut at = PREAMBLE;
    Ok(std::iter::from_fn(move || {
        let (&id, rest) = component.get(at..)?.split_first()?;
        let section = section(component, at, id, rest);
        // After an error there is nothing to go on from.
        at = section.as_ref().map_or(component.len(), |section| at + section.whole.len());
        Some(section)
    }))
}

fn section<'a>(component: &'a [u8], at: usize, id: u8, rest: &'a [u8]) -> Result<Section<'a>, PackError> {
    let damaged = |what| PackError::Damaged { at, what };
    let (length, rest) = length(rest).ok_or(damaged("the length of a section is no number"))?;
    let body = rest.get(..length).ok_or(damaged("a section is longer than what is left"))?;
    let start = component.len() - rest.len();
    Ok(Section { whole: &component[at..start + length], id, body, at: start })
}

/// A number of 32 bits in LEB128, and what comes after it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let value = u32::try_from(value).ok()?;
            return Some((usize::try_from(value).ok()?, &bytes[at + 1..]));
        }
    }
    None
}

/// Writes a length in LEB128.
pub(super) fn put_length(bytes: &mut Vec<u8>, mut length: usize) {
    loop {
        let low = (length & 0x7f) as u8;
        length >>= 7;
        if length == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_comes_back_as_it_was_written() {
        for value in [0, 1, 127, 128, 16_383, 16_384, 65_536, 0xffff_ffff] {
            let mut bytes = Vec::new();
            put_length(&mut bytes, value);
            bytes.push(7);
            assert_eq!(length(&bytes), Some((value, &[7_u8][..])));
        }
        for bytes in [&[][..], &[0x80], &[0xff; 5], &[0x80, 0x80, 0x80, 0x80, 0x10], &[0x80; 6]] {
            assert_eq!(length(bytes), None, "{bytes:?}");
        }
    }
}
