/* The picture of the co-holding table: zoomed and moved by mouse, touch and keys; every cell tells its pair. */

const LABELS_FROM = 10;
const CELL_MAX = 44;
const ORDERS = { alike: "alike beside alike", holders: "most holders first", name: "by name" };

view("picture", "picture", "Picture", (route) => {
  const { side, most, pairs } = picture();
  if (side < 2) return [el("h1", null, "Picture"), el("p", null, "There is no pair: fewer than two packages are held.")];
  const status = el("p", { class: "cell-status", role: "status" }, "Point at a cell, or press the arrow keys in the picture.");
  const canvas = el("canvas", { class: "matrix", tabindex: "0", role: "application", "aria-roledescription": "matrix", "aria-label": "Holders of both packages, for " + counted(side, "package", "packages") + ". Arrow keys go from cell to cell, plus and minus zoom, zero shows all, Enter opens the pair. The same as a table: Pairs." });
  const map = new MatrixMap(canvas, status);
  const order = el("select", { on: { change: () => map.setOrder(order.value) } }, Object.entries(ORDERS).map(([value, name]) => el("option", { value }, name)));
  const button = (text, label, act) => el("button", { type: "button", "aria-label": label, title: label, on: { click: act } }, text);
  const wanted = packageIds().find(route.options.get("package"));
  document.getElementById("content").addEventListener("shown", () => map.begin(wanted), { once: true });
  return [
    el("h1", null, "Picture"),
    el("p", { class: "note" }, "Each row and column is a package; where two meet, the colour tells how many users hold both. Packages held by the same users stand side by side. " + counted(pairs, "pair is", "pairs are") + " held by somebody, at most by " + counted(most, "user", "users") + "."),
    ...pictureLeavesOut(),
    el("div", { class: "controls" }, el("label", null, "Order ", order), el("span", { class: "buttons" }, button("+", "Zoom in", () => map.zoom(1.5)), button("−", "Zoom out", () => map.zoom(1 / 1.5)), button("All", "Show all", () => map.fit()))),
    map.legend,
    status,
    el("div", { class: "frame" }, canvas),
    el("p", { class: "note" }, "Drag to move; pinch to zoom, or turn the wheel once the picture has been clicked. A click keeps a cell; a double click or Enter opens its pair. ", el("a", { href: "#pairs" }, "The same as a table"), "."),
  ];
});

class MatrixMap {
  constructor(canvas, status) {
    Object.assign(this, { canvas, status, cursor: null, kept: false, scale: 1, smallest: 1, left: 0, top: 0 });
    this.legend = el("p", { class: "legend" });
    this.pointers = new Map();
    this.listen();
  }

  /** When the canvas is on the page and has a size. */
  begin(wanted) {
    this.wanted = wanted;
    this.setOrder("alike");
    new ResizeObserver(() => this.canvas.isConnected && this.fit()).observe(this.canvas.parentElement);
    const repaint = () => {
      if (this.canvas.isConnected) this.setOrder(this.orderName);
      else document.removeEventListener("colours", repaint);
    };
    document.addEventListener("colours", repaint);
  }

  /** Which package stands where: places of the data by places on the canvas. */
  setOrder(name) {
    const { side, packages } = picture();
    const places = Array.from({ length: side }, (_, at) => at);
    const holders = data("packages").holders;
    if (name === "holders") places.sort((a, b) => holders[packages[b]] - holders[packages[a]] || packages[a] - packages[b]);
    if (name === "name") {
      const names = packages.map((one) => packageName(one).toLowerCase());
      places.sort((a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : packages[a] - packages[b]));
    }
    this.ramps = isDark() ? RAMPS.dark : RAMPS.light;
    this.levels = paint(places, this.ramps);
    if (name !== this.orderName) this.cursor = null;
    // And the other way: places on the canvas by places of the data.
    const standing = new Uint32Array(side);
    places.forEach((place, at) => { standing[place] = at; });
    Object.assign(this, { orderName: name, order: places, standing });
    this.drawLegend();
    this.draw();
  }

