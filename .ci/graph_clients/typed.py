"""Policies with every setting, as the types of Python's SDKs show them: words, lengths of time and dates included."""

import datetime


def moment(text):
    """A moment of the export as the SDK shows it: it keeps six digits of a second."""
    if not text:
        return None
    whole, _, fraction = text.rstrip("Z").partition(".")
    return datetime.datetime.fromisoformat(whole + "." + (fraction + "000000")[:6] + "+00:00")


def check_stages(checks, stages, what):
    checks.equal([stage.stage.value if stage.stage else None for stage in stages], ["assignmentRequestCreated"], f"the stages of {what}")
    extension = stages[0].custom_extension
    checks.equal(extension.display_name, "test_action_1", f"the extension of {what}")
    checks.equal(extension.odata_type, "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension", f"its @odata.type in {what}")
    endpoint = extension.endpoint_configuration
    checks.equal(type(endpoint).__name__, "LogicAppTriggerEndpointConfiguration", f"the type of the endpoint in {what}")
    checks.equal(endpoint.logic_app_workflow_name, "customextension_test", f"the workflow of {what}")
    if what == "customExtensionStageSettings":
        checks.equal(type(extension).__name__, "AccessPackageAssignmentRequestWorkflowExtension", f"the type of the extension in {what}")
        checks.equal(extension.created_date_time, moment("2022-01-11T05:19:16.97Z"), f"createdDateTime of the extension in {what}")


def check_policy_v1(checks, policy):
    approval, review = policy.request_approval_settings, policy.review_settings
    stage = approval.stages[0]
    checks.equal(policy.allowed_target_scope.value, "specificConnectedOrganizationUsers", "allowedTargetScope")
    checks.equal(type(policy.specific_allowed_targets[0]).__name__, "ConnectedOrganizationMembers", "the type of who may ask")
    checks.equal((policy.expiration.duration, policy.expiration.type.value), (datetime.timedelta(days=365), "afterDuration"), "expiration")
    checks.equal(policy.requestor_settings.enable_targets_to_self_add_access, True, "requestorSettings")
    checks.equal(type(policy.requestor_settings.on_behalf_requestors[0]).__name__, "InternalSponsors", "onBehalfRequestors")
    checks.equal(approval.is_approval_required_for_add, True, "isApprovalRequiredForAdd")
    checks.equal((stage.duration_before_automatic_denial, stage.duration_before_escalation), (datetime.timedelta(days=2), datetime.timedelta(hours=8)), "durations of a stage")
    checks.equal(stage.approver_information_visibility.value, "visible", "approverInformationVisibility")
    checks.equal((type(stage.primary_approvers[0]).__name__, stage.primary_approvers[0].manager_level), ("RequestorManager", 1), "primaryApprovers")
    checks.equal(review.expiration_behavior.value, "keepAccess", "expirationBehavior")
    checks.equal(review.schedule.recurrence.pattern.type.value, "absoluteMonthly", "the recurrence of reviews")
    checks.equal(review.schedule.expiration.duration, datetime.timedelta(days=14), "the length of a review")
    checks.equal(type(review.primary_reviewers[0]).__name__, "SingleUser", "primaryReviewers")
    checks.equal(policy.automatic_request_settings.grace_period_before_access_removal, datetime.timedelta(days=7), "automaticRequestSettings")
    checks.equal(policy.notification_settings.is_assignment_notification_disabled, True, "notificationSettings")


def check_policy_beta(checks, policy):
    approval, review = policy.request_approval_settings, policy.access_review_settings
    checks.equal((policy.can_extend, policy.duration_in_days), (True, 365), "canExtend, durationInDays")
    checks.equal(policy.expiration_date_time, moment("2037-01-02T03:04:05Z"), "expirationDateTime")
    checks.equal((policy.requestor_settings.scope_type, policy.requestor_settings.accept_requests), ("SpecificDirectorySubjects", True), "requestorSettings")
    checks.equal(type(policy.requestor_settings.allowed_requestors[0]).__name__, "SingleUser", "allowedRequestors")
    checks.equal((approval.approval_mode, approval.approval_stages[0].escalation_time_in_minutes), ("SingleStage", 11520), "requestApprovalSettings")
    checks.equal(type(approval.approval_stages[0].primary_approvers[0]).__name__, "RequestorManager", "primaryApprovers")
    checks.equal((review.recurrence_type, review.duration_in_days), ("quarterly", 25), "accessReviewSettings")
    checks.true(review.access_review_timeout_behavior is not None, "accessReviewTimeoutBehavior that the SDK knows")
    checks.equal(review.start_date_time, moment("2025-07-01T00:00:00Z"), "startDateTime of reviews")
    credential = policy.verifiable_credential_settings.credential_types[0]
    checks.equal((credential.credential_type, len(credential.issuers)), ("VerifiedCredentialExpert", 1), "verifiableCredentialSettings")
