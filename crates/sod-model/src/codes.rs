//! Stable codes: kebab-case, each with a heading in `docs/codes.md`.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable, kebab-case code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.code())
            }
        }
    )*};
}

codes! {
    /// Why one record was rejected.
    RejectCode {
        /// The record is not valid JSON.
        MalformedJson = "malformed-json",
        /// A number, string or list stands where a record should be.
        NotARecord = "not-a-record",
        /// An object that is no known kind of record.
        UnrecognisedRecord = "unrecognised-record",
        /// An assignment without a user.
        NoUser = "no-user",
        /// An assignment without a package.
        NoPackage = "no-package",
        /// An assignment with neither user nor package.
        NoUserNoPackage = "no-user-no-package",
        /// An assignment whose state is not in the export.
        StateMissing = "state-missing",
        /// `ConvertTo-Json` cut the object off and left its type name or `@{...}`.
        TruncatedDepth = "truncated-depth",
        /// A CSV cell holds a type name in place of a value.
        TypeNameCell = "type-name-cell",
        /// A CSV row with more or fewer cells than the header.
        MalformedRow = "malformed-row",
        /// A record longer than the limit.
        RecordTooLarge = "record-too-large",
        /// A package, user or group without an id.
        NoId = "no-id",
        /// An incompatibility whose package is not known.
        NoDeclaringPackage = "no-declaring-package",
        /// A package name that several packages bear.
        AmbiguousPackageName = "ambiguous-package-name",
        /// The user identifier stands for two different people.
        AmbiguousUser = "ambiguous-user",
    }

    /// What a reader of the results must know.
    WarningCode {
        /// A page points to a further page that is not among the inputs.
        DanglingNextLink = "dangling-next-link",
        /// Files with nothing in them, not even an empty list.
        EmptyFiles = "empty-files",
        /// Fewer records than the service counted.
        FewerRecords = "fewer-records",
        /// Numbers are left out in rows of numbered files.
        MissingFiles = "missing-files",
        /// One assignment id, two contents.
        AssignmentIdReused = "assignment-id-reused",
        /// The same assignment, read again.
        RepeatedRows = "repeated-rows",
        /// Rows were rejected.
        RejectedRows = "rejected-rows",
        /// States that Microsoft does not document.
        UnknownState = "unknown-state",
        /// No row is in a state that counts.
        NothingInStates = "nothing-in-states",
        /// The inputs have no state; delivered was assumed.
        StateAssumed = "state-assumed",
        /// Subjects known by e-mail address or principal name only.
        UserByNameOnly = "user-by-name-only",
        /// Subjects without a directory object id.
        UserWithoutObjectId = "user-without-object-id",
        /// Identifiers that differ in case or blanks only.
        AlikeIdentifiers = "alike-identifiers",
        /// One identifier joins two directory objects.
        IdentityClash = "identity-clash",
        /// Some inputs identify users in different ways, and only some could be joined.
        PartlyJoined = "partly-joined",
        /// Inputs that share no kind of user id were read together because the caller said so.
        UnjoinedAllowed = "unjoined-allowed",
        /// A user has several live assignments to one package.
        SeveralLiveAssignments = "several-live-assignments",
        /// Packages known by name only.
        PackageByNameOnly = "package-by-name-only",
        /// Two packages of one name.
        DuplicatePackageName = "duplicate-package-name",
        /// Delivered rows whose end lies before the snapshot.
        DeliveredPastEnd = "delivered-past-end",
        /// A group with exactly one page of members.
        GroupProbablyTruncated = "group-probably-truncated",
        /// Groups inside groups, of which nobody tells the members.
        GroupNestedUnknown = "group-nested-unknown",
        /// What packages give cannot be told apart.
        ResourceRolesUnclear = "resource-roles-unclear",
        /// Packages give by themselves what a rule keeps apart.
        PackagesCombined = "packages-combined",
        /// Text that is not UTF-8.
        NotUtf8 = "not-utf8",
        /// Files in a folder that are no export.
        SkippedFiles = "skipped-files",
        /// Objects with an id and a name that nothing else refers to.
        UnplacedObjects = "unplaced-objects",
        /// Parts that `ConvertTo-Json` cut off and that were not needed.
        TruncatedParts = "truncated-parts",
        /// A state was asked for that is neither documented nor in the data.
        StateNotFound = "state-not-found",
        /// A rule that cannot be judged.
        NotEvaluable = "not-evaluable",
        /// Rules name what the inputs do not know.
        RuleNamesUnknown = "rule-names-unknown",
        /// Rules that are switched off or outside of their period.
        RuleNotInForce = "rule-not-in-force",
        /// Exceptions for a rule, a user or a package that is not there.
        ExceptionUnplaced = "exception-unplaced",
        /// Exceptions that are over.
        ExceptionExpired = "exception-expired",
        /// Exceptions that begin later.
        ExceptionNotBegun = "exception-not-begun",
        /// Exceptions that fit no conflict.
        ExceptionUnused = "exception-unused",
        /// Exceptions that cover nothing because others cover it all.
        ExceptionShadowed = "exception-shadowed",
        /// Exceptions that say the same as another one, for times that overlap.
        ExceptionDuplicate = "exception-duplicate",
        /// Exceptions without an end.
        ExceptionEndless = "exception-endless",
        /// Exceptions whose owner is among those whom they permit.
        ExceptionSelfOwned = "exception-self-owned",
        /// Assignments that do not tell whether their policy assigns automatically.
        PolicyKindUnknown = "policy-kind-unknown",
        /// Assignments without an end, where ends should decide.
        EndsUnknown = "ends-unknown",
        /// Rows of a plan that take nothing away.
        PlanRowUnplaced = "plan-row-unplaced",
        /// A date that could not be read.
        UnreadableDate = "unreadable-date",
    }

    /// Why the run stops.
    RefusalCode {
        /// A v1.0 export without `$expand`: no row has a user or a package.
        NotExpanded = "not-expanded",
        /// No row has a package.
        NoPackageAnywhere = "no-package-anywhere",
        /// No row has a user.
        NoUserAnywhere = "no-user-anywhere",
        /// No row has a state.
        NoStateAnywhere = "no-state-anywhere",
        /// A Graph error body saved as a page.
        GraphError = "graph-error",
        /// An HTML or XML page saved in place of an export.
        HtmlPage = "html-page",
        /// `Export-Csv` of objects: the cells are type names.
        TypeNameCsv = "type-name-csv",
        /// `ConvertTo-Json` without enough `-Depth`.
        TruncatedDepthEverywhere = "truncated-depth-everywhere",
        /// A table whose columns are not known.
        UnknownColumns = "unknown-columns",
        /// The file ends in the middle.
        Truncated = "truncated",
        /// The file is not valid JSON between its records.
        Malformed = "malformed",
        /// The file is no export.
        NotAnExport = "not-an-export",
        /// The file cannot be read.
        Unreadable = "unreadable",
        /// Nothing in the inputs was recognised.
        NothingRecognised = "nothing-recognised",
        /// The inputs hold no assignment at all.
        NoAssignments = "no-assignments",
        /// Two inputs identify users in ways that share nothing.
        NoSharedIdentifier = "no-shared-identifier",
        /// Every record of the file was rejected.
        EverythingRejected = "everything-rejected",
        /// `--strict`, and something was rejected or truncated.
        Strict = "strict",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_heading_and_every_heading_a_code() {
        let page = include_str!("../docs/codes.md");
        let mut headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        let mut codes: Vec<&str> = RejectCode::ALL.iter().map(|code| code.code()).collect();
        codes.extend(WarningCode::ALL.iter().map(|code| code.code()));
        codes.extend(RefusalCode::ALL.iter().map(|code| code.code()));
        headings.sort_unstable();
        codes.sort_unstable();
        assert_eq!(headings, codes);
        for section in page.split("### ").skip(1) {
            assert!(
                section.lines().skip(1).map(str::len).sum::<usize>() > 60,
                "too little is said: {section}"
            );
        }
    }
}
