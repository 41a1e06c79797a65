/* Exceptions: which there are, what somebody should decide about them, which end soon; and one of them. */

/** By the code of a finding: a word for the list, and a sentence that may go on with another exception. */
const EXCEPTION_FINDINGS = {
  "exception-expired": ["over", "It is over: what it covered is open."],
  "exception-not-begun": ["not begun", "It begins later, and covers nothing yet."],
  "exception-unused": ["fits nothing", "It is in force and fits no conflict: the conflict is gone, or never was."],
  "exception-shadowed": ["shadowed", "Everything that it fits is covered by another one in force, first by "],
  "exception-duplicate": ["duplicate", "It permits the same at the same time as "],
  "exception-endless": ["no end", "It has no end: nobody has to decide again."],
  "exception-self-owned": ["self-owned", "Its owner is somebody whom it permits."],
};

const findingWord = (code) => (EXCEPTION_FINDINGS[code] || [code])[0];

function exceptionLink(at) {
  const { id } = data("exceptions")[at];
  return el("a", { href: address("exception", encodeURIComponent(id)) }, named(id));
}

function standingBadge(one) {
  return badge(one.standing === "in force" ? "excepted" : "gap", one.standing);
}

/** What somebody should decide, beside what its standing says already. */
function findingWords(one) {
  return one.findings.map(([code]) => findingWord(code)).filter((word) => word !== "over" && word !== one.standing);
}

listView("exceptions", "Exceptions", (route) => {
  const all = data("exceptions");
  const words = [...new Set(all.flatMap(findingWords))].sort();
  const table = new Table({
    caption: "Exceptions",
    many: "exceptions",
    route,
    tall: true,
    rows: all.map((_, at) => at),
    filters: [
      { key: "standing", name: "Standing", choices: ["in force", "expired", "not begun"].map((name) => [name, name]), keep: (row, value) => all[row].standing === value },
      { key: "decide", name: "To decide", choices: words.map((word) => [word, word]), keep: (row, value) => findingWords(all[row]).includes(value) },
    ],
    columns: [
      { key: "id", name: "Exception", text: (row) => all[row].id, sort: (row) => all[row].id.toLowerCase(), cell: exceptionLink },
      { key: "rule", name: "Rule", text: (row) => rules()[all[row].rule].name + " " + rules()[all[row].rule].id, sort: (row) => rules()[all[row].rule].name.toLowerCase(), cell: (row) => ruleLink(all[row].rule), width: "22%" },
      { key: "for", name: "For", text: exceptedText, cell: exceptedLink, minor: true },
      textColumn("owner", "Owner", (row) => all[row].owner, { minor: true, width: "17%" }),
      { key: "standing", name: "Standing", text: (row) => all[row].standing, sort: (row) => all[row].standing, width: "6.5rem", cell: (row) => standingBadge(all[row]) },
      { key: "decide", name: "To decide", text: (row) => findingWords(all[row]).join(" "), sort: (row) => findingWords(all[row]).join(" "), width: "9rem", minor: true, cell: (row) => findingWords(all[row]).map((word) => [badge("gap", word), " "]).flat() },
      numberColumn("covers", "Covers", (row) => all[row].covers, { width: "5.5rem" }),
      { key: "until", name: "Last day", sort: (row) => all[row].until, text: (row) => lastDay(all[row].until) || "", cell: (row) => lastDay(all[row].until), width: "7.4rem", minor: true },
    ],
    empty: "No exceptions.",
  });
  return { table, before: [...unplaced(), endingSoon()] };
});

/** Exceptions of the file that name what is not there cover nothing, and are not in the list. */
function unplaced() {
  const found = summary().warnings.filter((warning) => warning.code === "exception-unplaced");
  return found.map((warning) => el("p", { class: "gap" }, "Not in this list: ", named(warning.message)));
}

