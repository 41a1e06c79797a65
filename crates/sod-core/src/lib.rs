//! Counting and judging: matrix to pair counts, additional access and conflict sets.
