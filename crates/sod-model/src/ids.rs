//! Dense ids: positions in the tables of one [`Directory`](crate::Directory). They never leave the process.

macro_rules! dense_id {
    ($($(#[$doc:meta])* $name:ident($int:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl $name {
            /// The id as a position in its table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

dense_id! {
    /// A user (or another principal) of the snapshot; ascending in the byte order of the external id.
    UserId(u32);
    /// An access package; ascending in the byte order of the external id, so `a < b` here is `a < b` in every report.
    PackageId(u32);
    /// A directory group that some package declares incompatible, or whose members were exported.
    GroupId(u32);
    /// An assignment policy.
    PolicyId(u32);
    /// An Entra catalog: the container that packages live in.
    CatalogId(u32);
    /// A role of a resource that packages give, see [`ResourceRoles`](crate::ResourceRoles).
    ResourceRoleId(u32);
    /// A file (or standard input) that was read.
    SourceId(u32);
    /// An assignment state, see [`StateTable`](crate::StateTable).
    StateId(u16);
    /// A rule of a [`RuleSet`](crate::RuleSet).
    RuleId(u32);
    /// An exception of an [`ExceptionSet`](crate::ExceptionSet).
    ExceptionId(u32);
}
