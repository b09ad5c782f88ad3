//! What `wit/v1` says, as Rust: generated.
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "the words are in the contract")]

// What every plugin imports; the worlds below use these types.
wit_bindgen::generate!({
    path: "../wit/v1",
    world: "plugin",
    runtime_path: "wit_bindgen::rt",
    generate_all,
});

pub mod scanner {
    //! The world `scanner`.
    wit_bindgen::generate!({
        path: "../wit/v1",
        world: "scanner",
        pub_export_macro: true,
        export_macro_name: "export_scanner",
        default_bindings_module: "guest_sdk::bindings::scanner",
        runtime_path: "wit_bindgen::rt",
        with: {
            "nephoscope:guest/query@0.1.0": crate::bindings::nephoscope::guest::query,
            "nephoscope:guest/plugins@0.1.0": crate::bindings::nephoscope::guest::plugins,
            "nephoscope:guest/clock@0.1.0": crate::bindings::nephoscope::guest::clock,
            "nephoscope:guest/log@0.1.0": crate::bindings::nephoscope::guest::log,
            "nephoscope:guest/progress@0.1.0": crate::bindings::nephoscope::guest::progress,
            "nephoscope:guest/http@0.1.0": crate::bindings::nephoscope::guest::http,
            "nephoscope:guest/secrets@0.1.0": crate::bindings::nephoscope::guest::secrets,
            "nephoscope:guest/inputs@0.1.0": crate::bindings::nephoscope::guest::inputs,
        },
        generate_all,
    });
}

pub mod source {
    //! The world `source`.
    wit_bindgen::generate!({
        path: "../wit/v1",
        world: "source",
        pub_export_macro: true,
        export_macro_name: "export_source",
        default_bindings_module: "guest_sdk::bindings::source",
        runtime_path: "wit_bindgen::rt",
        with: {
            "nephoscope:guest/query@0.1.0": crate::bindings::nephoscope::guest::query,
            "nephoscope:guest/plugins@0.1.0": crate::bindings::nephoscope::guest::plugins,
            "nephoscope:guest/clock@0.1.0": crate::bindings::nephoscope::guest::clock,
            "nephoscope:guest/log@0.1.0": crate::bindings::nephoscope::guest::log,
            "nephoscope:guest/progress@0.1.0": crate::bindings::nephoscope::guest::progress,
            "nephoscope:guest/http@0.1.0": crate::bindings::nephoscope::guest::http,
            "nephoscope:guest/secrets@0.1.0": crate::bindings::nephoscope::guest::secrets,
            "nephoscope:guest/inputs@0.1.0": crate::bindings::nephoscope::guest::inputs,
        },
        generate_all,
    });
}
