//! The hot loops of sod: bits in, counts out.
