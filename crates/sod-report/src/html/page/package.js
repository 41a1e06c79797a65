/* Packages and pairs of them, as the picture's counts tell. */

/** More cells than that are seen from afar without help. */
const VIOLATING_MAX = 20000;

/** The counts of the picture, by two places in it, and whether a rule keeps exactly the two packages apart. */
const picture = once(() => {
  const { packages, cells, ...sums } = data("picture");
  const side = packages.length;
  const counts = new Uint32Array(side * side);
  const apart = new Uint8Array(side * side);
  const bytes = atob(cells);
  let at = 0;
  const next = () => {
    // Seven bits a byte, the lowest first; counts may pass 2^31, so there are no operators on bits here.
    for (let value = 0, weight = 1; ; weight *= 128) {
      const byte = bytes.charCodeAt(at++);
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
    }
  };
  let zeros = 0;
  let most = 0;
  // Places of pairs that are held although a rule keeps them apart, as long as those are few.
  const violating = [];
  for (let row = 0; row < side; row += 1) {
    for (let column = row + 1; column < side; column += 1) {
      if (zeros > 0) {
        zeros -= 1;
        continue;
      }
      const value = next();
      if (value === 0) {
        zeros = next() - 1;
        continue;
      }
      const [here, there] = [row * side + column, column * side + row];
      counts[here] = counts[there] = Math.floor(value / 2);
      apart[here] = apart[there] = value % 2;
      most = Math.max(most, counts[here]);
      if (apart[here] && counts[here] > 0 && violating.length <= VIOLATING_MAX) violating.push([row, column], [column, row]);
    }
  }
  const places = new Map(packages.map((one, place) => [one, place]));
  return { packages, side, counts, apart, most, places, violating, ...sums };
});

/** How many hold both packages; null where this page does not know. */
function holdersOfBoth(a, b) {
  const { places, side, counts, pairs, pairs_listed } = picture();
  const [row, column] = [places.get(a), places.get(b)];
  if (row === undefined || column === undefined) return Math.min(data("packages").holders[a], data("packages").holders[b]) === 0 ? 0 : null;
  const both = counts[row * side + column];
  return both === 0 && pairs_listed < pairs ? null : both;
}

/** What the picture and the list of pairs leave out, in sentences. */
function pictureLeavesOut() {
  const { side, packages_held, pairs, pairs_listed, pairs_shown } = picture();
  const file = () => el("code", null, overview().pairs_file);
  const notes = [];
  if (packages_held > side) notes.push(el("p", { class: "note" }, "The " + num(side) + " packages of most holders, of " + num(packages_held) + " that somebody holds: " + num(pairs_shown) + " of " + num(pairs) + " pairs. All of them are in ", file(), "."));
  if (pairs_listed < pairs) notes.push(el("p", { class: "gap" }, "Only " + num(pairs_listed) + " of " + num(pairs) + " pairs were listed by this analysis: a cell without a count may be held all the same."));
  return notes;
}

const lift = (both, a, b) => (both * summary().users_holding) / (a * b);

/** The rules that name both packages: [rule, whether the two violate it by themselves]. */
function rulesOfPair(a, b) {
  const of = (place) => rulesOfPackage().get(place) || [];
  const members = (term) => [a, b].filter((place) => term.packages.includes(place)).length;
  const violates = (rule) => rules()[rule].terms.every((term) => members(term) >= term.at_least);
  return of(a).filter((rule) => of(b).includes(rule)).map((rule) => [rule, violates(rule)]);
}

view("package", "packages", "Package", (route) => {
  const at = packageIds().find(route.value);
  if (at === undefined) return notHere("Package", route.value, "the export");
  const packages = data("packages");
  const naming = rulesOfPackage().get(at) || [];
  const combining = data("combinations").map((one, row) => [one, row]).filter(([one]) => one.package === at);
  const here = picture().places.has(at);
  return [
    el("p", { class: "back" }, el("a", { href: "#packages" }, "All packages")),
    el("h1", null, named(packageName(at))),
    facts([
      ["Id", el("code", null, packageIds().at(at))],
      ["Catalog", textAt(packages.catalogs, at) && named(textAt(packages.catalogs, at))],
      ["Holders", num(packages.holders[at])],
      ["Picture", here && el("a", { href: address("picture", "", { package: packageIds().at(at) }) }, "show its row")],
    ]),
    el("section", null, el("h2", null, naming.length > 0 ? "Rules that name it" : "No rule names it"), some(naming, (rule) => el("p", { class: "line" }, severityBadge(rules()[rule].severity), " ", ruleLink(rule), " " + counted(rules()[rule].open, "open conflict", "open conflicts")), "rules", 25)),
    combining.length > 0 ? el("section", null, el("h2", null, "Gives by itself what a rule keeps apart"), el("ul", null, combining.map(([one, row]) => el("li", null, el("a", { href: address("combination", String(row + 1)) }, shortNamed(rules()[one.rule].name)))))) : null,
    partners(at, here, route),
  ].filter(Boolean);
});

