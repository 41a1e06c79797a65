//! Results to bytes: one file per format.
