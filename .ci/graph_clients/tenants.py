"""The exports that are served: one of each version, with everything that a client can ask for, and a longer one.

The first two are small, because Python's SDK takes milliseconds for every row.
"""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
METADATA = "https://graph.microsoft.com/{}/$metadata#identityGovernance/entitlementManagement/{}"
ORGANIZATION = {
    "id": "c3c2adbc-a863-437f-9223-ee13665292d8",
    "displayName": "Fabrikam",
    "description": "Audits the payments",
    "createdDateTime": "2024-06-08T20:13:53.7099947Z",
    "modifiedDateTime": "2025-06-08T20:13:53.7099947Z",
    "state": "configured",
}
EXTENSION = {
    "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
    "id": "219f57b6-7983-45a1-be01-2c228b7a43f8",
    "displayName": "test_action_1",
    "description": "Test logic app",
    "createdDateTime": "2022-01-11T05:19:16.97Z",
    "lastModifiedDateTime": "2022-01-11T05:19:16.97Z",
    "endpointConfiguration": {
        "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
        "subscriptionId": "38ab2ccc-3747-4567-b36b-9478f5602f0d",
        "resourceGroupName": "resourcegroup",
        "logicAppWorkflowName": "customextension_test",
    },
    "authenticationConfiguration": {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"},
}
POLICY = "4540a08f-8ab5-43f6-a923-015275799197"
STAGE = "5a38d27a-b702-48d9-ac72-dcf158ba1b0d"
SPONSORS = {"@odata.type": "#microsoft.graph.internalSponsors"}
REVIEWER = {"@odata.type": "#microsoft.graph.singleUser", "userId": "7deff43e-1f17-44ef-9e5f-d516b0ba11d4", "description": "r"}


def policy_v1(package):
    """A policy with every setting that v1.0 has."""
    return {
        "@odata.type": "#microsoft.graph.accessPackageAssignmentPolicy",
        "id": POLICY,
        "displayName": "Everything",
        "description": "Has every setting",
        "allowedTargetScope": "specificConnectedOrganizationUsers",
        "specificAllowedTargets": [
            {"@odata.type": "#microsoft.graph.connectedOrganizationMembers", "connectedOrganizationId": ORGANIZATION["id"], "description": "Fabrikam"}
        ],
        "expiration": {"duration": "P365D", "endDateTime": None, "type": "afterDuration"},
        "createdDateTime": "2025-01-02T03:04:05.6789012Z",
        "modifiedDateTime": "2025-02-03T04:05:06Z",
        "requestorSettings": {
            "enableTargetsToSelfAddAccess": True,
            "enableTargetsToSelfUpdateAccess": False,
            "allowCustomAssignmentSchedule": True,
            "onBehalfRequestors": [SPONSORS],
        },
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": True,
            "isApprovalRequiredForUpdate": False,
            "stages": [
                {
                    "durationBeforeAutomaticDenial": "P2D",
                    "durationBeforeEscalation": "PT8H",
                    "isApproverJustificationRequired": True,
                    "isEscalationEnabled": True,
                    "approverInformationVisibility": "visible",
                    "primaryApprovers": [{"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1}],
                    "escalationApprovers": [REVIEWER],
                }
            ],
        },
        "reviewSettings": {
            "isEnabled": True,
            "expirationBehavior": "keepAccess",
            "isRecommendationEnabled": True,
            "isReviewerJustificationRequired": True,
            "isSelfReview": False,
            "schedule": {
                "startDateTime": "2025-07-01T00:00:00Z",
                "expiration": {"duration": "P14D", "type": "afterDuration"},
                "recurrence": {"pattern": {"type": "absoluteMonthly", "interval": 3}, "range": {"type": "noEnd", "startDate": "2025-07-01"}},
            },
            "primaryReviewers": [REVIEWER],
        },
        "automaticRequestSettings": {"requestAccessForAllowedTargets": True, "gracePeriodBeforeAccessRemoval": "P7D"},
        "notificationSettings": {"isAssignmentNotificationDisabled": True},
        "accessPackage": {"id": package},
        "customExtensionStageSettings": [{"id": STAGE, "stage": "assignmentRequestCreated", "customExtension": EXTENSION}],
    }


def policy_beta(package):
    """A policy with every setting that beta has, as its document shows them."""
    extension = {**EXTENSION, "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension"}
    stages = [{"id": STAGE, "stage": "assignmentRequestCreated", "customExtension": extension}]
    return {
        "@odata.type": "#microsoft.graph.accessPackageAssignmentPolicy",
        "id": POLICY,
        "accessPackageId": package,
        "displayName": "Everything",
        "description": "Has every setting",
        "canExtend": True,
        "durationInDays": 365,
        "expirationDateTime": "2037-01-02T03:04:05Z",
        "createdBy": "admin@contoso.example",
        "createdDateTime": "2025-01-02T03:04:05.6789012Z",
        "modifiedBy": "admin@contoso.example",
        "modifiedDateTime": "2025-02-03T04:05:06Z",
        "requestorSettings": {
            "scopeType": "SpecificDirectorySubjects",
            "acceptRequests": True,
            "allowedRequestors": [{"@odata.type": "#microsoft.graph.singleUser", "isBackup": False, "id": REVIEWER["userId"], "description": "r"}],
        },
        "requestApprovalSettings": {
            "isApprovalRequired": True,
            "isApprovalRequiredForExtension": False,
            "isRequestorJustificationRequired": True,
            "approvalMode": "SingleStage",
            "approvalStages": [
                {
                    "approvalStageTimeOutInDays": 14,
                    "isApproverJustificationRequired": True,
                    "isEscalationEnabled": True,
                    "escalationTimeInMinutes": 11520,
                    "primaryApprovers": [{"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1, "isBackup": True}],
                }
            ],
        },
        "accessReviewSettings": {
            "isEnabled": True,
            "recurrenceType": "quarterly",
            "reviewerType": "Reviewers",
            "startDateTime": "2025-07-01T00:00:00Z",
            "durationInDays": 25,
            "accessReviewTimeoutBehavior": "keepAccess",
            "reviewers": [{"@odata.type": "#microsoft.graph.singleUser", "id": REVIEWER["userId"], "isBackup": False}],
        },
        "customExtensionHandlers": stages,
        "customExtensionStageSettings": stages,
        "verifiableCredentialSettings": {
            "credentialTypes": [{"issuers": ["did:ion:EiAlrenrtD3Lsw0GlbzS1O2YFdy3Xtu8yo35W"], "credentialType": "VerifiedCredentialExpert"}]
        },
    }


def guests(version, package, policy):
    """Assignments of a guest, with the organization that the guest comes from."""
    rows = []
    for number, state in enumerate(["delivered", "expired"], 1):
        target = {
            "id": "aaaaaaaa-1111-4111-8111-000000000001",
            "objectId": "aaaaaaaa-2222-4222-8222-000000000001",
            "displayName": "Guest d'Fabrikam + 100%",
            "principalName": "guest_fabrikam.example#EXT#@contoso.example",
            "email": "guest@fabrikam.example",
            "subjectLifecycle": "governed",
            "connectedOrganization": ORGANIZATION,
        }
        row = {
            "id": f"aaaaaaaa-0000-4000-8000-{number:012}",
            "expiredDateTime": None,
            "schedule": {"startDateTime": "2026-01-02T03:04:05.6789012Z", "recurrence": None, "expiration": {"endDateTime": None, "duration": "P365D", "type": "afterDuration"}},
        }
        if version == "v1.0":
            row |= {"state": state, "status": state.title(), "accessPackage": {"id": package}, "assignmentPolicy": {"id": policy}}
            target["subjectType"] = "user"
        else:
            row |= {"assignmentState": state.title(), "assignmentStatus": state.title(), "accessPackageId": package, "assignmentPolicyId": policy}
            row |= {"targetId": target["objectId"]}
            target |= {"type": "User", "connectedOrganizationId": ORGANIZATION["id"]}
        rows.append(row | {"target": target})
    return rows


def write(folder, version, name, collection, value):
    (folder / name).write_text(json.dumps({"@odata.context": METADATA.format(version, collection), "value": value}))


def complete(folder, version):
    """Adds what `sod generate` does not make."""
    package = json.loads((folder / "packages.json").read_text())["value"][0]["id"]
    v1 = version == "v1.0"
    write(folder, version, "more-policies.json", "assignmentPolicies" if v1 else "accessPackageAssignmentPolicies", [(policy_v1 if v1 else policy_beta)(package)])
    write(folder, version, "organizations.json", "connectedOrganizations", [ORGANIZATION])
    write(folder, version, "more-assignments.json", "assignments" if v1 else "accessPackageAssignments", guests(version, package, POLICY))


def generate(sod, folder, shape, *more):
    size = "--users 40 --packages 10 --assignments 200 --seed 7".split()
    subprocess.run([str(sod), "generate", "-q", *size, "--shape", shape, *more, "-o", str(folder)], check=True, timeout=300)


def make(sod, scratch):
    """The folders, by the version of their export; `long` is the sample tenant."""
    exports = {"v1.0": scratch / "v1", "beta": scratch / "beta", "long": ROOT / "data/sample-tenant"}
    # What real exports have: people without an object id, several assignments of one person, rows twice and rows of nothing.
    generate(sod, exports["v1.0"], "graph-v1", "--dirt", "null-object-id,several-live,duplicate-rows,missing-package")
    generate(sod, exports["beta"], "graph-beta")
    for version in ["v1.0", "beta"]:
        complete(exports[version], version)
    return exports
