//! Items as JSON, in the names of one version: what was selected, and what was expanded.

use crate::edm::{Kind, Property};
use crate::item::Item;
use crate::list::arranged;
use crate::odata::{Expansion, Options, Selection};
use crate::shape::{ApiVersion, first_lower, first_upper};
use serde_json::{Map, Value, json};

/// Says of a list that the export may lack what it should hold.
pub(crate) const NOT_EXPORTED: &str = "@sod.notExported";

/// The one id of a subject of which the export does not tell whether it is that of the subject or of the directory object.
const USER_ID: &str = "@sod.userId";

/// The item as Graph writes it. What is not known is left out.
pub(crate) fn render(item: &Item<'_>, version: ApiVersion, options: &Options) -> Map<String, Value> {
    let mut members = Map::new();
    if let Some(name) = item.type_name() {
        members.insert("@odata.type".to_owned(), name.clone());
    }
    let select = options.select.as_deref();
    for property in item.entity_type().properties {
        let Some(name) = property.name(version).filter(|_| !property.kind.is_navigation()) else { continue };
        let selection = select.map(|wanted| wanted.iter().find(|selection| selection.property.is(property)));
        if matches!(selection, Some(None)) {
            continue;
        }
        let Some(value) = item.known(property) else { continue };
        let wanted = selection.flatten().map_or(&[][..], |selection| &selection.members);
        members.insert(name.to_owned(), spelled(property, value.into_owned(), version, wanted));
    }
    if select.is_none()
        && !members.contains_key("id")
        && !members.contains_key("objectId")
        && let Some(id) = item.user_id()
    {
        members.insert(USER_ID.to_owned(), json!(id));
    }
    for expansion in &options.expand {
        expand(item, version, expansion, &mut members);
    }
    members
}

fn expand(item: &Item<'_>, version: ApiVersion, expansion: &Expansion, members: &mut Map<String, Value>) {
    let Some(name) = expansion.property.name(version) else { return };
    match expansion.property.kind {
        Kind::One(_) => {
            if let Some(one) = item.one(expansion.property) {
                members.insert(name.to_owned(), Value::Object(render(&one, version, &expansion.options)));
            }
        }
        Kind::Many(_) => {
            let all = item.many(expansion.property);
            let is_empty = all.is_empty();
            let ((count, found), met_unknown) = item.desk().watch(|| arranged(all, &expansion.options));
            if item.lack(expansion.property).is_felt(is_empty) || met_unknown {
                members.insert(format!("{name}{NOT_EXPORTED}"), json!(true));
            }
            if expansion.options.count {
                members.insert(format!("{name}@odata.count"), json!(count));
            }
            let found = found.iter().map(|item| Value::Object(render(item, version, &expansion.options)));
            members.insert(name.to_owned(), found.collect());
        }
        _ => {}
    }
}

/// A value in the spelling of the version, and of its members those that are wanted; none named are all.
pub(crate) fn spelled(property: &Property, value: Value, version: ApiVersion, wanted: &[Selection]) -> Value {
    match value {
        Value::String(word) if property.capital_in_beta => Value::String(match version {
            ApiVersion::V1 => first_lower(&word),
            ApiVersion::Beta => first_upper(&word),
        }),
        Value::Object(members) if !wanted.is_empty() => {
            let is_wanted = |name: &String| {
                let named = |selection: &Selection| selection.property.name(version) == Some(name.as_str());
                wanted.iter().any(named)
            };
            Value::Object(members.into_iter().filter(|(name, _)| is_wanted(name)).collect())
        }
        other => other,
    }
}
