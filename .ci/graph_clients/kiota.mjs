// Reads what is served with the models and the adapter of JavaScript's typed SDK: kiota.mjs v1.0 GRAPH TRUTH
//
// Its fluent paths for identity governance are not published; requests are made as the generated code makes them, of a
// template and its values.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Checks, GRAPH, ROWS, TRUTH, VERSION, ids, matching, sent } from "./checks.mjs";

const installed = createRequire(pathToFileURL(`${process.env.GRAPH_CLIENTS}/package.json`));
const load = (name) => import(pathToFileURL(installed.resolve(name)));
const { AnonymousAuthenticationProvider, HttpMethod, RequestInformation } = await load("@microsoft/kiota-abstractions");
const { GraphRequestAdapter, createGraphServiceClient } = await load("@microsoft/msgraph-sdk");
const { BatchRequestContent, PageIterator } = await load("@microsoft/msgraph-sdk-core");
const models = await load("@microsoft/msgraph-sdk/models/index.js");
const { createODataErrorFromDiscriminatorValue } = await load("@microsoft/msgraph-sdk/models/oDataErrors/index.js");

const EM = "{+baseurl}/identityGovernance/entitlementManagement";
const OPTIONS = "{?%24count,%24expand,%24filter,%24orderby,%24search,%24select,%24skip,%24top}";
const errorMappings = { XXX: createODataErrorFromDiscriminatorValue };
const [FIRST, SECOND] = TRUTH.pair;
const checks = new Checks(`JavaScript kiota ${VERSION}, export of ${TRUTH.export}`);
const adapter = new GraphRequestAdapter(new AnonymousAuthenticationProvider());
adapter.baseUrl = `${GRAPH}/${VERSION}`;
createGraphServiceClient(adapter);

function request(template, options = {}, headers = {}, method = HttpMethod.GET) {
  const information = new RequestInformation(method, `${EM}${template}`, { baseurl: adapter.baseUrl });
  for (const [name, value] of Object.entries(options)) information.queryParameters[`%24${name}`] = value;
  information.headers.tryAdd("Accept", "application/json");
  for (const [name, value] of Object.entries(headers)) information.headers.add(name, value);
  return information;
}

const get = (path, options, model, headers) => adapter.send(request(`${path}${OPTIONS}`, options, headers), models[`create${model}FromDiscriminatorValue`], errorMappings);
const LIST = "AccessPackageAssignmentCollectionResponse";

async function pages(first) {
  const found = [];
  const before = sent.length;
  await new PageIterator(adapter, first, (item) => found.push(item) > 0, models[`create${LIST}FromDiscriminatorValue`], errorMappings).iterate();
  return [found, 1 + sent.length - before];
}

async function additionalAccess() {
  const path = `/assignments/additionalAccess(accessPackageId='${FIRST}',incompatibleAccessPackageId='${SECOND}')`;
  const page = await get(path, { expand: ["target", "accessPackage"], top: 5, count: true }, LIST);
  checks.equal(page.odataCount, TRUTH.additional.length, "@odata.count of additionalAccess");
  const [found] = await pages(page);
  checks.equal(ids(found), TRUTH.additional, "additionalAccess of two packages, in pages of 5");
  for (const row of found.slice(0, 8)) {
    const known = ROWS.get(row.id);
    checks.equal([row.state, row.status, row.target.id, row.target.objectId ?? null], [known.state, known.status, known.subject, known.object], "a row of additionalAccess");
    checks.equal([row.target.subjectType, row.accessPackage.id], ["user", known.package], "the target and the package of a row");
    checks.true(row.schedule.startDateTime instanceof Date && row.schedule.startDateTime.getTime() === Date.parse(known.start), "startDateTime as a date");
    checks.true(row.schedule.expiration.type, "a type of the expiration that the SDK knows");
  }
}

async function assignments() {
  const ordered = await get("/assignments", { orderby: ["id desc"], top: 3, select: ["id"] }, LIST);
  checks.equal(ids(ordered.value), [...ROWS.keys()].sort().reverse().slice(0, 3), "the order by id, descending");
  for (const [filter, test] of [
    ["state eq 'Delivered'", (row) => row.state === "delivered"],
    [`target/objectId eq '${TRUTH.person}'`, (row) => row.object === TRUTH.person],
    ["endswith(target/displayName,'+ 100%')", (row) => row.name.endsWith("+ 100%")],
  ]) {
    const first = await get("/assignments", { filter, count: true, top: 20 }, LIST);
    const [found] = await pages(first);
    checks.same(ids(found), matching(test), filter);
    checks.equal(first.odataCount, found.length, `@odata.count of ${filter}`);
    const asking = request("/assignments/$count{?%24filter,%24search}", { filter });
    asking.headers.clear();
    asking.headers.tryAdd("Accept", "text/plain;q=0.9");
    checks.equal(await adapter.sendPrimitive(asking, "number", errorMappings), found.length, `$count of ${filter}`);
  }
  const first = await get("/assignments", { orderby: ["id"] }, LIST, { Prefer: "odata.maxpagesize=61" });
  const [found, asked] = await pages(first);
  checks.equal([ids(found), asked], [[...ROWS.keys()].sort(), Math.ceil(ROWS.size / 61)], "all pages, with Prefer on the first request alone");
}

