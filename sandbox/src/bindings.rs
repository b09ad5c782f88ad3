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

pub mod plugin {
    //! What plugins may import beyond what programs have.
    wasmtime::component::bindgen!({
        path: "../wit/v1",
        world: "plugin",
        imports: {
            "nephoscope:guest/http.send": async | trappable,
            default: trappable,
        },
        with: {
            "nephoscope:guest/query": crate::bindings::nephoscope::guest::query,
            "nephoscope:guest/clock": crate::bindings::nephoscope::guest::clock,
            "nephoscope:guest/log": crate::bindings::nephoscope::guest::log,
            "nephoscope:guest/progress": crate::bindings::nephoscope::guest::progress,
            "nephoscope:guest/inputs.reader": crate::capabilities::inputs::Reader,
        },
    });
}

pub mod scanner {
    //! The world `scanner`.
    wasmtime::component::bindgen!({
        path: "../wit/v1",
        world: "scanner",
        imports: { default: trappable },
        exports: { default: async },
        with: {
            "nephoscope:guest/query": crate::bindings::nephoscope::guest::query,
            "nephoscope:guest/clock": crate::bindings::nephoscope::guest::clock,
            "nephoscope:guest/log": crate::bindings::nephoscope::guest::log,
            "nephoscope:guest/progress": crate::bindings::nephoscope::guest::progress,
            "nephoscope:guest/plugins": crate::bindings::plugin::nephoscope::guest::plugins,
            "nephoscope:guest/http": crate::bindings::plugin::nephoscope::guest::http,
            "nephoscope:guest/secrets": crate::bindings::plugin::nephoscope::guest::secrets,
            "nephoscope:guest/inputs": crate::bindings::plugin::nephoscope::guest::inputs,
        },
    });
}

pub mod source {
    //! The world `source`.
    wasmtime::component::bindgen!({
        path: "../wit/v1",
        world: "source",
        imports: {
            "nephoscope:guest/tables.emit-rows": async | trappable,
            "nephoscope:guest/tables.report-gap": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        with: {
            "nephoscope:guest/query": crate::bindings::nephoscope::guest::query,
            "nephoscope:guest/clock": crate::bindings::nephoscope::guest::clock,
            "nephoscope:guest/log": crate::bindings::nephoscope::guest::log,
            "nephoscope:guest/progress": crate::bindings::nephoscope::guest::progress,
            "nephoscope:guest/plugins": crate::bindings::plugin::nephoscope::guest::plugins,
            "nephoscope:guest/http": crate::bindings::plugin::nephoscope::guest::http,
            "nephoscope:guest/secrets": crate::bindings::plugin::nephoscope::guest::secrets,
            "nephoscope:guest/inputs": crate::bindings::plugin::nephoscope::guest::inputs,
        },
    });
}
