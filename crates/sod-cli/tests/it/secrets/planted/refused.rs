//! Files that nothing can be made of, each with marks where a message could quote it.

use super::{PAYMENT, VENDOR, address, bad_rows, extension, mark, request};
use crate::tenant::object_id;
use crate::util::Dir;
use serde_json::json;

/// Files that nothing can be made of.
pub(super) fn refused(dir: &Dir) {
    let secret = mark("refused");
    let error = json!({ "error": { "code": "Forbidden", "message": format!("Call {} with Bearer {} failed.", address("message"), "y".repeat(50)),
        "innerError": { "answers": secret, "client-request-id": mark("inner") } } });
    let lines = |first: &str| format!("{first}\n{secret} one,{secret}\n{secret} two,{secret}\n");
    for (name, text) in [
        ("error.json", error.to_string()),
        (
            "sign-in.json",
            json!({ "error": "invalid_client", "error_description": format!("secret {secret} is wrong") })
                .to_string(),
        ),
        ("page.html", format!("<html><body>{secret}</body></html>")),
        ("cut.json", format!("{{\"value\":[{{\"id\":\"1\",\"justification\":\"{secret}")),
        ("colon.json", format!("{{\"value\" \"{secret}\"}}")),
        ("string.json", json!(secret).to_string()),
        ("strings.json", json!([secret, mark("second")]).to_string()),
        ("requests.json", json!([request("bob")]).to_string()),
        ("extension.json", extension("refused").to_string()),
        ("unknown.json", json!({ secret.as_str(): { "nested": secret } }).to_string()),
        (
            "headless.csv",
            format!(
                "{},{VENDOR},\"{secret} is on leave, says anna@contoso.example\"\n{},{PAYMENT},{}\n",
                object_id("bob"),
                object_id("bob"),
                address("headless")
            ),
        ),
        ("addresses.csv", lines(&format!("{},{}", address("header"), address("header-2")))),
        ("half.csv", format!("user,{}\nu1,{secret}\nu2,{secret}\n", address("half"))),
        (
            "twice.csv",
            format!("userPrincipalName,{}\na@x.example,{secret}\na@x.example,{secret}\n", address("twice")),
        ),
        ("quote.csv", format!("user,package,note\nu,A,\"{secret}\nv,B,{secret}\n")),
        (
            "state.csv",
            format!("user,package,state\nu,A,{}\nu,B,{}\n", address("only-state"), address("only-state")),
        ),
        ("mail.txt", format!("Dear Anna,\n{secret} is what you asked for.\nIt is {secret}.\n")),
        ("answer.txt", format!("HTTP/1.1 401 Unauthorized\r\nSet-Cookie: {secret}\r\n\r\n{secret}\n")),
        ("rows.json", format!("[{}]", bad_rows().join(","))),
    ] {
        dir.write(&format!("refused/{name}"), text);
    }
}
