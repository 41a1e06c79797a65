//! Graph PowerShell objects through `ConvertTo-Json`, in the encodings of both PowerShells.

use crate::harness::{check, file};

const EXPANDED: &str = r#"{
    "AccessPackage": {"AccessPackagesIncompatibleWith":null,"AssignmentPolicies":null,"Catalog":{"AccessPackages":null,"DisplayName":"Finance","Id":"FIN","AdditionalProperties":{}},
      "Description":null,"DisplayName":"Payments","Id":"PAY","IncompatibleAccessPackages":[{"DisplayName":"Vendors","Id":"VEN"}],"IncompatibleGroups":null,"IsHidden":false,"AdditionalProperties":{}},
    "AssignmentPolicy": {"AllowedTargetScope":null,"DisplayName":null,"Id":null,"RequestorSettings":{"OnBehalfRequestors":null},"AdditionalProperties":{}},
    "CustomExtensionCalloutInstances": null,
    "ExpiredDateTime": null,
    "Id": "a1",
    "Schedule": {"Expiration":{"Duration":null,"EndDateTime":"\/Date(1893456000000)\/","Type":"afterDateTime"},"Recurrence":{"Pattern":{"DayOfMonth":null}},"StartDateTime":"\/Date(1700000000000+0100)\/"},
    "State": "delivered",
    "Status": "Delivered",
    "Target": {"ConnectedOrganization":{"Id":null,"State":null},"DisplayName":"Älice","Email":"alice@x.example","Id":"rec-alice","ObjectId":"obj-alice","PrincipalName":"alice@x.example","SubjectType":"user","AdditionalProperties":{}},
    "AdditionalProperties": {}
}"#;

/// An un-expanded navigation is an object full of nulls: present, but empty.
fn null_filled(target: bool, package: bool) -> String {
    let target = if target {
        r#"{"Id":"rec-bob","ObjectId":"obj-bob"}"#
    } else {
        r#"{"ConnectedOrganization":{"Id":null},"DisplayName":null,"Email":null,"Id":null,"ObjectId":null,"AdditionalProperties":{}}"#
    };
    let package = if package {
        r#"{"Id":"PAY","DisplayName":null}"#
    } else {
        r#"{"Catalog":{"Id":null},"DisplayName":null,"Id":null,"AdditionalProperties":{}}"#
    };
    format!(
        r#"{{"AccessPackage":{package},"Id":"b","State":"delivered","Status":"Delivered","Target":{target}}}"#
    )
}

#[test]
fn expanded_object() {
    check!("expanded_object", file("one.json", EXPANDED));
}

#[test]
fn navigations_full_of_nulls_are_missing() {
    let rows = format!(
        "[{EXPANDED},{},{},{}]",
        null_filled(false, false),
        null_filled(true, false),
        null_filled(false, true)
    );
    check!("navigations_full_of_nulls_are_missing", file("rows.json", rows));
    let bare = null_filled(false, false);
    check!("navigations_full_of_nulls_everywhere", file("rows.json", format!("[{bare},{bare}]")));
}

