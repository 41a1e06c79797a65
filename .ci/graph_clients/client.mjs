// Walks everything that is served with JavaScript's graph-client 3: client.mjs VERSION GRAPH TRUTH [PART]
//
// The client is used as it is shipped: it doubles the address of a next page and sends no token over http://.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Checks, GRAPH, ROWS, TRUTH, VERSION, ids, matching, sent } from "./checks.mjs";

const installed = createRequire(pathToFileURL(`${process.env.GRAPH_CLIENTS}/package.json`));
const { Client, PageIterator, BatchRequestContent, BatchResponseContent } = installed("@microsoft/microsoft-graph-client");

const V1 = VERSION === "v1.0";
const EM = "/identityGovernance/entitlementManagement";
const NAMES = V1
  ? { assignments: "assignments", policies: "assignmentPolicies", catalogs: "catalogs", state: "state", catalog: "catalog", policy: "assignmentPolicy" }
  : { assignments: "accessPackageAssignments", policies: "accessPackageAssignmentPolicies", catalogs: "accessPackageCatalogs", state: "assignmentState", catalog: "accessPackageCatalog", policy: "accessPackageAssignmentPolicy" };
const ASSIGNMENTS = `${EM}/${NAMES.assignments}`;
const [FIRST, SECOND] = TRUTH.pair;
const checks = new Checks(`JavaScript graph-client ${VERSION}, export of ${TRUTH.export}`);
const client = Client.init({ baseUrl: `${GRAPH}/`, defaultVersion: VERSION, authProvider: (done) => done(null, "a-token-that-stays-here") });
const additional = (first, second) => `${ASSIGNMENTS}/additionalAccess(accessPackageId='${first}',incompatibleAccessPackageId='${second}')`;
const spelled = (state) => (V1 ? state : state[0].toUpperCase() + state.slice(1));
const sorted = [...ROWS.keys()].sort();

async function pages(first, options) {
  const found = [];
  const before = sent.length;
  await new PageIterator(client, first, (item) => found.push(item) > 0, options).iterate();
  return [found, 1 + sent.length - before];
}

function checkRow(row, what) {
  const known = ROWS.get(row.id);
  const words = V1 ? [row.state, row.status] : [row.assignmentState, row.assignmentStatus];
  checks.equal(words, [spelled(known.state), known.status], `state and status in ${what}`);
  checks.equal([row.target.id, row.target.objectId ?? null, row.target.displayName], [known.subject, known.object, known.name], `target in ${what}`);
  checks.equal([row.accessPackage.id, row.accessPackage.displayName], [known.package, TRUTH.packages[known.package].name], `package in ${what}`);
  const dates = [row.expiredDateTime ?? null, row.schedule.startDateTime ?? null, row.schedule.expiration.endDateTime ?? null];
  checks.equal(dates, [known.expired, known.start, known.end], `dates in ${what}`);
  checks.true(dates.every((date) => date === null || !Number.isNaN(Date.parse(date))), `dates that JavaScript reads in ${what}`);
  checks.equal(V1 ? row.target.subjectType : row.target.type, spelled("user"), `kind of target in ${what}`);
  if (!V1) checks.equal([row.accessPackageId, row.assignmentPolicyId], [known.package, known.policy], `ids of beta in ${what}`);
}

async function additionalAccess() {
  const page = await client.api(additional(FIRST, SECOND)).expand("target,accessPackage").get();
  checks.true(page["@odata.context"].endsWith("/$metadata#Collection(microsoft.graph.accessPackageAssignment)"), "the context of a function");
  checks.equal(ids(page.value), TRUTH.additional.slice(0, 100), "additionalAccess of two packages");
  page.value.slice(0, 5).forEach((row) => checkRow(row, "additionalAccess"));
  const reverse = await client.api(additional(SECOND, FIRST)).count(true).top(3).select("id").get();
  checks.equal(reverse["@odata.count"], TRUTH.additional_reversed.length, "@odata.count of additionalAccess");
  const [found] = await pages(reverse);
  checks.equal(ids(found), TRUTH.additional_reversed, "additionalAccess the other way round, in pages of 3");
  const [ofNone] = await pages(await client.api(`${ASSIGNMENTS}/additionalAccess()`).get());
  checks.equal(ids(ofNone), TRUTH.additional_of_none, "additionalAccess()");
  const [bare] = await pages(await client.api(`${ASSIGNMENTS}/additionalAccess`).get());
  checks.equal(ids(bare), TRUTH.additional_of_none, "additionalAccess without parentheses");
  const [ofOne] = await pages(await client.api(`${ASSIGNMENTS}/additionalAccess(accessPackageId='${TRUTH.declaring}')`).get());
  checks.equal(ids(ofOne), TRUTH.additional_of_one, "additionalAccess of one package");
  const filtered = await client.api(additional(FIRST, SECOND)).filter(`id eq '${TRUTH.additional[1]}'`).get();
  checks.equal(ids(filtered.value), [TRUTH.additional[1]], "additionalAccess with a filter");
}

