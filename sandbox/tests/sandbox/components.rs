//! Components that are none, or not what they say.
