//! Shared input of the criterion benchmarks in `benches/`.
