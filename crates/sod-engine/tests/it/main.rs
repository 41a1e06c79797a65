//! Tests of what an auditor would see, at the library.

mod roundtrip;
