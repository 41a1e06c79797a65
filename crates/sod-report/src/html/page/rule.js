/* One rule: what it says, who violates it by holding the same, and every conflict. Beside it, what stands around it. */

view("rule", "rules", "Rule", (route) => {
  const at = ruleById().get(route.value);
  if (at === undefined) return notHere("Rule", route.value, "rules.json or the rules file");
  const rule = rules()[at];
  return [
    el("p", { class: "back" }, el("a", { href: "#rules" }, "All rules")),
    el("h1", null, named(rule.name)),
    el("p", { class: "under" }, severityBadge(rule.severity), " ", el("code", null, rule.id), " · " + rule.origin),
    judgement(rule),
    facts([
      ["Open", num(rule.open) + " of " + counted(rule.open + rule.excepted, "conflict", "conflicts")],
      ["Risk", rule.risk && named(rule.risk)],
      ["Advice", rule.advice && named(rule.advice)],
      ["Description", rule.description && named(rule.description)],
      ["Owner", rule.owner && named(rule.owner)],
      ["Process", rule.process && named(rule.process)],
      ["Frameworks", rule.frameworks.length > 0 && named(rule.frameworks.join(", "))],
      ["In force", rule.from === null && rule.until === null ? null : period(rule.from, rule.until)],
    ]),
    el("section", null, el("h2", null, rule.terms.length === 1 ? "Violated by holding" : "Violated by holding all of"), termList(at)),
    groupsOf(at),
    conflictsSection(at, route),
    aroundRule(at),
    command("--rule", rule.id),
  ].filter(Boolean);
});

function judgement(rule) {
  if (rule.not_evaluable !== null) return el("p", { class: "gap" }, el("strong", null, "Not evaluable, which is not the same as no conflict: "), named(rule.not_evaluable));
  if (rule.inactive !== null) return el("p", { class: "gap" }, el("strong", null, "Not in force, and not judged: "), named(rule.inactive));
  if (rule.unknown.length > 0) return el("p", { class: "gap" }, el("strong", null, "Judged in part. Unknown to the inputs: "), named(rule.unknown.join(", ")));
  return null;
}

function groupsOf(at) {
  const rule = rules()[at];
  if (rule.groups === 0) return null;
  const all = data("groups");
  const known = Math.min(rule.groups, Math.max(0, all.users.length - rule.groups_from));
  const places = Array.from({ length: known }, (_, number) => rule.groups_from + number);
  return el("section", null,
    el("h2", null, counted(rule.groups, "group of equal holdings", "groups of equal holdings")),
    el("p", { class: "note" }, "Who violates the rule by holding the same of it is one group: one cause, one decision."),
    known < rule.groups ? el("p", { class: "note" }, "The first " + num(known) + " are here; all of them are in ", el("code", null, "conflict-groups.jsonl"), ".") : null,
    some(places, (group) => groupPart(at, group, places.length === 1), "groups", 25),
  );
}

function groupPart(rule, group, open) {
  const all = data("groups");
  const held = { packages: all.packages[group], groups: all.groups[group] };
  const excepted = all.users[group] - all.open[group];
  const title = el("span", { class: "group" },
    el("b", null, counted(all.users[group], "user", "users")),
    excepted > 0 ? el("span", { class: "dim" }, " (" + num(excepted) + " excepted)") : null,
    el("span", null, ...joined(held.packages.slice(0, 4).map((place) => shortNamed(packageName(place))).concat(held.groups.slice(0, 2).map((one) => shortNamed("group " + directoryGroupName(one)))), " + "), held.packages.length > 4 ? " + …" : ""),
  );
  return opening(title, () => [el("h3", null, "What is held of the rule"), termList(rule, held), minimalSets(group), groupUsers(rule, group)], open);
}

/** Each of them violates the rule, and no longer does with any one member gone. */
function minimalSets(group) {
  const all = data("groups");
  const minimal = all.minimal[group];
  if (minimal === null) return el("p", null, "All of it is needed: with any one gone, the rule is no longer violated.");
  const more = minimal.total - minimal.sets.length;
  return el("div", null,
    el("h3", null, (minimal.exact ? "" : "At least ") + counted(minimal.total, "minimal violating subset", "minimal violating subsets")),
    el("p", { class: "note" }, "Each violates the rule, and no longer does with any one member gone."),
    el("ul", null, minimal.sets.map(([packages, groups]) => el("li", null, ...heldList(packages, groups)))),
    more > 0 ? el("p", { class: "note" }, "and " + num(more) + " more") : null,
  );
}

function groupUsers(rule, group) {
  const places = conflictsOfGroup().of(group);
  const all = data("groups");
  const held = all.packages[group];
  const one = (conflict) => {
    const user = data("conflicts").users[conflict];
    return opening(el("span", null, statusBadge(conflict), " ", shortNamed(userName(user))), () => [conflictFacts(conflict, true), assignmentTable(user, held)]);
  };
  const missing = all.users[group] - places.length;
  return el("div", null,
    el("h3", null, "Users"),
    places.length > 0 ? some(places, one, "users", 20) : null,
    missing > 0 ? el("p", { class: "note" }, counted(missing, "user is", "users are") + " beyond the limit of this page, in ", el("code", null, "conflict-groups.jsonl"), ".") : null,
  );
}

/** What is to be known about one conflict, beside its rule and what is held. */
function conflictFacts(conflict, user) {
  const all = data("conflicts");
  const exception = all.exceptions[conflict];
  const one = exception === null ? null : data("exceptions")[exception];
  return facts([
    ["User", user ? userLink(all.users[conflict]) : null],
    ["Since", moment(all.since[conflict])],
    ["Until", moment(all.until[conflict])],
    ["Exception", one && [exceptionLink(exception), ", answered for by ", named(one.owner)]],
  ]);
}

function conflictsSection(at, route) {
  const rule = rules()[at];
  if (rule.open + rule.excepted === 0) return null;
  const columns = conflictColumns();
  const rows = conflictsOfRule().of(at);
  const missing = rule.open + rule.excepted - rows.length;
  const table = new Table({
    caption: "Conflicts of this rule",
    many: "conflicts",
    route,
    rows,
    filters: conflictFilters().slice(1),
    columns: [columns.user, columns.status, columns.held, columns.since, columns.until],
    empty: "None of them is on this page.",
  });
  return el("section", null, el("h2", null, "Conflicts"), missing > 0 ? el("p", { class: "note" }, counted(missing, "conflict is", "conflicts are") + " beyond the limit of this page, in ", el("code", null, "conflicts.csv"), ".") : null, table.element);
}

function aroundRule(at) {
  const combining = data("combinations").map((one, row) => [one, row]).filter(([one]) => one.rule === at);
  const excusing = data("exceptions").map((_, row) => row).filter((row) => data("exceptions")[row].rule === at);
  if (combining.length + excusing.length === 0) return null;
  const list = (title, items) => (items.length > 0 ? [el("h2", null, title), el("ul", null, items)] : []);
  return el("section", null,
    list("Packages that give it by themselves", combining.map(([one, row]) => el("li", null, el("a", { href: address("combination", String(row + 1)) }, shortNamed(packageName(one.package))), " (" + one.kind + "), " + counted(one.holders, "holder", "holders")))),
    list("Exceptions", excusing.map(exceptionLine)),
  );
}
