//! Laws: what is written and read again means what the slow spec says, in every spelling; nothing panics.

use super::spec::{Cond, Package, Text, kept};
use super::{escaped, parsed};
use proptest::prelude::*;
use serde_json::{Value, json};
use sod_graph::ApiVersion::{Beta, V1};
use sod_graph::edm::{ACCESS_PACKAGE, ASSIGNMENT, Kind, POLICY};
use sod_graph::odata::{JsonRow, Row, compare, parse_options};

const WORDS: [&str; 8] = ["", "a", "A", "ab", "B'b", "\u{c4}", "\u{e4}b", "a;)&+%"];
const OPERATORS: [&str; 6] = ["eq", "ne", "gt", "ge", "lt", "le"];

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned)
}

fn package() -> impl Strategy<Value = Package> {
    let created =
        prop::option::of(prop_oneof![4 => (1_u32..6).prop_map(Ok), 1 => Just(Err("soon".to_owned()))]);
    let catalog = prop::option::of(prop::option::of(word()));
    let leaf = (prop::option::of(word()), prop::option::of(any::<bool>()), created, catalog).prop_map(
        |(name, hidden, created, catalog)| Package { name, hidden, created, catalog, incompatible: vec![] },
    );
    leaf.prop_recursive(3, 12, 3, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..3))
            .prop_map(|(package, incompatible)| Package { incompatible, ..package })
    })
}

fn text() -> impl Strategy<Value = Text> {
    let leaf = prop_oneof![
        3 => (0_usize..4).prop_map(Text::Name),
        2 => (0_usize..4).prop_map(Text::Catalog),
        3 => word().prop_map(Text::Literal),
        1 => Just(Text::Null),
    ];
    leaf.prop_recursive(2, 3, 1, |inner| inner.prop_map(|inner| Text::Lower(Box::new(inner))))
}

fn cond() -> impl Strategy<Value = Cond> {
    let operator = || prop::sample::select(OPERATORS.to_vec());
    let function = prop::sample::select(vec!["contains", "startswith", "endswith"]);
    let leaf = prop_oneof![
        4 => (operator(), text(), text()).prop_map(|(operator, left, right)| Cond::Text(operator, left, right)),
        2 => (text(), prop::collection::vec(word(), 1..3)).prop_map(|(left, values)| Cond::In(left, values)),
        3 => (function, text(), text()).prop_map(|(name, left, right)| Cond::Function(name, left, right)),
        2 => (operator(), 0_usize..4, prop::option::of(1_u32..6))
            .prop_map(|(operator, variable, day)| Cond::Created(operator, variable, day)),
        2 => (0_usize..4).prop_map(Cond::Hidden),
        1 => (operator(), 0_usize..4, prop::option::of(any::<bool>()))
            .prop_map(|(operator, variable, truth)| Cond::HiddenIs(operator, variable, truth)),
        1 => (operator(), 0_usize..4, 0_usize..3)
            .prop_map(|(operator, variable, count)| Cond::Count(operator, variable, count)),
        1 => (operator(), text(), 0_usize..3)
            .prop_map(|(operator, text, length)| Cond::Length(operator, text, length)),
        1 => (0_usize..4).prop_map(|variable| Cond::Any(variable, None)),
    ];
    leaf.prop_recursive(5, 24, 3, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            2 => boxed().prop_map(Cond::Not),
            2 => (boxed(), boxed()).prop_map(|(left, right)| Cond::And(left, right)),
            2 => (boxed(), boxed()).prop_map(|(left, right)| Cond::Or(left, right)),
            1 => (0_usize..4, boxed()).prop_map(|(variable, inner)| Cond::Any(variable, Some(inner))),
            1 => (0_usize..4, boxed()).prop_map(|(variable, inner)| Cond::All(variable, inner)),
        ]
    })
}

/// Writes conditions; the seed chooses among spellings that mean the same.
struct Writer {
    seed: u64,
    /// Chooses where parentheses stand that need not: those that join two `and` make two lists of one.
    parentheses: u64,
}

fn next(seed: &mut u64, choices: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % choices
}

impl Writer {
    fn one_of(&mut self, choices: u64) -> u64 {
        next(&mut self.seed, choices)
    }

