/* Elements and words. Whatever comes from the data goes through `el` and becomes text, never markup. */

/** An element; a child is an element, a text or null. Attributes whose value is null or false are left out. */
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A name that somebody chose: its direction of writing ends with it. */
function named(text) {
  return el("bdi", null, text);
}

/** The same within a sentence or a link: of a long name its beginning, and all of it where the pointer rests. */
function shortNamed(text, most = 80) {
  const letters = text.length > most ? Array.from(text) : [];
  return letters.length > most ? el("bdi", { title: text }, letters.slice(0, most).join("") + "…") : named(text);
}

/** 1234567 as 1,234,567, whatever the language of the browser: a report reads the same everywhere. */
function num(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 user", "2 users". */
function counted(value, one, many) {
  return num(value) + " " + (value === 1 ? one : many);
}

function percent(part, whole) {
  if (!whole) return "";
  const share = (100 * part) / whole;
  return (share > 0 && share < 1 ? "<1" : String(Math.round(share))) + "%";
}

function ratio(value) {
  return value >= 100 ? num(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2);
}

/** A moment in full, in UTC. */
function moment(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? seconds + " s" : date.toISOString().replace(".000Z", "Z");
}

/** Its day; the moment in full is told on pointing at it. */
function day(seconds) {
  if (seconds === null || seconds === undefined) return null;
  const full = moment(seconds);
  return el("time", { datetime: full, title: full }, full.slice(0, 10));
}

/** The last day of a period. What is kept is the first moment after it. */
function lastDay(until) {
  return until === null ? null : moment(until - 1).slice(0, 10);
}

/** A period in words: of whole days by its days, of others by its moments. */
function period(from, until) {
  const wholeDays = [from, until].every((one) => one === null || one % 86400 === 0);
  const begin = from === null ? "" : "from " + (wholeDays ? moment(from).slice(0, 10) : moment(from));
  if (until === null) return begin ? begin + ", without an end" : "always, without an end";
  return (begin ? begin + " " : "") + (wholeDays ? "to the end of " + lastDay(until) : "until " + moment(until));
}

/** Makes something when it is first asked for. */
function once(make) {
  let made = false;
  let value;
  return () => {
    if (!made) {
      value = make();
      made = true;
    }
    return value;
  };
}

/** Terms and what they mean, those that are known. */
function facts(pairs) {
  const list = el("dl", { class: "facts" });
  for (const [term, meaning] of pairs) {
    const parts = [meaning].flat().filter((part) => part !== null && part !== undefined && part !== false && part !== "");
    if (parts.length > 0) list.append(el("div", null, el("dt", null, term), el("dd", null, ...parts)));
  }
  return list;
}

function severityBadge(severity) {
  return el("span", { class: "badge " + severity }, severity);
}

function badge(kind, text) {
  return el("span", { class: "badge " + kind }, text);
}
