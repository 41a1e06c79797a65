//! Who is meant by what people wrote: users by their ids, principal names, addresses and display names.
//!
//! One place, because a report that names nobody must find in a text whomever the plain report finds there.

use sod_model::{Directory, ExternalId, Guid, User, UserId};
use std::collections::HashMap;

/// Display names of more words than this are not turned round.
const WORDS_MAX: usize = 5;

/// A name as it is compared: without regard to case, to blanks, and to blanks behind a comma. `Größe` is `GRÖSSE`.
pub(crate) fn spelling(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    let words = folded.split(',').map(|part| part.split_whitespace().collect::<Vec<&str>>().join(" "));
    words.collect::<Vec<String>>().join(", ").trim().to_owned()
}

/// Those who bear one name.
#[derive(Default)]
pub(crate) struct Bearers {
    /// By an id, a principal name or an address.
    named: Vec<UserId>,
    /// By their display name, in either order of its parts.
    called: Vec<UserId>,
}

impl Bearers {
    /// The one who bears the name, if nobody else does in any way.
    pub(crate) fn only(&self) -> Option<UserId> {
        let mut all = self.named.iter().chain(&self.called);
        let first = *all.next()?;
        all.all(|other| *other == first).then_some(first)
    }

    /// Whom the name may mean: everybody of that id or address, and whoever is called so alone.
    pub(crate) fn meant(&self) -> impl Iterator<Item = UserId> {
        let called = if let [one] = self.called.as_slice() { Some(*one) } else { None };
        self.named.iter().copied().chain(called.filter(|one| !self.named.contains(one)))
    }

    /// Those who are called so.
    pub(crate) fn called(&self) -> &[UserId] {
        &self.called
    }
}

/// By each of these words, as [`spelling`] has them, that somebody bears: who does. One pass over the users, however many words
/// there are.
pub(crate) fn bearers<'w>(
    words: impl IntoIterator<Item = &'w String>,
    directory: &Directory,
) -> HashMap<String, Bearers> {
    let mut found: HashMap<String, Bearers> = words
        .into_iter()
        .filter(|word| !word.is_empty())
        .map(|word| (word.clone(), Bearers::default()))
        .collect();
    if found.is_empty() {
        return found;
    }
    let mut guids: HashMap<Guid, Vec<String>> = HashMap::new();
    for word in found.keys() {
        if let ExternalId::Guid(guid) = ExternalId::new(word) {
            guids.entry(guid).or_default().push(word.clone());
        }
    }
    for (at, user) in directory.users().iter().enumerate() {
        let at = UserId(at as u32);
        let mut named = |word: &str| {
            if let Some(bearers) = found.get_mut(word).filter(|bearers| bearers.named.last() != Some(&at)) {
                bearers.named.push(at);
            }
        };
        for id in std::iter::once(&user.id).chain(&user.aliases) {
            match id {
                ExternalId::Guid(guid) => {
                    guids.get(guid).into_iter().flatten().for_each(|word| named(word));
                }
                ExternalId::Text(text) => named(&spelling(text)),
            }
        }
        [&user.principal_name, &user.email].into_iter().flatten().for_each(|text| named(&spelling(text)));
        for name in display_names(user) {
            if let Some(bearers) = found.get_mut(&name).filter(|bearers| bearers.called.last() != Some(&at)) {
                bearers.called.push(at);
            }
        }
    }
    found.retain(|_, bearers| !bearers.named.is_empty() || !bearers.called.is_empty());
    found
}

/// The display name, and the same turned round: `Anna Li` is `Li, Anna` in many a list. Of more than two words it is not known
/// which are the given names, so it is turned at each of them.
fn display_names(user: &User) -> Vec<String> {
    let Some(name) = user.display_name.as_deref().map(spelling).filter(|name| !name.is_empty()) else {
        return Vec::new();
    };
    let turned: Vec<String> = match name.split_once(", ") {
        Some((last, first)) => vec![format!("{first} {last}")],
        None => {
            let words: Vec<&str> = name.split(' ').collect();
            let turns = if words.len() > WORDS_MAX { 0..0 } else { 1..words.len() };
            let turn = |at| Some(format!("{}, {}", words.get(at..)?.join(" "), words.get(..at)?.join(" ")));
            turns.filter_map(turn).collect()
        }
    };
    std::iter::once(name).chain(turned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sod_model::UserIdKind;

    fn user(id: &str, name: Option<&str>, address: &str) -> User {
        User {
            id: ExternalId::new(id),
            id_kind: UserIdKind::Object,
            display_name: name.map(Into::into),
            principal_name: Some(address.into()),
            email: Some(address.to_uppercase().into()),
            subject_type: None,
            user_type: None,
            department: None,
            aliases: Vec::new(),
        }
    }

    #[test]
    fn names_are_compared_as_people_do() {
        for (a, b) in [
            ("Jürgen Größe", "JÜRGEN  GRÖSSE"),
            ("GRO\u{1e9e}E", "große"),
            ("Οδός", "ΟΔΌΣ"),
            (" Li,Anna ", "li, anna"),
        ] {
            assert_eq!(spelling(a), spelling(b));
        }
        assert_ne!(spelling("Muller"), spelling("Müller"));
    }

    #[test]
    fn one_user_bears_a_name_once_however_often_it_is_theirs() {
        let users = [
            user("a", Some("Anna Li"), "anna@x"),
            user("b", Some("Bo van der Berg"), "bo@x"),
            user("c", Some("Li, Bo"), "a"),
            user("d", Some("Bo Li"), "d@x"),
        ];
        let directory = Directory::from_sorted(users.into(), vec![], vec![], vec![], vec![]).unwrap();
        let words = ["anna@x", "li, anna", "berg, bo van der", "van der berg, bo", "li, bo", "a", "nobody"];
        let words = words.map(str::to_owned);
        let found = bearers(&words, &directory);
        let meant = |word: &str| found[word].meant().map(|user| user.0).collect::<Vec<u32>>();
        let only = |word: &str| found[word].only().map(|user| user.0);
        assert_eq!((only("anna@x"), meant("anna@x")), (Some(0), vec![0]));
        assert_eq!(
            (only("li, anna"), only("berg, bo van der"), only("van der berg, bo")),
            (Some(0), Some(1), Some(1))
        );
        // Two are called so: nobody in particular is meant. An id and an address mean both.
        assert_eq!((only("li, bo"), meant("li, bo")), (None, vec![]));
        assert_eq!((only("a"), meant("a")), (None, vec![0, 2]));
        assert!(!found.contains_key("nobody"));
    }
}
