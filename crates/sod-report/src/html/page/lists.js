/* The lists: rules, conflicts, users, packages, combined packages. */

const SEVERITY_FILTER = { key: "severity", name: "Severity", choices: SEVERITIES.map((name) => [name, name]) };

function listView(name, title, make) {
  view(name, name, title, (route) => {
    const { before, table, note } = make(route);
    return [el("h1", null, title), before, table.element, note].flat().filter(Boolean);
  });
}

/** How a rule was judged, in a word. */
function judgedAs(rule) {
  if (rule.not_evaluable !== null) return "not";
  if (rule.inactive !== null) return "inactive";
  return rule.unknown.length > 0 ? "part" : "full";
}
const JUDGED = { not: "not evaluable", inactive: "not in force", part: "in part", full: "in full" };

const worstRuleFirst = (a, b) => severityRank(a) - severityRank(b) || rules()[b].open - rules()[a].open || a - b;

listView("rules", "Rules", (route) => {
  const all = rules();
  const table = new Table({
    caption: "Rules, worst first",
    many: "rules",
    route,
    rows: all.map((_, at) => at).sort(worstRuleFirst),
    filters: [
      { ...SEVERITY_FILTER, keep: (row, value) => all[row].severity === value },
      { key: "judged", name: "Judged", choices: Object.entries(JUDGED), keep: (row, value) => judgedAs(all[row]) === value },
    ],
    columns: [
      { key: "name", name: "Rule", text: (row) => all[row].name, sort: (row) => all[row].name.toLowerCase(), cell: ruleLink },
      textColumn("id", "Id", (row) => all[row].id, { minor: true, width: "18%" }),
      { key: "severity", name: "Severity", sort: severityRank, text: (row) => all[row].severity, cell: (row) => severityBadge(all[row].severity), width: "6.5rem" },
      numberColumn("open", "Open", (row) => all[row].open, { width: "5.5rem" }),
      numberColumn("excepted", "Excepted", (row) => all[row].excepted, { width: "7rem", minor: true }),
      numberColumn("groups", "Groups", (row) => all[row].groups, { width: "6rem", minor: true }),
      { key: "judged", name: "Judged", sort: (row) => JUDGED[judgedAs(all[row])], text: (row) => JUDGED[judgedAs(all[row])], width: "8rem", minor: true, cell: (row) => (judgedAs(all[row]) === "full" ? "in full" : badge("gap", JUDGED[judgedAs(all[row])])) },
    ],
    empty: "No rules: the export declares no incompatible packages, and no rules file was given.",
  });
  return { table };
});

function conflictColumns() {
  const all = data("conflicts");
  const rule = (row) => rules()[all.rules[row]];
  const exception = (row) => (all.exceptions[row] === null ? "" : data("exceptions")[all.exceptions[row]].id);
  return {
    user: { key: "user", name: "User", text: (row) => userText(all.users[row]), sort: (row) => userName(all.users[row]).toLowerCase(), cell: (row) => userLink(all.users[row]) },
    rule: { key: "rule", name: "Rule", text: (row) => rule(row).name + " " + rule(row).id, sort: (row) => rule(row).name.toLowerCase(), cell: (row) => ruleLink(all.rules[row]), width: "25%" },
    severity: { key: "severity", name: "Severity", sort: (row) => severityRank(all.rules[row]), cell: (row) => severityBadge(rule(row).severity), width: "6.2rem" },
    status: { key: "status", name: "Status", sort: (row) => exception(row), text: exception, cell: statusBadge, width: "6.5rem" },
    held: textColumn("held", "Holds", heldText, { minor: true, width: "28%" }),
    since: dayColumn("since", "Since", (row) => all.since[row], { minor: true }),
    until: dayColumn("until", "Until", (row) => all.until[row], { minor: true }),
  };
}

function userText(user) {
  if (user === null) return "";
  const users = data("users");
  return [users.names[user], users.principal_names[user], userIds().at(user), textAt(users.departments, user)].filter(Boolean).join(" ");
}

const conflictFilters = () => {
  const all = data("conflicts");
  return [
    { ...SEVERITY_FILTER, keep: (row, value) => rules()[all.rules[row]].severity === value },
    { key: "status", name: "Status", choices: [["open", "open"], ["excepted", "excepted"]], keep: (row, value) => isOpen(row) === (value === "open") },
  ];
};

listView("conflicts", "Conflicts", (route) => {
  const all = data("conflicts");
  const columns = conflictColumns();
  const table = new Table({
    caption: "Conflicts, worst first",
    many: "conflicts",
    route,
    rows: all.rules.map((_, at) => at),
    filters: conflictFilters(),
    columns: [columns.user, columns.rule, columns.severity, columns.status, columns.held, columns.since, columns.until],
    empty: "No conflicts.",
  });
  return { table, before: leftOut("conflicts", "conflicts") };
});

