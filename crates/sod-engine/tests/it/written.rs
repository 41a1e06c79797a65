//! A report written the usual way, for those who verify it.

use sod_engine::formats::manifest::Build;
use sod_engine::formats::verification::Verification;
use sod_engine::{
    Analysis, AnalyzeOptions, Documents, Input, LoadOptions, Loaded, ReportOptions, RunOptions, Silent,
    Timestamp, VerifyError, VerifyOptions, read_exceptions, read_rules,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The folder `data` of the sources.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

/// A report, its inputs and how it was made.
pub(crate) struct Written {
    pub(crate) place: TempDir,
    pub(crate) inputs: Vec<Input>,
    pub(crate) run: RunOptions,
    pub(crate) documents: VerifyOptions,
}

impl Written {
    /// Nothing is written yet.
    pub(crate) fn of(inputs: &[&Path]) -> Self {
        Self {
            place: tempfile::tempdir().unwrap(),
            inputs: inputs.iter().map(|path| Input::from(*path)).collect(),
            run: RunOptions::default(),
            documents: VerifyOptions::default(),
        }
    }

    pub(crate) fn judged_by(mut self, rules: &Path, exceptions: &Path) -> Self {
        self.documents.rules.push(rules.to_owned());
        self.documents.exceptions.push(exceptions.to_owned());
        self
    }

    pub(crate) fn run(mut self, run: RunOptions) -> Self {
        self.run = run;
        self
    }

    /// Where the report is.
    pub(crate) fn folder(&self) -> PathBuf {
        self.place.path().join("report")
    }

    /// Reads and analyses.
    pub(crate) fn analyze(&self) -> (Loaded, Analysis) {
        let load = LoadOptions { hash: true, ..self.run.load_options() };
        let loaded = sod_engine::load(&self.inputs, &load, &Silent).unwrap();
        let documents = Documents {
            rules: self.documents.rules.iter().map(|path| read_rules(path).unwrap()).collect(),
            exceptions: self.documents.exceptions.iter().map(|path| read_exceptions(path).unwrap()).collect(),
            strict: self.run.strict,
        };
        let options = AnalyzeOptions {
            holding: self.run.holding(),
            documents,
            as_of: self.run.as_of,
            ending_within: self.run.ending_within,
            ..AnalyzeOptions::default()
        };
        let analysis = sod_engine::analyze(&loaded.snapshot, &options, &Silent).unwrap();
        (loaded, analysis)
    }

    /// Writes what an analysis found.
    pub(crate) fn report(&self, loaded: &Loaded, analysis: &Analysis) {
        let report = ReportOptions {
            pairs: self.run.pairs_format,
            without: &self.run.without,
            command_line: &self.command_line(),
            options: &self.run.to_words(),
            build: &Build::default(),
            started: Timestamp(1_795_000_000),
            now: &|| Timestamp(1_795_000_061),
        };
        sod_engine::write_report(&loaded.snapshot, analysis, &self.folder(), &report, &Silent).unwrap();
    }

    /// The words that come to such a report.
    fn command_line(&self) -> Vec<String> {
        let mut words = vec!["sod".to_owned(), "analyze".to_owned()];
        for input in &self.inputs {
            if let Input::Path(path) = input {
                words.push(path.display().to_string());
            }
        }
        for (name, value) in self.run.to_words() {
            let flag = format!("--{}", name.replace('_', "-"));
            words.extend(match &*value {
                "true" => vec![flag],
                "false" => Vec::new(),
                _ => vec![flag, value],
            });
        }
        words
    }

    /// Analyses and writes.
    pub(crate) fn write(self) -> Self {
        let (loaded, analysis) = self.analyze();
        self.report(&loaded, &analysis);
        self
    }

    /// Verifies the report against its inputs.
    pub(crate) fn verify(&self) -> Result<Verification, VerifyError> {
        sod_engine::verify(&self.folder(), &self.inputs, &VerifyOptions::default(), &Silent)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder().join(name)).unwrap()
    }

    pub(crate) fn overwrite(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.folder().join(name), bytes).unwrap();
    }

    /// The names of all files of the report.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Puts the true sizes and hashes into the manifest and seals it again, as a forger would.
    pub(crate) fn seal_again(&self, change: impl FnOnce(&mut serde_json::Value)) {
        use sod_engine::formats::{manifest::Seal, sha256};
        let mut manifest: serde_json::Value = serde_json::from_slice(&self.read("manifest.json")).unwrap();
        for output in manifest["outputs"].as_array_mut().unwrap() {
            let name = output["name"].as_str().unwrap().to_owned();
            if let Ok(bytes) = std::fs::read(self.folder().join(name)) {
                output["bytes"] = bytes.len().into();
                output["sha256"] = hex(&sha256(&bytes)).into();
            }
        }
        change(&mut manifest);
        manifest["manifest_sha256"] = "0".repeat(64).into();
        let text = format!("{}\n", serde_json::to_string_pretty(&manifest).unwrap());
        let sealed = text.replace(&"0".repeat(64), &hex(&sha256(text.as_bytes())));
        assert_eq!(Seal::of(sealed.as_bytes()), Seal::Intact);
        self.overwrite("manifest.json", sealed);
    }
}

