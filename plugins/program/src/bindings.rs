//! What `wit/v1/guest.wit` says, as Rust: generated, and the only place where the exports are given away.
#![expect(unsafe_code, reason = "what is generated passes values through linear memory")]
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "the words are in the contract")]

wit_bindgen::generate!({
    path: "../../wit/v1",
    world: "prepared-program",
});

export!(Program);

use super::Program;
