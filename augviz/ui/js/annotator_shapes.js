// Shapes as they travel (augviz/drawing/shapes.py, shape_json): t kind, k key, o object, n name, p coordinates, v visible;
// a mask has w (left, top, width, height) and r (run lengths, background first). A shape is never changed, only replaced.

const KINDS = { box: 'Box', polygon: 'Polygon', mask: 'Mask', point: 'Keypoint' };
const AREAS = { polygon: true, mask: true };

function boundsOf(shape) {
  if (shape.t === 'box') return shape.p;
  if (shape.t === 'point') return [shape.p[0], shape.p[1], shape.p[0], shape.p[1]];
  if (shape.t === 'mask') {
    const [left, top, width, height] = shape.w;
    return [left, top, left + width, top + height];
  }
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < shape.p.length; i += 2) {
    box[0] = Math.min(box[0], shape.p[i]);
    box[1] = Math.min(box[1], shape.p[i + 1]);
    box[2] = Math.max(box[2], shape.p[i]);
    box[3] = Math.max(box[3], shape.p[i + 1]);
  }
  return box;
}

const boundsKept = new WeakMap();

function bounds(shape) {
  let box = boundsKept.get(shape);
  if (!box) boundsKept.set(shape, (box = boundsOf(shape)));
  return box;
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// To a thousandth of a pixel: what adding up steps of .1 leaves behind is not meant.
function tidy(value) {
  return Math.round(value * 1000) / 1000;
}

// The shape somewhere else, as far as it can go inside the picture.
function movedBy(shape, dx, dy, [width, height]) {
  const [x1, y1, x2, y2] = bounds(shape);
  dx = clamp(dx, -x1, width - x2);
  dy = clamp(dy, -y1, height - y2);
  if (shape.t === 'mask') {
    const [left, top, w, h] = shape.w;
    return { ...shape, w: [left + Math.round(dx), top + Math.round(dy), w, h] };
  }
  return { ...shape, p: shape.p.map((value, i) => tidy(value + (i % 2 ? dy : dx))) };
}

function boxOf([xa, ya, xb, yb]) {
  return [Math.min(xa, xb), Math.min(ya, yb), Math.max(xa, xb), Math.max(ya, yb)].map(tidy);
}

// Handles as [x, y, which]: corners and sides of a box, corners of a polygon.
function handlesOf(shape) {
  if (shape.t === 'box') {
    const [x1, y1, x2, y2] = shape.p, mx = (x1 + x2) / 2, my = (y1 + y2) / 2;
    return [[x1, y1, 'nw'], [x2, y1, 'ne'], [x2, y2, 'se'], [x1, y2, 'sw'], [mx, y1, 'n'], [x2, my, 'e'], [mx, y2, 's'], [x1, my, 'w']];
  }
  if (shape.t !== 'polygon') return [];
  return shape.p.flatMap((x, i) => (i % 2 ? [] : [[x, shape.p[i + 1], i]]));
}

function reshaped(shape, which, x, y) {
  const p = [...shape.p];
  if (shape.t === 'polygon') {
    [p[which], p[which + 1]] = [tidy(x), tidy(y)];
    return { ...shape, p };
  }
  if (which.includes('w')) p[0] = x;
  if (which.includes('e')) p[2] = x;
  if (which.includes('n')) p[1] = y;
  if (which.includes('s')) p[3] = y;
  return { ...shape, p: boxOf(p) };
}

function hasArea(p) {
  return p[2] - p[0] >= 0.5 && p[3] - p[1] >= 0.5;
}

// Distance from a point to a line from a to b, and the place of the nearest point on it (0 to 1).
function toSegment(x, y, ax, ay, bx, by) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const t = length ? clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0, 1) : 0;
  return [Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)), t];
}

// The nearest edge of a polygon: [distance, place of its first corner in p].
function nearestEdge(p, x, y) {
  let best = [Infinity, 0];
  for (let i = 0; i < p.length; i += 2) {
    const j = (i + 2) % p.length;
    const [distance] = toSegment(x, y, p[i], p[i + 1], p[j], p[j + 1]);
    if (distance < best[0]) best = [distance, i];
  }
  return best;
}

function edgeDistance(shape, x, y) {
  if (shape.t === 'box') {
    const [x1, y1, x2, y2] = shape.p;
    return nearestEdge([x1, y1, x2, y1, x2, y2, x1, y2], x, y)[0];
  }
  return shape.t === 'polygon' ? nearestEdge(shape.p, x, y)[0] : Infinity;
}

function isInside(shape, x, y) {
  const [x1, y1, x2, y2] = bounds(shape);
  if (x < x1 || x > x2 || y < y1 || y > y2) return false;
  if (shape.t === 'box') return true;
  if (shape.t === 'mask') {
    const [left, top, w, h] = shape.w, column = Math.floor(x) - left, row = Math.floor(y) - top;
    return column >= 0 && row >= 0 && column < w && row < h && bitsOf(shape)[row * w + column] === 1;
  }
  let inside = false;
  for (let i = 0, j = shape.p.length - 2; i < shape.p.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [shape.p[i], shape.p[i + 1], shape.p[j], shape.p[j + 1]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

// The shape at a place: a keypoint, else an outline, else the smallest shape around it. Ten thousand bounding boxes are
// compared in less than a millisecond, which is less than an index of them would cost at every edit.
function shapeAt(shapes, x, y, reach) {
  let best = null, score = Infinity;
  for (const shape of shapes) {
    const [x1, y1, x2, y2] = bounds(shape);
    if (x < x1 - reach || x > x2 + reach || y < y1 - reach || y > y2 + reach) continue;
    const now = scoreOf(shape, x, y, reach, (x2 - x1) * (y2 - y1));
    if (now <= score) [best, score] = [shape, now];
  }
  return best;
}

function scoreOf(shape, x, y, reach, area) {
  if (shape.t === 'point') return Math.hypot(x - shape.p[0], y - shape.p[1]) <= reach ? -2 : Infinity;
  if (edgeDistance(shape, x, y) <= reach) return area * 1e-12 - 1;
  return isInside(shape, x, y) ? area : Infinity;
}

// Words for people: what and where.
function wordsOf(shape) {
  const [x1, y1, x2, y2] = bounds(shape).map(tidy);
  if (shape.t === 'point') return `${shape.n}, keypoint at ${x1}, ${y1}${shape.v === 0 ? ', hidden' : ''}`;
  return `${shape.n}, ${KINDS[shape.t].toLowerCase()} from ${x1}, ${y1} to ${x2}, ${y2}`;
}
