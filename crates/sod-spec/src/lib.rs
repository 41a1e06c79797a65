//! What every answer of sod means, in plain sets and for-loops: the oracle.
