//! Tables: every dialect and every header that people have.

use crate::harness::{check, file, folder};

const OFFICIAL: &str = "\u{feff}\"Id\",\"$_.Target.id\",\"$_.Target.ObjectId\",\"$_.Target.DisplayName\",\"$_.Target.PrincipalName\"\r\n\
\"a1\",\"rec-alice\",\"obj-alice\",\"Doe, Alice\",\"alice@x.example\"\r\n\"a2\",\"rec-bob\",\"\",\"Bob \"\"the\"\" Builder\",\"bob@x.example\"\r\n";

#[test]
fn official_recipe() {
    check!("official_recipe", file("PAY.csv", OFFICIAL));
    let second = OFFICIAL.replace("\"a", "\"b");
    check!(
        "official_recipe_mapped",
        file("x/PAY.csv", OFFICIAL).and("x/VEN.csv", second).map("package=@file")
    );
    check!(
        "official_recipe_constant",
        file("PAY.csv", OFFICIAL).map("package==2506AEF1-3929-4D24-A61E-7C8B83D95E6F")
    );
}

/// The same rows in every dialect give the same snapshot.
#[test]
fn dialects() {
    let plain = "user,package,state,id\nalice,PAY,delivered,1\nbob,\"VEN\",Expired,2\n";
    let expected = crate::harness::render_content(&file("x.csv", plain).load().unwrap());
    check!("plain_user_package", file("x.csv", plain));
    let forms = [
        ("semicolon", plain.replace(',', ";")),
        ("tab", plain.replace(',', "\t")),
        ("bar", plain.replace(',', "|")),
        ("mark", format!("\u{feff}{plain}")),
        ("crlf", plain.replace('\n', "\r\n")),
        ("cr only", plain.replace('\n', "\r")),
        ("no last line end", plain.trim_end().to_owned()),
        ("blank lines", plain.replace('\n', "\n\n")),
        ("quoted header", plain.replace("user,package", "\"User\" ,\" PACKAGE\"")),
        ("type line", format!("#TYPE Selected.System.Management.Automation.PSCustomObject\r\n{plain}")),
        ("type line, cr only", format!("#TYPE Selected.System\n{plain}").replace('\n', "\r")),
        ("underscores", plain.replace("user,package,state", "user_id,package_id,Assignment State")),
    ];
    for (form, text) in forms {
        let found = file("x.csv", &text).load().unwrap_or_else(|error| panic!("{form}: {error}"));
        crate::harness::check_accounting(&found);
        assert_eq!(crate::harness::render_content(&found), expected, "{form}");
        for row in found.assignments() {
            let from = row.location.unwrap().offset as usize;
            let place = &text.as_bytes()[from..from + row.location.unwrap().length as usize];
            // Blank lines belong to the row that follows.
            let place = place.trim_ascii_start();
            assert!(place.starts_with(b"alice") || place.starts_with(b"bob"), "{form}: {place:?}");
            let lines = text.as_bytes()[..from].iter().filter(|byte| **byte == b'\n').count();
            assert!(form.contains("cr only") || row.location.unwrap().line as usize == 1 + lines, "{form}");
        }
    }
}

/// Names where ids should be, between semicolons, as a community script writes them.
#[test]
fn community_table_by_name() {
    let table = "AssignmentID;ActualAssignmentEndDate;TargetObjectID;TargetEmail;AccessPackageName\n\
                 1;2027-01-01;obj-alice;alice@x.example;Payments\n2;;obj-alice;alice@x.example;Vendors\n3;soon;obj-bob;;Payments\n";
    check!("community_table_by_name", file("x.csv", table));
    let packages = r#"[{"id":"PAY","displayName":"Payments","isHidden":false},{"id":"VEN1","displayName":"Vendors","isHidden":false},{"id":"VEN2","displayName":"Vendors","isHidden":false}]"#;
    check!("community_table_with_packages", file("x.csv", table).and("packages.json", packages));
}

#[test]
fn type_name_cells() {
    let cell = "Microsoft.Graph.PowerShell.Models.MicrosoftGraphAccessPackageSubject";
    let table = format!(
        "\"Id\",\"AccessPackageId\",\"Target\",\"State\"\n\"1\",\"PAY\",\"{cell}\",\"delivered\"\n\"2\",\"PAY\",\"alice\",\"delivered\"\n"
    );
    check!("type_name_cells", file("x.csv", &table));
    let all = format!(
        "#TYPE Microsoft.Graph.PowerShell.Models.MicrosoftGraphAccessPackageAssignment\n\"AccessPackage\",\"Id\",\"State\",\"Target\"\n\"System.Object[]\",\"1\",\"delivered\",\"{cell}\"\n"
    );
    check!("type_name_cells_everywhere", file("x.csv", all));
}

