//! The types themselves.

use super::{EntityType, Kind, Property};

const fn both(name: &'static str, kind: Kind) -> Property {
    Property { v1: Some(name), beta: Some(name), key: name, capital_in_beta: false, kind }
}

const fn named(v1: &'static str, beta: &'static str, kind: Kind) -> Property {
    Property { v1: Some(v1), beta: Some(beta), key: v1, capital_in_beta: false, kind }
}

const fn v1(name: &'static str, kind: Kind) -> Property {
    Property { v1: Some(name), beta: None, key: name, capital_in_beta: false, kind }
}

const fn beta(name: &'static str, kind: Kind) -> Property {
    Property { v1: None, beta: Some(name), key: name, capital_in_beta: false, kind }
}

/// Words that v1.0 has as an enumeration and beta as text.
const fn words(v1: &'static str, beta: &'static str, words: Words) -> Property {
    Property { v1: Some(v1), beta: Some(beta), key: v1, capital_in_beta: true, kind: Kind::Word(words) }
}

/// A name of beta under which v1.0 has something else.
const fn other(name: &'static str, key: &'static str, kind: Kind) -> Property {
    Property { v1: None, beta: Some(name), key, capital_in_beta: false, kind }
}

type Words = &'static [&'static str];

// What newer versions of the service add is `unknownFutureValue` to whoever does not ask for it.
const ASSIGNMENT_STATES: Words =
    &["delivering", "partiallyDelivered", "delivered", "expired", "deliveryFailed", "unknownFutureValue"];
const EXPIRATION_TYPES: Words = &["notSpecified", "noExpiration", "afterDateTime", "afterDuration"];
const SUBJECT_TYPES: Words = &["notSpecified", "user", "servicePrincipal", "unknownFutureValue"];
const LIFECYCLES: Words = &["notDefined", "notGoverned", "governed", "unknownFutureValue"];
const ORGANIZATION_STATES: Words = &["configured", "proposed", "unknownFutureValue"];
const CATALOG_TYPES: Words = &["userManaged", "serviceDefault", "serviceManaged", "unknownFutureValue"];
const CATALOG_STATES: Words = &["unpublished", "published", "unknownFutureValue"];
const TARGET_SCOPES: Words = &[
    "notSpecified",
    "specificDirectoryUsers",
    "specificConnectedOrganizationUsers",
    "specificDirectoryServicePrincipals",
    "allMemberUsers",
    "allDirectoryUsers",
    "allDirectoryServicePrincipals",
    "allConfiguredConnectedOrganizationUsers",
    "allExternalUsers",
    "allDirectoryAgentIdentities",
    "unknownFutureValue",
];
const STAGES: Words = &[
    "assignmentRequestCreated",
    "assignmentRequestApproved",
    "assignmentRequestGranted",
    "assignmentRequestRemoved",
    "assignmentFourteenDaysBeforeExpiration",
    "assignmentOneDayBeforeExpiration",
    "unknownFutureValue",
];

static EXPIRATION: &[Property] = &[
    both("duration", Kind::Duration),
    both("endDateTime", Kind::Moment),
    both("type", Kind::Word(EXPIRATION_TYPES)),
];

static SCHEDULE: &[Property] = &[
    both("startDateTime", Kind::Moment),
    both("expiration", Kind::Complex(EXPIRATION)),
    both("recurrence", Kind::Open),
];

/// `accessPackageAssignment`.
pub static ASSIGNMENT: EntityType = EntityType {
    name: "accessPackageAssignment",
    properties: &[
        both("id", Kind::Text),
        beta("catalogId", Kind::Text),
        beta("accessPackageId", Kind::Text),
        beta("assignmentPolicyId", Kind::Text),
        beta("targetId", Kind::Text),
        words("state", "assignmentState", ASSIGNMENT_STATES),
        named("status", "assignmentStatus", Kind::Text),
        beta("isExtended", Kind::Boolean),
        both("expiredDateTime", Kind::Moment),
        both("schedule", Kind::Complex(SCHEDULE)),
        both("customExtensionCalloutInstances", Kind::Open),
        both("target", Kind::One(&SUBJECT)),
        both("accessPackage", Kind::One(&ACCESS_PACKAGE)),
        named("assignmentPolicy", "accessPackageAssignmentPolicy", Kind::One(&POLICY)),
    ],
};

/// `accessPackageSubject`: whom a package is assigned to.
pub static SUBJECT: EntityType = EntityType {
    name: "accessPackageSubject",
    properties: &[
        both("id", Kind::Text),
        both("objectId", Kind::Text),
        both("displayName", Kind::Text),
        both("email", Kind::Text),
        both("principalName", Kind::Text),
        both("onPremisesSecurityIdentifier", Kind::Text),
        words("subjectType", "type", SUBJECT_TYPES),
        both("subjectLifecycle", Kind::Word(LIFECYCLES)),
        beta("altSecId", Kind::Text),
        beta("connectedOrganizationId", Kind::Text),
        beta("cleanupScheduledDateTime", Kind::Moment),
        both("connectedOrganization", Kind::One(&CONNECTED_ORGANIZATION)),
    ],
};

/// `connectedOrganization`.
pub static CONNECTED_ORGANIZATION: EntityType = EntityType {
    name: "connectedOrganization",
    properties: &[
        both("id", Kind::Text),
        both("displayName", Kind::Text),
        both("description", Kind::Text),
        both("createdDateTime", Kind::Moment),
        both("modifiedDateTime", Kind::Moment),
        beta("createdBy", Kind::Text),
        beta("modifiedBy", Kind::Text),
        both("identitySources", Kind::Open),
        both("state", Kind::Word(ORGANIZATION_STATES)),
    ],
};

