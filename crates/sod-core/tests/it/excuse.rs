//! Exceptions against the plainest reading of what they mean.

use proptest::prelude::*;
use sod_core::excuse;
use sod_model::{
    AssignmentMatrix, Conflict, ConflictSet, Directory, ExceptedUsers, Exception, ExceptionSet, ExternalId,
    PackageId, Period, RuleId, Standing, Timestamp, User, UserId, UserIdKind,
};

const USERS: u32 = 6;
const PACKAGES: u32 = 4;

fn directory() -> Directory {
    let user = |at: u32| User {
        id: ExternalId::new(&format!("u{at}")),
        id_kind: UserIdKind::Object,
        display_name: None,
        principal_name: None,
        email: None,
        subject_type: None,
        user_type: None,
        department: [None, Some("Treasury "), Some("treasury")][at as usize % 3].map(Into::into),
        aliases: vec![],
    };
    Directory::from_sorted((0..USERS).map(user).collect(), vec![], vec![], vec![], vec![]).unwrap()
}

fn exceptions() -> impl Strategy<Value = ExceptionSet> {
    let users = prop_oneof![
        (0..USERS).prop_map(|user| ExceptedUsers::User(UserId(user))),
        (0..PACKAGES).prop_map(|package| ExceptedUsers::HoldersOf(PackageId(package))),
        Just(ExceptedUsers::Department("Treasury".into())),
        Just(ExceptedUsers::Department("Sales".into())),
    ];
    let period = (prop::option::of(0i64..4), prop::option::of(2i64..6));
    let period =
        period.prop_map(|(from, until)| Period { from: from.map(Timestamp), until: until.map(Timestamp) });
    let exception = (0u32..8, 0u32..3, users, period).prop_map(|(id, rule, users, period)| Exception {
        id: format!("EX-{id}").into(),
        rule: RuleId(rule),
        users,
        owner: "o".into(),
        justification: "j".into(),
        control: None,
        reference: None,
        period,
    });
    prop::collection::vec(exception, 0..10).prop_map(ExceptionSet::new)
}

proptest! {
    #[test]
    fn the_first_that_fits_and_is_in_force_covers(
        held in prop::collection::vec((0..USERS, 0..PACKAGES), 0..20),
        conflicts in prop::collection::btree_set((0u32..3, 0..USERS), 0..12),
        exceptions in exceptions(),
        moment in prop::option::of(0i64..6),
    ) {
        let directory = directory();
        let holdings = held.iter().map(|&(user, package)| (UserId(user), PackageId(package)));
        let matrix = AssignmentMatrix::from_holdings(USERS as usize, PACKAGES as usize, holdings);
        let all = conflicts.iter().map(|&(rule, user)| Conflict { rule: RuleId(rule), user: UserId(user), exception: None });
        let found = excuse(ConflictSet::new(all.collect()), &exceptions, &matrix, &directory, moment.map(Timestamp));

        let fits = |exception: &Exception, rule: u32, user: u32| {
            exception.rule.0 == rule
                && match &exception.users {
                    ExceptedUsers::User(one) => one.0 == user,
                    ExceptedUsers::HoldersOf(package) => held.contains(&(user, package.0)),
                    // Every user with a department is of the treasury, however it is written.
                    ExceptedUsers::Department(name) => &**name == "Treasury" && user != 0 && user != 3,
                }
        };
        let standing = |exception: &Exception| match (moment, exception.period.from, exception.period.until) {
            (Some(moment), _, Some(until)) if until.0 <= moment => Standing::Expired,
            (Some(moment), Some(from), _) if moment < from.0 => Standing::NotBegun,
            _ => Standing::InForce,
        };
        let list = exceptions.exceptions();
        let covering = |rule: u32, user: u32| {
            list.iter().position(|exception| fits(exception, rule, user) && standing(exception) == Standing::InForce)
        };
        let expected: Vec<_> = conflicts.iter().map(|&(rule, user)| (rule, user, covering(rule, user))).collect();
        let told: Vec<_> = found.conflicts.conflicts().iter()
            .map(|conflict| (conflict.rule.0, conflict.user.0, conflict.exception.map(|id| id.index())))
            .collect();
        prop_assert_eq!(&told, &expected);
        prop_assert_eq!(found.conflicts.open(), expected.iter().filter(|(.., covered)| covered.is_none()).count());
        for (at, (exception, own)) in list.iter().zip(&found.uses).enumerate() {
            prop_assert_eq!(own.standing, standing(exception));
            let fitting = conflicts.iter().filter(|(rule, user)| fits(exception, *rule, *user)).count() as u64;
            let covered = expected.iter().filter(|(.., covered)| *covered == Some(at)).count() as u64;
            prop_assert_eq!((own.fits, own.covers), (fitting, covered));
            let shadowing = expected.iter().filter(|(rule, user, by)| fits(exception, *rule, *user) && *by != Some(at));
            let shadowing = shadowing.filter_map(|(.., by)| *by).next();
            let in_force = own.standing == Standing::InForce;
            prop_assert_eq!(own.shadowed_by.map(|id| id.index()), shadowing.filter(|_| in_force));
        }
        // A law: an exception more never opens a conflict.
        let fewer = ExceptionSet::new(list.iter().skip(1).cloned().collect());
        let before = excuse(found.conflicts.clone(), &fewer, &matrix, &directory, moment.map(Timestamp));
        prop_assert!(found.conflicts.open() <= before.conflicts.open());
    }
}
