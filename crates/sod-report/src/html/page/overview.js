/* The first screen: what was found, what to do first, what was analysed and what was not. */

view("overview", "overview", "Overview", () => [
  el("h1", null, "Separation of duties report"),
  verdict(),
  el("div", { class: "columns" }, firstThings(), bySeverity()),
  el("div", { class: "columns" }, analysed(), notAnalysed()),
  warnings(),
].filter(Boolean));

function verdict() {
  const { conflicts_open, conflicts_inherent, conflicts_excepted, users_in_open_conflict, conflict_groups, rules: all } = summary();
  const judged = all - summary().rules_not_evaluable - summary().rules_not_in_force;
  const figure = (value, name, kind, href) => el("a", { class: "figure " + (kind || ""), href }, el("b", null, num(value)), el("span", null, name));
  const gaps = summary().rules_not_evaluable;
  const { caution, may_hide } = overview();
  return el("section", { class: "verdict", "aria-label": "Result" },
    el("div", { class: "figures" },
      figure(conflicts_open, conflicts_open === 1 ? "open conflict" : "open conflicts (residual)", conflicts_open > 0 ? "bad" : may_hide ? "" : "good", "#conflicts&status=open"),
      figure(conflicts_inherent, "before exceptions (inherent)", "", "#conflicts"),
      figure(conflicts_excepted, "covered by exceptions", "", "#conflicts&status=excepted"),
      figure(users_in_open_conflict, users_in_open_conflict === 1 ? "user with an open conflict" : "users with open conflicts", "", "#users"),
      figure(conflict_groups, "groups of one cause", "", "#rules"),
    ),
    judged === 0
      ? el("p", { class: "gap" }, "No rule was judged: no conflict could be found. That is not the same as no conflict.")
      : el("p", null, num(judged) + " of " + counted(all, "rule was", "rules were") + " judged.", gaps > 0 ? el("strong", null, " " + counted(gaps, "rule", "rules") + " could not be evaluated, which is not the same as no conflict.") : ""),
    caution === null ? null : el("p", { class: may_hide ? "gap" : "note" }, el("a", { href: "#coverage" }, "Not everything was analysed"), ", " + caution + "."),
  );
}

/** The address of what a step is about. */
function stepAddress(step) {
  return step.to === "rule" ? ruleAddress(step.at) : "#" + step.to;
}

function firstThings() {
  const { first: steps, nothing_first } = overview();
  const item = (step) => el("li", null, el("a", { href: stepAddress(step) }, named(step.what)), el("p", null, named(step.why)));
  return el("section", null,
    el("h2", null, steps.length < 2 ? "What to do first" : "The " + (["", "", "two", "three"][steps.length] || "") + " things to do first"),
    steps.length > 0 ? el("ol", { class: "first" }, steps.map(item)) : el("p", null, nothing_first),
  );
}

function bySeverity() {
  const most = Math.max(1, ...overview().severities.map((one) => one.inherent));
  const bar = (one) => {
    const part = (value, kind) => {
      const piece = el("span", { class: kind });
      piece.style.width = (100 * value) / most + "%";
      return piece;
    };
    return el("span", { class: "bar", "aria-hidden": "true" }, part(one.open, one.severity), part(one.excepted, "rest"));
  };
  const line = (one) =>
    el("tr", null,
      el("th", { scope: "row" }, el("a", { href: "#conflicts&severity=" + one.severity }, severityBadge(one.severity))),
      el("td", { class: "numeric strong" }, num(one.open)),
      el("td", { class: "numeric" }, num(one.excepted)),
      el("td", { class: "numeric" }, num(one.inherent)),
      el("td", { class: "numeric" }, num(one.users_open)),
      el("td", { class: "numeric" }, num(one.rules_violated) + " of " + num(one.rules_judged)),
      el("td", { class: "bars" }, bar(one)),
    );
  const heads = ["Severity", "Open", "Excepted", "Inherent", "Users", "Rules violated", ""];
  return el("section", null,
    el("h2", null, "Conflicts by severity"),
    el("div", { class: "wide" }, el("table", { class: "plain" },
      el("caption", { class: "unseen" }, "Conflicts by severity: open, excepted, and both together"),
      el("thead", null, el("tr", null, heads.map((name, at) => el("th", { scope: "col", class: at > 0 && name ? "numeric" : null }, name)))),
      el("tbody", null, overview().severities.map(line)),
    )),
    el("p", { class: "note" }, "A conflict is one user who violates one rule. Open is what no exception covers. A user may count under several severities."),
  );
}