#[test]
fn maps() {
    let table = "Employee;Role;Since;Stand;Nr\nE1;R1;x;delivered;1\nE2;R1;x;gone;2\n";
    check!("map_unknown_columns", file("x.csv", table));
    check!("map_names", file("x.csv", table).map("user=employee,package=ROLE,state=Stand,id=Nr"));
    check!("map_numbers", file("x.csv", table).map("user=#1,package=#2,state==delivered"));
    check!("map_no_such_column", file("x.csv", table).map("user=Employee,package=Rolle"));
    check!("map_no_such_number", file("x.csv", table).map("user=#1,package=#9"));
    check!("map_file", file("dir/R7.csv", "user\nE1\nE2\n").map("user=user,package=@file"));
    let headless =
        file("x.csv", "E1,R1\nE2,R1\n").map("user=#1,package=#2").with(|options| options.no_header = true);
    check!("map_no_header", headless);
    check!(
        "map_no_header_but_names",
        file("x.csv", "E1,R1\n").map("user=Employee,package=#2").with(|o| o.no_header = true)
    );
}

#[test]
fn ragged_rows_and_open_quotes() {
    let ragged = "user,package,state\nalice,PAY,delivered\nbob,PAY\ncarol,PAY,delivered,x\ndave,,delivered\n,PAY,delivered\n,,\n\"eve\nfrank\",PAY,delivered\n";
    check!("ragged_rows", file("x.csv", ragged));
    check!("open_quote_to_the_end", file("x.csv", "user,package\nalice,PAY\nbob,\"PAY\ncarol,PAY\n"));
    check!(
        "open_quote_in_the_middle",
        file("x.csv", "user,package\nalice,\"PAY\nbob,PAY\ncarol,\"VEN\"\ndave,PAY\n")
    );
    let id = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
    let cut =
        format!("user,package,state,policy id\nalice,PAY,delivered,{id}\nbob,PAY,delivered,0b1c2d3e-4f");
    check!("cut_off_within_an_id", file("x.csv", &cut));
    // A name may have line ends of its own.
    let named = "user;accessPackageName\nalice;\"two\nlines\"\nalice;b\n";
    assert_eq!(file("x.csv", named).load().unwrap().assignments().len(), 2);
    let text = "user,package,note\nalice,PAY,\"two\nlines\"\nbob,PAY,5\" pipe\n";
    assert_eq!(file("x.csv", text).load().unwrap().assignments().len(), 2);
}

#[test]
fn header_only() {
    check!("header_only", file("x.csv", "user,package\n"));
}

/// A state column without a value is not "delivered by construction".
#[test]
fn empty_states() {
    check!("some_states_empty", file("x.csv", "user,package,state\nalice,PAY,delivered\nalice,VEN,\n"));
    check!("all_states_empty", file("x.csv", "user,package,state\nalice,PAY,\nalice,VEN,\n"));
}

#[test]
fn tables_of_other_things() {
    let export = file("x.csv", "user,package\nobj-alice,PAY\n")
        .and(
            "users.csv",
            "ObjectId,DisplayName,UserPrincipalName,Department\nobj-alice,Alice,alice@x.example,Finance\n",
        )
        .and("packages.csv", "AccessPackageId;DisplayName;CatalogId\nPAY;Payments;FIN\n")
        .and("members.csv", "GroupId,MemberId\nG1,obj-alice\nG1,obj-bob\n");
    check!("tables_of_other_things", export);
}

/// A table that knows users and states is about assignments: it must not pass for a list of users.
#[test]
fn users_with_a_state_are_no_list_of_users() {
    let table = "UserPrincipalName;Paket;State\nalice@x.example;Zahlungen;delivered\n";
    let good = "user,package\nobj-alice,PAY\n";
    check!("users_with_a_state", folder(&[("x.csv", table), ("good.csv", good)]));
    let table = "UserPrincipalName;Access package title\nalice@x.example;Zahlungen\n";
    check!("users_with_an_unknown_package_column", folder(&[("x.csv", table), ("good.csv", good)]));
    check!(
        "half_known_table_in_a_folder",
        folder(&[("x.csv", "Email;Paket\nalice@x.example;Zahlungen\n"), ("good.csv", good)])
    );
}

#[test]
fn plain_list() {
    check!("plain_list", file("x.txt", "  alice   PAY 1\r\nbob\tVEN\n\nalice VEN 1\nalice PAY 1\n"));
    check!("plain_list_with_header", file("x.txt", "user package\nalice PAY\n"));
    check!("plain_list_later_broken", file("x.txt", format!("{}alice\na b c d\n", "bob PAY\n".repeat(600))));
    // In a folder two words a line could be anything.
    check!(
        "plain_list_in_a_folder",
        folder(&[("x.txt", "alice PAY\n"), ("good.csv", "user,package\nalice,PAY\n")])
    );
}
