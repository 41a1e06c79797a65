//! Tells the program how it was built: what Cargo knows and says to build scripts alone. Needs nothing else, least of all git;
//! whoever builds a release may say the commit in `SOD_GIT_COMMIT`.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=SOD_GIT_COMMIT");
    for (from, to) in [("TARGET", "SOD_TARGET"), ("PROFILE", "SOD_PROFILE")] {
        if let Ok(value) = env::var(from) {
            println!("cargo:rustc-env={to}={value}");
        }
    }
    let feature = |(name, _): (String, String)| Some(name.strip_prefix("CARGO_FEATURE_")?.to_lowercase());
    let mut features: Vec<String> = env::vars().filter_map(feature).collect();
    features.sort();
    println!("cargo:rustc-env=SOD_FEATURES={}", features.join(","));
}
