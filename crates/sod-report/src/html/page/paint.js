/* The colours of the picture: the counts as pixels, one a cell, and smaller copies for when a pixel has to stand for several
   cells: there the greatest count is kept, so that nothing vanishes by being looked at from afar. */

const RAMPS = {
  light: { held: [[219, 230, 241], [92, 158, 206], [8, 48, 107]], apart: [[253, 205, 186], [235, 90, 60], [110, 5, 20]], none: [255, 255, 255], idle: [246, 236, 222], own: [196, 200, 206] },
  dark: { held: [[34, 52, 74], [66, 128, 190], [205, 230, 255]], apart: [[92, 34, 28], [224, 92, 66], [255, 214, 190]], none: [20, 24, 29], idle: [52, 46, 34], own: [74, 80, 88] },
};
/** A cell on the diagonal: the package itself. */
const OWN = 2;

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The colour at 0..1 of three stops. */
function mixed(stops, at) {
  const part = Math.min(1, Math.max(0, at)) * 2;
  const first = Math.min(1, Math.floor(part));
  return stops[first].map((one, place) => Math.round(one + (stops[first + 1][place] - one) * (part - first)));
}

/** How far up the scale a count is: by its logarithm, because few pairs have most holders. */
function upScale(count, most) {
  return most <= 1 ? 1 : Math.log(count) / Math.log(most);
}

const css = ([red, green, blue]) => "rgb(" + red + " " + green + " " + blue + ")";

/** Canvases of the matrix in an order of places: full, half, quarter, ... */
function paint(order, ramps) {
  const { side, counts, apart, most } = picture();
  let level = { values: new Uint32Array(side * side), flags: new Uint8Array(side * side) };
  for (let row = 0; row < side; row += 1) {
    const from = order[row] * side;
    for (let column = 0; column < side; column += 1) {
      level.values[row * side + column] = counts[from + order[column]];
      level.flags[row * side + column] = row === column ? OWN : apart[from + order[column]];
    }
  }
  let size = side;
  const levels = [pixels(level, size, ramps, most)];
  while (size > 256) {
    level = halved(level, size);
    size = Math.ceil(size / 2);
    levels.push(pixels(level, size, ramps, most));
  }
  return levels;
}

function pixels({ values, flags }, size, ramps, most) {
  const canvas = el("canvas", { width: size, height: size });
  const context = canvas.getContext("2d");
  const image = context.createImageData(size, size);
  const known = new Map();
  const colour = (value, flag) => {
    if (flag === OWN) return ramps.own;
    if (value === 0) return flag ? ramps.idle : ramps.none;
    const key = value * 2 + flag;
    if (!known.has(key)) known.set(key, mixed(flag ? ramps.apart : ramps.held, upScale(value, most)));
    return known.get(key);
  };
  for (let at = 0; at < values.length; at += 1) {
    const [red, green, blue] = colour(values[at], flags[at]);
    const place = at * 4;
    image.data[place] = red;
    image.data[place + 1] = green;
    image.data[place + 2] = blue;
    image.data[place + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Four cells to one: held and kept apart goes before held, and more holders before fewer. */
function halved({ values, flags }, size) {
  const half = Math.ceil(size / 2);
  const small = { values: new Uint32Array(half * half), flags: new Uint8Array(half * half) };
  const rank = (at) => (values[at] === 0 ? 0 : flags[at] === 1 ? 2 : 1);
  for (let row = 0; row < half; row += 1) {
    for (let column = 0; column < half; column += 1) {
      let best = row * 2 * size + column * 2;
      for (let corner = 1; corner < 4; corner += 1) {
        const [down, right] = [corner >> 1, corner & 1];
        if (row * 2 + down >= size || column * 2 + right >= size) continue;
        const at = (row * 2 + down) * size + column * 2 + right;
        if (rank(at) > rank(best) || (rank(at) === rank(best) && values[at] > values[best])) best = at;
      }
      small.values[row * half + column] = values[best];
      small.flags[row * half + column] = flags[best];
    }
  }
  return small;
}
