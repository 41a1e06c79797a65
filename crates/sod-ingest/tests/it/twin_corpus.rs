//! Valid exports of every stringing, large enough that shapes are learned and files are cut; and odd ones.

use serde_json::Value;

/// A GUID that tells what it is of and which.
pub(crate) fn guid(of: u32, number: usize) -> String {
    format!("{of:08x}-0000-4000-8000-{number:012x}")
}

pub(crate) const V1_CONTEXT: &str = "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/assignments(target(),accessPackage())";
pub(crate) const BETA_CONTEXT: &str = "https://graph.microsoft.com/beta/$metadata#accessPackageAssignments";

/// Expanded v1.0.
pub(crate) fn v1(n: usize) -> String {
    let (user, package, policy) = (n * 7 % 41, n * 5 % 13, n % 4);
    let (state, status) =
        [("delivered", "Delivered"), ("expired", "ExpiredNotificationTriggered"), ("delivered", "Delivered")]
            [n % 3];
    let end = if n.is_multiple_of(5) {
        format!("\"2027-01-{:02}T00:00:00Z\"", 1 + n % 28)
    } else {
        "null".to_owned()
    };
    let expired = if state == "expired" {
        format!("\"2024-05-06T07:08:{:02}.{}Z\"", n % 60, n % 1000)
    } else {
        "null".to_owned()
    };
    format!(
        r#"{{"id":"{}","state":"{state}","status":"{status}","expiredDateTime":{expired},"schedule":{{"startDateTime":"2024-03-01T08:{:02}:00Z","recurrence":null,"expiration":{{"endDateTime":{end},"duration":null,"type":"afterDateTime"}}}},"customExtensionCalloutInstances":[],"target":{{"id":"{}","objectId":"{}","displayName":"User {user}","email":"user{user}@x.example","principalName":"user{user}@x.example","subjectType":"user","connectedOrganization":null}},"accessPackage":{{"id":"{}","displayName":"Package {package}","description":"All of package {package}","isHidden":false,"catalog":{{"id":"{}","displayName":"Catalog {}"}}}},"assignmentPolicy":{{"id":"{}","displayName":"Policy {policy}","allowedTargetScope":"notSpecified"}}}}"#,
        guid(1, n),
        n % 60,
        guid(2, user),
        guid(3, user),
        guid(4, package),
        guid(5, package % 3),
        package % 3,
        guid(6, policy)
    )
}

/// Beta without `$expand`.
pub(crate) fn beta(n: usize) -> String {
    let (user, package, policy) = (n * 3 % 37, n * 5 % 13, n % 4);
    let (state, expired) =
        if n % 3 == 1 { ("Expired", "\"2024-05-06T07:08:09.1Z\"") } else { ("Delivered", "null") };
    format!(
        r#"{{"id":"{}","catalogId":"{}","accessPackageId":"{}","assignmentPolicyId":"{}","targetId":"{}","assignmentStatus":"{state}","assignmentState":"{state}","isExtended":{},"expiredDateTime":{expired},"schedule":null}}"#,
        guid(1, n),
        guid(5, package % 3),
        guid(4, package),
        guid(6, policy),
        guid(3, user),
        n.is_multiple_of(7)
    )
}

/// Beta with `$expand=target`, where guests bring their organisation.
pub(crate) fn beta_expanded(n: usize) -> String {
    let (user, package) = (n * 3 % 37, n * 5 % 13);
    let organization = if user % 4 == 0 {
        r#"{"id":"0aaa0000-0000-4000-8000-000000000001","displayName":"Fabrikam","identitySources":[{"x":[1,2]}]}"#
    } else {
        "null"
    };
    format!(
        r#"{{"id":"{}","catalogId":"{}","accessPackageId":"{}","assignmentPolicyId":"{}","targetId":"{}","assignmentStatus":"Delivered","assignmentState":"Delivered","isExtended":false,"expiredDateTime":null,"target":{{"id":"{}","objectId":"{}","altSecId":null,"displayName":"Ünïcode {user}","principalName":"u{user}@x.example","email":null,"onPremisesSecurityIdentifier":null,"type":"User","connectedOrganizationId":null,"connectedOrganization":{organization}}}}}"#,
        guid(1, n),
        guid(5, package % 3),
        guid(4, package),
        guid(6, n % 4),
        guid(2, user),
        guid(2, user),
        guid(3, user)
    )
}

