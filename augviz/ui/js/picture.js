// One large picture: zoom, move, and objects that tell their name and size.

const MOST = 32; // CSS pixels that a pixel of the sample may take
const PIXELATED = 3; // from here on single pixels are shown as squares

function buildPicture(self) {
  const bar = element('div', 'bar', self.root);
  buildSwitches(self, bar);
  const tools = element('div', 'tools', bar);
  tools.setAttribute('role', 'group');
  tools.setAttribute('aria-label', 'Zoom');
  for (const [sign, label, act] of [['−', 'Zoom out', () => zoomBy(self, 1 / 1.5)], ['+', 'Zoom in', () => zoomBy(self, 1.5)], ['Fit', 'Show the whole picture', () => look(self, 1, 0.5, 0.5)]]) {
    const button = element('button', '', tools);
    button.type = 'button';
    button.textContent = sign;
    button.setAttribute('aria-label', label);
    button.onclick = act;
  }
  self.view = element('div', 'view', self.root);
  self.view.tabIndex = 0;
  self.view.setAttribute('role', 'group');
  self.stage = element('div', 'frame stage', self.view);
  self.badges = element('span', 'badges', self.view);
  self.said = element('div', 'said', self.root);
  self.said.setAttribute('aria-live', 'polite');
  self.cells = [{ frame: self.stage }];
  Object.assign(self, { zoom: 1, cx: 0.5, cy: 0.5, fingers: new Map() });
  listen(self);
}

function dressPicture(self, head) {
  const [tile] = head.tiles;
  if (String(self.size) !== String(tile.size)) Object.assign(self, { size: tile.size, zoom: 1, cx: 0.5, cy: 0.5 });
  self.linked = head.linked;
  self.caption = tile.caption;
  self.view.setAttribute('aria-label', `${tile.caption || tile.alt}. Plus and minus zoom, arrow keys move, 0 shows all.`);
  self.view.style.height = head.height ? head.height + 'px' : '';
  self.view.style.aspectRatio = head.height ? '' : tile.size.join('/');
  const words = [tile.original && 'Original', tile.badge, tile.overlay && tile.overlay.note].filter(Boolean);
  self.badges.replaceChildren(...words.map(word => badgeNode(word, tile)));
  say(self, '');
}

// Lays the stage out; strokes and names keep their size because it is the layout that grows, not a transform.
function lay(self) {
  if (!self.size) return;
  const { clientWidth: wide, clientHeight: high } = self.view;
  const [width, height] = self.size;
  const scale = Math.min(wide / width, high / height) * self.zoom;
  const w = width * scale, h = height * scale;
  self.cx = keepIn(self.cx, wide / w);
  self.cy = keepIn(self.cy, high / h);
  Object.assign(self.stage.style, { width: w + 'px', height: h + 'px', left: wide / 2 - self.cx * w + 'px', top: high / 2 - self.cy * h + 'px' });
  self.stage.classList.toggle('pixels', scale > PIXELATED);
  self.view.classList.toggle('moves', self.zoom > 1);
  self.view.dataset.zoom = round(self.zoom);
  fitCells(self);
}

// The share of the picture at the middle of the view; share is how much of it the view shows.
function keepIn(centre, share) {
  return share >= 1 ? 0.5 : Math.min(1 - share / 2, Math.max(share / 2, centre));
}

function look(self, zoom, cx, cy, told) {
  const fit = Math.min(self.view.clientWidth / self.size[0], self.view.clientHeight / self.size[1]);
  self.zoom = Math.min(Math.max(1, MOST / fit), Math.max(1, zoom));
  [self.cx, self.cy] = [cx, cy];
  lay(self);
  if (self.linked && !told)
    window.dispatchEvent(new CustomEvent('augviz-look', { detail: { from: self, linked: self.linked, zoom: self.zoom, cx: self.cx, cy: self.cy } }));
}

// Zooms so that the point under the pointer stays where it is.
function zoomBy(self, factor, event) {
  const box = self.stage.getBoundingClientRect();
  const view = self.view.getBoundingClientRect();
  const x = event ? event.clientX : view.left + view.width / 2;
  const y = event ? event.clientY : view.top + view.height / 2;
  const u = (x - box.left) / box.width, v = (y - box.top) / box.height;
  const before = self.zoom;
  look(self, before * factor, self.cx, self.cy, true);
  const grown = self.zoom / before;
  look(self, self.zoom, u + (view.left + view.width / 2 - x) / (box.width * grown), v + (view.top + view.height / 2 - y) / (box.height * grown));
}

function moveBy(self, dx, dy) {
  const box = self.stage.getBoundingClientRect();
  look(self, self.zoom, self.cx - dx / box.width, self.cy - dy / box.height);
}

