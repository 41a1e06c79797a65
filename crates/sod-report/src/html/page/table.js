/* Tables of any length: only the rows in sight are in the document. They can be searched, filtered and sorted, and what was
   chosen stands in the address. */

const ROWS_AROUND = 12;
const ROWS_PRINTED = 1000;

/** Tables that were made, until they are found to be gone. */
const made = new Set();

function tablesOnPage() {
  for (const table of made) if (!table.element.isConnected) made.delete(table);
  return made;
}

class Table {
  /**
   * `columns`: {name, cell(row), sort(row), text(row), numeric, minor, width, descending}; `rows`: their numbers;
   * `filters`: {key, name, choices: [[value, name]], keep(row, value)}; `route`: whose options hold the choices; `tall`: two lines a row.
   */
  constructor({ caption, columns, rows, filters, route, sort, many, empty, tall }) {
    Object.assign(this, { caption, columns, rows, filters: filters || [], route, many, empty, tall });
    this.initialSort = sort || "";
    this.chosen = { q: "", sort: this.initialSort };
    for (const key of ["q", "sort", ...this.filters.map((filter) => filter.key)]) {
      const value = route && route.options.get(key);
      if (value) this.chosen[key] = value;
    }
    this.texts = new Map();
    this.build();
    this.update(false);
    made.add(this);
  }

  build() {
    this.status = el("p", { class: "status", role: "status" });
    this.head = el("tr");
    this.body = el("tbody");
    const widths = el("colgroup");
    this.columns.forEach((column, at) => {
      // A share of the width is one of many columns; a narrow page has few.
      const share = (column.width || "").endsWith("%");
      const col = el("col", { class: [column.minor ? "minor" : "", share ? "share" : ""].join(" ").trim() || null });
      if (column.width) col.style.width = column.width;
      widths.append(col);
      const arrow = el("span", { class: "arrow", "aria-hidden": "true" });
      const label = column.sort
        ? el("button", { type: "button", on: { click: () => this.sortBy(at) } }, column.name, arrow)
        : column.name;
      this.head.append(el("th", { scope: "col", class: this.classes(column) }, label));
    });
    this.table = el("table", null, el("caption", { class: "unseen" }, this.caption), widths, el("thead", null, this.head), this.body);
    this.scroll = el("div", { class: this.tall ? "scroll tall" : "scroll", tabindex: "0", role: "region", "aria-label": this.caption, on: { scroll: () => this.soon() } }, this.table);
    this.element = el("div", { class: "list" }, this.controls(), this.status, this.scroll);
    // Narrow rows have two lines: another width may be another height.
    this.observer = new ResizeObserver(() => {
      Object.assign(this, { rowHeight: null, drawn: "" });
      this.soon();
    });
    this.observer.observe(this.scroll);
  }

  classes(column) {
    return [column.numeric ? "numeric" : "", column.minor ? "minor" : ""].join(" ").trim() || null;
  }

  controls() {
    const change = (key) => (event) => {
      this.chosen[key] = event.target.value;
      clearTimeout(this.waiting);
      // Whoever has gone on to another address meanwhile shall stay there.
      const here = location.hash;
      const settle = () => location.hash === here && this.update(true);
      this.waiting = setTimeout(settle, key === "q" ? 120 : 0);
    };
    const search = el("input", { type: "search", placeholder: "Search " + this.many, "aria-label": "Search " + this.many, autocomplete: "off", spellcheck: "false", on: { input: change("q") } });
    search.value = this.chosen.q;
    const selects = this.filters.map((filter) => {
      const options = filter.choices.map(([value, name]) => el("option", { value }, name));
      const select = el("select", { on: { change: change(filter.key) } }, el("option", { value: "" }, "all"), options);
      select.value = this.chosen[filter.key] || "";
      return el("label", null, filter.name + " ", select);
    });
    return el("div", { class: "controls" }, search, selects);
  }

  /** What a row is searched by: lower case, made once. */
  text(row) {
    let text = this.texts.get(row);
    if (text === undefined) {
      text = this.columns.map((column) => (column.text ? column.text(row) : "")).join("\n").toLowerCase();
      this.texts.set(row, text);
    }
    return text;
  }

  sortBy(at) {
    const column = this.columns[at];
    const up = column.key;
    const down = "-" + column.key;
    const first = column.descending ? down : up;
    const second = column.descending ? up : down;
    this.chosen.sort = this.chosen.sort === first ? second : first;
    this.update(true);
  }

