//! The library: load an export, count every pair, ask one pair, walk the holders.