    fn name(&mut self, name: &str) -> String {
        match self.one_of(4) {
            0 => name.to_uppercase(),
            1 => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }

    fn blank(&mut self) -> &'static str {
        if self.one_of(4) == 0 { "  \t" } else { " " }
    }

    /// `variable/`, or nothing for the package itself.
    fn begin(&mut self, variable: usize, depth: usize) -> String {
        match variable % (depth + 1) {
            0 if self.one_of(3) == 0 => "$it/".to_owned(),
            0 => String::new(),
            nth => format!("v{nth}/"),
        }
    }

    fn text(&mut self, text: &Text, depth: usize) -> String {
        match text {
            Text::Name(variable) => self.begin(*variable, depth) + &self.name("displayName"),
            Text::Catalog(variable) => {
                let catalog = self.name("catalog");
                self.begin(*variable, depth) + &catalog + "/" + &self.name("displayName")
            }
            Text::Lower(inner) => {
                let name = self.name("tolower");
                format!("{name}({})", self.text(inner, depth))
            }
            Text::Literal(literal) => format!("'{}'", literal.replace('\'', "''")),
            Text::Null => self.name("null"),
        }
    }

    fn binary(&mut self, operator: &str, left: &str, right: &str) -> String {
        let (before, behind) = (self.blank(), self.blank());
        format!("{left}{before}{}{behind}{right}", self.name(operator))
    }

    /// How tightly it binds: `or` 0, `and` 1, comparisons 2, all else 3.
    fn strength(cond: &Cond) -> u8 {
        match cond {
            Cond::Or(..) => 0,
            Cond::And(..) => 1,
            Cond::Function(..) | Cond::Hidden(_) | Cond::Not(_) | Cond::Any(..) | Cond::All(..) => 3,
            _ => 2,
        }
    }

    fn within(&mut self, cond: &Cond, depth: usize, at_least: u8) -> String {
        let inner = self.cond(cond, depth);
        if Self::strength(cond) < at_least || next(&mut self.parentheses, 5) == 0 {
            format!("( {inner})")
        } else {
            inner
        }
    }

    fn cond(&mut self, cond: &Cond, depth: usize) -> String {
        match cond {
            Cond::Text(operator, left, right) => {
                let (left, right) = (self.text(left, depth), self.text(right, depth));
                self.binary(operator, &left, &right)
            }
            Cond::In(left, values) => {
                let values = values.iter().map(|value| format!("'{}'", value.replace('\'', "''")));
                let list = format!("({})", values.collect::<Vec<_>>().join(","));
                let left = self.text(left, depth);
                self.binary("in", &left, &list)
            }
            Cond::Function(name, left, right) => {
                let name = self.name(name);
                format!("{name}({},{}{})", self.text(left, depth), self.blank(), self.text(right, depth))
            }
            Cond::Created(operator, variable, day) => {
                let left = self.begin(*variable, depth) + &self.name("createdDateTime");
                let day = day.map_or("null".to_owned(), |day| match self.one_of(4) {
                    0 => format!("2026-01-{day:02}"),
                    1 => format!("'2026-01-{day:02}T00:00:00.0000000Z'"),
                    2 => format!("2026-01-{day:02}T05:30:00+05:30"),
                    _ => format!("2026-01-{day:02}T00:00:00Z"),
                });
                self.binary(operator, &left, &day)
            }
            Cond::Hidden(variable) => self.begin(*variable, depth) + &self.name("isHidden"),
            Cond::HiddenIs(operator, variable, truth) => {
                let left = self.begin(*variable, depth) + "isHidden";
                let right = self.name(match truth {
                    None => "null",
                    Some(true) => "true",
                    Some(false) => "false",
                });
                self.binary(operator, &left, &right)
            }
            Cond::Count(operator, variable, count) => {
                let left = self.begin(*variable, depth) + "incompatibleAccessPackages/$count";
                self.binary(operator, &left, &count.to_string())
            }
            Cond::Length(operator, inner, length) => {
                let left = format!("length({})", self.text(inner, depth));
                self.binary(operator, &left, &length.to_string())
            }
            Cond::Not(inner) => format!("{} {}", self.name("not"), self.within(inner, depth, 3)),
            Cond::And(left, right) => {
                let (left, right) = (self.within(left, depth, 1), self.within(right, depth, 1));
                self.binary("and", &left, &right)
            }
            Cond::Or(left, right) => {
                let (left, right) = (self.within(left, depth, 0), self.within(right, depth, 0));
                self.binary("or", &left, &right)
            }
            Cond::Any(variable, inner) => {
                let path = self.begin(*variable, depth) + &self.name("incompatibleAccessPackages");
                let inner = inner.as_ref().map_or(String::new(), |inner| self.lambda(inner, depth));
                format!("{path}/{}({inner})", self.name("any"))
            }
            Cond::All(variable, inner) => {
                let path = self.begin(*variable, depth) + &self.name("incompatibleAccessPackages");
                format!("{path}/{}({})", self.name("all"), self.lambda(inner, depth))
            }
        }
    }