  update(byHand) {
    const words = this.chosen.q.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = this.filters.filter((filter) => this.chosen[filter.key]);
    this.found = Array.from(this.rows).filter(
      (row) =>
        kept.every((filter) => filter.keep(row, this.chosen[filter.key])) &&
        (words.length === 0 || words.every((word) => this.text(row).includes(word))),
    );
    this.order();
    const all = this.rows.length;
    const narrowed = this.found.length < all;
    this.status.textContent = narrowed ? num(this.found.length) + " of " + num(all) + " " + this.many : num(all) + " " + this.many;
    if (byHand && this.route) {
      const { q, sort, ...others } = this.chosen;
      const options = { q, ...others, sort: sort === this.initialSort ? "" : sort };
      remember(address(this.route.name, this.route.raw, options));
      shownBefore = location.hash;
    }
    this.scroll.scrollTop = 0;
    this.drawn = "";
    this.draw();
  }

  order() {
    const { sort } = this.chosen;
    const down = sort.startsWith("-");
    const column = this.columns.find((one) => one.key === sort.replace(/^-/, "") && one.sort);
    [...this.head.children].forEach((head, at) => {
      const own = column === this.columns[at];
      if (own) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    if (!column) return;
    const keyed = this.found.map((row) => [column.sort(row), row]);
    // What is not known comes last, whichever way; equal ones stay in the order of the report.
    const unknown = (key) => key === null || key === undefined || key === "";
    keyed.sort(([a], [b]) => {
      if (unknown(a) || unknown(b)) return unknown(a) - unknown(b);
      return (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1);
    });
    this.found = keyed.map(([, row]) => row);
  }

  soon() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }

  /** The rows in sight and some around them, between two blank rows as high as all others. */
  draw(everything) {
    const { found } = this;
    const height = this.rowHeight || 36;
    const inSight = Math.ceil((this.scroll.clientHeight || 600) / height);
    const from = everything ? 0 : Math.max(0, Math.floor(this.scroll.scrollTop / height) - ROWS_AROUND);
    const to = Math.min(found.length, everything ? ROWS_PRINTED : from + inSight + 2 * ROWS_AROUND);
    const drawn = from + " " + to;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.table.setAttribute("aria-rowcount", String(found.length + 1));
    const blank = (rows) => {
      const cell = el("td");
      cell.style.height = rows * height + "px";
      return el("tr", { class: "blank", "aria-hidden": "true" }, cell);
    };
    // A cell wider than that would bring back the columns that a narrow page leaves out.
    const always = this.columns.filter((column) => !column.minor).length;
    const lines = [];
    if (from > 0) lines.push(blank(from));
    for (let at = from; at < to; at += 1) lines.push(this.line(found[at], at));
    if (to < found.length && !everything) lines.push(blank(found.length - to));
    if (found.length === 0) lines.push(el("tr", { class: "none" }, el("td", { colspan: always }, this.rows.length === 0 ? this.empty || "None." : "Nothing fits the search.")));
    if (everything && to < found.length) lines.push(el("tr", null, el("td", { colspan: always }, "and " + num(found.length - to) + " more, in the files beside this page")));
    this.body.replaceChildren(...lines);
    const first = this.body.querySelector("tr[aria-rowindex]");
    if (!this.rowHeight && first && first.offsetHeight > 0) {
      this.rowHeight = first.offsetHeight;
      this.drawn = "";
      this.draw(everything);
    }
  }

  line(row, at) {
    const cells = this.columns.map((column, place) => {
      const content = column.cell(row);
      const tag = place === 0 ? "th" : "td";
      return el(tag, { scope: place === 0 ? "row" : null, class: this.classes(column) }, el("div", { class: "cell" }, ...[content].flat()));
    });
    return el("tr", { "aria-rowindex": at + 2 }, cells);
  }
}

/** A column of text. */
function textColumn(key, name, text, options) {
  return { key, name, text, sort: (row) => (text(row) || "").toLowerCase(), cell: (row) => titled(text(row)), ...options };
}

/** A column of numbers, greatest first when it is first sorted by. */
function numberColumn(key, name, value, options) {
  return { key, name, numeric: true, descending: true, sort: value, cell: (row) => num(value(row)), ...options };
}

function dayColumn(key, name, value, options) {
  return { key, name, sort: value, cell: (row) => day(value(row)), width: "7.4rem", ...options };
}

/** A text that may be cut to its cell; all of it is told on pointing at it. */
function titled(text) {
  return text ? el("bdi", { title: text }, text) : null;
}
