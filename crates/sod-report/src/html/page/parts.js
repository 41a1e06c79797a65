/* Parts that several views share: links to things, what is held, one conflict with its witness. */

function packageLink(place) {
  return el("a", { href: packageAddress(place), title: packageName(place) }, shortNamed(packageName(place)));
}

function userLink(user) {
  if (user === null || user === undefined) return "(unknown)";
  return el("a", { href: userAddress(user), title: userName(user) }, shortNamed(userName(user)));
}

function ruleLink(rule) {
  return el("a", { href: ruleAddress(rule), title: rules()[rule].name }, shortNamed(rules()[rule].name));
}

function statusBadge(conflict) {
  const exception = data("conflicts").exceptions[conflict];
  return exception === null ? badge("open", "open") : badge("excepted", "excepted");
}

/** Nodes with words between them: a, b and c. */
function joined(nodes, between) {
  return nodes.flatMap((node, at) => (at === 0 ? [node] : [between, node]));
}

/** What is not known of who is in a directory group; null where nothing is missing. */
function groupGap(place) {
  const groups = data("directory-groups");
  const inner = groups.nested_unknown[place];
  if (groups.members[place] === null) return "members not exported";
  if (inner > 0) return "members of " + counted(inner, "inner group", "inner groups") + " not exported";
  return groups.truncated[place] ? "one page of members: more are likely" : null;
}

/** A directory group as a rule names it, with how many are in it as far as that is known. */
function groupOfRule(place) {
  const gap = groupGap(place);
  const members = data("directory-groups").members[place];
  return el("span", null, "group ", shortNamed(directoryGroupName(place)), members === null ? "" : " (" + counted(members, "member", "members") + ")", gap ? [" ", badge("gap", gap)] : "");
}

/** Packages and directory groups, as links. */
function heldList(packages, groups) {
  const nodes = packages.map(packageLink).concat(groups.map((group) => el("span", null, "group ", shortNamed(directoryGroupName(group)))));
  return nodes.length > 0 ? joined(nodes, " + ") : ["nothing"];
}

function heldText(conflict) {
  const held = heldOf(conflict);
  if (!held) return "";
  return held.packages.map(packageName).concat(held.groups.map((group) => "group " + directoryGroupName(group))).join(" + ");
}

/** Each term of a rule, with what of it is held where that is given. A term may have thousands of packages: those come on demand. */
function termList(rule, held) {
  const LISTED = 12;
  const list = el("ol", { class: "terms" });
  rules()[rule].terms.forEach((term) => {
    const packages = held ? term.packages.filter((place) => held.packages.includes(place)) : term.packages;
    const groups = held ? term.groups.filter((group) => held.groups.includes(group)) : term.groups;
    const of = term.packages.length + term.groups.length;
    const needs = of === 1 ? "" : "at least " + num(term.at_least) + " of " + num(of) + (held ? "; held: " : ": ");
    const nodes = (from, to) => packages.slice(from, to).map(packageLink).concat(to === undefined || to >= packages.length ? groups.map(groupOfRule) : []);
    const item = el("li", null, needs, joined(nodes(0, LISTED), ", "));
    if (packages.length > LISTED) {
      const more = el("button", { type: "button", class: "link", on: { click: () => more.replaceWith(...[", "], ...joined(nodes(LISTED), ", ")) } }, " and " + num(packages.length - LISTED) + " more");
      item.append(more);
    }
    if (of === 0) item.append("nothing that the inputs know");
    list.append(item);
  });
  return list;
}

/** The assignments by which a user holds packages. */
function assignmentTable(user, packages) {
  const assignments = data("assignments");
  const ids = new Ids(assignments.ids);
  const rows = packages.flatMap((place) => assignmentsTo(user, place));
  if (rows.length === 0) return null;
  const line = (at) =>
    el("tr", null,
      el("th", { scope: "row" }, packageLink(assignments.packages[at])),
      el("td", null, el("code", null, ids.at(at) || "no id")),
      el("td", null, named(textAt(assignments.policies, at) || "")),
      el("td", null, textAt(assignments.states, at)),
      el("td", null, day(assignments.since[at])),
      el("td", null, day(assignments.until[at])),
    );
  const heads = ["Package", "Assignment", "Policy", "State", "Since", "Until"].map((name) => el("th", { scope: "col" }, name));
  return el("div", { class: "wide" }, el("table", { class: "plain" }, el("caption", null, "Assignments behind it"), el("thead", null, el("tr", null, heads)), el("tbody", null, rows.map(line))));
}

/** Part of a page that opens on demand; its content is made when it is first opened. */
function opening(title, make, open) {
  const element = el("details", { open }, el("summary", null, title));
  const fill = once(() => element.append(...[make()].flat().filter(Boolean)));
  element.addEventListener("toggle", () => element.open && fill());
  if (open) fill();
  return element;
}

/** The first of many elements, and a button for more of them. */
function some(places, make, many, step) {
  const box = el("div", { class: "some" });
  let shown = 0;
  const more = el("button", { type: "button" });
  const add = () => {
    const to = Math.min(places.length, shown + step);
    const added = [];
    for (; shown < to; shown += 1) added.push(make(places[shown]));
    more.before(...added);
    more.textContent = "Show more (" + num(places.length - shown) + " " + many + " left)";
    more.hidden = shown >= places.length;
  };
  more.addEventListener("click", add);
  box.append(more);
  add();
  return box;
}

/** How to ask sod for more, where the id can be typed as it stands. */
function command(...words) {
  if (!words.every((word) => /^[\w.:@/+-]+$/.test(word))) return null;
  return el("p", { class: "note" }, "In full: ", el("code", null, "sod explain INPUT... " + words.join(" ")));
}