/// The default depth of 2 leaves texts where objects were.
#[test]
fn cut_off_at_depth_two() {
    let cut = r#"{"AccessPackage":"Microsoft.Graph.PowerShell.Models.MicrosoftGraphAccessPackage","Id":"c1","State":"delivered","Target":"@{Id=rec-alice; ObjectId=obj-alice}","Schedule":"System.Object"}"#;
    let parts = r#"{"AccessPackage":{"Id":"VEN","IncompatibleAccessPackages":"System.Object[]"},"Id":"c2","State":"delivered","Target":{"ObjectId":"obj-alice"},"Schedule":"Microsoft.Graph.PowerShell.Models.MicrosoftGraphEntitlementManagementSchedule","CustomExtensionCalloutInstances":"System.Object[]"}"#;
    check!("cut_off_at_depth_two", file("rows.json", format!("[{EXPANDED},{cut},{parts}]")));
    check!("cut_off_everywhere", file("rows.json", format!("[{cut},{cut}]")));
    check!(
        "cut_off_records",
        file("rows.json", r#"["@{Id=a1; State=delivered}","System.Collections.Hashtable"]"#)
    );
    check!("cut_off_page", file("rows.json", r#"{"@odata.context":"x","value":"@{Id=a1} @{Id=a2}"}"#));
}

/// `-EnumsAsStrings` is not the default of every version.
#[test]
fn numeric_states() {
    let row = |id: &str, state: u8| {
        EXPANDED.replace("\"a1\"", &format!("\"{id}\"")).replace("\"delivered\"", &state.to_string())
    };
    let rows: Vec<String> = (0..6).map(|state| row(&format!("s{state}"), state)).collect();
    check!("numeric_states", file("rows.json", format!("[{}]", rows.join(","))));
}

#[test]
fn beta_cmdlet() {
    let row = r#"{"AccessPackageId":"PAY","AssignmentPolicyId":"POL","AssignmentState":"Delivered","AssignmentStatus":"Delivered","CatalogId":"FIN","ExpiredDateTime":null,"Id":"b1","IsExtended":false,"TargetId":"t-alice","Target":{"Id":null,"ObjectId":null},"AccessPackage":{"Id":null,"DisplayName":null}}"#;
    check!("beta_cmdlet", file("rows.json", row));
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    text.encode_utf16()
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

/// What `Out-File`, `Set-Content` and `>` of either PowerShell write is read alike; offsets count in the UTF-8 form.
#[test]
fn every_encoding() {
    let expected = file("rows.json", EXPANDED).load().unwrap();
    let expected_text = crate::harness::render_content(&expected);
    let forms = [
        ("utf-8 with a mark", format!("\u{feff}{EXPANDED}").into_bytes(), 3),
        ("utf-8 with two marks", format!("\u{feff}\u{feff}{EXPANDED}").into_bytes(), 6),
        ("utf-16le with a mark", utf16(EXPANDED, true, true), 0),
        ("utf-16le", utf16(EXPANDED, true, false), 0),
        ("utf-16be with a mark", utf16(EXPANDED, false, true), 0),
        ("utf-16be", utf16(EXPANDED, false, false), 0),
    ];
    for (form, bytes, offset) in forms {
        let found = file("rows.json", &bytes).load().unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(crate::harness::render_content(&found), expected_text, "{form}");
        assert_eq!(found.table().location(0).unwrap().offset, offset, "{form}");
        assert_eq!(found.table().location(0).unwrap().length as usize, EXPANDED.len(), "{form}");
        assert_eq!(found.provenance.sources[0].bytes, bytes.len() as u64, "{form}");
    }
    check!("utf16le", file("rows.json", utf16(EXPANDED, true, true)));
}

/// Windows PowerShell 5 writes the ANSI code page.
#[test]
fn windows_1252() {
    let bytes: Vec<u8> = EXPANDED.chars().map(|c| c as u32 as u8).collect();
    check!("windows_1252", file("rows.json", bytes));
}

/// A pipeline of no objects writes nothing, or `null`; of one object, an object in place of a list.
#[test]
fn pipelines_of_none_and_one() {
    let all = [
        ("", "blank"),
        ("null\r\n", "blank"),
        (" \n", "blank"),
        ("[]", "empty"),
        (r#"{"value":[]}"#, "empty"),
        (r#"{"value":null}"#, "empty"),
    ];
    for (text, shape) in all {
        let refused = file("rows.json", text).load().unwrap_err();
        assert_eq!(refused.refusals()[0].code.code(), "no-assignments", "{text:?}");
        let empty = file("rows.json", text).with(|options| options.allow_empty = true).load().unwrap();
        assert_eq!(empty.provenance.sources[0].shape.name(), shape, "{text:?}");
        let told = empty.provenance.warnings.iter().any(|warning| warning.code.code() == "empty-files");
        assert_eq!(told, shape == "blank", "{text:?}");
    }
}
