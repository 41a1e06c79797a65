/* One user, one combining package. */

view("user", "users", "User", (route) => {
  const user = userIds().find(route.value);
  if (user === undefined) {
    return notHere("User", route.value, "the export, by `sod explain --user`: this page has the users in conflict");
  }
  const users = data("users");
  const conflicts = [...conflictsOfUser().of(user)];
  const combining = data("combinations").filter((one) => one.users.includes(user));
  const excusing = data("exceptions").map((_, at) => at).filter((at) => data("exceptions")[at].user === user);
  return [
    el("p", { class: "back" }, el("a", { href: "#users" }, "All users")),
    el("h1", null, named(userName(user))),
    facts([
      ["Id", el("code", null, userIds().at(user))],
      ["Principal name", users.principal_names[user] && named(users.principal_names[user])],
      ["Department", textAt(users.departments, user) && named(textAt(users.departments, user))],
      ["Kind", textAt(users.kinds, user) && named(textAt(users.kinds, user))],
      ["User type", textAt(users.user_types, user) && named(textAt(users.user_types, user))],
      ["Packages held", num(users.held[user])],
    ]),
    el("section", null,
      el("h2", null, counted(conflicts.length, "conflict", "conflicts")),
      leftOut("conflicts", "conflicts"),
      some(conflicts, (conflict) => userConflict(user, conflict, conflicts.length < 4), "conflicts", 25),
    ),
    combining.length > 0
      ? el("section", null, el("h2", null, "Has by one package what a rule keeps apart"), el("ul", null, combining.map((one) => el("li", null, packageLink(one.package), ": ", ruleLink(one.rule)))))
      : null,
    excusing.length > 0 ? el("section", null, el("h2", null, "Exceptions made for this user"), el("ul", null, excusing.map(exceptionLine))) : null,
    command("--user", userIds().at(user)),
  ].filter(Boolean);
});

function userConflict(user, conflict, open) {
  const rule = data("conflicts").rules[conflict];
  const held = heldOf(conflict);
  const title = el("span", null, severityBadge(rules()[rule].severity), " ", statusBadge(conflict), " ", shortNamed(rules()[rule].name));
  return opening(title, () => [
    el("p", null, ruleLink(rule), rules()[rule].risk ? [": ", named(rules()[rule].risk)] : ""),
    held ? termList(rule, held) : null,
    conflictFacts(conflict, false),
    held ? assignmentTable(user, held.packages) : null,
  ], open);
}

view("combination", "combined", "Combined package", (route) => {
  const one = data("combinations")[Number(route.value) - 1];
  if (!one) return notHere("Combined package", route.value);
  const rule = rules()[one.rule];
  const term = (contained) => el("li", null, ...joined(contained.map(([place, given, of]) => [packageLink(place), given === of ? " as a whole" : " " + num(given) + " of " + counted(of, "resource role", "resource roles")]), ", ").flat());
  const violates = new Set([...conflictsOfRule().of(one.rule)].map((conflict) => data("conflicts").users[conflict]));
  return [
    el("p", { class: "back" }, el("a", { href: "#combined" }, "All combined packages")),
    el("h1", null, named(packageName(one.package))),
    el("p", { class: "under" }, severityBadge(rule.severity), " gives by itself what ", ruleLink(one.rule), " keeps apart"),
    facts([
      ["Package", packageLink(one.package)],
      ["Kind", one.kind === "override" ? "override: the rule does not name the package" : "intra-package: the rule names the package itself"],
      ["Gives", one.whole ? "enough packages as a whole" : "some packages in part only"],
      ["Holders", num(one.holders)],
      ["In conflict too", num(one.holders_in_conflict) + ", by the packages that the rule names"],
    ]),
    el("section", null, el("h2", null, "What it gives of each term"), el("ol", { class: "terms" }, one.terms.map(term))),
    el("section", null, el("h2", null, "Holders"), one.users.length < one.holders ? el("p", { class: "note" }, "The first " + num(one.users.length) + "; all of them are in ", el("code", null, "combined-packages.csv"), ".") : null,
      some(one.users, (user) => el("p", { class: "line" }, userLink(user), violates.has(user) ? " (in conflict too)" : ""), "holders", 50)),
  ];
});