  drawLegend() {
    const { most } = picture();
    const steps = [...new Set([1, Math.round(most ** (1 / 3)), Math.round(most ** (2 / 3)), most])].filter((count) => count >= 1);
    const swatch = (colour) => {
      const box = el("span", { class: "swatch", "aria-hidden": "true" });
      box.style.background = css(colour);
      return box;
    };
    const row = (name, stops) => el("span", { class: "scale" }, name, steps.map((count) => el("span", null, swatch(mixed(stops, upScale(count, most))), num(count))));
    this.legend.replaceChildren(row("Hold both", this.ramps.held), row("and a rule keeps the two apart", this.ramps.apart), el("span", { class: "scale" }, el("span", null, swatch(this.ramps.idle), "kept apart and held by nobody")));
  }

  /** The frame: its size, and the room for names when cells are wide enough to have them. */
  frame() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    return { width, height, room: Math.round(Math.min(168, width * 0.28)) };
  }

  fit() {
    const { side } = picture();
    const { width, height, room } = this.frame();
    const cell = (names) => (Math.min(width, height) - names - 8) / side;
    const names = cell(room) >= LABELS_FROM ? room : 0;
    this.smallest = Math.min(CELL_MAX, cell(names));
    this.scale = this.smallest;
    this.left = Math.max(names, (width + names - this.scale * side) / 2);
    this.top = names + (names ? 0 : 4);
    if (this.wanted !== undefined) this.lookAt(this.wanted);
    this.draw();
  }

  /** Brings a package into sight, with its name. */
  lookAt(wanted) {
    this.wanted = undefined;
    const at = this.order.indexOf(picture().places.get(wanted));
    if (at < 0) return;
    this.scale = Math.max(this.scale, LABELS_FROM + 6);
    this.select(at, at, true);
    const { width, height, room } = this.frame();
    if (this.scale === this.smallest) return;
    this.left = (width + room) / 2 - (at + 0.5) * this.scale;
    this.top = (height + room) / 2 - (at + 0.5) * this.scale;
    this.clamp();
  }

  zoom(by, x, y) {
    const { width, height } = this.frame();
    const [toX, toY] = [x ?? width / 2, y ?? height / 2];
    const scale = Math.min(Math.max(CELL_MAX, this.smallest), Math.max(this.smallest, this.scale * by));
    this.left = toX - ((toX - this.left) * scale) / this.scale;
    this.top = toY - ((toY - this.top) * scale) / this.scale;
    this.scale = scale;
    this.clamp();
    this.draw();
  }

  /** Some of the matrix stays in sight. */
  clamp() {
    const { width, height, room } = this.frame();
    const whole = this.scale * picture().side;
    const some = Math.min(room + 60, whole);
    const within = (start, space) => Math.min(space - some, Math.max(some - whole, start));
    this.left = within(this.left, width);
    this.top = within(this.top, height);
  }

  cellAt({ x, y }) {
    const { side } = picture();
    const [column, row] = [Math.floor((x - this.left) / this.scale), Math.floor((y - this.top) / this.scale)];
    return row >= 0 && column >= 0 && row < side && column < side ? { row, column } : null;
  }

  select(row, column, kept) {
    Object.assign(this, { cursor: { row, column }, kept });
    this.tell();
  }

  pair() {
    const { packages } = picture();
    return [packages[this.order[this.cursor.row]], packages[this.order[this.cursor.column]]];
  }

  /** The sentence about the cell. */
  tell() {
    const [a, b] = this.pair();
    const holders = data("packages").holders;
    if (a === b) return this.status.replaceChildren(packageLink(a), ": " + counted(holders[a], "holder", "holders"));
    const both = holdersOfBoth(a, b);
    const apart = rulesOfPair(a, b).filter(([, violates]) => violates).map(([rule]) => ruleLink(rule));
    const share = (place) => percent(both, holders[place]) + " of " + num(holders[place]);
    const figures = both === null ? "not counted here" : both === 0 ? "nobody holds both" : counted(both, "user holds both", "users hold both") + " (" + share(a) + ", " + share(b) + "), lift " + ratio(lift(both, holders[a], holders[b]));
    const rest = apart.length > 0 ? ["; kept apart by ", ...joined(apart.slice(0, 3), ", "), apart.length > 3 ? " and " + num(apart.length - 3) + " more" : ""] : [];
    return this.status.replaceChildren(shortNamed(packageName(a)), " × ", shortNamed(packageName(b)), ": ", el("a", { href: pairAddress(a, b) }, figures), ...rest);
  }

  open() {
    if (!this.cursor) return;
    const [a, b] = this.pair();
    location.hash = a === b ? packageAddress(a) : pairAddress(a, b);
  }

  listen() {
    const { canvas, pointers } = this;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, place(event));
      this.moved = pointers.size > 1;
    });
    canvas.addEventListener("pointermove", (event) => this.pointed(event.pointerId, place(event)));
    canvas.addEventListener("pointerup", (event) => {
      pointers.delete(event.pointerId);
      if (this.moved || pointers.size > 0) return;
      const cell = this.cellAt(place(event));
      if (cell) this.select(cell.row, cell.column, true);
      else this.kept = false;
      this.draw();
    });
    canvas.addEventListener("pointercancel", (event) => pointers.delete(event.pointerId));
    canvas.addEventListener("dblclick", () => this.open());
    canvas.addEventListener("keydown", (event) => this.keyed(event));
    canvas.addEventListener("wheel", (event) => {
      // The page scrolls over the picture until somebody has taken hold of it.
      if (!event.ctrlKey && document.activeElement !== canvas) return;
      event.preventDefault();
      const { x, y } = place(event);
      this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), x, y);
    }, { passive: false });
  }

  /** A pointer has moved: over the cells, with them, or away from another one. */
  pointed(id, now) {
    const before = this.pointers.get(id);
    if (!before) {
      const cell = this.kept ? null : this.cellAt(now);
      if (!cell || (this.cursor && cell.row === this.cursor.row && cell.column === this.cursor.column)) return;
      this.select(cell.row, cell.column, false);
      return void this.draw();
    }
    const other = [...this.pointers].find(([one]) => one !== id);
    if (other) {
      const distance = (from) => Math.hypot(from.x - other[1].x, from.y - other[1].y) || 1;
      this.zoom(distance(now) / distance(before), (now.x + other[1].x) / 2, (now.y + other[1].y) / 2);
    } else if (this.moved || Math.hypot(now.x - before.x, now.y - before.y) > 4) {
      this.moved = true;
      this.left += now.x - before.x;
      this.top += now.y - before.y;
      this.clamp();
      this.draw();
    } else return;
    this.pointers.set(id, now);
  }

  keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { side } = picture();
    const far = event.shiftKey ? 10 : 1;
    const moves = { ArrowUp: [-far, 0], ArrowDown: [far, 0], ArrowLeft: [0, -far], ArrowRight: [0, far], Home: [0, -side], End: [0, side], PageUp: [-10, 0], PageDown: [10, 0] };
    const acts = { "+": () => this.zoom(1.5, ...this.middle()), "=": () => this.zoom(1.5, ...this.middle()), "-": () => this.zoom(1 / 1.5, ...this.middle()), 0: () => this.fit(), Enter: () => this.open(), Escape: () => { this.kept = false; } };
    if (moves[event.key]) {
      // The first key shows where one is.
      const [down, right] = this.cursor ? moves[event.key] : [0, 0];
      const { row, column } = this.cursor || { row: 0, column: 0 };
      const within = (value) => Math.min(side - 1, Math.max(0, value));
      this.select(within(row + down), within(column + right), true);
      this.bringIntoSight();
    } else if (acts[event.key]) acts[event.key]();
    else return;
    event.preventDefault();
    this.draw();
  }

  /** Where the cell of the cursor is, if there is one. */
  middle() {
    if (!this.cursor) return [];
    return [this.left + (this.cursor.column + 0.5) * this.scale, this.top + (this.cursor.row + 0.5) * this.scale];
  }

  bringIntoSight() {
    const [x, y] = this.middle();
    const { width, height, room } = this.frame();
    const names = this.scale >= LABELS_FROM ? room : 0;
    const cell = Math.min(this.scale, 4 * LABELS_FROM);
    this.left += Math.max(0, names + cell / 2 - x) - Math.max(0, x + cell / 2 - width);
    this.top += Math.max(0, names + cell / 2 - y) - Math.max(0, y + cell / 2 - height);
  }

  draw() {
    drawMatrix(this);
  }
}
