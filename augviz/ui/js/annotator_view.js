// Where the picture lies in the view, and the painting of it. Two canvases: everything that stands still below, the
// selected shape and what is being drawn above, so that a drag repaints one shape and not three thousand.

const MOST_PIXELS = 48; // CSS pixels of one pixel of the picture at the closest look
const CHIP_HIGH = 16;
const MOST_CHIPS = 120;

function place(self) {
  const { clientWidth: wide, clientHeight: high } = self.view;
  const [width, height] = self.drawing.size;
  const scale = Math.min(wide / width, high / height) * self.zoom;
  self.cx = centred(self.cx, wide / (width * scale));
  self.cy = centred(self.cy, high / (height * scale));
  Object.assign(self, { scale, left: wide / 2 - self.cx * width * scale, top: high / 2 - self.cy * height * scale });
}

function centred(centre, share) {
  return share >= 1 ? 0.5 : clamp(centre, share / 2, 1 - share / 2);
}

function look(self, zoom, cx, cy) {
  const [width, height] = self.drawing.size;
  const fit = Math.min(self.view.clientWidth / width, self.view.clientHeight / height);
  self.zoom = clamp(zoom, 1, Math.max(1, MOST_PIXELS / fit));
  [self.cx, self.cy] = [cx, cy];
  place(self);
  repaint(self);
}

// Zooms so that the picture stays where it is under (x, y) of the view.
function zoomBy(self, factor, x = self.view.clientWidth / 2, y = self.view.clientHeight / 2) {
  const [width, height] = self.drawing.size, [px, py] = toPicture(self, x, y), before = self.zoom;
  look(self, self.zoom * factor, self.cx, self.cy);
  look(self, self.zoom, (px + (self.view.clientWidth / 2 - x) / self.scale) / width, (py + (self.view.clientHeight / 2 - y) / self.scale) / height);
  return self.zoom !== before;
}

function panBy(self, dx, dy) {
  const [width, height] = self.drawing.size;
  look(self, self.zoom, self.cx - dx / (width * self.scale), self.cy - dy / (height * self.scale));
}

function bringIn(self, shape) {
  if (self.zoom === 1) return;
  const [x1, y1, x2, y2] = bounds(shape), [width, height] = self.drawing.size;
  const [left, top] = toView(self, x1, y1), [right, bottom] = toView(self, x2, y2);
  if (left < 0 || top < 0 || right > self.view.clientWidth || bottom > self.view.clientHeight) look(self, self.zoom, (x1 + x2) / 2 / width, (y1 + y2) / 2 / height);
}

function toPicture(self, x, y) {
  return [(x - self.left) / self.scale, (y - self.top) / self.scale];
}

function toView(self, x, y) {
  return [x * self.scale + self.left, y * self.scale + self.top];
}

// Where an event points, in pixels of the picture: as fine as the screen can show, inside the picture.
function pointed(self, event) {
  const view = self.view.getBoundingClientRect();
  const grain = self.scale > 1.5 ? 10 : 1;
  return toPicture(self, event.clientX - view.left, event.clientY - view.top)
    .map((value, i) => clamp(Math.round(value * grain) / grain, 0, self.drawing.size[i]));
}

function repaint(self, topOnly) {
  if (!topOnly) self.stale = true;
  if (self.frame) return;
  self.frame = requestAnimationFrame(() => {
    self.frame = 0;
    if (!self.drawing || !self.view.clientWidth) return;
    if (self.stale) paintBase(self);
    self.stale = false;
    paintTop(self);
    tellPlace(self);
  });
}

function tellPlace(self) {
  const { root, drawing } = self, round = value => String(Math.round(value * 1e4) / 1e4);
  Object.assign(root.dataset, { scale: round(self.scale), left: round(self.left), top: round(self.top), zoom: round(self.zoom) });
  root.dataset.count = drawing.shapes.size;
  root.dataset.selected = self.sel === null ? '' : self.sel;
  root.dataset.saved = String(!drawing.dirty.size && !drawing.colours.size);
}

function cleared(self, canvas) {
  const ratio = window.devicePixelRatio || 1, { clientWidth: wide, clientHeight: high } = self.view;
  if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(high * ratio)) {
    [canvas.width, canvas.height] = [Math.round(wide * ratio), Math.round(high * ratio)];
  }
  const pen = canvas.getContext('2d');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, wide, high);
  return pen;
}

