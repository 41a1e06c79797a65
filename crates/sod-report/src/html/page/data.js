/* The data: blocks of JSON, each read when it is first needed, by column. */

const read = new Map();

function data(name) {
  if (!read.has(name)) read.set(name, JSON.parse(document.getElementById("data-" + name).textContent));
  return read.get(name);
}

const GUID_LETTERS = 22;

/** A column of ids: GUIDs are 22 letters of base64 each, other ids stand under their number. */
class Ids {
  constructor(column) {
    this.column = column;
    this.byId = once(() => {
      const places = new Map();
      for (let at = 0; at < column.count; at += 1) places.set(this.at(at), at);
      return places;
    });
  }

  at(place) {
    const text = this.column.texts[place];
    if (text !== undefined) return text;
    const letters = this.column.guids.slice(place * GUID_LETTERS, (place + 1) * GUID_LETTERS);
    const bytes = atob(letters.replaceAll("-", "+").replaceAll("_", "/") + "==");
    let hex = "";
    for (let at = 0; at < 16; at += 1) {
      hex += bytes.charCodeAt(at).toString(16).padStart(2, "0");
      if (at === 3 || at === 5 || at === 7 || at === 9) hex += "-";
    }
    return hex;
  }

  find(id) {
    return this.byId().get(id);
  }
}

/** What a column of repeated texts has at a place, or null. */
function textAt(column, place) {
  const text = column.of[place];
  return text === null || text === undefined ? null : column.texts[text];
}

const overview = once(() => data("overview"));
const summary = once(() => overview().summary);
const rules = once(() => data("rules"));
const packageIds = once(() => new Ids(data("packages").ids));
const userIds = once(() => new Ids(data("users").ids));
const ruleById = once(() => new Map(rules().map((rule, at) => [rule.id, at])));

const SEVERITIES = ["critical", "high", "medium", "low"];
const severityRank = (rule) => SEVERITIES.indexOf(rules()[rule].severity);

function packageName(place) {
  return data("packages").names[place] ?? packageIds().at(place);
}

function userName(place) {
  if (place === null || place === undefined) return "(unknown)";
  const users = data("users");
  return users.names[place] ?? users.principal_names[place] ?? userIds().at(place);
}

function directoryGroupName(place) {
  const groups = data("directory-groups");
  return groups.names[place] ?? new Ids(groups.ids).at(place);
}

/** The directory groups of which not all members are known. */
function groupsWithGaps() {
  return data("directory-groups").names.map((_, place) => place).filter((place) => groupGap(place) !== null);
}

/** What of a list the page shows: {what, shown, all, file}. */
function limit(what) {
  return overview().shown.find((one) => one.what === what);
}

/** The sentence about what a list leaves out; null when it leaves out nothing. */
function leftOut(what, many) {
  const { shown, all, file } = limit(what);
  if (shown >= all) return null;
  return el("p", { class: "note" }, "The first " + num(shown) + " of " + num(all) + " " + many + " are on this page; all of them are in ", el("code", null, file), ".");
}

/** Places of things by an owner: `of(owner)` gives those whose column says so, in their order. */
class Grouped {
  constructor(owners, count) {
    this.starts = new Uint32Array(count + 2);
    const has = (owner) => owner !== null && owner < count;
    for (const owner of owners) if (has(owner)) this.starts[owner + 2] += 1;
    for (let at = 2; at < this.starts.length; at += 1) this.starts[at] += this.starts[at - 1];
    this.places = new Uint32Array(owners.length);
    owners.forEach((owner, place) => {
      if (has(owner)) this.places[this.starts[owner + 1]++] = place;
    });
  }

  of(owner) {
    return this.places.subarray(this.starts[owner], this.starts[owner + 1]);
  }
}

const conflictsOfUser = once(() => new Grouped(data("conflicts").users, data("users").ids.count));
const conflictsOfRule = once(() => new Grouped(data("conflicts").rules, rules().length));
const conflictsOfGroup = once(() => new Grouped(data("conflicts").groups, data("groups").users.length));
const assignmentsOfUser = once(() => new Grouped(data("assignments").users, data("users").ids.count));
const rulesOfPackage = once(() => {
  const of = new Map();
  rules().forEach((rule, at) => {
    for (const place of new Set(rule.terms.flatMap((term) => term.packages))) {
      if (!of.has(place)) of.set(place, []);
      of.get(place).push(at);
    }
  });
  return of;
});

/** Assignments of a user to a package that count. */
function assignmentsTo(user, place) {
  const assignments = data("assignments");
  return [...assignmentsOfUser().of(user)].filter((at) => assignments.packages[at] === place);
}

function isOpen(conflict) {
  return data("conflicts").exceptions[conflict] === null;
}

/** Packages held of the rule, and directory groups, of a conflict; null when its group is not on the page. */
function heldOf(conflict) {
  const group = data("conflicts").groups[conflict];
  const groups = data("groups");
  if (group === null || group >= groups.users.length) return null;
  return { packages: groups.packages[group], groups: groups.groups[group] };
}