/// `accessPackage`.
pub static ACCESS_PACKAGE: EntityType = EntityType {
    name: "accessPackage",
    properties: &[
        both("id", Kind::Text),
        beta("catalogId", Kind::Text),
        both("displayName", Kind::Text),
        both("description", Kind::Text),
        both("isHidden", Kind::Boolean),
        beta("isRoleScopesVisible", Kind::Boolean),
        both("createdDateTime", Kind::Moment),
        both("modifiedDateTime", Kind::Moment),
        beta("createdBy", Kind::Text),
        beta("modifiedBy", Kind::Text),
        v1("uniqueName", Kind::Text),
        named("catalog", "accessPackageCatalog", Kind::One(&CATALOG)),
        named("assignmentPolicies", "accessPackageAssignmentPolicies", Kind::Many(&POLICY)),
        both("incompatibleAccessPackages", Kind::Many(&ACCESS_PACKAGE)),
        both("accessPackagesIncompatibleWith", Kind::Many(&ACCESS_PACKAGE)),
        both("incompatibleGroups", Kind::Many(&GROUP)),
    ],
};

/// `accessPackageCatalog`.
pub static CATALOG: EntityType = EntityType {
    name: "accessPackageCatalog",
    properties: &[
        both("id", Kind::Text),
        both("displayName", Kind::Text),
        both("description", Kind::Text),
        both("isExternallyVisible", Kind::Boolean),
        words("catalogType", "catalogType", CATALOG_TYPES),
        words("state", "catalogStatus", CATALOG_STATES),
        both("createdDateTime", Kind::Moment),
        both("modifiedDateTime", Kind::Moment),
        beta("createdBy", Kind::Text),
        beta("modifiedBy", Kind::Text),
        both("accessPackages", Kind::Many(&ACCESS_PACKAGE)),
    ],
};

/// `group`, as far as incompatible groups need it.
pub static GROUP: EntityType = EntityType {
    name: "group",
    properties: &[both("id", Kind::Text), both("displayName", Kind::Text), both("description", Kind::Text)],
};

/// `accessPackageAssignmentPolicy`.
pub static POLICY: EntityType = EntityType {
    name: "accessPackageAssignmentPolicy",
    properties: &[
        both("id", Kind::Text),
        beta("accessPackageId", Kind::Text),
        both("displayName", Kind::Text),
        both("description", Kind::Text),
        v1("allowedTargetScope", Kind::Word(TARGET_SCOPES)),
        v1("specificAllowedTargets", Kind::Open),
        v1("expiration", Kind::Complex(EXPIRATION)),
        beta("canExtend", Kind::Boolean),
        beta("durationInDays", Kind::Integer),
        beta("expirationDateTime", Kind::Moment),
        both("createdDateTime", Kind::Moment),
        both("modifiedDateTime", Kind::Moment),
        beta("createdBy", Kind::Text),
        beta("modifiedBy", Kind::Text),
        v1("requestorSettings", Kind::Open),
        other("requestorSettings", "requestorSettings (beta)", Kind::Open),
        v1("requestApprovalSettings", Kind::Open),
        other("requestApprovalSettings", "requestApprovalSettings (beta)", Kind::Open),
        v1("reviewSettings", Kind::Open),
        beta("accessReviewSettings", Kind::Open),
        v1("automaticRequestSettings", Kind::Open),
        v1("notificationSettings", Kind::Open),
        other("questions", "questions (beta)", Kind::Open),
        beta("verifiableCredentialSettings", Kind::Open),
        both("accessPackage", Kind::One(&ACCESS_PACKAGE)),
        named("catalog", "accessPackageCatalog", Kind::One(&CATALOG)),
        beta("customExtensionHandlers", Kind::Many(&CUSTOM_EXTENSION_STAGE)),
        both("customExtensionStageSettings", Kind::Many(&CUSTOM_EXTENSION_STAGE)),
        v1("questions", Kind::Many(&QUESTION)),
    ],
};

/// `accessPackageQuestion` of v1.0, with what its two kinds add; beta has texts of another form, and no navigation.
pub static QUESTION: EntityType = EntityType {
    name: "accessPackageQuestion",
    properties: &[
        v1("id", Kind::Text),
        v1("isAnswerEditable", Kind::Boolean),
        v1("isRequired", Kind::Boolean),
        v1("sequence", Kind::Integer),
        v1("text", Kind::Text),
        v1("localizations", Kind::Open),
        v1("choices", Kind::Open),
        v1("isMultipleSelectionAllowed", Kind::Boolean),
        v1("isSingleLineQuestion", Kind::Boolean),
        v1("regexPattern", Kind::Text),
    ],
};

/// `customExtensionStageSetting`: what runs at which stage.
pub static CUSTOM_EXTENSION_STAGE: EntityType = EntityType {
    name: "customExtensionStageSetting",
    properties: &[
        both("id", Kind::Text),
        both("stage", Kind::Word(STAGES)),
        both("customExtension", Kind::One(&CUSTOM_EXTENSION)),
    ],
};

/// `customCalloutExtension`.
pub static CUSTOM_EXTENSION: EntityType = EntityType {
    name: "customCalloutExtension",
    properties: &[
        both("id", Kind::Text),
        both("displayName", Kind::Text),
        both("description", Kind::Text),
        both("createdDateTime", Kind::Moment),
        both("lastModifiedDateTime", Kind::Moment),
        both("endpointConfiguration", Kind::Open),
        both("authenticationConfiguration", Kind::Open),
        both("clientConfiguration", Kind::Open),
        both("callbackConfiguration", Kind::Open),
    ],
};
