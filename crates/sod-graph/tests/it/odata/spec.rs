//! What filters mean, said slowly: conditions as trees, packages as plain structs, three truth values as numbers. It
//! shares nothing with the parser or the evaluator.

use serde_json::{Value, json};

/// A package, as far as the conditions below ask.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) name: Option<String>,
    pub(crate) hidden: Option<bool>,
    /// A day of January 2026, or something that is no date.
    pub(crate) created: Option<Result<u32, String>>,
    /// The name of its catalog, which it may lack, and which may lack a name.
    pub(crate) catalog: Option<Option<String>>,
    pub(crate) incompatible: Vec<Package>,
}

impl Package {
    pub(crate) fn json(&self) -> Value {
        json!({
            "displayName": self.name,
            "isHidden": self.hidden,
            "createdDateTime": self.created.as_ref().map(|created| match created {
                Ok(day) => format!("2026-01-{day:02}T00:00:00Z"),
                Err(text) => text.clone(),
            }),
            "catalog": self.catalog.as_ref().map(|name| json!({ "displayName": name })),
            "incompatibleAccessPackages": self.incompatible.iter().map(Package::json).collect::<Vec<_>>(),
        })
    }
}

/// A text.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    /// Of the package that a variable stands for; the number is cut down to the variables that there are.
    Name(usize),
    Catalog(usize),
    Lower(Box<Text>),
    Literal(String),
    Null,
}

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Cond {
    Text(&'static str, Text, Text),
    In(Text, Vec<String>),
    Function(&'static str, Text, Text),
    Created(&'static str, usize, Option<u32>),
    Hidden(usize),
    HiddenIs(&'static str, usize, Option<bool>),
    Count(&'static str, usize, usize),
    Length(&'static str, Text, usize),
    Not(Box<Cond>),
    And(Box<Cond>, Box<Cond>),
    Or(Box<Cond>, Box<Cond>),
    Any(usize, Option<Box<Cond>>),
    All(usize, Box<Cond>),
}

/// False, open, true.
type Truth = u8;
const FALSE: Truth = 0;
const OPEN: Truth = 1;
const TRUE: Truth = 2;

fn sure(truth: bool) -> Truth {
    if truth { TRUE } else { FALSE }
}

/// A package and those around it, outermost first.
type Packages<'a> = [&'a Package];

fn of<'a>(packages: &Packages<'a>, variable: usize) -> &'a Package {
    packages[variable % packages.len()]
}

fn text(text: &Text, packages: &Packages<'_>) -> Option<String> {
    match text {
        Text::Name(variable) => of(packages, *variable).name.clone(),
        Text::Catalog(variable) => of(packages, *variable).catalog.clone().flatten(),
        Text::Lower(inner) => self::text(inner, packages).map(|text| text.to_lowercase()),
        Text::Literal(literal) => Some(literal.clone()),
        Text::Null => None,
    }
}

fn compared<T: Ord>(operator: &str, left: Option<T>, right: Option<T>) -> bool {
    match (operator, left, right) {
        ("eq", left, right) => left == right,
        ("ne", left, right) => left != right,
        ("gt", Some(left), Some(right)) => left > right,
        ("ge", Some(left), Some(right)) => left >= right,
        ("lt", Some(left), Some(right)) => left < right,
        ("le", Some(left), Some(right)) => left <= right,
        _ => false,
    }
}

fn small(text: Option<String>) -> Option<String> {
    text.map(|text| text.to_lowercase())
}

/// Whether the condition holds of the innermost of the packages.
pub(crate) fn holds(cond: &Cond, packages: &Packages<'_>) -> Truth {
    match cond {
        Cond::Text(operator, left, right) => {
            sure(compared(operator, small(text(left, packages)), small(text(right, packages))))
        }
        Cond::In(left, values) => {
            let left = small(text(left, packages));
            sure(left.is_some_and(|left| values.iter().any(|value| value.to_lowercase() == left)))
        }
        Cond::Function(name, left, right) => {
            match (small(text(left, packages)), small(text(right, packages))) {
                (Some(left), Some(right)) => sure(match *name {
                    "contains" => left.contains(&right),
                    "startswith" => left.starts_with(&right),
                    _ => left.ends_with(&right),
                }),
                _ => OPEN,
            }
        }
        Cond::Created(operator, variable, day) => match (&of(packages, *variable).created, day) {
            (Some(Err(_)), None) => sure(*operator == "ne"),
            (Some(Err(_)), Some(_)) => OPEN,
            (Some(Ok(created)), day) => sure(compared(operator, Some(*created), *day)),
            (None, day) => sure(compared(operator, None, *day)),
        },
        Cond::Hidden(variable) => of(packages, *variable).hidden.map_or(OPEN, sure),
        Cond::HiddenIs(operator, variable, truth) => {
            sure(compared(operator, of(packages, *variable).hidden, *truth))
        }
        Cond::Count(operator, variable, count) => {
            sure(compared(operator, Some(of(packages, *variable).incompatible.len()), Some(*count)))
        }
        Cond::Length(operator, inner, length) => {
            let found = text(inner, packages).map(|text| text.chars().count());
            sure(compared(operator, found, Some(*length)))
        }
        Cond::Not(inner) => TRUE - holds(inner, packages),
        Cond::And(left, right) => holds(left, packages).min(holds(right, packages)),
        Cond::Or(left, right) => holds(left, packages).max(holds(right, packages)),
        Cond::Any(variable, None) => sure(!of(packages, *variable).incompatible.is_empty()),
        Cond::Any(variable, Some(inner)) => each(*variable, inner, packages).max().unwrap_or(FALSE),
        Cond::All(variable, inner) => each(*variable, inner, packages).min().unwrap_or(TRUE),
    }
}

fn each<'a>(
    variable: usize,
    inner: &'a Cond,
    packages: &'a Packages<'a>,
) -> impl Iterator<Item = Truth> + 'a {
    of(packages, variable).incompatible.iter().map(move |one| {
        let within: Vec<&Package> = packages.iter().copied().chain([one]).collect();
        holds(inner, &within)
    })
}

/// Whether a row is kept.
pub(crate) fn kept(cond: &Cond, package: &Package) -> bool {
    holds(cond, &[package]) == TRUE
}
