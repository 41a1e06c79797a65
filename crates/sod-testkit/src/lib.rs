//! Fixtures, generated matrices and the differential harness (development only).
