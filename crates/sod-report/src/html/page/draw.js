/* Drawing what is in sight of the picture. */

/** The least size of a cell that must not be overlooked. */
const MARK = 4;

function drawMatrix(map) {
  const { canvas, levels, scale, left, top } = map;
  const frame = canvas.parentElement;
  if (!frame || !levels) return;
  const dense = window.devicePixelRatio || 1;
  const { width, height } = map.frame();
  if (canvas.width !== Math.round(width * dense) || canvas.height !== Math.round(height * dense)) {
    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(height * dense);
  }
  const context = canvas.getContext("2d");
  context.setTransform(dense, 0, 0, dense, 0, 0);
  const style = getComputedStyle(frame);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, width, height);
  // The copy of which a pixel is at least one pixel of the screen.
  let level = 0;
  while (level + 1 < levels.length && scale * dense * 2 ** level < 1) level += 1;
  const size = scale * 2 ** level;
  context.imageSmoothingEnabled = size * dense < 1;
  context.drawImage(levels[level], left, top, levels[level].width * size, levels[level].height * size);
  const seen = inSight(map, width, height);
  if (scale >= 7) drawGrid(context, map, seen, style.backgroundColor);
  if (scale < MARK) drawFarMarks(context, map);
  if (scale >= LABELS_FROM) drawMarks(context, map, seen);
  drawCursor(context, map, width, height, style.color);
  if (scale >= LABELS_FROM) drawNames(context, map, seen, style, dense);
}

/** Rows and columns of which something is in sight. */
function inSight({ left, top, scale }, width, height) {
  const { side } = picture();
  const from = (start) => Math.max(0, Math.floor(-start / scale));
  const to = (start, space) => Math.max(0, Math.min(side, Math.ceil((space - start) / scale)));
  return { rows: [from(top), to(top, height)], columns: [from(left), to(left, width)] };
}

function drawGrid(context, { left, top, scale }, { rows, columns }, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let row = rows[0]; row <= rows[1]; row += 1) {
    context.moveTo(left + columns[0] * scale, top + row * scale);
    context.lineTo(left + columns[1] * scale, top + row * scale);
  }
  for (let column = columns[0]; column <= columns[1]; column += 1) {
    context.moveTo(left + column * scale, top + rows[0] * scale);
    context.lineTo(left + column * scale, top + rows[1] * scale);
  }
  context.stroke();
}

/** A dot in each cell of a pair that is held and kept apart: not by colour alone. */
function drawMarks(context, { left, top, scale, order, ramps }, { rows, columns }) {
  const { side, counts, apart } = picture();
  context.fillStyle = css(ramps.none);
  for (let row = rows[0]; row < rows[1]; row += 1) {
    for (let column = columns[0]; column < columns[1]; column += 1) {
      const cell = order[row] * side + order[column];
      if (!apart[cell] || counts[cell] === 0) continue;
      context.beginPath();
      context.arc(left + (column + 0.5) * scale, top + (row + 0.5) * scale, Math.min(3, scale / 6), 0, 7);
      context.fill();
    }
  }
}

/** The same cells from afar: more than their share of the screen, so that one among two million is seen. */
function drawFarMarks(context, { left, top, scale, standing, ramps }) {
  const { side, counts, most, violating } = picture();
  if (violating.length > VIOLATING_MAX) return;
  for (const [row, column] of violating) {
    const [x, y] = [left + (standing[column] + 0.5) * scale, top + (standing[row] + 0.5) * scale];
    context.fillStyle = css(mixed(ramps.apart, upScale(counts[row * side + column], most)));
    context.fillRect(x - MARK / 2, y - MARK / 2, MARK, MARK);
  }
}

function drawCursor(context, { cursor, left, top, scale }, width, height, colour) {
  if (!cursor) return;
  const [x, y] = [left + cursor.column * scale, top + cursor.row * scale];
  const size = Math.max(scale, 3);
  context.save();
  context.strokeStyle = colour;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, y + size / 2);
  context.lineTo(width, y + size / 2);
  context.moveTo(x + size / 2, 0);
  context.lineTo(x + size / 2, height);
  context.stroke();
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeRect(x - 1, y - 1, size + 2, size + 2);
  context.restore();
}

/** Names beside the matrix; where it reaches beyond the edge, they lie over it. */
function drawNames(context, map, { rows, columns }, style, dense) {
  const { left, top, scale, order, cursor } = map;
  const { packages, side } = picture();
  const { width, height, room } = map.frame();
  const rowEnd = Math.max(left, room);
  const columnEnd = Math.max(top, room);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, rowEnd, height);
  context.fillRect(0, 0, width, columnEnd);
  context.textBaseline = "middle";
  context.textAlign = "right";
  const font = Math.min(13, Math.max(9, scale - 2)) + "px " + style.fontFamily;
  const write = (at, x, y, turn, bold) => {
    context.setTransform(dense, 0, 0, dense, x * dense, y * dense);
    context.rotate(turn);
    context.font = (bold ? "600 " : "") + font;
    context.fillStyle = style.color;
    context.fillText(shortened(context, packageName(packages[order[at]]), room - 12), 0, 0);
  };
  for (let row = rows[0]; row < Math.min(side, rows[1]); row += 1) {
    const y = top + (row + 0.5) * scale;
    if (y >= columnEnd) write(row, rowEnd - 6, y, 0, cursor && cursor.row === row);
  }
  for (let column = columns[0]; column < Math.min(side, columns[1]); column += 1) {
    const x = left + (column + 0.5) * scale;
    if (x >= rowEnd) write(column, x, columnEnd - 6, Math.PI / 2, cursor && cursor.column === column);
  }
  context.setTransform(dense, 0, 0, dense, 0, 0);
}

/** The longest beginning of a text that fits. */
function shortened(context, text, room) {
  const letters = [...text.slice(0, 80)];
  if (letters.length === [...text].length && context.measureText(text).width <= room) return text;
  while (letters.length > 1 && context.measureText(letters.join("") + "…").width > room) letters.pop();
  return letters.join("") + "…";
}