    fn lambda(&mut self, inner: &Cond, depth: usize) -> String {
        format!("v{}:{}", depth + 1, self.cond(inner, depth + 1))
    }
}

fn written(cond: &Cond, seed: u64, parentheses: u64) -> String {
    format!("$filter={}", escaped(&Writer { seed, parentheses }.cond(cond, 0)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn p44_a_filter_means_what_the_spec_says(cond in cond(), packages in prop::collection::vec(package(), 1..5), seed: u64) {
        let query = written(&cond, seed, seed.rotate_left(32));
        let filter = parsed(&query, &ACCESS_PACKAGE, V1).filter.unwrap();
        for package in &packages {
            let row = package.json();
            let row = JsonRow { value: &row, version: V1 };
            let matches = filter.matches(&row);
            prop_assert_eq!(matches, kept(&cond, package), "{:?}", filter);
            // What must be so is so of whatever is kept.
            for required in filter.required().iter().filter(|_| matches) {
                let value = row.value(required.path);
                let value = value.as_ref().and_then(|value| value.as_str()).unwrap_or_default().to_lowercase();
                prop_assert!(required.values.iter().any(|wanted| wanted.to_lowercase() == value), "{:?}", required);
            }
        }
    }

    #[test]
    fn p44_the_spelling_does_not_count(cond in cond(), seed: u64, other: u64, parentheses: u64) {
        let read = |seed| format!("{:?}", parsed(&written(&cond, seed, parentheses), &ACCESS_PACKAGE, V1).filter);
        prop_assert_eq!(read(seed), read(other));
    }

    #[test]
    fn p45_whatever_is_sent_is_read_or_has_a_place(query in r"(\$(filter|select|expand|orderby|search|top)=)?([a-z]{1,3}|id|state|target|catalog|not|and|eq|in|any|'|''|[0-9]|[()/:;,=&%+* .$@-]|%2[07-9]|true|\PC|\x00){0,24}") {
        for entity in [&ASSIGNMENT, &POLICY, &ACCESS_PACKAGE] {
            if let Err(error) = parse_options(&query, entity, Beta) {
                prop_assert!(error.position <= query.chars().count(), "{error:?}");
                prop_assert!(error.message.contains("position"), "{error:?}");
                prop_assert!(!error.message.chars().any(char::is_control), "{error:?}");
            }
        }
    }

    #[test]
    fn p46_order_is_an_order(values in prop::collection::vec(value(), 3), kind in 0_usize..6) {
        let kind = [Kind::Text, Kind::Word(&[]), Kind::Boolean, Kind::Integer, Kind::Moment, Kind::Duration][kind];
        let [a, b, c] = values.as_slice() else { unreachable!() };
        prop_assert_eq!(compare(a, b, kind), compare(b, a, kind).reverse());
        prop_assert!(compare(a, a, kind).is_eq());
        if compare(a, b, kind).is_le() && compare(b, c, kind).is_le() {
            prop_assert!(compare(a, c, kind).is_le(), "{} {} {}", a, b, c);
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3.0_f64..3.0).prop_map(Value::from),
        word().prop_map(Value::from),
        Just(json!({})),
        prop::sample::select(vec![
            "true",
            "2",
            "2026-01-01",
            "2026-01-01T02:00:00+02:00",
            "P1D",
            "PT24H",
            "null",
            "1.5"
        ])
        .prop_map(Value::from),
    ]
}