/** By user of the page: open conflicts, excepted ones, and the worst severity of an open one. */
const userFigures = once(() => {
  const all = data("conflicts");
  const count = data("users").ids.count;
  const figures = { open: new Uint32Array(count), excepted: new Uint32Array(count), worst: new Uint8Array(count).fill(SEVERITIES.length) };
  const ranks = rules().map((_, rule) => severityRank(rule));
  all.users.forEach((user, at) => {
    if (user === null) return;
    if (isOpen(at)) {
      figures.open[user] += 1;
      figures.worst[user] = Math.min(figures.worst[user], ranks[all.rules[at]]);
    } else figures.excepted[user] += 1;
  });
  return figures;
});

listView("users", "Users", (route) => {
  const users = data("users");
  const { open, excepted, worst } = userFigures();
  const rows = Array.from({ length: users.ids.count }, (_, at) => at);
  rows.sort((a, b) => worst[a] - worst[b] || open[b] - open[a] || excepted[b] - excepted[a] || a - b);
  const table = new Table({
    caption: "Users in conflict, worst first",
    many: "users",
    route,
    rows,
    filters: [{ key: "severity", name: "Worst", choices: SEVERITY_FILTER.choices, keep: (row, value) => SEVERITIES[worst[row]] === value }],
    columns: [
      { key: "name", name: "User", text: userText, sort: (row) => userName(row).toLowerCase(), cell: userLink },
      textColumn("upn", "Principal name", (row) => users.principal_names[row], { minor: true, width: "26%" }),
      textColumn("department", "Department", (row) => textAt(users.departments, row), { minor: true, width: "14%" }),
      { key: "worst", name: "Worst", sort: (row) => worst[row], width: "6.5rem", cell: (row) => (SEVERITIES[worst[row]] ? severityBadge(SEVERITIES[worst[row]]) : "–") },
      numberColumn("open", "Open", (row) => open[row], { width: "5.5rem" }),
      numberColumn("excepted", "Excepted", (row) => excepted[row], { width: "7rem", minor: true }),
      numberColumn("held", "Packages", (row) => users.held[row], { width: "7rem", minor: true }),
    ],
    empty: "Nobody is in conflict.",
  });
  const before = [
    el("p", { class: "note" }, "Users in conflict, those of exceptions, and holders of packages that combine what a rule keeps apart; of " + counted(summary().users, "user", "users") + " in all. Whoever is not here violates no rule that was judged" + (leftOut("conflicts", "conflicts") ? ", or is beyond the limit." : ".")),
    leftOut("conflicts", "conflicts"),
  ];
  return { table, before };
});

listView("packages", "Packages", (route) => {
  const packages = data("packages");
  const named = (row) => (rulesOfPackage().get(row) || []).length;
  const rows = packages.names.map((_, at) => at).sort((a, b) => packages.holders[b] - packages.holders[a] || a - b);
  const table = new Table({
    caption: "Packages, most held first",
    many: "packages",
    route,
    rows,
    columns: [
      { key: "name", name: "Package", text: packageName, sort: (row) => packageName(row).toLowerCase(), cell: packageLink },
      textColumn("id", "Id", (row) => packageIds().at(row), { minor: true, width: "22rem" }),
      textColumn("catalog", "Catalog", (row) => textAt(packages.catalogs, row), { minor: true, width: "18%" }),
      numberColumn("holders", "Holders", (row) => packages.holders[row], { width: "6.5rem" }),
      numberColumn("rules", "Rules", named, { width: "5.5rem" }),
    ],
  });
  return { table };
});

listView("combined", "Combined packages", (route) => {
  const all = data("combinations");
  const table = new Table({
    caption: "Packages that give by themselves what a rule keeps apart",
    many: "combinations",
    route,
    rows: all.map((_, at) => at),
    columns: [
      { key: "package", name: "Package", text: (row) => packageName(all[row].package), sort: (row) => packageName(all[row].package).toLowerCase(), cell: (row) => el("a", { href: address("combination", String(row + 1)) }, named(packageName(all[row].package))) },
      { key: "rule", name: "Rule", text: (row) => rules()[all[row].rule].name, sort: (row) => rules()[all[row].rule].name.toLowerCase(), cell: (row) => ruleLink(all[row].rule) },
      textColumn("kind", "Kind", (row) => all[row].kind + (all[row].whole ? "" : ", in part"), { width: "11rem", minor: true }),
      numberColumn("holders", "Holders", (row) => all[row].holders, { width: "6.5rem" }),
      numberColumn("conflict", "In conflict too", (row) => all[row].holders_in_conflict, { width: "9rem", minor: true }),
    ],
    empty: summary().packages_with_resource_roles > 0 ? "None, as far as resource roles were exported." : "Not known: no resource roles were exported.",
  });
  const known = summary().packages_with_resource_roles;
  const before = el("p", { class: "note" }, "These packages give by themselves what a rule keeps apart. Their holders have the access, whether they violate the rule or not; they are no conflicts by that. Resource roles are known for " + num(known) + " of " + counted(summary().packages, "package", "packages") + ".");
  return { table, before };
});
