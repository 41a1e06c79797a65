/* Where on the page one is: `#rule=P2P-01`, `#conflicts&q=anna&severity=critical`. Every view has such an address. */

const views = new Map();

/** A view: its part in the navigation, and how it is shown: `show(route)` gives its elements. */
function view(name, part, title, show) {
  views.set(name, { part, title, show });
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parse(hash) {
  const [first, ...rest] = hash.replace(/^#/, "").split("&");
  const split = (text) => {
    const at = text.indexOf("=");
    return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  };
  const [name, value] = split(first);
  const options = new Map(rest.map(split).map(([key, text]) => [decode(key), decode(text)]));
  return { name, value: decode(value), raw: value, options };
}

function address(name, value, options) {
  let hash = "#" + name;
  if (value !== undefined && value !== null && value !== "") hash += "=" + value;
  for (const [key, text] of Object.entries(options || {})) {
    if (text) hash += "&" + encodeURIComponent(key) + "=" + encodeURIComponent(text);
  }
  return hash;
}

const ruleAddress = (rule) => address("rule", encodeURIComponent(rules()[rule].id));
const userAddress = (user) => address("user", encodeURIComponent(userIds().at(user)));
const packageAddress = (place) => address("package", encodeURIComponent(packageIds().at(place)));
const pairAddress = (a, b) =>
  address("pair", [Math.min(a, b), Math.max(a, b)].map((place) => encodeURIComponent(packageIds().at(place))).join(","));

/** The two packages of `#pair=a,b`; a comma in an id is written as %2C. */
function pairOf(raw) {
  const ids = raw.split(",").map(decode);
  const places = ids.map((id) => packageIds().find(id));
  return ids.length === 2 && places.every((place) => place !== undefined) && places[0] !== places[1] ? places : null;
}

/** Changes the address without leaving the view. */
function remember(hash) {
  try {
    history.replaceState(history.state, "", hash);
  } catch {
    /* Some browsers refuse this for files; the address is then that of the view. */
  }
}

/** Where the lists of earlier addresses were scrolled to. */
const scrolled = new Map();
let shownBefore = null;

/** Shows what the address says. After the first time, the heading takes the focus, so that readers aloud follow. */
function show() {
  const route = parse(location.hash);
  const known = views.get(route.name) || views.get("overview");
  const main = document.getElementById("content");
  if (shownBefore !== null) scrolled.set(shownBefore, window.scrollY);
  main.replaceChildren(...known.show(route));
  tablesOnPage();
  for (const link of document.querySelectorAll("#parts a")) {
    if (link.dataset.part === known.part) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const heading = main.querySelector("h1");
  document.title = (heading ? heading.textContent + " – " : "") + "Separation of duties report";
  if (shownBefore !== null) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    window.scrollTo(0, scrolled.get(location.hash) || 0);
  }
  shownBefore = location.hash;
  main.dispatchEvent(new Event("shown"));
}

/** What is asked for and is not on the page. */
function notHere(what, id, file) {
  return [
    el("h1", null, what + " not on this page"),
    el("p", null, "There is no " + what.toLowerCase() + " ", named(id), " here. ", file ? "Look for it in " + file + "." : ""),
  ];
}
