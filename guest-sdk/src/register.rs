//! `register!`: the one line that makes a plugin of a type.

/// Makes a type known to the host: `register!(scanner: MyScanner)` or `register!(source: MySource)`, once in a crate of
/// the type `cdylib`. Where the target is not WebAssembly it only checks that the type has the trait.
#[macro_export]
macro_rules! register {
    (scanner: $plugin:ty) => {
        #[cfg(not(target_family = "wasm"))]
        const _: fn() -> $crate::Description = <$plugin as $crate::Scanner>::describe;
        #[cfg(not(target_family = "wasm"))]
        const _: fn(&$crate::Host, &$crate::Parameters, &mut $crate::Findings) -> Result<(), $crate::Error> =
            <$plugin as $crate::Scanner>::scan;

        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code, missing_docs, unreachable_pub, clippy::all)]
        const _: () = {
            struct Exported;

            impl $crate::bindings::scanner::exports::nephoscope::guest::scanners::Guest for Exported {
                fn describe() -> $crate::bindings::scanner::exports::nephoscope::guest::scanners::Description {
                    $crate::exports::describe_scanner::<$plugin>()
                }

                fn scan(
                    parameters: Vec<$crate::bindings::nephoscope::guest::query::Parameter>,
                ) -> Result<(), $crate::bindings::nephoscope::guest::plugins::Failure> {
                    $crate::exports::scan::<$plugin>(parameters)
                }
            }

    $crate::bindings::scanner::export_scanner!(Exported with_types_in $crate::bindings::scanner);
        };
    };
    (source: $plugin:ty) => {
        #[cfg(not(target_family = "wasm"))]
        const _: fn() -> $crate::SourceDescription = <$plugin as $crate::Source>::describe;
        #[cfg(not(target_family = "wasm"))]
        const _: fn(&$crate::Host, &$crate::FetchRequest, &mut $crate::Tables) -> Result<(), $crate::Error> =
            <$plugin as $crate::Source>::fetch;
        #[cfg(not(target_family = "wasm"))]
        const _: fn(&$crate::Host, &$crate::Parameters) -> Result<Vec<$crate::Scope>, $crate::Error> =
            <$plugin as $crate::Source>::scopes;

        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code, missing_docs, unreachable_pub, clippy::all)]
        const _: () = {
            struct Exported;

            impl $crate::bindings::source::exports::nephoscope::guest::sources::Guest for Exported {
                fn describe() -> $crate::bindings::source::exports::nephoscope::guest::sources::Description {
                    $crate::exports::describe_source::<$plugin>()
                }

                fn scopes(
                    parameters: Vec<$crate::bindings::nephoscope::guest::query::Parameter>,
                ) -> Result<
                    Vec<$crate::bindings::nephoscope::guest::plugins::Scope>,
                    $crate::bindings::nephoscope::guest::plugins::Failure,
                > {
                    $crate::exports::scopes::<$plugin>(parameters)
                }

                fn fetch(
                    request: $crate::bindings::source::exports::nephoscope::guest::sources::Request,
                ) -> Result<(), $crate::bindings::nephoscope::guest::plugins::Failure> {
                    $crate::exports::fetch::<$plugin>(request)
                }
            }

    $crate::bindings::source::export_source!(Exported with_types_in $crate::bindings::source);
        };
    };
}