function endingSoon() {
  const { ending } = summary().exceptions;
  const all = data("exceptions");
  if (all.length === 0) return null;
  // Without that option it is not known, which is not the same as none.
  if (!ending) return el("p", { class: "note" }, "Which end soon, and what is open again then, is told by ", el("code", null, "sod analyze --ending-within DAYS"), ".");
  const places = all.map((_, at) => at).filter((at) => all[at].reopens !== null);
  places.sort((a, b) => all[a].until - all[b].until || a - b);
  const line = (at) => el("p", { class: "line" }, exceptionLink(at), ", last day " + lastDay(all[at].until) + ": " + reopened(all[at].reopens) + ". Owner: ", named(all[at].owner));
  return el("section", null,
    el("h2", null, "Ending within " + counted(ending.within_days, "day", "days")),
    places.length > 0 ? some(places, line, "exceptions", 25) : el("p", null, "None."),
  );
}

function reopened(count) {
  return count === 0 ? "nothing is open again then" : counted(count, "conflict is", "conflicts are") + " open again then";
}

function exceptedText(row) {
  const { user, holders_of, department } = data("exceptions")[row];
  if (user !== null) return userText(user);
  return holders_of !== null ? packageName(holders_of) : department || "";
}

function exceptedLink(row) {
  const { user, holders_of, department } = data("exceptions")[row];
  if (user !== null) return userLink(user);
  return holders_of !== null ? ["holders of ", packageLink(holders_of)] : ["department ", named(department || "")];
}

view("exception", "exceptions", "Exception", (route) => {
  const at = data("exceptions").findIndex((one) => one.id === route.value);
  if (at < 0) return notHere("Exception", route.value, "the exceptions file");
  const one = data("exceptions")[at];
  const conflicts = data("conflicts").exceptions.map((exception, conflict) => [exception, conflict]).filter(([exception]) => exception === at).map(([, conflict]) => conflict);
  return [
    el("p", { class: "back" }, el("a", { href: "#exceptions" }, "All exceptions")),
    el("h1", null, named(one.id)),
    el("p", { class: "under" }, standingBadge(one)),
    toDecide(one),
    facts([
      ["Rule", ruleLink(one.rule)],
      ["For", exceptedLink(at)],
      ["Owner", named(one.owner)],
      ["Justification", named(one.justification)],
      ["Compensating control", one.control ? named(one.control) : "none is named"],
      ["Reference", one.reference && named(one.reference)],
      ["In force", period(one.from, one.until)],
      ["Ends soon", one.reopens === null ? null : reopened(one.reopens)],
      ["Covers", counted(one.covers, "conflict", "conflicts") + (one.fits > one.covers ? "; it fits " + num(one.fits) : "")],
    ]),
    conflicts.length > 0 ? el("section", null, el("h2", null, "Conflicts that it covers"), leftOut("conflicts", "conflicts"), some(conflicts, (conflict) => userConflict(data("conflicts").users[conflict], conflict, false), "conflicts", 25)) : null,
  ].filter(Boolean);
});

/** An exception beside the rule or the user that it is for. */
function exceptionLine(at) {
  const one = data("exceptions")[at];
  return el("li", null, exceptionLink(at), " " + [one.standing, ...findingWords(one)].join(", ") + ", covers " + num(one.covers));
}

function toDecide(one) {
  const sentence = ([code, other]) => {
    const [, text] = EXCEPTION_FINDINGS[code] || ["", code];
    return el("p", { class: "gap" }, text, other === null ? null : [exceptionLink(other), "."]);
  };
  return one.findings.length > 0 ? el("section", null, one.findings.map(sentence)) : null;
}

/** On paper: each in a line. */
function printedExceptions() {
  const all = data("exceptions");
  if (all.length === 0) return null;
  const line = (one) => el("li", null, named(one.id), " (" + [one.standing, ...findingWords(one)].join(", ") + "): ", named(rules()[one.rule].id), ", owner ", named(one.owner), ", " + period(one.from, one.until) + ", covers " + num(one.covers));
  const more = all.length > EXCEPTIONS_PRINTED ? el("p", null, "and " + num(all.length - EXCEPTIONS_PRINTED) + " more exceptions") : null;
  return el("section", null, el("h2", null, "Exceptions"), el("ul", null, all.slice(0, EXCEPTIONS_PRINTED).map(line)), more);
}
