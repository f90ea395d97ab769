// Masks of single pixels: run lengths, strokes of a brush, filled polygons.

const bitsKept = new WeakMap();
const picturesKept = new WeakMap();

function bitsOf(shape) {
  let bits = bitsKept.get(shape);
  if (!bits) {
    bits = new Uint8Array(shape.w[2] * shape.w[3]);
    let at = 0;
    shape.r.forEach((run, i) => {
      if (i % 2) bits.fill(1, at, at + run);
      at += run;
    });
    bitsKept.set(shape, bits);
  }
  return bits;
}

// The set part of a window of pixels as w and r, or null when nothing is set.
function packed(bits, left, top, width, height) {
  let x1 = width, y1 = height, x2 = -1, y2 = -1;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++)
      if (bits[at]) {
        if (x < x1) x1 = x;
        if (x > x2) x2 = x;
        if (y < y1) y1 = y;
        y2 = y;
      }
  if (x2 < 0) return null;
  const r = [];
  let run = 0, on = 0;
  for (let y = y1; y <= y2; y++)
    for (let x = x1; x <= x2; x++) {
      if (bits[y * width + x] === on) run++;
      else {
        r.push(run);
        [run, on] = [1, 1 - on];
      }
    }
  r.push(run);
  return { w: [left + x1, top + y1, x2 - x1 + 1, y2 - y1 + 1], r };
}

// Whole pixels of the picture around some coordinates, grown by reach: [left, top, right, bottom].
function pixelsAround([x1, y1, x2, y2], reach, [width, height]) {
  return [
    clamp(Math.floor(x1 - reach), 0, width), clamp(Math.floor(y1 - reach), 0, height),
    clamp(Math.ceil(x2 + reach), 0, width), clamp(Math.ceil(y2 + reach), 0, height),
  ];
}

// Sets or clears the pixels whose centre lies under the stroke. shape may be null: then a new mask begins.
function stroked(shape, path, radius, value, size) {
  const reached = pixelsAround(boundsOf({ p: path }), radius, size);
  const [left, top, right, bottom] = shape && value ? joined(reached, bounds(shape)) : shape ? bounds(shape) : reached;
  const width = right - left, height = bottom - top;
  if (width <= 0 || height <= 0) return shape ? { w: shape.w, r: shape.r } : null;
  const bits = new Uint8Array(width * height);
  if (shape) copyInto(bits, left, top, width, shape);
  for (let i = 0; i < path.length; i += 2) {
    const j = Math.min(i + 2, path.length - 2);
    const line = [path[i], path[i + 1], path[j], path[j + 1]];
    const [x1, y1, x2, y2] = pixelsAround(boundsOf({ p: line }), radius, size);
    for (let y = Math.max(y1, top); y < Math.min(y2, bottom); y++)
      for (let x = Math.max(x1, left); x < Math.min(x2, right); x++)
        if (toSegment(x + 0.5, y + 0.5, ...line)[0] <= radius) bits[(y - top) * width + x - left] = value;
  }
  return packed(bits, left, top, width, height);
}

function joined(a, b) {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function copyInto(bits, left, top, width, shape) {
  const [l, t, w, h] = shape.w, from = bitsOf(shape);
  for (let y = 0; y < h; y++) bits.set(from.subarray(y * w, (y + 1) * w), (y + t - top) * width + l - left);
}

// The pixels whose centre lies inside a polygon (even-odd), as Python fills it (augviz/geometry.py, polygon_to_window).
function filled(p, size) {
  const [left, top, right, bottom] = pixelsAround(boundsOf({ p }), 0, size);
  const width = right - left, height = bottom - top;
  const bits = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = top + row + 0.5, crossings = [];
    for (let i = 0; i < p.length; i += 2) {
      const j = (i + 2) % p.length;
      const [ax, ay, bx, by] = p[i + 1] <= p[j + 1] ? [p[i], p[i + 1], p[j], p[j + 1]] : [p[j], p[j + 1], p[i], p[i + 1]];
      if (ay <= y && y < by) crossings.push(clamp(Math.ceil(ax + ((y - ay) * (bx - ax)) / (by - ay) - 0.5) - left, 0, width));
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) bits.fill(1, row * width + crossings[i], row * width + crossings[i + 1]);
  }
  return packed(bits, left, top, width, height);
}

// A mask as a small picture in its colour, the rim darker than the inside.
function maskPicture(shape, colour) {
  const kept = picturesKept.get(shape);
  if (kept && kept.colour === colour) return kept;
  const [, , w, h] = shape.w, bits = bitsOf(shape);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height, canvas.colour] = [w, h, colour];
  const pen = canvas.getContext('2d'), image = pen.createImageData(w, h);
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
  for (let y = 0, at = 0; y < h; y++)
    for (let x = 0; x < w; x++, at++) {
      if (!bits[at]) continue;
      const rim = !x || !y || x === w - 1 || y === h - 1 || !(bits[at - 1] && bits[at + 1] && bits[at - w] && bits[at + w]);
      image.data.set([red, green, blue, rim ? 230 : 90], 4 * at);
    }
  pen.putImageData(image, 0, 0);
  picturesKept.set(shape, canvas);
  return canvas;
}
