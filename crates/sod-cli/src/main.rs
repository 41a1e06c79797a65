//! The `sod` command line tool.
fn main() {}
