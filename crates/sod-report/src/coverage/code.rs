//! The stable codes of what was not analysed, and what each is called on a short page.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $one:literal, $many:literal;)*) => {
        /// What kind of thing was not analysed: kebab-case, each with a heading in
        /// [`coverage_reference`](super::coverage_reference).
        ///
        /// ```
        /// use sod_report::coverage::CoverageCode;
        /// assert_eq!(CoverageCode::RulesNotEvaluable.code(), "rules-not-evaluable");
        /// assert_eq!(CoverageCode::RowsRejected.label(1), "row rejected");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CoverageCode { $($(#[$doc])* $name,)* }

        impl CoverageCode {
            /// Every code, in the order in which statements are told.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What so many of them are called, without the number.
            #[must_use]
            pub const fn label(self, count: u64) -> &'static str {
                match self { $(Self::$name => if count == 1 { $one } else { $many },)* }
            }
        }
    };
}

codes! {
    /// Everything that was read was analysed.
    Complete = "complete", "nothing was left out", "nothing was left out";
    /// Files that could not be used.
    FilesRefused = "files-refused", "file refused", "files refused";
    /// Files in given folders that are no export.
    FilesSkipped = "files-skipped", "file that is no export", "files that are no export";
    /// Pages with a link to a page that is not among the inputs.
    ExportsTruncated = "exports-truncated", "page whose next page is missing", "pages whose next pages are missing";
    /// Files with nothing in them, not even an empty list.
    FilesEmpty = "files-empty", "file with nothing in it", "files with nothing in them";
    /// Records that pages count and the inputs do not have.
    RecordsMissing = "records-missing", "record that a page counts and no page has", "records that pages count and no page has";
    /// Numbers that are left out in rows of numbered files.
    FilesMissing = "files-missing", "file missing in a row of numbered files", "files missing in rows of numbered files";
    /// Rows that could not be used.
    RowsRejected = "rows-rejected", "row rejected", "rows rejected";
    /// Assignments, and none of them counts: nobody holds anything.
    NothingInStates = "nothing-in-states", "row is in a state that does not count, and none in one that does", "rows are in states that do not count, and none in one that does";
    /// Assignments in states that do not count, beside others that do.
    RowsInOtherStates = "rows-in-other-states", "row in a state that does not count", "rows in states that do not count";
    /// The same assignment, read again.
    RowsRepeated = "rows-repeated", "row that repeats another", "rows that repeat others";
    /// Users known by something else than their directory object.
    UsersWithoutObjectId = "users-without-object-id", "user without a directory object id", "users without a directory object id";
    /// Users who may be the same person and cannot be joined.
    UsersPartlyJoined = "users-partly-joined", "row whose user may be known by another id as well", "rows whose users may be known by other ids as well";
    /// Identifiers that differ in case or blanks alone.
    IdentifiersAlike = "identifiers-alike", "identifier that differs from another in case alone", "identifiers that differ from others in case alone";
    /// Inputs that share no kind of user id.
    InputsNotJoined = "inputs-not-joined", "pair of inputs whose users cannot be joined", "inputs whose users cannot be joined";
    /// Packages that are spoken of and not listed.
    PackagesNotListed = "packages-not-listed", "package that the list of packages lacks", "packages that the list of packages lacks";
    /// Packages of which it is not known what they declare.
    DeclarationsNotExported = "declarations-not-exported", "package whose incompatible lists were not exported, while those of others were", "packages whose incompatible lists were not exported, while those of others were";
    /// Catalogs that are spoken of and not listed.
    CatalogsNotListed = "catalogs-not-listed", "catalog that the list of catalogs lacks", "catalogs that the list of catalogs lacks";
    /// Catalogs of which no package is known.
    CatalogsWithoutPackages = "catalogs-without-packages", "catalog of which no package is known", "catalogs of which no package is known";
    /// Groups whose members were not exported.
    GroupsWithoutMembers = "groups-without-members", "group whose members were not exported", "groups whose members were not exported";
    /// Groups with exactly one page of members.
    GroupsProbablyTruncated = "groups-probably-truncated", "group that is probably truncated", "groups that are probably truncated";
    /// Groups with groups inside, whose members were not exported.
    GroupsNestedUnknown = "groups-nested-unknown", "group with an inner group whose members were not exported", "groups with inner groups whose members were not exported";
    /// There is nothing to judge by.
    NoRules = "no-rules", "package, and no rule to judge by", "packages, and no rule to judge by";
    /// Rules that cannot be judged: never "no conflict".
    RulesNotEvaluable = "rules-not-evaluable", "rule that is not evaluable", "rules that are not evaluable";
    /// Rules judged without some of what they name.
    RulesInPart = "rules-in-part", "rule judged in part", "rules judged in part";
    /// Rules that are switched off or outside of their period.
    RulesNotInForce = "rules-not-in-force", "rule that is not in force", "rules that are not in force";
    /// Packages that no judged rule speaks of.
    PackagesWithoutRule = "packages-without-rule", "package of which no rule speaks", "packages of which no rule speaks";
    /// Exceptions for what is not there.
    ExceptionsUnplaced = "exceptions-unplaced", "name in exceptions that is unknown", "names in exceptions that are unknown";
    /// Packages of which it is not known what they give.
    ResourceRolesAbsent = "resource-roles-absent", "package whose resource roles were not exported", "packages whose resource roles were not exported";
}

impl CoverageCode {
    /// Whether a conflict may have gone unnoticed by it that somebody could not expect. What was chosen (states, rules that
    /// are switched off) and what was never asked for (packages without a rule, resource roles) does not count.
    ///
    /// ```
    /// use sod_report::coverage::CoverageCode;
    /// assert!(CoverageCode::UsersPartlyJoined.may_hide_conflicts());
    /// assert!(!CoverageCode::RowsRepeated.may_hide_conflicts());
    /// ```
    #[must_use]
    pub const fn may_hide_conflicts(self) -> bool {
        !matches!(
            self,
            Self::Complete
                | Self::RowsInOtherStates
                | Self::RowsRepeated
                | Self::RulesNotInForce
                | Self::PackagesWithoutRule
                | Self::ResourceRolesAbsent
        )
    }
}

impl fmt::Display for CoverageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_heading_and_every_heading_a_code() {
        let page = include_str!("../../docs/coverage.md");
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        let codes: Vec<&str> = CoverageCode::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(headings, codes);
        for section in page.split("### ").skip(1) {
            let said: usize = section.lines().skip(1).map(str::len).sum();
            assert!(said > 80, "too little is said: {section}");
        }
    }
}