function analysed() {
  const all = summary();
  const { rows, files } = all;
  const shapes = Object.entries(files.by_shape).map(([shape, count]) => num(count) + " " + shape);
  return el("section", null,
    el("h2", null, "What was analysed"),
    facts([
      ["Inputs", [el("a", { href: "#coverage" }, counted(files.read, "file", "files")), " (" + shapes.join(", ") + ")"]],
      ["Rows", num(rows.read) + " read = " + num(rows.accepted) + " accepted + " + num(rows.rejected) + " rejected + " + num(rows.set_aside) + " set aside"],
      ["States that count", all.states_counted],
      ["Tenant", num(all.users) + " users (" + num(all.users_holding) + " hold something), " + num(all.packages) + " packages, " + num(all.assignments) + " holdings"],
      ["Pairs", num(all.pairs_nonzero) + " of " + num(all.pairs_total) + " are held by somebody"],
      ["Check", all.pair_sum_identity ? "sum of pair counts " + num(all.pair_holders_sum) + " = sum over users of k(k−1)/2 ✓" : el("strong", null, "the two sums of pairs differ: the counts are wrong")],
      ["Moment", all.moment ? all.moment + " (for rules and exceptions)" : "none: rules and exceptions are taken as in force"],
      ["Data as of", all.data_moment || "the data does not tell"],
      ["Exceptions", exceptionWords(all.exceptions)],
      ["Resource roles", all.packages_with_resource_roles > 0 ? "known for " + num(all.packages_with_resource_roles) + " of " + num(all.packages) + " packages" : "not exported: what packages give is not known"],
    ]),
  );
}

function exceptionWords(exceptions) {
  if (exceptions.given + exceptions.unplaced === 0) return "none";
  const words = (parts) => parts.filter(([count]) => count > 0).map(([count, name]) => num(count) + " " + name).join(", ");
  const standing = words([[exceptions.in_force, "in force"], [exceptions.expired, "expired"], [exceptions.not_begun, "not begun"]]);
  const decide = words([[exceptions.unplaced, "naming what is not there"], [exceptions.unused, "fitting nothing"], [exceptions.shadowed, "shadowed"], [exceptions.duplicate, "duplicate"], [exceptions.endless, "without an end"], [exceptions.self_owned, "self-owned"]]);
  const { ending } = exceptions;
  const soon = ending ? "; " + num(ending.exceptions.length) + " ending within " + counted(ending.within_days, "day", "days") : "";
  return [el("a", { href: "#exceptions" }, num(exceptions.given) + (standing ? " (" + standing + ")" : "")), decide ? "; to decide: " + decide : "", soon];
}

/** Where a code of the coverage statement is shown in full, if it is not under coverage. */
const GAP_ADDRESS = {
  "rules-not-evaluable": "#rules&judged=not",
  "rules-in-part": "#rules&judged=part",
  "rules-not-in-force": "#rules&judged=inactive",
  "resource-roles-absent": "#combined",
};

function notAnalysed() {
  const { gaps } = overview();
  const item = (gap) => el("li", null, el("a", { href: GAP_ADDRESS[gap.code] || "#coverage" }, gap.told));
  return el("section", null,
    el("h2", null, "What was not"),
    gaps.length > 0 ? el("ul", { class: "gaps" }, gaps.map(item)) : el("p", null, "Everything that was read was analysed."),
    el("p", { class: "note" }, "Nothing here counts as “no conflict”."),
  );
}

function warnings() {
  const all = summary().warnings;
  if (all.length === 0) return null;
  const { advice } = overview();
  const item = (warning) =>
    el("li", null, el("code", null, warning.code), warning.count > 1 ? " " + num(warning.count) + "×" : "", el("p", null, shortNamed(warning.message, 600), advice[warning.code] ? el("em", null, " To do: " + advice[warning.code]) : ""));
  return el("section", { id: "warnings" }, el("h2", null, "Warnings"), el("ul", { class: "warnings" }, all.map(item)));
}