/// PowerShell: other names' case, navigations full of nulls, own dates.
pub(crate) fn powershell(n: usize) -> String {
    let (user, package) = (n * 7 % 41, n * 5 % 13);
    format!(
        r#"{{"AccessPackage":{{"Id":"{}","DisplayName":"Package {package}","Catalog":{{"Id":null}},"IsHidden":null}},"AssignmentPolicy":{{"Id":null,"DisplayName":null}},"CustomExtensionCalloutInstances":null,"ExpiredDateTime":{},"Id":"{}","Schedule":{{"Expiration":{{"EndDateTime":null,"Duration":null,"Type":"notSpecified"}},"StartDateTime":"2024-03-01T08:00:00Z"}},"State":"{}","Status":"Delivered","Target":{{"ConnectedOrganization":{{"Id":null}},"DisplayName":"User {user}","Email":"","Id":"{}","ObjectId":"{}","PrincipalName":null,"SubjectType":"user"}}}}"#,
        guid(4, package),
        if n.is_multiple_of(9) { r#""\/Date(1700000000000)\/""# } else { "null" },
        guid(1, n),
        if n.is_multiple_of(3) { "expired" } else { "delivered" },
        guid(2, user),
        guid(3, user)
    )
}

/// Members in another order than [`v1`], and fewer: another shape that comes between.
pub(crate) fn brief(n: usize) -> String {
    format!(
        r#"{{"id":"{}","accessPackageId":"{}","targetId":"{}","assignmentState":"Delivered"}}"#,
        guid(1, n),
        guid(4, n % 13),
        guid(3, n % 41)
    )
}

pub(crate) fn rows(count: usize, row: impl Fn(usize) -> String) -> Vec<String> {
    (0..count).map(row).collect()
}

pub(crate) fn pretty(text: &str) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<Value>(text).unwrap()).unwrap()
}

