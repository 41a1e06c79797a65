//! Tables: the first byte chooses a header that is recognised, or none, so that rows are reached without having to
//! guess one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_fuzz::load_and_check;
use sod_ingest::LoadOptions;

const HEADERS: [&str; 4] = [
    "user,package,state\n",
    "AssignmentID;ActualAssignmentEndDate;TargetObjectID;TargetEmail;AccessPackageName\n",
    "\"Id\",\"$_.Target.id\",\"$_.Target.ObjectId\",\"$_.Target.DisplayName\",\"$_.Target.PrincipalName\"\n",
    "user_id\tpackage_id\tstate\n",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, rest)) = bytes.split_first() else { return };
    let mut options = LoadOptions { threads: 1, allow_empty: true, ..LoadOptions::default() };
    let header = HEADERS.get(usize::from(choice & 7)).copied().unwrap_or_default();
    if choice & 8 != 0 {
        options.map = "package=@file".parse().ok();
    } else if choice & 16 != 0 {
        options.map = "user=#1,package=#2,state==delivered".parse().ok();
        options.no_header = true;
    }
    let document = [header.as_bytes(), rest].concat();
    load_and_check("folder/Package.csv", &document, &options);
});
