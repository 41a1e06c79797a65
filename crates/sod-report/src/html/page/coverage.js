/* Coverage: the inputs, what became of their rows, what was rejected, and what this page leaves out. */

view("coverage", "coverage", "Coverage", (route) => [
  el("h1", null, "Coverage"),
  el("p", { class: "note" }, "Rows read = accepted + rejected + set aside. What was rejected, set aside or not evaluable counts nowhere as “no conflict”."),
  statements(),
  rowsTable(),
  notJudged(),
  groupsNotKnown(),
  rejectedSection(route),
  inputsSection(),
  warnings(),
  leftOutOfPage(),
].filter(Boolean));

/** What was not analysed, sentence by sentence, as summary.json has it. */
function statements() {
  const line = (one) =>
    el("tr", null, el("th", { scope: "row" }, el("code", null, one.code)), el("td", { class: "numeric" }, one.count > 0 ? num(one.count) : ""), el("td", null, named(one.text)));
  const heads = el("tr", null, el("th", { scope: "col" }, "Code"), el("th", { scope: "col", class: "numeric" }, "Count"), el("th", { scope: "col" }, "What"));
  return el("section", null,
    el("h2", null, "What was not analysed"),
    el("div", { class: "wide" }, el("table", { class: "plain" },
      el("caption", { class: "unseen" }, "What was not analysed, and why"),
      el("thead", null, heads),
      el("tbody", null, summary().coverage.map(line)),
    )),
  );
}

function rowsTable() {
  const { rows, states } = summary();
  const line = (name, count, became) => el("tr", null, el("th", { scope: "row" }, named(name)), el("td", { class: "numeric" }, num(count)), el("td", null, became));
  const aside = rows.set_aside_by;
  const stateLines = Object.entries(states).map(([state, count]) => line("in state " + state, count, aside[state] === undefined ? "accepted" : "set aside"));
  const repeated = aside.repeated ? [line("repeated word for word", aside.repeated, "set aside")] : [];
  const heads = el("tr", null, el("th", { scope: "col" }, "Rows"), el("th", { scope: "col", class: "numeric" }, "Count"), el("th", { scope: "col" }, "Became"));
  return el("section", null,
    el("h2", null, "Rows"),
    el("div", { class: "wide" }, el("table", { class: "plain short" },
      el("caption", { class: "unseen" }, "What became of the rows"),
      el("thead", null, heads),
      el("tbody", null, stateLines, repeated, line("not understood", rows.rejected, "rejected"), line("read in all", rows.read, "")),
    )),
  );
}

function notJudged() {
  const lines = rules().map((rule, at) => [rule, at]).filter(([rule]) => judgedAs(rule) !== "full");
  if (lines.length === 0) return null;
  const why = (rule) => rule.not_evaluable ?? rule.inactive ?? "unknown to the inputs: " + rule.unknown.join(", ");
  return el("section", null, el("h2", null, "Rules that were not judged, or in part"),
    some(lines, ([rule, at]) => el("p", { class: "line" }, badge("gap", JUDGED[judgedAs(rule)]), " ", ruleLink(at), ": ", named(why(rule))), "rules", 50));
}

function groupsNotKnown() {
  const places = groupsWithGaps();
  if (places.length === 0) return null;
  return el("section", null, el("h2", null, "Groups whose members are not all known"),
    el("p", { class: "note" }, "Whoever is in them and not in the export may violate the rules that name them."),
    some(places, (place) => el("p", { class: "line" }, groupOfRule(place)), "groups", 50));
}

function inputsSection() {
  const all = data("sources");
  const table = new Table({
    caption: "Inputs",
    many: "inputs",
    rows: all.map((_, at) => at),
    columns: [
      fileColumn((row) => all[row].path),
      textColumn("shape", "Shape", (row) => all[row].shape, { width: "10rem", minor: true }),
      numberColumn("read", "Read", (row) => all[row].rows.read, { width: "5.5rem" }),
      numberColumn("accepted", "Accepted", (row) => all[row].rows.accepted, { width: "7rem", minor: true }),
      numberColumn("rejected", "Rejected", (row) => all[row].rows.rejected, { width: "6.5rem" }),
      numberColumn("aside", "Set aside", (row) => all[row].rows.set_aside, { width: "7rem", minor: true }),
      textColumn("note", "Note", sourceNote, { width: "16%", minor: true }),
      textColumn("sha256", "SHA-256", (row) => all[row].sha256 || "", { width: "9rem", minor: true }),
    ],
  });
  return el("section", null, el("h2", null, "Inputs"), leftOut("inputs", "inputs"), table.element);
}

/** Paths differ at their end: a long one is cut before it. */
function fileColumn(path, options) {
  const END = 38;
  const cell = (row) => {
    const text = path(row) || "";
    const end = text.slice(-END);
    return el("bdi", { title: text }, text.length > END ? "…" + end.slice(Math.max(0, end.search(/[/\\]/))) : text);
  };
  return textColumn("file", "File", path, { cell, ...options });
}

function sourceNote(row) {
  const { refused, dangling_next_link } = data("sources")[row];
  if (refused) return "refused: " + refused.message;
  return dangling_next_link ? "ends before its last page" : "";
}

function rejectedSection(route) {
  const all = data("rejected");
  if (all.lines.length === 0) return el("section", null, el("h2", null, "Rejected rows"), el("p", null, "None."));
  const table = new Table({
    caption: "Rejected rows",
    many: "rejected rows",
    route,
    tall: true,
    rows: all.lines.map((_, at) => at),
    columns: [
      fileColumn((row) => textAt(all.files, row), { width: "26%" }),
      numberColumn("line", "Line", (row) => all.lines[row], { width: "4.5rem", descending: false }),
      numberColumn("byte", "Byte", (row) => all.bytes[row], { width: "6rem", descending: false }),
      textColumn("code", "Code", (row) => textAt(all.codes, row), { width: "10rem" }),
      textColumn("detail", "Detail", (row) => all.details[row], { minor: true }),
    ],
  });
  return el("section", null, el("h2", null, "Rejected rows"), leftOut("rejected", "rejected rows"), table.element);
}

function leftOutOfPage() {
  const names = { conflicts: "conflicts", groups: "groups of conflicts", holders: "holders of combining packages", inputs: "inputs", rejected: "rejected rows" };
  const notes = overview().shown.map((one) => leftOut(one.what, names[one.what])).concat(pictureLeavesOut()).filter(Boolean);
  return el("section", null, el("h2", null, "What this page leaves out"), notes.length > 0 ? notes : el("p", null, "No list is cut. Users who hold packages and violate no rule are not listed; times, and the SHA-256 of every file, are in ", el("code", null, "manifest.json"), "."));
}