pub(crate) fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What differs, a line each.
pub(crate) fn told(found: &Verification) -> String {
    let lines = found.differences.iter().map(|one| match &*one.file {
        // Packed bytes depend on the names of temporary folders that stand in them: no two runs find the same.
        "report.xlsx" => format!("{} report.xlsx", one.code.code()),
        _ => format!("{} {}: {}", one.code.code(), one.place(), one.message),
    });
    let why = found.not_recomputed.iter().map(|why| format!("not recomputed: {why}"));
    lines.chain(why).collect::<Vec<_>>().join("\n")
}

/// A tenant with everything in it once: a declared pair, a declared group, resource roles, rules and exceptions of all kinds.
pub(crate) fn small() -> Written {
    const RULES: &str = r#"
        [ruleset]
        id = "small"
        version = "1"
        [function.vendors]
        packages = ["Vendors", "Suppliers"]
        [[rule]]
        id = "R1"
        name = "Vendors and payments"
        severity = "critical"
        risk = "Pays an invented vendor."
        frameworks = ["SOX 404"]
        terms = [{ functions = ["vendors"] }, { packages = ["Payments"] }]
        [[rule]]
        id = "R2"
        terms = [{ packages = ["Vendors", "Payments", "Nowhere"], at_least = 2 }]
        [[rule]]
        id = "R3"
        terms = [{ packages = ["Nowhere", "Neither"], at_least = 1 }]
        [[rule]]
        id = "R4"
        enabled = false
        terms = [{ packages = ["Vendors"] }]
        [[rule]]
        id = "R5"
        valid_to = "2020-01-01"
        terms = [{ packages = ["Payments"] }]
    "#;
    const EXCEPTIONS: &str = r#"
        [[exception]]
        id = "E1"
        rule = "R1"
        user = "ann@contoso.example"
        owner = "cfo"
        justification = "Two people."
        control = "Weekly review."
        end = "2026-12-31"
        [[exception]]
        id = "E2"
        rule = "R1"
        criterion = { department = "finance" }
        owner = "bob@contoso.example"
        justification = "Always so."
        [[exception]]
        id = "E3"
        rule = "R2"
        criterion = { package = "Suppliers" }
        owner = "cfo"
        justification = "Over."
        end = "2020-12-31"
        [[exception]]
        id = "E4"
        rule = "gone"
        user = "ann@contoso.example"
        owner = "cfo"
        justification = "Left over."
    "#;
    let mut written = Written::of(&[]);
    let export = written.place.path().join("export");
    std::fs::create_dir(&export).unwrap();
    std::fs::write(export.join("packages.json"), packages()).unwrap();
    std::fs::write(export.join("assignments.json"), assignments()).unwrap();
    std::fs::write(written.place.path().join("rules.toml"), RULES).unwrap();
    std::fs::write(written.place.path().join("exceptions.toml"), EXCEPTIONS).unwrap();
    written.inputs = vec![Input::from(&*export)];
    written.run.as_of = Timestamp::parse("2026-11-22");
    written.run.ending_within = Some(60);
    let (rules, exceptions) =
        (written.place.path().join("rules.toml"), written.place.path().join("exceptions.toml"));
    written.judged_by(&rules, &exceptions)
}

fn packages() -> String {
    serde_json::json!({ "value": [
        { "id": "p1", "displayName": "Vendors", "incompatibleAccessPackages": [{ "id": "p2" }],
          "incompatibleGroups": [{ "id": "g1", "displayName": "Auditors" }] },
        { "id": "p2", "displayName": "Payments" },
        { "id": "p3", "displayName": "=Suppliers()" },
        { "id": "p4", "displayName": "Suppliers" },
        { "id": "g1", "displayName": "Auditors", "groupTypes": [], "members": [{ "id": "u1" }, { "id": "u3" }] },
        { "id": "u1", "userPrincipalName": "ann@contoso.example", "displayName": "Ann", "department": "Sales" },
        { "id": "u2", "userPrincipalName": "bob@contoso.example", "displayName": "Bob", "department": "Finance " },
    ]})
    .to_string()
}

fn assignments() -> String {
    let row = |(at, (user, package, state)): (usize, (&str, &str, &str))| {
        serde_json::json!({
            "id": format!("a{at}"), "accessPackageId": package, "targetId": user, "assignmentState": state,
            "target": { "id": format!("s-{user}"), "objectId": user, "displayName": format!("User {user}") },
        })
    };
    let rows = [
        ("u1", "p1", "Delivered"),
        ("u1", "p2", "Delivered"),
        ("u1", "p2", "Delivered"),
        ("u2", "p1", "Delivered"),
        ("u2", "p2", "Delivered"),
        ("u2", "p4", "Delivered"),
        ("u3", "p1", "Delivered"),
        ("u3", "p3", "Expired"),
        ("u4", "p2", "Delivered"),
        ("u4", "p4", "Delivered"),
    ];
    let mut value: Vec<serde_json::Value> = rows.into_iter().enumerate().map(row).collect();
    value.push(serde_json::json!({ "id": "a99", "targetId": "u4", "assignmentState": "Delivered" }));
    serde_json::to_string_pretty(&serde_json::json!({ "value": value })).unwrap()
}