function paintBase(self) {
  place(self);
  const pen = cleared(self, self.base), [width, height] = self.drawing.size;
  pen.imageSmoothingEnabled = self.scale < 4;
  if (self.picture) pen.drawImage(self.picture, self.left, self.top, width * self.scale, height * self.scale);
  const shapes = [...self.drawing.shapes.values()].filter(shape => shape.k !== self.sel && inView(self, shape));
  shapes.forEach(shape => AREAS[shape.t] && paintArea(self, pen, shape));
  const boxes = shapes.filter(shape => shape.t === 'box');
  paintBoxes(self, pen, boxes);
  shapes.forEach(shape => shape.t === 'point' && paintPoint(self, pen, shape));
  paintNames(self, pen, shapes);
}

function inView(self, shape) {
  const [x1, y1, x2, y2] = bounds(shape);
  const [left, top] = toView(self, x1, y1), [right, bottom] = toView(self, x2, y2);
  return right > -20 && bottom > -20 && left < self.view.clientWidth + 20 && top < self.view.clientHeight + 20;
}

function paintArea(self, pen, shape) {
  const [colour] = colourOf(self, shape.n);
  if (shape.t === 'mask') {
    const [left, top, w, h] = shape.w;
    if (!w || !h) return;
    const [x, y] = toView(self, left, top);
    pen.imageSmoothingEnabled = self.scale < 1;
    pen.drawImage(maskPicture(shape, colour), x, y, w * self.scale, h * self.scale);
    return;
  }
  ringPath(self, pen, shape.p, true);
  pen.globalAlpha = 0.25;
  pen.fillStyle = colour;
  pen.fill('evenodd');
  pen.globalAlpha = 1;
  cased(pen, colour, 2);
}

function ringPath(self, pen, p, closed) {
  pen.beginPath();
  for (let i = 0; i < p.length; i += 2) pen.lineTo(...toView(self, p[i], p[i + 1]));
  if (closed) pen.closePath();
}

// A line that is seen on light and on dark.
function cased(pen, colour, wide) {
  pen.lineJoin = 'round';
  pen.strokeStyle = 'rgba(0,0,0,.45)';
  pen.lineWidth = wide + 1.5;
  pen.stroke();
  pen.strokeStyle = colour;
  pen.lineWidth = wide;
  pen.stroke();
}

function paintBoxes(self, pen, boxes) {
  const byColour = new Map();
  for (const box of boxes) {
    const [colour] = colourOf(self, box.n);
    byColour.has(colour) ? byColour.get(colour).push(box) : byColour.set(colour, [box]);
  }
  for (const [colour, group] of byColour) {
    pen.beginPath();
    for (const { p } of group) {
      const [x, y] = toView(self, p[0], p[1]);
      pen.rect(x, y, (p[2] - p[0]) * self.scale, (p[3] - p[1]) * self.scale);
    }
    cased(pen, colour, 2);
  }
}

function paintPoint(self, pen, shape, larger = 0) {
  const [colour] = colourOf(self, shape.n), [x, y] = toView(self, shape.p[0], shape.p[1]);
  pen.beginPath();
  pen.arc(x, y, 5 + larger, 0, 7);
  pen.fillStyle = shape.v === 0 ? 'rgba(0,0,0,.35)' : colour;
  pen.fill();
  pen.strokeStyle = shape.v === 0 ? colour : '#fff';
  pen.lineWidth = 1.5 + larger / 2;
  pen.stroke();
}

// Names where they fit. Where many objects of a class are narrower than its name, it is said once.
function paintNames(self, pen, shapes) {
  pen.font = `600 11px ${self.family}`;
  const taken = [], said = new Set(), named = new Set();
  for (const shape of shapes) {
    if (taken.length >= MOST_CHIPS) return;
    const object = shape.o >= 0 && shape.t !== 'point' ? `${shape.o} ${shape.n}` : '';
    if (named.has(object)) continue;
    const [x1, y1, x2] = bounds(shape), [x, y] = toView(self, x1, y1);
    const text = shape.n.length > 24 ? shape.n.slice(0, 23) + '…' : shape.n;
    const wide = pen.measureText(text).width + 8;
    const narrow = shape.t !== 'point' && (x2 - x1) * self.scale < wide;
    if (narrow && said.has(shape.n)) continue;
    if (!chip(self, pen, taken, text, wide, shape.t === 'point' ? x + 9 : x - 1, shape.t === 'point' ? y - CHIP_HIGH / 2 : y - CHIP_HIGH, shape.n)) continue;
    said.add(shape.n);
    if (object) named.add(object);
  }
}

