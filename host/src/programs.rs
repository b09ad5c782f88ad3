//! Kept programs.
pub mod built_in;
pub mod header;
mod matching;
mod words;