function listen(self) {
  const { view } = self;
  view.addEventListener('wheel', event => wheel(self, event), { passive: false });
  view.ondblclick = () => look(self, 1, 0.5, 0.5);
  view.onkeydown = event => key(self, event);
  view.onpointerdown = event => press(self, event);
  view.onpointermove = event => drag(self, event);
  view.onpointerup = view.onpointercancel = event => self.fingers.delete(event.pointerId);
  view.addEventListener('pointerover', event => tell(self, event.target));
  view.addEventListener('focusin', event => (tell(self, event.target), bringIn(self, event.target)));
  view.addEventListener('pointerleave', () => tell(self, null));
  self.follows = ({ detail }) => detail.from !== self && detail.linked === self.linked && self.size && look(self, detail.zoom, detail.cx, detail.cy, true);
  window.addEventListener('augviz-look', self.follows);
}

// The page scrolls under a picture that nobody has taken hold of; with the focus in it, or pinched, the wheel zooms.
function wheel(self, event) {
  const held = self.root.getRootNode().activeElement;
  if (!event.ctrlKey && !event.metaKey && !(held && self.view.contains(held))) {
    say(self, 'Click the picture to zoom with the wheel');
    return;
  }
  event.preventDefault();
  zoomBy(self, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event);
}

function key(self, event) {
  const step = 60;
  const acts = {
    '+': () => zoomBy(self, 1.5), '=': () => zoomBy(self, 1.5), '-': () => zoomBy(self, 1 / 1.5), 0: () => look(self, 1, 0.5, 0.5),
    ArrowLeft: () => moveBy(self, step, 0), ArrowRight: () => moveBy(self, -step, 0), ArrowUp: () => moveBy(self, 0, step), ArrowDown: () => moveBy(self, 0, -step),
  };
  const act = acts[event.key];
  if (!act || event.ctrlKey || event.metaKey || (event.key.startsWith('Arrow') && (self.zoom === 1 || event.target !== self.view))) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function press(self, event) {
  self.fingers.set(event.pointerId, event);
  self.view.setPointerCapture(event.pointerId);
}

function drag(self, event) {
  const before = self.fingers.get(event.pointerId);
  if (!before) return;
  const other = [...self.fingers.values()].find(finger => finger.pointerId !== event.pointerId);
  self.fingers.set(event.pointerId, event);
  if (!other) return moveBy(self, event.clientX - before.clientX, event.clientY - before.clientY);
  const gap = finger => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY);
  zoomBy(self, gap(event) / Math.max(1, gap(before)), event);
}

// Name and size of an object, and the object itself a little stronger.
function tell(self, target) {
  const svg = self.cells[0].svg;
  const found = svg && svg.objects.find(([shape]) => shape === target);
  if (self.lit) self.lit.classList.remove('lit');
  self.lit = found && found[0];
  if (self.lit) self.lit.classList.add('lit');
  say(self, found ? found[1] : '');
}

// An object that has the focus is inside the view; the browser itself must not scroll what we lay out.
function bringIn(self, target) {
  self.view.scrollTo(0, 0);
  if (!self.lit || self.zoom === 1 || !target.matches(':focus-visible')) return;
  const stage = self.stage.getBoundingClientRect(), box = target.getBoundingClientRect();
  look(self, self.zoom, (box.left + box.width / 2 - stage.left) / stage.width, (box.top + box.height / 2 - stage.top) / stage.height);
}

function say(self, text) {
  self.said.textContent = text || self.caption || '';
}

// Objects are one tab stop; arrows move between them.
function openObjects(self) {
  const svg = self.cells[0].svg;
  if (!svg) return;
  svg.removeAttribute('aria-hidden');
  svg.setAttribute('role', 'group');
  svg.setAttribute('aria-label', `${svg.objects.length} objects`);
  svg.objects.forEach(([shape, text], i) => {
    shape.setAttribute('role', 'img');
    shape.setAttribute('aria-label', text);
    shape.setAttribute('data-stop', '');
    shape.setAttribute('tabindex', i ? -1 : 0);
  });
}

export default function (component) {
  const self = instanceOf(component, buildPicture);
  if (!self.ready) {
    self.ready = true;
    self.fit = () => lay(self);
    self.observer.observe(self.view);
    const leave = self.cleanup;
    self.cleanup = () => (leave(), window.removeEventListener('augviz-look', self.follows));
    roving(self.view, () => (self.cells[0].svg ? self.cells[0].svg.objects.map(([shape]) => shape) : []), false);
  }
  if (self.data !== component.data) {
    self.data = component.data;
    paint(self, unpack(component.data), dressPicture).then(() => openObjects(self));
  }
  return self.cleanup;
}
