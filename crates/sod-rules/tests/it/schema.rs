//! The JSON Schema and the reader: they know the same keys, and neither takes what the other refuses.

use crate::schema_documents::{exceptions_document, rules_document};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sod_rules::{DocumentError, exceptions_schema, parse_exceptions, parse_rules, rules_schema};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use toml::de::{DeTable, DeValue};

static RULES: LazyLock<Validator> = LazyLock::new(|| validator(rules_schema()));
static EXCEPTIONS: LazyLock<Validator> = LazyLock::new(|| validator(exceptions_schema()));

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn read_rules(document: &Value) -> Result<(), DocumentError> {
    parse_rules("rules.json", &document.to_string()).map(|_| ())
}

fn read_exceptions(document: &Value) -> Result<(), DocumentError> {
    parse_exceptions("exceptions.json", &document.to_string()).map(|_| ())
}

/// The keys that the reader knows in the table where `zzqq` stands: it lists them.
fn keys_of_reader(error: &DocumentError) -> BTreeSet<String> {
    let unknown = error.problems.iter().find(|problem| problem.message.contains("no key `zzqq`")).unwrap();
    let listed = unknown.help.as_deref().unwrap().strip_prefix("its keys are ").unwrap();
    listed.split(", ").map(str::to_owned).collect()
}

fn keys_of_schema(schema: &str, pointer: &str) -> BTreeSet<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let table = schema.pointer(pointer).unwrap();
    assert_eq!(table["additionalProperties"], json!(false), "{pointer}");
    table["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_reader_and_the_schema_know_the_same_keys() {
    let rule = json!({"id": "R", "terms": [{"packages": ["A"]}]});
    let with = |pointer: &str, document: Value| {
        let mut document = document;
        document.pointer_mut(pointer).unwrap()["zzqq"] = json!(1);
        document
    };
    let rules = json!({"ruleset": {}, "function": {"f": {"packages": ["A"]}}, "rule": [rule]});
    for (at, pointer) in [
        ("", ""),
        ("/ruleset", "/properties/ruleset"),
        ("/function/f", "/$defs/function"),
        ("/rule/0", "/$defs/rule"),
        ("/rule/0/terms/0", "/$defs/term"),
    ] {
        let document = with(at, rules.clone());
        let known = keys_of_reader(&read_rules(&document).unwrap_err());
        assert_eq!(known, keys_of_schema(rules_schema(), pointer), "{pointer}");
        assert!(!RULES.is_valid(&document), "{pointer}");
    }
    let exception =
        json!({"id": "E", "rule": "R", "criterion": {"package": "A"}, "owner": "o", "justification": "j"});
    let exceptions = json!({"exception": [exception]});
    for (at, pointer) in
        [("", ""), ("/exception/0", "/$defs/exception"), ("/exception/0/criterion", "/$defs/criterion")]
    {
        let document = with(at, exceptions.clone());
        let known = keys_of_reader(&read_exceptions(&document).unwrap_err());
        assert_eq!(known, keys_of_schema(exceptions_schema(), pointer), "{pointer}");
        assert!(!EXCEPTIONS.is_valid(&document), "{pointer}");
    }
}

/// TOML as JSON of the same shape; dates are texts.
fn json_of(value: DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(list) => list.into_iter().map(|value| json_of(value.into_inner())).collect(),
        DeValue::Table(table) => json_of_table(table),
        DeValue::Float(_) => unreachable!("no document has one"),
    }
}

fn json_of_table(table: DeTable<'_>) -> Value {
    let entries =
        table.into_iter().map(|(key, value)| (key.into_inner().into_owned(), json_of(value.into_inner())));
    Value::Object(entries.collect::<Map<String, Value>>())
}

#[test]
fn the_documents_of_the_sample_tenant_are_valid() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");
    for (name, validator) in [
        ("rules.toml", &RULES),
        ("rules-to-check.toml", &RULES),
        ("exceptions.toml", &EXCEPTIONS),
        ("exceptions-to-check.toml", &EXCEPTIONS),
    ] {
        let text = std::fs::read_to_string(format!("{data}/{name}")).unwrap();
        let document = json_of_table(DeTable::parse(&text).unwrap().into_inner());
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

/// Every place of a document.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                places(value, &format!("{at}/{key}"), all);
            }
        }
        Value::Array(list) => {
            for (number, value) in list.iter().enumerate() {
                places(value, &format!("{at}/{number}"), all);
            }
        }
        _ => {}
    }
}

/// One value put in the place of another, or a key taken away or added.
fn mutated(document: &Value, place: prop::sample::Index, how: usize) -> Value {
    const KEYS: [&str; 6] = ["package", "at_least", "user", "criterion", "terms", "zz"];
    let values = [
        Value::Null,
        json!(0),
        json!(2.5),
        json!(-1),
        json!(true),
        json!(""),
        json!(" "),
        json!("entra:a"),
        json!([]),
        json!({}),
        json!(["A", ""]),
        json!([null]),
        json!("31.1.2026"),
        json!("soon"),
        json!(4_294_967_296u64),
        json!("x"),
    ];
    let mut document = document.clone();
    let mut all = Vec::new();
    places(&document, "", &mut all);
    let at = place.get(&all);
    if let Some(value) = values.get(how) {
        *document.pointer_mut(at).unwrap() = value.clone();
    } else if let Some(table) = document.pointer_mut(at).and_then(Value::as_object_mut) {
        let key = table.keys().nth(how % table.len().max(1)).cloned();
        match key.filter(|_| how.is_multiple_of(2)) {
            Some(key) => drop(table.remove(&key)),
            None => drop(table.insert(KEYS[how % KEYS.len()].to_owned(), json!("x"))),
        }
    }
    document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn both_take_what_is_right(rules in rules_document(), exceptions in exceptions_document()) {
        // A function that a term names may not be there; that is told when rules are looked up.
        prop_assert!(read_rules(&rules).is_ok(), "{}\n{}", rules, read_rules(&rules).unwrap_err());
        prop_assert!(RULES.is_valid(&rules), "{}: {:?}", rules, RULES.iter_errors(&rules).next());
        prop_assert!(read_exceptions(&exceptions).is_ok(), "{}", exceptions);
        prop_assert!(EXCEPTIONS.is_valid(&exceptions), "{}", exceptions);
    }

    #[test]
    fn what_the_schema_refuses_the_reader_refuses(
        rules in rules_document(), exceptions in exceptions_document(), place: prop::sample::Index, how in 0usize..24,
    ) {
        let rules = mutated(&rules, place, how);
        let (schema, reader) = (RULES.is_valid(&rules), read_rules(&rules).is_ok());
        prop_assert!(schema || !reader, "the reader alone takes {}", rules);
        prop_assert!(reader || !schema || beyond_a_schema(&rules), "the schema alone takes {}", rules);
        let exceptions = mutated(&exceptions, place, how);
        let (schema, reader) = (EXCEPTIONS.is_valid(&exceptions), read_exceptions(&exceptions).is_ok());
        prop_assert!(schema || !reader, "the reader alone takes {}", exceptions);
        prop_assert!(reader || !schema || beyond_a_schema(&exceptions), "the schema alone takes {}", exceptions);
    }
}

/// What a schema cannot say: how many a term lists.
fn beyond_a_schema(document: &Value) -> bool {
    let error = read_rules(document).err();
    error.is_some_and(|error| {
        error.problems.iter().all(|problem| problem.code == sod_rules::ProblemCode::Impossible)
    })
}
