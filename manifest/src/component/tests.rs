//! Components of a few bytes, right and wrong.

use super::*;
use crate::manifest::tests::PROBE;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const EMPTY: &[u8] = &[0, b'a', b's', b'm', 0x0d, 0, 1, 0];

fn section(id: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![id];
    sections::put_length(&mut bytes, body.len());
    bytes.extend_from_slice(body);
    bytes
}

fn custom(name: &str, content: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    sections::put_length(&mut body, name.len());
    section(0, &[&body, name.as_bytes(), content].concat())
}

/// A component with a core module in it, which has a section of our name that is none of the component's, and another's custom
/// section.
fn component() -> Vec<u8> {
    let module = [&[0, b'a', b's', b'm', 1, 0, 0, 0], &custom(SECTION, b"inner")[..]].concat();
    [EMPTY, &section(1, &module), &custom("producers", &[1; 300]), &section(11, &[])].concat()
}

#[test]
fn what_is_packed_comes_out_and_leaves_the_component_as_it_was() {
    let packed = pack(&component(), PROBE).unwrap();
    assert_eq!(unpack(&packed), Ok(Some(PROBE)));
    assert_eq!(without(&packed), Ok(component()));
    assert!(packed.starts_with(&component()));
    assert_eq!(unpack(&component()), Ok(None));
    assert_eq!(without(&component()), Ok(component()));
}

#[test]
fn packing_again_replaces_the_manifest() {
    let newer = PROBE.replace("1.4.0", "1.5.0");
    let once = pack(&component(), PROBE).unwrap();
    assert_eq!(pack(&once, PROBE).unwrap(), once);
    let again = pack(&once, &newer).unwrap();
    assert_eq!(unpack(&again), Ok(Some(newer.as_str())));
    assert_eq!(again, pack(&component(), &newer).unwrap());
}

#[test]
fn a_wrong_manifest_is_not_packed() {
    let error = pack(&component(), "name = \"xx\"").unwrap_err();
    assert_eq!(error.to_string(), "plugin.toml, line 1, column 1: the manifest has no `version`; add it");
}

#[test]
fn what_is_no_sound_component_is_refused() {
    let with = |more: &[u8]| [&component(), more].concat();
    let cases = [
        Vec::new(),
        EMPTY[..7].to_vec(),
        b"#!/bin/sh".to_vec(),
        [&EMPTY[..4], &[1, 0, 0, 0]].concat(),
        [&EMPTY[..4], &[0x0e, 0, 1, 0]].concat(),
        with(&[0]),
        with(&[0, 0xff, 0xff, 0xff, 0xff, 0xff]),
        with(&[0, 5, 1]),
        with(&[0, 0]),
        with(&[0, 2, 9, b'x']),
        with(&[custom(SECTION, b"a"), custom(SECTION, b"a")].concat()),
        with(&custom(SECTION, &vec![b'a'; MAX_MANIFEST_BYTES + 1])),
        with(&custom(SECTION, &[0xff])),
    ];
    let said: String = cases.iter().map(|bytes| format!("{}\n", unpack(bytes).unwrap_err())).collect();
    insta::assert_snapshot!(said, @r#"
    this is no component of WebAssembly: it has fewer than 8 bytes; build the plugin for the target `wasm32-wasip2`
    this is no component of WebAssembly: it has fewer than 8 bytes; build the plugin for the target `wasm32-wasip2`
    this is no component of WebAssembly: it does not begin as WebAssembly does; build the plugin for the target `wasm32-wasip2`
    this is a core module of WebAssembly and no component; build it for the target `wasm32-wasip2`, or make a component of it with `wasm-tools component new`
    this is no component of WebAssembly: it is of another version of the format; build the plugin for the target `wasm32-wasip2`
    the component is damaged at byte 363: the length of a section is no number; build it, or fetch it, once more
    the component is damaged at byte 363: the length of a section is no number; build it, or fetch it, once more
    the component is damaged at byte 363: a section is longer than what is left; build it, or fetch it, once more
    the component is damaged at byte 365: the length of a section's name is no number; build it, or fetch it, once more
    the component is damaged at byte 365: a section's name is longer than its section; build it, or fetch it, once more
    the component has more than one section `nephoscope:plugin.toml`; pack it once more from the component as it was built
    the section `nephoscope:plugin.toml` has 65537 bytes; 65536 is the most
    the section `nephoscope:plugin.toml` is no text in UTF-8; pack the component once more
    "#);
    for bytes in &cases[..10] {
        assert!(without(bytes).is_err() && pack(bytes, PROBE).is_err());
    }
}

#[test]
fn no_bytes_make_it_fall_over() {
    let sound = pack(&component(), PROBE).unwrap();
    for seed in 0..3_000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut bytes = sound[..rng.random_range(0..=sound.len())].to_vec();
        for _ in 0..rng.random_range(0..4) {
            let at = rng.random_range(0..sound.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = rng.random();
            }
        }
        // Whatever is left out, what comes out is no longer and has no manifest.
        if let Ok(bare) = without(&bytes) {
            assert!(bare.len() <= bytes.len());
            assert_eq!(unpack(&bare), Ok(None));
        }
        let _ = unpack(&bytes);
    }
}