async function assignments() {
  const whole = await client.api(ASSIGNMENTS).count(true).top(999).expand(["target", "accessPackage"]).get();
  checks.equal(whole["@odata.count"], ROWS.size, "@odata.count");
  const [found] = await pages(whole);
  checks.same(ids(found), ROWS.keys(), "the list of assignments");
  const some = Math.max(1, Math.floor(found.length / 40));
  found.filter((_, at) => at % some === 0).forEach((row) => checkRow(row, "the list"));
  const person = TRUTH.person;
  const ofPackage = ROWS.get(TRUTH.conflicting).package;
  const filters = [
    [`${NAMES.state} eq 'Delivered'`, (row) => row.state === "delivered"],
    [`accessPackage/id eq '${ofPackage}' and ${NAMES.state} ne 'expired'`, (row) => row.package === ofPackage && row.state !== "expired"],
    [`target/objectId eq '${person}'`, (row) => row.object === person],
    [`${NAMES.policy}/id eq '${ROWS.get(TRUTH.conflicting).policy}'`, (row) => row.policy === ROWS.get(TRUTH.conflicting).policy],
    ["startswith(target/displayName,'Zoë')", (row) => row.name.toLowerCase().startsWith("zoë")],
    ["contains(target/displayName,'''')", (row) => row.name.includes("'")],
    // The client leaves + and % as they are; what is meant by them must be escaped by who calls it.
    [encodeURIComponent("endswith(target/displayName,'+ 100%')"), (row) => row.name.endsWith("+ 100%")],
    ["schedule/startDateTime lt 2026-01-01T00:00:00Z", (row) => row.start !== null && row.start < "2026-01-01"],
  ];
  for (const [filter, test] of filters) {
    const expected = matching(test);
    checks.true(expected.length > 0, `the export to have rows for ${filter}`);
    const [rows] = await pages(await client.api(ASSIGNMENTS).filter(filter).top(999).get());
    checks.same(ids(rows), expected, filter);
    const count = await client.api(`${ASSIGNMENTS}/$count`).filter(filter).get();
    checks.equal(Number(count), expected.length, `$count of ${filter}`);
  }
  const ordered = await client.api(ASSIGNMENTS).orderby("id desc").top(7).skip(2).select("id").get();
  checks.equal(ids(ordered.value), sorted.toReversed?.().slice(2, 9) ?? [...sorted].reverse().slice(2, 9), "the order by id, descending, without the first two");
  checks.equal(Object.keys(ordered.value[0]), ["id"], "what $select names, alone");
  const searched = await client.api(ASSIGNMENTS).search('"displayName:Guest"').get();
  checks.same(ids(searched.value), matching((row) => row.name.startsWith("Guest")), "$search");
  const nested = await client.api(ASSIGNMENTS).expand("accessPackage($select=id,displayName),target($select=id,displayName;$expand=connectedOrganization)").top(5).get();
  checks.equal(Object.keys(nested.value[0].accessPackage).sort(), ["displayName", "id"], "a nested $select");
}

async function oneAssignment() {
  const id = TRUTH.conflicting;
  const row = await client.api(`${ASSIGNMENTS}/${id}`).expand(`target,accessPackage,${NAMES.policy}`).get();
  checkRow(row, "one assignment");
  checks.equal(row[NAMES.policy].id, ROWS.get(id).policy, "its policy");
  const deep = await client.api(`${ASSIGNMENTS}/${id}`).expand(`accessPackage($expand=${NAMES.catalog})`).get();
  checks.equal(deep.accessPackage[NAMES.catalog].id, TRUTH.packages[ROWS.get(id).package].catalog, "the catalog within the package");
  const target = await client.api(`${ASSIGNMENTS}('${id}')/target`).get();
  checks.equal(target.displayName, ROWS.get(id).name, "the target by its address");
}

async function currentUser() {
  const mine = `${ASSIGNMENTS}/filterByCurrentUser(on='target')`;
  const expected = matching((row) => row.person === TRUTH.person);
  const first = await client.api(mine).header("sod-user", TRUTH.person).top(2).count(true).get();
  checks.equal(first["@odata.count"], expected.length, "@odata.count of filterByCurrentUser");
  const [found] = await pages(first);
  checks.same(ids(found), expected, "filterByCurrentUser in pages of 2");
}