function chip(self, pen, taken, text, wide, x, y, name) {
  x = clamp(x, 0, self.view.clientWidth - wide);
  y = clamp(y, 0, self.view.clientHeight - CHIP_HIGH);
  if (taken.some(t => x < t.x + t.wide && t.x < x + wide && y < t.y + CHIP_HIGH && t.y < y + CHIP_HIGH)) return false;
  taken.push({ x, y, wide });
  const [colour, ink] = colourOf(self, name);
  pen.fillStyle = colour;
  pen.fillRect(x, y, wide, CHIP_HIGH);
  pen.fillStyle = ink;
  pen.fillText(text, x + 4, y + 12);
  return true;
}

function paintTop(self) {
  const pen = cleared(self, self.above);
  const shape = self.live || selected(self);
  if (shape) paintSelected(self, pen, shape);
  if (self.draft) paintDraft(self, pen);
  if (self.stroke) paintStroke(self, pen);
  if (self.tap && self.tool === 'point') paintPoint(self, pen, { n: nameFor(self), p: [self.tap.x, self.tap.y] }, 2);
  if (self.cross && self.tool !== 'select' && self.hasFocus) paintCross(self, pen);
  else if (self.hover && isBrush(self)) ringAt(self, pen, ...self.hover);
}

function paintSelected(self, pen, shape) {
  if (AREAS[shape.t]) paintArea(self, pen, shape);
  if (shape.t === 'box') paintBoxes(self, pen, [shape]);
  if (shape.t === 'point') paintPoint(self, pen, shape, 2);
  const [x1, y1, x2, y2] = bounds(shape), [x, y] = toView(self, x1, y1);
  pen.setLineDash([5, 4]);
  pen.strokeStyle = '#fff';
  pen.lineWidth = 1.5;
  const gap = shape.t === 'box' ? 0 : shape.t === 'point' ? 10 : 4;
  pen.strokeRect(x - gap, y - gap, (x2 - x1) * self.scale + 2 * gap, (y2 - y1) * self.scale + 2 * gap);
  pen.setLineDash([]);
  if (self.tool === 'select') for (const [hx, hy] of handlesOf(shape)) handle(pen, ...toView(self, hx, hy));
  pen.font = `600 11px ${self.family}`;
  chip(self, pen, [], shape.n.slice(0, 40), pen.measureText(shape.n.slice(0, 40)).width + 8, shape.t === 'point' ? x + 13 : x - 1, y - CHIP_HIGH - gap, shape.n);
}

function handle(pen, x, y) {
  pen.fillStyle = '#fff';
  pen.strokeStyle = '#111';
  pen.lineWidth = 1;
  pen.fillRect(x - 4, y - 4, 8, 8);
  pen.strokeRect(x - 4, y - 4, 8, 8);
}

function paintDraft(self, pen) {
  const [colour] = colourOf(self, nameFor(self));
  const { p } = self.draft;
  if (self.draft.t === 'box') {
    const [x1, y1, x2, y2] = boxOf(p), [x, y] = toView(self, x1, y1);
    pen.beginPath();
    pen.rect(x, y, (x2 - x1) * self.scale, (y2 - y1) * self.scale);
    cased(pen, colour, 2);
    return;
  }
  ringPath(self, pen, self.pointer ? [...p, ...self.pointer] : p, false);
  cased(pen, colour, 2);
  for (let i = 0; i < p.length; i += 2) handle(pen, ...toView(self, p[i], p[i + 1]));
}

function paintStroke(self, pen) {
  ringPath(self, pen, self.stroke, false);
  if (self.stroke.length === 2) pen.lineTo(...toView(self, self.stroke[0] + 0.01, self.stroke[1]));
  pen.lineCap = pen.lineJoin = 'round';
  pen.lineWidth = self.brush * self.scale;
  pen.globalAlpha = 0.5;
  pen.strokeStyle = self.tool === 'brush' ? colourOf(self, (selected(self) && AREAS[selected(self).t] ? selected(self).n : nameFor(self)))[0] : '#fff';
  pen.stroke();
  pen.globalAlpha = 1;
  pen.lineCap = 'butt';
}

function ringAt(self, pen, px, py) {
  pen.beginPath();
  pen.arc(...toView(self, px, py), Math.max(1, (self.brush / 2) * self.scale), 0, 7);
  cased(pen, '#fff', 1);
}

function paintCross(self, pen) {
  const [x, y] = toView(self, ...self.cross);
  pen.beginPath();
  for (const [dx, dy] of [[14, 0], [0, 14]]) {
    pen.moveTo(x - dx, y - dy);
    pen.lineTo(x + dx, y + dy);
  }
  cased(pen, '#fff', 1.5);
  if (isBrush(self)) ringAt(self, pen, ...self.cross);
}
