//! Real documents of every format: of a tenant that has everything, of the sample, of ugly ones and of nothing.

use crate::tenant;
use crate::util::Dir;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");

const RULES: &str = r#"
[[rule]]
id = "P2P-01"
name = "Maintain vendors and release payments"
severity = "critical"
risk = "A person could pay a vendor they invented."
owner = "finance-controls@contoso.example"
advice = "Take one away."
terms = [ { packages = ["Vendor master editor"] }, { packages = ["Payment run", "Cash box"] } ]

[[rule]]
id = "OLD"
enabled = false
description = "What was once."
process = "P2P"
frameworks = ["SOX"]
valid_from = 2020-01-01
valid_to = 2020-12-31
terms = [ { packages = ["Payment run"] } ]

[[rule]]
id = "GONE"
terms = [ { packages = ["Teleporter"] }, { packages = ["Payment run"] } ]

[[rule]]
id = "AUDIT"
terms = [ { groups = ["dddddddd-0000-4000-8000-000000000001"] }, { packages = ["Payment run"] } ]
"#;

const EXCEPTIONS: &str = r#"
[[exception]]
id = "EX-7"
rule = "P2P-01"
user = "alice@contoso.example"
owner = "cfo@contoso.example"
justification = "Two-person branch office until the hire in March."
control = "Weekly payment review."
reference = "TICKET-7"
start = 2026-01-01
end = 2026-12-31

[[exception]]
id = "EX-8"
rule = "P2P-01"
user = "alice@contoso.example"
owner = "alice@contoso.example"
justification = "The same again."

[[exception]]
id = "EX-99"
rule = "P2P-01"
criterion = { department = "Treasury" }
owner = "cfo@contoso.example"
justification = "During the audit."

[[exception]]
id = "EX-9"
rule = "P2P-01"
user = "nobody@contoso.example"
owner = "cfo@contoso.example"
justification = "Gone."
end = 2026-12-31
"#;

/// What tenants can have that the small one has not: a group, a policy, resource roles, departments.
fn beside() -> Value {
    let role = |id: &str, group: &str| {
        json!({ "id": format!("{id}_{group}"),
            "role": { "id": id, "displayName": "Member", "originSystem": "AadGroup", "originId": "Member" },
            "scope": { "id": group, "displayName": group, "originSystem": "AadGroup", "originId": group } })
    };
    json!([
        { "id": tenant::object_id("alice"), "displayName": "Alice Example", "userPrincipalName": "alice@contoso.example", "department": "Treasury" },
        { "id": tenant::VENDOR, "displayName": "Vendor master editor", "isHidden": false, "resourceRoleScopes": [role("m", "vendors")] },
        { "id": tenant::PAYMENT, "displayName": "Payment run", "isHidden": false, "resourceRoleScopes": [role("m", "payments")] },
        { "id": tenant::TWIN_1, "displayName": "Twin", "isHidden": false, "resourceRoleScopes": [role("m", "vendors"), role("m", "payments")] },
    ])
}