async function policies() {
  const page = await get("/assignmentPolicies", { expand: ["accessPackage"], top: 999 }, "AccessPackageAssignmentPolicyCollectionResponse");
  checks.same(ids(page.value), Object.keys(TRUTH.policies), "the list of policies");
  const options = { expand: ["customExtensionStageSettings($expand=customExtension)"] };
  const policy = await get("/assignmentPolicies/4540a08f-8ab5-43f6-a923-015275799197", options, "AccessPackageAssignmentPolicy");
  const [stage] = policy.customExtensionStageSettings;
  checks.equal([stage.stage, stage.customExtension.displayName], ["assignmentRequestCreated", "test_action_1"], "the stage and its extension");
  checks.equal(stage.customExtension.odataType, "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension", "@odata.type of the extension");
  checks.true(stage.customExtension.createdDateTime instanceof Date, "createdDateTime of a typed extension as a date");
  checks.equal(stage.customExtension.endpointConfiguration.logicAppWorkflowName, "customextension_test", "the workflow of the extension");
  if (TRUTH.export !== "v1.0") return;
  checks.equal([policy.allowedTargetScope, policy.expiration.type], ["specificConnectedOrganizationUsers", "afterDuration"], "words that the SDK knows");
  checks.equal(policy.expiration.duration.toString(), "P365D", "a duration");
  checks.equal(policy.requestApprovalSettings.stages[0].primaryApprovers[0].managerLevel, 1, "a typed approver");
  checks.equal(policy.reviewSettings.expirationBehavior, "keepAccess", "reviewSettings");
}

async function packagesAndCatalogs() {
  const known = TRUTH.packages[TRUTH.declaring];
  const page = await get("/accessPackages", { top: 999, expand: ["catalog"] }, "AccessPackageCollectionResponse");
  checks.same(page.value.map((one) => `${one.id} ${one.catalog.id}`), Object.entries(TRUTH.packages).map(([id, one]) => `${id} ${one.catalog}`), "packages with their catalogs");
  const incompatible = await get(`/accessPackages/${TRUTH.declaring}/incompatibleAccessPackages`, {}, "AccessPackageCollectionResponse");
  checks.same(ids(incompatible.value), known.incompatible, "incompatibleAccessPackages");
  const groups = await get(`/accessPackages/${TRUTH.declaring}/incompatibleGroups`, {}, "GroupCollectionResponse");
  checks.same(ids(groups.value), known.groups, "incompatibleGroups");
  const organizations = await get("/connectedOrganizations", {}, "ConnectedOrganizationCollectionResponse");
  checks.equal([ids(organizations.value), organizations.value[0].state], [Object.keys(TRUTH.organizations), "configured"], "connected organizations");
}

async function reprocessAndErrors() {
  const again = (id) => adapter.sendNoResponseContent(request(`/assignments/${id}/reprocess`, {}, {}, HttpMethod.POST), errorMappings);
  checks.equal(await again(TRUTH.conflicting), undefined, "reprocess, of which nothing comes back");
  const refused = async (status, code, asking, what) => {
    const error = await asking.then(() => undefined, (error) => error);
    checks.equal([error?.responseStatusCode, error?.errorEscaped?.code], [status, code], what);
    checks.true(error?.errorEscaped?.innerError?.requestId && error.errorEscaped.innerError.date instanceof Date, `request id and date for ${what}`);
  };
  await refused(404, "ResourceNotFound", again(TRUTH.unknown), "reprocess of an unknown assignment");
  await refused(400, "InvalidId", again("not-a-guid"), "reprocess of a malformed id");
  await refused(400, "BadRequest", get("/assignments", { filter: "nonsense eq 1" }, LIST), "an unknown property");
  await refused(403, "Forbidden", get("/assignments/filterByCurrentUser(on='target')", {}, LIST), "filterByCurrentUser of nobody");
  await refused(405, "MethodNotAllowed", adapter.sendNoResponseContent(request("/assignments", {}, {}, HttpMethod.POST), errorMappings), "a new assignment");
}

async function batch() {
  const content = new BatchRequestContent(adapter, errorMappings);
  content.addBatchRequest(request(`/assignments${OPTIONS}`, { top: 2, select: ["id"] }), "list");
  content.addBatchRequest(request(`/assignments/${TRUTH.unknown}`), "wrong");
  const answer = await content.postAsync();
  checks.true(sent.at(-1).includes('"url":"/identityGovernance/'), "the SDK to put addresses from behind the version on into a batch, as it is known to");
  const statuses = [...answer.getResponses()].map(([id, response]) => `${id} ${response.status}`);
  checks.same(statuses, ["list 200", "wrong 404"], "the statuses of a batch");
}

for (const walk of [additionalAccess, assignments, policies, packagesAndCatalogs, reprocessAndErrors, batch]) await checks.step(walk.name, walk);
checks.end();
