//! Reports about people without saying who they are.
//!
//! Users, their assignments and their departments get keyed hashes for names: the same for the same key, run after run and
//! export after export, and of no use to who has not got the key. The snapshot is changed before anything is judged, so no
//! writer needs to know of it and none can forget it. Names of packages, catalogs, groups and rules stay: they are names of
//! things. What people wrote about people (owners, justifications, messages) has known names and whatever looks like an
//! e-mail address replaced; what was rejected is told by place and code alone.

mod texts;

use crate::bearers::spelling;
use crate::error::Error;
use crate::judge::Documents;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sod_model::{
    AssignmentTable, Directory, ExternalId, Group, Provenance, RejectedRecord, Snapshot, User, UserId,
};
use sod_rules::{DocumentError, Located, WrittenUsers};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use texts::Texts;

/// A secret of at least sixteen bytes that makes names out of names.
///
/// ```
/// use sod_engine::PseudonymKey;
/// assert!(PseudonymKey::new(b"too short").is_err());
/// let key = PseudonymKey::new(b"0123456789abcdef0123456789abcdef\n")?;
/// assert_eq!(key.id().len(), 16);
/// # Ok::<(), sod_engine::Error>(())
/// ```
#[derive(Clone)]
pub struct PseudonymKey(Hmac<Sha256>);

impl std::fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PseudonymKey({})", self.id())
    }
}

/// The option of a manifest that tells the key by its id.
pub const PSEUDONYMS: &str = "pseudonyms";

/// Shorter secrets can be guessed.
const KEY_BYTES_MIN: usize = 16;

impl PseudonymKey {
    /// Takes the content of a key file; blanks and line ends around the key are not part of it. The key is bytes: hexadecimal
    /// digits in upper case are another key than the same in lower case.
    ///
    /// # Errors
    /// [`Error::WeakKey`] when there are fewer than sixteen bytes, or all are the same.
    pub fn new(content: &[u8]) -> Result<Self, Error> {
        let key = content.trim_ascii();
        let is_one_byte = key.iter().all(|byte| Some(byte) == key.first());
        match Hmac::new_from_slice(key) {
            Ok(hmac) if key.len() >= KEY_BYTES_MIN && !is_one_byte => Ok(Self(hmac)),
            _ => Err(Error::WeakKey { bytes: key.len() }),
        }
    }

    /// By which two reports show that they were made with one key; tells nothing of the key.
    #[must_use]
    pub fn id(&self) -> String {
        self.hash("key", "", 8)
    }

    /// The name of the user with that canonical id.
    #[must_use]
    pub fn user(&self, id: &ExternalId) -> ExternalId {
        ExternalId::Text(format!("u-{}", self.hash("user", &id.to_string(), 16)).into())
    }

    fn assignment(&self, id: &ExternalId) -> ExternalId {
        ExternalId::Text(format!("a-{}", self.hash("assignment", &id.to_string(), 16)).into())
    }

    /// Departments are compared without regard to case and to blanks around them.
    fn department(&self, name: &str) -> Box<str> {
        format!("d-{}", self.hash("department", &name.trim().to_lowercase(), 8)).into()
    }

    /// Somebody of whom nothing but this text is known.
    fn stranger(&self, text: &str) -> String {
        format!("u-{}", self.hash("text", &spelling(text), 16))
    }