async function refused(status, code, asking, what) {
  try {
    await asking;
  } catch (error) {
    checks.equal([error.statusCode, error.code], [status, code], what);
    checks.true(error.message && error.requestId && !Number.isNaN(error.date.getTime()), `message, request id and date for ${what}`);
    return;
  }
  checks.fail(`${what}: expected ${status} ${code}, and it was answered`);
}

async function reprocess() {
  const again = (id) => client.api(`${ASSIGNMENTS}/${id}/reprocess`);
  for (const [what, body] of [["without a body", undefined], ["with an empty object", {}]]) {
    // No type, so the client hands the stream of the body over as it is; a type of JSON would make it fail on nothing.
    const answer = await again(TRUTH.conflicting).post(body);
    checks.equal(await new Response(answer).text(), "", `what comes back of reprocess ${what}`);
  }
  await refused(400, "BadRequest", again(matching((row) => row.state === "expired")[0]).post(), "reprocess of an expired assignment");
  await refused(404, "ResourceNotFound", again(TRUTH.unknown).post(), "reprocess of an unknown assignment");
  await refused(400, "InvalidId", again("not-a-guid").post(), "reprocess of a malformed id");
}

async function policies() {
  const page = await client.api(`${EM}/${NAMES.policies}`).expand("accessPackage").top(999).get();
  checks.same(ids(page.value), Object.keys(TRUTH.policies), "the list of policies");
  for (const policy of page.value) {
    const known = TRUTH.policies[policy.id];
    checks.equal([policy.displayName, policy.accessPackage.id], [known.name, known.package], `policy ${policy.id}`);
  }
  const whole = "4540a08f-8ab5-43f6-a923-015275799197";
  const expansions = ["customExtensionStageSettings", ...(V1 || TRUTH.export === "v1.0" ? [] : ["customExtensionHandlers"])];
  const body = TRUTH.policies[whole].body;
  for (const expansion of expansions) {
    const policy = await client.api(`${EM}/${NAMES.policies}/${whole}`).expand(`${expansion}($expand=customExtension)`).get();
    checks.equal(policy[expansion], body[expansion], `${expansion} as exported`);
    if (VERSION !== TRUTH.export) continue;
    for (const name of Object.keys(body).filter((name) => /Settings$|Targets$|^expiration|Date|^can|^duration/.test(name) && !name.startsWith("customExtension"))) {
      checks.equal(policy[name], body[name], `${name} of a policy as exported`);
    }
  }
}

async function packages() {
  const page = await client.api(`${EM}/accessPackages`).top(999).expand("incompatibleAccessPackages,incompatibleGroups,accessPackagesIncompatibleWith").get();
  checks.same(ids(page.value), Object.keys(TRUTH.packages), "the list of packages");
  for (const found of page.value) {
    const known = TRUTH.packages[found.id];
    checks.equal(found.displayName, known.name, `the name of package ${found.id}`);
    checks.same(ids(found.incompatibleAccessPackages), known.incompatible, `incompatibleAccessPackages expanded in ${found.id}`);
    checks.same(ids(found.accessPackagesIncompatibleWith), known.incompatible_with, `accessPackagesIncompatibleWith expanded in ${found.id}`);
    checks.same(ids(found.incompatibleGroups), known.groups, `incompatibleGroups expanded in ${found.id}`);
  }
  const known = TRUTH.packages[TRUTH.declaring];
  for (const [name, expected] of [["incompatibleAccessPackages", known.incompatible], ["accessPackagesIncompatibleWith", known.incompatible_with], ["incompatibleGroups", known.groups]]) {
    const list = await client.api(`${EM}/accessPackages/${TRUTH.declaring}/${name}`).get();
    checks.same(ids(list.value), expected, `${name} by its address`);
  }
}

async function catalogsAndOrganizations() {
  const page = await client.api(`${EM}/${NAMES.catalogs}`).expand("accessPackages($select=id)").get();
  checks.same(ids(page.value), Object.keys(TRUTH.catalogs), "the list of catalogs");
  for (const catalog of page.value) {
    const known = Object.keys(TRUTH.packages).filter((id) => TRUTH.packages[id].catalog === catalog.id);
    checks.same(ids(catalog.accessPackages), known, `packages of catalog ${catalog.id}`);
  }
  const organizations = await client.api(`${EM}/connectedOrganizations`).get();
  checks.same(ids(organizations.value), Object.keys(TRUTH.organizations), "connected organizations");
}

