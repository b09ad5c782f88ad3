//! The binary `neph`: hands over to the library, so that tests reach everything in-process.

fn main() -> std::process::ExitCode {
    host::cli::main()
}