    fn hash(&self, kind: &str, text: &str, bytes: usize) -> String {
        let mut hmac = self.0.clone();
        hmac.update(kind.as_bytes());
        // No kind contains a zero byte: two kinds never hash the same text.
        hmac.update(&[0]);
        hmac.update(text.as_bytes());
        let digest = hmac.finalize().into_bytes();
        digest.iter().take(bytes).fold(String::with_capacity(2 * bytes), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// What is analysed when nobody is to be recognised.
#[derive(Debug)]
pub struct Pseudonymised {
    /// The snapshot, with other names.
    pub snapshot: Snapshot,
    /// The documents, naming users as the snapshot does now.
    pub documents: Documents,
    /// The words that were given to be rewritten, in their order.
    pub words: Vec<String>,
}

/// Replaces users by keyed hashes, in a snapshot, in the documents that are judged with it, and in words such as those of the
/// command line. Who holds what, and what is violated and excepted, stays as it was.
///
/// # Errors
/// [`Error::PseudonymClash`] when two users come to one name, which does not happen by chance; [`Error::Documents`] when an
/// exception names several users at once.
pub fn pseudonymise(
    key: &PseudonymKey,
    snapshot: Snapshot,
    mut documents: Documents,
    words: Vec<String>,
) -> Result<Pseudonymised, Error> {
    // What names several is an error now, and would be somebody unknown afterwards.
    name_users_of(&mut documents, &snapshot.directory, key).map_err(Error::Documents)?;
    let mut provenance = snapshot.provenance.clone();
    let mut words: Vec<Box<str>> = words.into_iter().map(Into::into).collect();
    let shared = rewrite(key, &snapshot, &mut documents, &mut provenance, &mut words);
    provenance.pseudonyms = Some(key.id().into());
    let (directory, states, _, mut table) = snapshot.into_parts();
    let (users, renumbered) = renamed_users(directory.users(), &shared, key);
    renumber(&mut table, &renumbered, key);
    let groups = directory.groups().iter().map(|group| with_members(group, &renumbered)).collect();
    let resource_roles = directory.resource_roles().clone();
    let packages = directory.packages().to_vec();
    let (policies, catalogs) = (directory.policies().to_vec(), directory.catalogs().to_vec());
    let directory =
        Directory::from_sorted(users, packages, groups, policies, catalogs).ok_or(Error::PseudonymClash)?;
    let directory = directory.with_resource_roles(resource_roles);
    let snapshot = Snapshot::new(directory, states, provenance, table);
    Ok(Pseudonymised { snapshot, documents, words: words.into_iter().map(Into::into).collect() })
}

/// The users in the order of their new names, and the new number of each.
fn renamed_users(users: &[User], shared: &SharedNames, key: &PseudonymKey) -> (Vec<User>, Vec<UserId>) {
    let renamed = |(at, user): (usize, &User)| {
        let shared = shared.get(&UserId(at as u32));
        let user = User {
            id: key.user(&user.id),
            id_kind: user.id_kind,
            display_name: None,
            principal_name: None,
            email: None,
            subject_type: user.subject_type.clone(),
            user_type: user.user_type.clone(),
            department: user.department.as_deref().map(|name| key.department(name)),
            aliases: shared.into_iter().flatten().cloned().collect(),
        };
        (at, user)
    };
    let mut renamed: Vec<(usize, User)> = users.iter().enumerate().map(renamed).collect();
    renamed.sort_unstable_by(|a, b| a.1.id.cmp(&b.1.id));
    let mut numbers = vec![UserId(0); users.len()];
    for (new, (old, _)) in renamed.iter().enumerate() {
        if let Some(number) = numbers.get_mut(*old) {
            *number = UserId(new as u32);
        }
    }
    (renamed.into_iter().map(|(_, user)| user).collect(), numbers)
}

fn renumber(table: &mut AssignmentTable, renumbered: &[UserId], key: &PseudonymKey) {
    for user in table.users_mut() {
        if let Some(new) = renumbered.get(user.index()) {
            *user = *new;
        }
    }
    table.rename(|id| key.assignment(id));
}

fn with_members(group: &Group, renumbered: &[UserId]) -> Group {
    let members = group.members.as_ref().map(|members| {
        let mut members: Vec<UserId> =
            members.iter().filter_map(|user| renumbered.get(user.index()).copied()).collect();
        members.sort_unstable();
        members
    });
    Group { members, ..group.clone() }
}

/// Exceptions name users in many ways; here each by its new name. Who is nobody of the snapshot gets a name as well.
fn name_users_of(
    documents: &mut Documents,
    directory: &Directory,
    key: &PseudonymKey,
) -> Result<(), Vec<DocumentError>> {
    if documents.exceptions.is_empty() {
        return Ok(());
    }
    let named = sod_rules::users_meant(&documents.exceptions, directory)?;
    for entry in documents.exceptions.iter_mut().flat_map(|document| &mut document.exceptions) {
        match &mut entry.users {
            WrittenUsers::User(word) => {
                let known = named.get(&word.value).and_then(|user| directory.user(*user));
                word.value = match known {
                    Some(user) => key.user(&user.id).to_string().into(),
                    None => key.stranger(&word.value).into(),
                };
            }
            WrittenUsers::Department(word) => word.value = key.department(&word.value),
            WrittenUsers::HoldersOf(_) => {}
        }
    }
    Ok(())
}

/// The names of owners that users share with others, by user: an address of two people stays an address of both.
type SharedNames = HashMap<UserId, BTreeSet<ExternalId>>;

/// Rewrites what people wrote.
fn rewrite(
    key: &PseudonymKey,
    snapshot: &Snapshot,
    documents: &mut Documents,
    provenance: &mut Provenance,
    words: &mut [Box<str>],
) -> SharedNames {
    let mut texts = Texts::default();
    each_text(documents, provenance, words, &mut |text| texts.look(text));
    let names = texts.names(&snapshot.directory, snapshot.table(), key);
    let mut shared = SharedNames::new();
    for entry in documents.exceptions.iter().flat_map(|document| &document.exceptions) {
        let name = ExternalId::Text(key.stranger(&entry.owner.value).into());
        for user in names.sharing(&entry.owner.value) {
            shared.entry(*user).or_default().insert(name.clone());
        }
    }
    each_text(documents, provenance, words, &mut |text| *text = Texts::rewritten(text, &names, key).into());
    for RejectedRecord { detail, .. } in &mut provenance.rejected {
        *detail = "withheld: the report is pseudonymised".into();
    }
    shared
}

fn each_text(
    documents: &mut Documents,
    provenance: &mut Provenance,
    words: &mut [Box<str>],
    take: &mut dyn FnMut(&mut Box<str>),
) {
    for rule in documents.rules.iter_mut().flat_map(|document| &mut document.rules) {
        let facts = &mut rule.facts;
        let texts = [
            &mut facts.description,
            &mut facts.risk,
            &mut facts.owner,
            &mut facts.process,
            &mut facts.advice,
        ];
        texts.into_iter().flatten().for_each(&mut *take);
        facts.frameworks.iter_mut().for_each(&mut *take);
    }
    for entry in documents.exceptions.iter_mut().flat_map(|document| &mut document.exceptions) {
        let optional = [&mut entry.control, &mut entry.reference].into_iter().flatten();
        let all = [&mut entry.owner, &mut entry.justification].into_iter().chain(optional);
        all.for_each(|Located { value, .. }| take(value));
    }
    for source in &mut provenance.sources {
        take(&mut source.path);
        source.context.iter_mut().for_each(&mut *take);
        source.refused.iter_mut().for_each(|(_, message)| take(message));
    }
    for warning in &mut provenance.warnings {
        take(&mut warning.message);
    }
    words.iter_mut().for_each(take);
}