async function paging() {
  for (const [what, asking, size] of [
    ["$top", client.api(ASSIGNMENTS).top(50), 50],
    ["Prefer", client.api(ASSIGNMENTS).header("Prefer", "odata.maxpagesize=37"), 37],
    ["nothing", client.api(ASSIGNMENTS), 100],
    ["every option", client.api(ASSIGNMENTS).filter(`${NAMES.state} ne 'unknownFutureValue'`).expand("target($select=id)").select("id").top(64).count(true), 64],
  ]) {
    const first = await asking.orderby("id").get();
    checks.equal(first.value.length, Math.min(size, ROWS.size), `length of the first page with ${what}`);
    const [found, asked] = await pages(first);
    if (asked > 1) checks.true(sent.at(-1).includes(`/${VERSION}/http://`), "the client to double the address, as it is known to");
    checks.equal(ids(found), sorted, `all pages with ${what}`);
    checks.equal(asked, Math.ceil(ROWS.size / size), `number of pages with ${what}`);
    if (what === "every option") checks.true(found.every((row) => row.target.id && Object.keys(row).length === 2), "$expand and $select to hold on every page");
  }
}

async function batch() {
  const at = (path) => new Request(`${GRAPH}/${VERSION}${path}`);
  const step = (id, path, dependsOn) => ({ id, request: at(path), dependsOn });
  const send = async (steps) => {
    const content = await new BatchRequestContent(steps).getContent();
    return new BatchResponseContent(await client.api("/$batch").post(content));
  };
  const answer = await send([
    step("1", `${ASSIGNMENTS}?$top=3&$count=true&$select=id`),
    step("2", `${additional(FIRST, SECOND)}?$top=999&$select=id`),
    step("3", `${ASSIGNMENTS}/${TRUTH.unknown}`),
    step("4", `${ASSIGNMENTS}/$count`),
    { id: "5", request: new Request(`${GRAPH}/${VERSION}${ASSIGNMENTS}/${TRUTH.conflicting}/reprocess`, { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } }) },
  ]);
  checks.true(sent.at(-1).includes(`"url":"/${VERSION}/identityGovernance`), "the client to put the version into addresses of a batch, as it is known to");
  const statuses = [...answer.getResponses().entries()].map(([id, response]) => [id, response.status]);
  checks.same(statuses.map(String), ["1,200", "2,200", "3,404", "4,200", "5,202"], "the statuses of a batch");
  const list = await answer.getResponseById("1").json();
  checks.equal([list.value.length, list["@odata.count"]], [3, ROWS.size], "a list in a batch");
  const [found] = await pages(list);
  checks.same(ids(found), ROWS.keys(), "the pages that follow a list in a batch");
  checks.equal(ids((await answer.getResponseById("2").json()).value), TRUTH.additional, "additionalAccess in a batch");
  checks.equal((await answer.getResponseById("3").json()).error.code, "ResourceNotFound", "an error in a batch");
  checks.equal(atob(await answer.getResponseById("4").text()), String(ROWS.size), "$count in a batch");
  const serial = await send([step("a", `${ASSIGNMENTS}/${TRUTH.unknown}`), step("b", `${EM}/${NAMES.catalogs}`, ["a"])]);
  checks.equal([serial.getResponseById("a").status, serial.getResponseById("b").status], [404, 424], "what depends on a failure");
}

async function errors() {
  const unknown = TRUTH.unknown;
  await refused(400, "BadRequest", client.api(ASSIGNMENTS).filter("nonsense eq 1").get(), "an unknown property");
  await refused(400, "BadRequest", client.api(ASSIGNMENTS).query({ $nonsense: "1" }).get(), "an unknown option");
  await refused(400, "AccessPackageIdsNotDistinct", client.api(additional(FIRST, FIRST)).get(), "additionalAccess of a package with itself");
  await refused(404, "ResourceNotFound", client.api(additional(FIRST, unknown)).get(), "additionalAccess with an unknown package");
  await refused(400, "InvalidId", client.api(additional("x", FIRST)).get(), "additionalAccess with a malformed id");
  await refused(404, "ResourceNotFound", client.api(`${ASSIGNMENTS}/${unknown}`).get(), "an unknown assignment");
  await refused(403, "Forbidden", client.api(`${ASSIGNMENTS}/filterByCurrentUser(on='target')`).get(), "filterByCurrentUser of nobody");
  await refused(405, "MethodNotAllowed", client.api(ASSIGNMENTS).post({}), "a new assignment");
  await refused(405, "MethodNotAllowed", client.api(`${ASSIGNMENTS}/${TRUTH.conflicting}`).delete(), "the end of an assignment");
}

const walks = { additionalAccess, paging, assignments, oneAssignment, currentUser, reprocess, policies, packages, catalogsAndOrganizations, batch, errors };
const wanted = process.argv.length > 5 ? process.argv.slice(5) : Object.keys(walks).slice(0, TRUTH.export === "long" ? 2 : undefined);
for (const name of wanted) await checks.step(name, walks[name]);
checks.end();
