//! Synthetic tenants: the same for the same seed, in every export shape, with injectable dirt.