/// Every document that some tenants give, by the name of its schema.
#[derive(Default)]
pub(super) struct Documents(pub(super) BTreeMap<&'static str, Vec<Value>>);

impl Documents {
    fn add(&mut self, schema: &'static str, text: &str) {
        let document = serde_json::from_str(text).unwrap_or_else(|error| panic!("{schema}: {error}: {text}"));
        self.0.entry(schema).or_default().push(document);
    }

    fn lines(&mut self, schema: &'static str, text: &str) {
        self.0.entry(schema).or_default();
        text.lines().for_each(|line| self.add(schema, line));
    }

    /// The report folder and what else is said of the tenant as a whole.
    fn tenant(&mut self, dir: &Dir, words: &str) {
        for format in ["jsonl", "json"] {
            dir.sod(&format!("analyze {words} --out report -q --exit-zero --pairs-format {format}")).exits(0);
        }
        self.add("pairs-json", &dir.read_text("report/pairs.json"));
        dir.sod(&format!("analyze {words} --out report -q --exit-zero --pairs-format jsonl")).exits(0);
        self.lines("pairs", &dir.read_text("report/pairs.jsonl"));
        self.lines("conflicts", &dir.read_text("report/conflicts.jsonl"));
        self.lines("conflict-groups", &dir.read_text("report/conflict-groups.jsonl"));
        self.add("manifest", &dir.read_text("report/manifest.json"));
        self.add("summary", &dir.read_text("report/summary.json"));
        if dir.path("report/rules.json").exists() {
            self.add("judged", &dir.read_text("report/rules.json"));
        }
    }

    fn said(&mut self, schema: &'static str, dir: &Dir, words: &str) {
        let ran = dir.sod(words).arg("--format").arg("json").arg("-q").arg("--exit-zero").exits(0);
        self.add(schema, &ran.stdout);
    }
}

impl Documents {
    /// Two snapshots compared and kept, and reports verified: as they are, and with everything that can be wrong.
    fn months(&mut self, dir: &Dir) {
        let two = |name: &str| format!("{DATA}/two-months/{name}");
        let judged = format!("--rules {} --exceptions {}", two("rules.toml"), two("exceptions.toml"));
        let (october, november) = (two("october"), two("november"));
        let old = format!("--old-rules {}", two("rules-of-october.toml"));
        self.said("diff", dir, &format!("diff {october} {november} {judged} {old}"));
        self.said("diff", dir, &format!("diff {november} {october} {judged}"));
        for (month, from) in [("a", &october), ("b", &november)] {
            dir.sod(&format!("analyze {from} {judged} --out {month} -q --exit-zero")).exits(0);
        }
        self.said("diff", dir, "diff a b");
        dir.sod(&format!("ledger history {october} {november} {judged} -q --exit-zero")).exits(0);
        // Conflicts first: in the first few documents every member is changed.
        let lines = dir.read_text("history");
        let mut lines: Vec<&str> = lines.lines().collect();
        lines.reverse();
        self.lines("ledger", &lines.join("\n"));
        self.said(
            "verify",
            dir,
            &format!(
                "verify a {october} --rules {} --exceptions {}",
                two("rules.toml"),
                two("exceptions.toml")
            ),
        );
        let edited = dir.read_text("a/conflicts.csv").replacen("open", "shut", 1);
        dir.write("a/conflicts.csv", edited).write("a/more.txt", "");
        self.said("verify", dir, &format!("verify a {october}"));
        self.said("verify", dir, &format!("verify b {october}"));
    }
}

pub(super) fn documents() -> Documents {
    let mut all = Documents::default();
    let dir = tenant::dir();
    let user = tenant::object_id("alice");
    let members = json!([{ "GroupId": "dddddddd-0000-4000-8000-000000000001", "Members": [user] }]);
    dir.write("rules.toml", RULES)
        .write("exceptions.toml", EXCEPTIONS)
        .write("roles/packages.json", beside().to_string());
    dir.write("roles/members.json", members.to_string());
    let judged = "--rules rules.toml --exceptions exceptions.toml --as-of 2026-06-01";
    let (bare, words) = ("export", format!("export roles {judged}"));
    all.tenant(&dir, bare);
    all.tenant(&dir, &format!("export {judged}"));
    for words in [bare, words.as_str(), "export --keep user=bob@contoso.example"] {
        all.said("remediate", &dir, &format!("remediate {words} --check"));
    }
    // Reading what ends soon, and everything that a plan can be told.
    dir.sod(&format!("analyze {words} --out report -q --exit-zero --ending-within 400")).exits(0);
    all.add("summary", &dir.read_text("report/summary.json"));
    all.add("judged", &dir.read_text("report/rules.json"));
    all.lines("conflicts", &dir.read_text("report/conflicts.jsonl"));
    all.lines("conflict-groups", &dir.read_text("report/conflict-groups.jsonl"));
    all.said(
        "remediate",
        &dir,
        &format!("remediate {words} --keep-holders 2 --free-ending-within 5 --weigh policy"),
    );
    all.said("remediate", &dir, "remediate export --keep user=bob@contoso.example --check");
    dir.sod(&format!("remediate {words} --format csv -o plan.csv -q --exit-zero")).exits(0);
    dir.write(
        "half.csv",
        dir.read_text("plan.csv").lines().take(1).map(|line| format!("{line}\n")).collect::<String>(),
    );
    all.said("remediate-check", &dir, &format!("remediate {words} --check half.csv"));
    let kept =
        "--check plan.csv --keep user=bob@contoso.example --keep user=alice@contoso.example --keep-holders 4";
    all.said("remediate-check", &dir, &format!("remediate {words} {kept}"));
    all.said("inspect", &dir, &words.replace(judged, "").replace("export", "inspect export"));
    for rule in ["P2P-01", "GONE", "OLD", "AUDIT", tenant::RULE] {
        all.said("explain-rule", &dir, &format!("explain {words} --rule {rule}"));
    }
    all.said("explain-rule", &dir, &format!("explain {words} --rule P2P-01 --group 1"));
    all.said("explain-user", &dir, &format!("explain {words} --user alice@contoso.example"));
    all.said("explain-pair", &dir, &format!("explain {words} --pair {} {}", tenant::VENDOR, tenant::PAYMENT));
    all.said("rules-check", &dir, "rules check rules.toml exceptions.toml export");

    // The sample: dirt, groups, policies, catalogs.
    let sample = format!("{DATA}/sample-tenant {DATA}/resource-roles.json");
    let judged = format!("--rules {DATA}/rules.toml --exceptions {DATA}/exceptions.toml");
    all.tenant(&dir, &format!("{sample} {judged}"));
    all.said("inspect", &dir, &format!("inspect {sample}"));
    all.said("remediate", &dir, &format!("remediate {sample} {judged} --search-limit 0 --keep-holders 30"));
    all.said("explain-user", &dir, &format!("explain {sample} --user grace.xu1@contoso.example"));
    all.said("explain-rule", &dir, &format!("explain {sample} {judged} --rule P2P-01 --limit 500"));
    let rule = "entra:1706f967-dbde-4d20-ac0b-8932c715d79d:group:ee042bf4-099e-4ed5-89ee-671bdd493884";
    all.said("explain-rule", &dir, &format!("explain {sample} --rule {rule}"));
    let pair = "2492b093-108c-4999-bd41-9bee2da528be 34281963-ce77-4702-873e-87944b3eecbc";
    all.said("explain-pair", &dir, &format!("explain {sample} --pair {pair} --limit 500"));
    all.said(
        "rules-check",
        &dir,
        &format!("rules check {DATA}/rules-to-check.toml {DATA}/exceptions-to-check.toml"),
    );

    all.months(&dir);

    // No rules, no names, rejected and repeated rows, hostile names.
    let ugly = "user,package,state\n=1+1,\"a\"\"|`\",delivered\n=1+1,b,delivered\nc,b,Frozen\n,b,delivered\nc,b,Frozen\nshort\n";
    dir.write("ugly.csv", ugly);
    all.tenant(&dir, "ugly.csv");
    all.said("inspect", &dir, "inspect ugly.csv");
    all.said("explain-user", &dir, "explain ugly.csv --user =1+1");
    all.said("explain-pair", &dir, "explain ugly.csv --pair b a\"|`");
    dir.write("nothing.json", "{\"value\":[]}");
    all.tenant(&dir, "nothing.json --allow-empty");
    all
}
