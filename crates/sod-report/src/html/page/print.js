/* On paper: the first screen, then the rules and their groups; lists are printed as far as paper allows. */

const RULES_PRINTED = 500;
const GROUPS_PRINTED = 10;
const EXCEPTIONS_PRINTED = 500;

function printedRules() {
  const order = rules().map((_, at) => at).sort(worstRuleFirst);
  const rule = (at) => el("section", { class: "rule" },
    el("h3", null, severityBadge(rules()[at].severity), " ", named(rules()[at].name), " ", el("code", null, rules()[at].id)),
    judgement(rules()[at]),
    el("p", null, counted(rules()[at].open, "open conflict", "open conflicts") + ", " + num(rules()[at].excepted) + " excepted, " + counted(rules()[at].groups, "group", "groups"), rules()[at].risk ? [". ", named(rules()[at].risk)] : ""),
    printedGroups(rules()[at]),
  );
  const more = order.length > RULES_PRINTED ? el("p", null, "and " + num(order.length - RULES_PRINTED) + " more rules") : null;
  return [el("h2", null, "Rules and their groups"), ...order.slice(0, RULES_PRINTED).map(rule), more, printedExceptions(), leftOutOfPage()].filter(Boolean);
}

function printedGroups(rule) {
  const all = data("groups");
  const to = Math.min(rule.groups_from + Math.min(rule.groups, GROUPS_PRINTED), all.users.length);
  const items = [];
  for (let group = rule.groups_from; group < to; group += 1) {
    const names = all.packages[group].map(packageName).concat(all.groups[group].map((one) => "group " + directoryGroupName(one)));
    items.push(el("li", null, counted(all.users[group], "user", "users") + ": ", named(names.join(" + "))));
  }
  if (rule.groups > items.length) items.push(el("li", null, "and " + num(rule.groups - items.length) + " more groups"));
  return items.length > 0 ? el("ul", null, items) : null;
}

addEventListener("beforeprint", () => {
  if (views.get(parse(location.hash).name) === undefined || parse(location.hash).name === "overview") {
    document.getElementById("printed").replaceChildren(...printedRules());
  }
  for (const table of tablesOnPage()) table.draw(true);
});

addEventListener("afterprint", () => {
  document.getElementById("printed").replaceChildren();
  for (const table of tablesOnPage()) {
    table.drawn = "";
    table.draw();
  }
});