function partners(at, here, route) {
  const holders = data("packages").holders;
  if (!here) {
    return el("p", { class: "note" }, holders[at] === 0 ? "Nobody holds it." : "It is not among the packages of the picture: its pairs are in " + overview().pairs_file + ".");
  }
  const { packages, places, side, counts } = picture();
  const row = places.get(at) * side;
  const both = (other) => counts[row + places.get(other)];
  const rows = packages.filter((other) => other !== at && both(other) > 0).sort((a, b) => both(b) - both(a) || a - b);
  const table = new Table({
    caption: "Packages held together with it",
    many: "packages",
    route,
    rows,
    columns: [
      { key: "name", name: "With", text: packageName, sort: (other) => packageName(other).toLowerCase(), cell: (other) => el("a", { href: pairAddress(at, other), title: packageName(other) }, named(packageName(other))) },
      numberColumn("both", "Both", both, { width: "5.5rem" }),
      numberColumn("share", "Share of these", (other) => both(other) / holders[at], { cell: (other) => percent(both(other), holders[at]), width: "9rem" }),
      numberColumn("share_other", "Share of those", (other) => both(other) / holders[other], { cell: (other) => percent(both(other), holders[other]), width: "9rem", minor: true }),
      numberColumn("lift", "Lift", (other) => lift(both(other), holders[at], holders[other]), { cell: (other) => ratio(lift(both(other), holders[at], holders[other])), width: "5rem", minor: true }),
    ],
    empty: "Nobody holds another package with it.",
  });
  return el("section", null, el("h2", null, "Held together with"), pictureLeavesOut(), table.element);
}

view("pair", "pairs", "Pair", (route) => {
  const found = pairOf(route.raw);
  if (!found) return notHere("Pair", route.value, overview().pairs_file);
  const [a, b] = found;
  const both = holdersOfBoth(a, b);
  const holders = data("packages").holders;
  const naming = rulesOfPair(a, b);
  const side = (place) => [packageLink(place), ": " + counted(holders[place], "holder", "holders") + (both ? ", " + percent(both, holders[place]) + " of them hold both" : "")];
  return [
    el("p", { class: "back" }, el("a", { href: "#pairs" }, "All pairs")),
    el("h1", null, named(packageName(a)), " and ", named(packageName(b))),
    both === null ? el("p", { class: "gap" }, "This page has no count of the pair: look in ", el("code", null, overview().pairs_file), ".") : null,
    facts([
      ["Hold both", both === null ? null : counted(both, "user", "users")],
      ["First", side(a)],
      ["Second", side(b)],
      ["Lift", both ? ratio(lift(both, holders[a], holders[b])) + " (1 is what chance would give)" : null],
    ]),
    el("section", null,
      el("h2", null, naming.length > 0 ? "Rules that name both" : "No rule names both"),
      some(naming, ([rule, violates]) => el("p", { class: "line" }, severityBadge(rules()[rule].severity), " ", ruleLink(rule), violates ? " keeps exactly these two apart" : " is not violated by these two alone"), "rules", 25),
    ),
    command("--pair", packageIds().at(a), packageIds().at(b)),
  ].filter(Boolean);
});

const PAIRS_LISTED = 100000;

/** The pairs of the picture in the order of the table of pairs: most holders first, then by ids. */
const pairList = once(() => {
  const { packages, side, counts, apart, most } = picture();
  // Packages by their ids, so that one number orders a pair.
  const ascending = packages.map((one, place) => [one, place]).sort(([a], [b]) => a - b).map(([, place]) => place);
  const keys = new Float64Array((side * (side - 1)) / 2);
  let found = 0;
  for (let low = 0; low < side; low += 1) {
    for (let high = low + 1; high < side; high += 1) {
      const count = counts[ascending[low] * side + ascending[high]];
      if (count > 0) keys[found++] = ((most - count) * side + low) * side + high;
    }
  }
  const sorted = keys.subarray(0, found).sort();
  return Array.from(sorted.subarray(0, PAIRS_LISTED), (key) => {
    const low = ascending[Math.floor(key / side) % side];
    const high = ascending[key % side];
    return { a: packages[low], b: packages[high], both: counts[low * side + high], apart: apart[low * side + high] === 1 };
  });
});

listView("pairs", "Pairs of packages", (route) => {
  const all = pairList();
  const holders = data("packages").holders;
  const pairLift = (row) => lift(all[row].both, holders[all[row].a], holders[all[row].b]);
  const packageColumn = (key, name, place) => ({ key, name, text: (row) => packageName(place(row)) + " " + packageIds().at(place(row)), sort: (row) => packageName(place(row)).toLowerCase(), cell: (row) => packageLink(place(row)) });
  const { pairs_shown } = picture();
  const table = new Table({
    caption: "Pairs that somebody holds both of, most holders first",
    many: "pairs",
    route,
    rows: all.map((_, at) => at),
    filters: [{ key: "apart", name: "Kept apart", choices: [["yes", "by a rule"], ["no", "by none"]], keep: (row, value) => all[row].apart === (value === "yes") }],
    columns: [
      packageColumn("a", "Package", (row) => all[row].a),
      packageColumn("b", "With", (row) => all[row].b),
      { key: "both", name: "Both", numeric: true, descending: true, sort: (row) => all[row].both, width: "6rem", cell: (row) => el("a", { href: pairAddress(all[row].a, all[row].b), "aria-label": num(all[row].both) + " hold both: show the pair" }, num(all[row].both)) },
      numberColumn("lift", "Lift", pairLift, { cell: (row) => ratio(pairLift(row)), width: "5rem", minor: true }),
      { key: "apart", name: "Rule", sort: (row) => (all[row].apart ? "kept apart" : ""), text: (row) => (all[row].apart ? "kept apart" : ""), width: "7.5rem", minor: true, cell: (row) => (all[row].apart ? badge("open", "kept apart") : null) },
    ],
    empty: "Nobody holds two packages.",
  });
  const before = pictureLeavesOut();
  if (pairs_shown > all.length) before.push(el("p", { class: "note" }, "The first " + num(all.length) + " of " + num(pairs_shown) + " pairs are listed; all of them are in ", el("code", null, overview().pairs_file), "."));
  return { table, before };
});