pub(crate) fn page(context: &str, rows: &[String], link: Option<&str>) -> String {
    let link = link.map(|link| format!(r#","@odata.nextLink":"{link}""#)).unwrap_or_default();
    format!(r#"{{"@odata.context":"{context}","value":[{}]{link}}}"#, rows.join(","))
}

fn link(token: usize) -> String {
    format!(
        "https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/assignments?$expand=target&$skiptoken={token}"
    )
}

/// The rows in every way of stringing them together.
pub(crate) fn framings(context: &str, rows: &[String]) -> Vec<(String, Vec<u8>)> {
    let pages = |size: usize| -> Vec<String> {
        let chunks: Vec<&[String]> = rows.chunks(size).collect();
        let last = chunks.len() - 1;
        let page_of =
            |(at, rows): (usize, &&[String])| page(context, rows, (at < last).then(|| link(at)).as_deref());
        chunks.iter().enumerate().map(page_of).collect()
    };
    let link_first = |rows: &[String], at: usize| {
        format!(
            r#"{{"@odata.context":"{context}","@odata.count":7,"@odata.nextLink":"{}","value":[{}]}}"#,
            link(at),
            rows.join(",")
        )
    };
    let links_first: Vec<String> =
        rows.chunks(70).enumerate().map(|(at, rows)| link_first(rows, at)).collect();
    let anonymous = |rows: &[String]| format!(r#"{{"value":[{}]}}"#, rows.join(",\r\n"));
    let half_named: Vec<String> = rows
        .chunks(50)
        .enumerate()
        .map(|(at, rows)| if at % 2 == 0 { page(context, rows, None) } else { anonymous(rows) })
        .collect();
    let other = if context == V1_CONTEXT { BETA_CONTEXT } else { V1_CONTEXT };
    let two_contexts: Vec<String> = rows
        .chunks(50)
        .enumerate()
        .map(|(at, rows)| {
            page(if at % 2 == 0 { context } else { other }, rows, (at % 3 == 0).then(|| link(at)).as_deref())
        })
        .collect();
    let prettily: Vec<String> = rows.iter().map(|row| pretty(row)).collect();
    let responses: Vec<String> = pages(60)
        .iter()
        .enumerate()
        .map(|(at, page)| format!(r#"{{"id":"{at}","status":200,"headers":{{"a":"b"}},"body":{page}}}"#))
        .collect();
    let ways: Vec<(&str, String)> = vec![
        ("one page", page(context, rows, None)),
        ("one page, dangling", page(context, rows, Some(&link(1)))),
        ("link before value", link_first(rows, 9)),
        ("a page a line", pages(80).join("\n") + "\n"),
        ("pages with nothing between", pages(80).concat()),
        ("pages, link before value", links_first.join("\n")),
        ("tiny pages", pages(2).join("\r\n")),
        ("pages of one", pages(1).join("\n")),
        ("array of pages", format!("[{}]", pages(80).join(","))),
        ("array of tiny pages", format!("[\n{}\n]\n", pages(3).join(",\n"))),
        (
            "pages without context",
            pages(80)
                .iter()
                .map(|page| page.replacen(&format!(r#""@odata.context":"{context}","#), "", 1))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        ("every other page without context", half_named.join("\n")),
        ("two contexts", two_contexts.join("\n")),
        ("bare array", format!("[{}]", rows.join(","))),
        ("bare array, spaces", format!("[ {} ]", rows.join(", "))),
        ("bare array, lines", format!("[\r\n{}\r\n]", rows.join(",\r\n"))),
        (
            "array of arrays",
            format!(
                "[{}]",
                rows.chunks(60).map(|rows| format!("[{}]", rows.join(","))).collect::<Vec<_>>().join(",")
            ),
        ),
        ("lines", rows.join("\n") + "\n"),
        ("lines of Windows, blank ones too", rows.join("\r\n\r\n")),
        ("objects with nothing between", rows.concat()),
        ("mark and page", format!("\u{feff}{}", page(context, rows, None))),
        (
            "marks between",
            rows.chunks(90).map(|rows| format!("\u{feff}{}", page(context, rows, None))).collect(),
        ),
        ("pretty page", pretty(&page(context, rows, None))),
        ("pretty rows in a page", page(context, &prettily, None)),
        ("pretty array", pretty(&format!("[{}]", rows.join(",")))),
        ("pretty lines", prettily.join("\n")),
        ("pretty array of pages", pretty(&format!("[{}]", pages(80).join(",")))),
        ("pretty pages", pages(80).iter().map(|page| pretty(page)).collect::<Vec<_>>().join("\n")),
        ("tabs", pretty(&page(context, rows, None)).replace("  ", "\t").replace('\n', "\r\n")),
        ("batch", format!(r#"{{"responses":[{}]}}"#, responses.join(","))),
        (
            "wrapper of a script",
            format!(
                r#"{{"tool_version":"1.2","generated_at":"2026-01-01T00:00:00Z","assignments":[{}]}}"#,
                rows.join(",")
            ),
        ),
        ("pages in a wrapper", format!(r#"{{"pages":[{}]}}"#, pages(80).join(","))),
        ("value of pages", format!(r#"{{"value":[{}]}}"#, pages(80).join(","))),
        ("Value", page(context, rows, None).replacen("\"value\"", "\"Value\"", 1)),
        (
            "lists beside the rows",
            page(context, rows, None).replacen("\"value\"", r#""meta":{"a":[1]},"notes":["x"],"value""#, 1),
        ),
        (
            "lists behind the rows",
            format!(
                "{},\"meta\":[{{\"id\":\"x\"}}],\"b\":{{}}}}",
                page(context, rows, None).trim_end_matches('}')
            ),
        ),
        (
            "two values",
            format!(
                r#"{{"value":[{}],"value":[{}]}}"#,
                rows[..rows.len() / 2].join(","),
                rows[rows.len() / 2..].join(",")
            ),
        ),
        (
            "pages, then lines, then an array",
            format!(
                "{}\n{}\n[{}]",
                page(context, &rows[..rows.len() / 3], None),
                rows[rows.len() / 3..rows.len() / 2].join("\n"),
                rows[rows.len() / 2..].join(",")
            ),
        ),
        (
            "empty pages between",
            pages(40)
                .iter()
                .flat_map(|page| [page.clone(), r#"{"value":[]}"#.to_owned()])
                .collect::<Vec<_>>()
                .join("\n"),
        ),
    ];
    ways.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect()
}
