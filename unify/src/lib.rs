//! Builds every outside crate with the features that the workspace as a whole asks for.
