//! The contract of `wit/`, as Rust.
#![expect(missing_docs, reason = "made from wit/, which has the words")]

wasmtime::component::bindgen!({
    path: "../wit/v1",
    world: "program",
    imports: {
        "nephoscope:guest/query.sql": async | trappable,
        "nephoscope:guest/query.typed": async | trappable,
        default: trappable,
    },
    exports: { default: async },
    with: { "nephoscope:guest/query.cursor": ::engine::page::Pages },
});
