//! Runs programs of strangers inside WebAssembly.
