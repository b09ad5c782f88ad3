//! A manifest within its component, so that a plugin is one file: a custom section at the component's top level.

mod sections;

use crate::limits::MAX_MANIFEST_BYTES;
use crate::{Manifest, ManifestError};
use sections::{Section, sections};

/// The section's name.
pub const SECTION: &str = "nephoscope:plugin.toml";

/// Why a manifest cannot be put into a component, or taken from one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// It is a core module.
    #[error(
        "this is a core module of WebAssembly and no component; build it for the target `wasm32-wasip2`, or make a component of \
         it with `wasm-tools component new`"
    )]
    CoreModule,
    /// It is neither.
    #[error("this is no component of WebAssembly: {0}; build the plugin for the target `wasm32-wasip2`")]
    NoComponent(&'static str),
    /// It ends, or goes on, where it should not.
    #[error("the component is damaged at byte {at}: {what}; build it, or fetch it, once more")]
    Damaged {
        /// The byte, counted from 0.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// It has two manifests, of which an operator would read one and the host go by the other.
    #[error(
        "the component has more than one section `{SECTION}`; pack it once more from the component as it was built"
    )]
    Two,
    /// The manifest in it is too long.
    #[error("the section `{SECTION}` has {bytes} bytes; {MAX_MANIFEST_BYTES} is the most")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The manifest in it is no text.
    #[error("the section `{SECTION}` is no text in UTF-8; pack the component once more")]
    NoText,
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// The component with this manifest, in place of the one that it may have. The manifest is checked first.
pub fn pack(component: &[u8], manifest_text: &str) -> Result<Vec<u8>, PackError> {
    Manifest::parse(manifest_text)?;
    let mut packed = without(component)?;
    let mut body = Vec::with_capacity(SECTION.len() + manifest_text.len() + 1);
    sections::put_length(&mut body, SECTION.len());
    body.extend_from_slice(SECTION.as_bytes());
    body.extend_from_slice(manifest_text.as_bytes());
    packed.push(sections::CUSTOM);
    sections::put_length(&mut packed, body.len());
    packed.extend_from_slice(&body);
    Ok(packed)
}

/// The text of the manifest within a component, if it has one. It is not parsed.
pub fn unpack(component: &[u8]) -> Result<Option<&str>, PackError> {
    let mut found = None;
    for section in sections(component)? {
        let Some(text) = manifest_in(&section?)? else { continue };
        if found.replace(text).is_some() {
            return Err(PackError::Two);
        }
    }
    let Some(text) = found else { return Ok(None) };
    if text.len() > MAX_MANIFEST_BYTES {
        return Err(PackError::TooLong { bytes: text.len() });
    }
    std::str::from_utf8(text).map(Some).map_err(|_| PackError::NoText)
}

/// The component as it was before a manifest was put into it.
pub fn without(component: &[u8]) -> Result<Vec<u8>, PackError> {
    let mut bare = component.get(..sections::PREAMBLE).unwrap_or_default().to_vec();
    for section in sections(component)? {
        let section = section?;
        if manifest_in(&section)?.is_none() {
            bare.extend_from_slice(section.whole);
        }
    }
    Ok(bare)
}

fn manifest_in<'a>(section: &Section<'a>) -> Result<Option<&'a [u8]>, PackError> {
    Ok(section.custom()?.filter(|(name, _)| *name == SECTION.as_bytes()).map(|(_, text)| text))
}

#[cfg(test)]
mod tests;
