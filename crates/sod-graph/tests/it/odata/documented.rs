//! Every query of Microsoft's documents and of the community, in every mix of literal and escaped that clients send.

use super::{escaped, parsed};
use sod_graph::ApiVersion::{self, Beta, V1};
use sod_graph::edm::{ACCESS_PACKAGE, ASSIGNMENT, CATALOG, EntityType, POLICY};

const QUERIES: &[(&str, &EntityType, ApiVersion)] = &[
    ("$filter=state eq 'Delivered'", &ASSIGNMENT, V1),
    ("$filter=assignmentState eq 'Delivered'", &ASSIGNMENT, Beta),
    ("$filter=accessPackage/id eq '2506aef1-3929-4d24-a61e-7c8b83d95e6f'", &ASSIGNMENT, V1),
    ("$filter=accessPackage/Id eq '2506aef1-3929-4d24-a61e-7c8b83d95e6f'", &ASSIGNMENT, Beta),
    ("$filter=(accessPackage/id eq '2506aef1-3929-4d24-a61e-7c8b83d95e6f')", &ASSIGNMENT, Beta),
    ("$filter=accessPackageId eq '2506aef1-3929-4d24-a61e-7c8b83d95e6f'", &ASSIGNMENT, Beta),
    ("$expand=target&$filter=target/objectid eq 'cdbdf152-82ce-479c-b5b8-df90f561d5c7'", &ASSIGNMENT, V1),
    ("$expand=target&$filter=target/objectid+eq+'cdbdf152-82ce-479c-b5b8-df90f561d5c7'", &ASSIGNMENT, Beta),
    (
        "$expand=accessPackage,target&$filter=accessPackage/id eq 'a' and target/objectid eq 'b'",
        &ASSIGNMENT,
        V1,
    ),
    ("$filter=assignmentPolicy/id eq 'a'", &ASSIGNMENT, V1),
    ("$filter=accessPackageAssignmentPolicy/id eq 'a'", &ASSIGNMENT, Beta),
    ("$expand=target,accessPackage", &ASSIGNMENT, V1),
    ("$filter=accessPackage/id eq 'X' and state eq 'Delivered'", &ASSIGNMENT, V1),
    ("$filter=accessPackage/id eq 'X' and state eq 'Delivered' and target/objectId eq 'U'", &ASSIGNMENT, V1),
    ("$filter=(state eq 'Delivered' or state eq 'PartiallyDelivered')", &ASSIGNMENT, V1),
    ("$expand=accessPackage($select=id,displayName),target($select=id,displayName)", &ASSIGNMENT, V1),
    ("$expand=accessPackage($expand=catalog),target", &ASSIGNMENT, V1),
    (
        "$select=id,state,status,expiredDateTime,schedule&$expand=accessPackage,target,assignmentPolicy",
        &ASSIGNMENT,
        V1,
    ),
    ("$expand=accessPackage&$top=100", &ASSIGNMENT, V1),
    (
        "$count=true&$expand=target&$filter=state eq 'delivered'&$orderby=id desc&$search=\"displayName:user1\"&$select=id&$skip=2&$top=3",
        &ASSIGNMENT,
        V1,
    ),
    ("$select=id,displayName,description", &POLICY, Beta),
    ("$expand=accessPackage", &POLICY, V1),
    ("$expand=customExtensionStageSettings($expand=customExtension)", &POLICY, V1),
    ("$expand=customExtensionHandlers($expand=customExtension)", &POLICY, Beta),
    ("$expand=customExtensionStageSettings($expand=customExtension)", &POLICY, Beta),
    ("$filter=displayName eq 'All Users'", &POLICY, Beta),
    (
        "$filter=contains(tolower(displayName),'payment')&$expand=incompatibleAccessPackages,incompatibleGroups",
        &ACCESS_PACKAGE,
        V1,
    ),
    ("$expand=accessPackageAssignmentPolicies,accessPackageCatalog", &ACCESS_PACKAGE, Beta),
    ("$filter=catalog/id eq 'a'&$expand=assignmentPolicies", &ACCESS_PACKAGE, V1),
    ("$filter=startswith(displayName,'a') and isExternallyVisible eq true", &CATALOG, V1),
    (
        "$filter=incompatibleGroups/any(g:g/id eq 'a') or incompatibleAccessPackages/any()",
        &ACCESS_PACKAGE,
        V1,
    ),
];

#[test]
fn every_documented_query_is_read_in_every_spelling() {
    for (query, entity, version) in QUERIES {
        let literal = format!("{:?}", parsed(query, entity, *version));
        let spelled = |name: fn(&str) -> String, value: fn(&str) -> String| -> String {
            let parts = query.split('&').map(|part| {
                let (own, rest) = part.split_once('=').unwrap();
                format!("{}={}", name(own), value(rest))
            });
            parts.collect::<Vec<_>>().join("&")
        };
        let same = |text: &str| text.to_owned();
        let sent = [
            // The Python SDK: everything in values escaped, names literal.
            spelled(same, |value| escaped(&value.replace('+', " "))),
            spelled(escaped, |value| escaped(&value.replace('+', " "))),
            spelled(same, |value| value.replace(' ', "%20")),
            spelled(same, |value| value.replace(' ', "+")),
            spelled(|name| name.replace('$', "%24"), |value| value.replace('\'', "%27").replace('$', "%24")),
            spelled(|name| name.replace('$', ""), same),
            spelled(|name| name.to_uppercase(), same),
            format!("&{query}&&mine=1&api-version=2"),
        ];
        for sent in sent {
            assert_eq!(format!("{:?}", parsed(&sent, entity, *version)), literal, "{sent}");
        }
    }
}

#[test]
fn escapes_on_the_wire() {
    // As measured: docs form, Python, JavaScript, kiota JavaScript.
    let filters = [
        "$filter=accessPackage/id+eq+%27G%27",
        "$filter=accessPackage%2Fid%20eq%20%27G%27",
        "$filter=accessPackage/id%20eq%20%27G%27",
        "%24filter=accessPackage/id eq 'G'",
    ];
    for sent in filters {
        let filter = parsed(sent, &ASSIGNMENT, V1).filter.unwrap();
        assert_eq!(filter.required()[0].values, ["G"], "{sent}");
    }
    for sent in [
        "$expand=customExtensionStageSettings%28%24expand%3DcustomExtension%29",
        "$expand=customExtensionStageSettings($expand=customExtension)",
        "$expand=customExtensionStageSettings($expand%3DcustomExtension)",
    ] {
        assert_eq!(parsed(sent, &POLICY, V1).expand[0].options.expand.len(), 1, "{sent}");
    }
    for sent in ["$search=%22displayName%3Auser1%22", "$search=%22displayName:user1%22"] {
        assert!(parsed(sent, &ASSIGNMENT, V1).search.is_some(), "{sent}");
    }
    // Split before the escapes are undone.
    let filter = parsed("$filter=displayName eq 'a%26b%3Dc%2Bd'", &POLICY, V1).filter.unwrap();
    assert_eq!(filter.required()[0].values, ["a&b=c+d"]);
}
