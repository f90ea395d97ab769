// What the gallery, the picture and the filmstrip share: the message, pictures without flicker, the layer switches.

const NAMES = { boxes: 'Boxes', masks: 'Masks', keypoints: 'Keypoints', names: 'Names' };
const STORE = 'augviz-hidden-layers';
const instances = new WeakMap();

function element(tag, className, parent) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (parent) parent.append(node);
  return node;
}

// See augviz/ui/gallery.py, pack.
function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  head.tiles.forEach((tile, i) => {
    [tile.bytes, tile.raster] = [0, 1].map(part => bytes.slice(at, (at += head.sizes[2 * i + part])));
  });
  return head;
}

// One instance a mounted component; made once, then fed with every new message.
function instanceOf(component, build) {
  const root = component.parentElement.querySelector('.augviz');
  let self = instances.get(root);
  if (!self) {
    self = { root, rev: 0, painted: 0, cells: [], hidden: new Set() };
    instances.set(root, self);
    build(self);
    watch(self);
  }
  self.emit = component.setTriggerValue;
  return self;
}

function watch(self) {
  self.fit = () => fitCells(self);
  self.observer = new ResizeObserver(() => self.fit());
  self.follow = event => event.detail !== self && (readHidden(self, event.detail.hidden), applyHidden(self));
  window.addEventListener('augviz-layers', self.follow);
  self.cleanup = () => {
    self.observer.disconnect();
    window.removeEventListener('augviz-layers', self.follow);
    instances.delete(self.root);
  };
}

// A picture as an address. To load one takes a third of the time of an object URL, and nothing has to be revoked.
function dataUrl(bytes, type) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
  return `data:${type};base64,${btoa(text)}`;
}

// Picture and overlay of a tile, ready to be shown together.
async function prepare(tile, palette) {
  const img = element('img');
  img.draggable = false;
  // Decoded in the frame that shows it: decode() would wait for a frame of its own first.
  img.decoding = 'sync';
  const loaded = new Promise(done => { img.onload = img.onerror = done; });
  img.src = dataUrl(tile.bytes, 'image/jpeg');
  const raster = tile.raster.length ? dataUrl(tile.raster, 'image/png') : undefined;
  const svg = tile.overlay && drawOverlay(tile.overlay, palette, raster);
  await loaded;
  img.classList.toggle('broken', !img.naturalWidth);
  return { img, svg };
}

// Shows all tiles of a message in one frame, when the last of them is decoded; until then the old ones stay.
async function paint(self, head, dress) {
  const rev = ++self.rev;
  self.root.dataset.rev = rev;
  // What shows the same as before keeps its nodes: nothing to decode, nothing to lay out.
  const shown = head.tiles.map((tile, i) => self.cells[i] && self.cells[i].key === tile.key);
  if (head.tiles.some((tile, i) => tile.kept && !shown[i])) return; // sent for what is no longer there
  const ready = await Promise.all(head.tiles.map((tile, i) => shown[i] ? null : prepare(tile, head.palette)));
  if (rev < self.painted || !instances.has(self.root)) return;
  self.painted = rev;
  self.head = head;
  offerLayers(self, head);
  dress(self, head);
  const missing = ready.map((picture, i) => !picture && self.cells[i].key !== head.tiles[i].key);
  if (missing.includes(true)) return paint(self, head, dress); // another message came in between
  ready.forEach((picture, i) => {
    if (picture) swap(self.cells[i], head.tiles[i], picture);
    // The same picture may have come about in another way.
    self.cells[i].frame.firstChild.alt = head.tiles[i].alt;
  });
  self.fit();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (self.painted === rev) self.root.dataset.painted = rev;
  }));
}

// cell: { frame, box } where box is the room that the frame may take.
function swap(cell, tile, { img, svg }) {
  const [width, height] = tile.size;
  cell.key = img.dataset.key = tile.key;
  cell.size = tile.size;
  cell.svg = svg;
  cell.frame.style.setProperty('--ratio', width / height);
  cell.frame.replaceChildren(img, svg || '');
  cell.k = 0;
}

// All widths are read before anything is written, so that the page is laid out once and not once a tile.
function fitCells(self) {
  const wide = self.cells.map(cell => cell.frame.clientWidth);
  const stale = self.cells.map((cell, i) => cell.svg && wide[i] && cell.k !== cell.size[0] / wide[i]);
  if (!stale.some(Boolean)) return;
  const family = getComputedStyle(self.root).fontFamily;
  self.cells.forEach((cell, i) => {
    if (!stale[i]) return;
    cell.k = cell.size[0] / wide[i];
    placeNames(cell.svg, cell.k, self.hidden, family);
  });
}

// The switches: only for layers that some tile has. The choice is kept in the browser.
function buildSwitches(self, bar) {
  self.bar = element('div', 'switches', bar || self.root);
  self.bar.setAttribute('role', 'group');
  self.bar.setAttribute('aria-label', 'Show on the pictures');
  self.switches = {};
  for (const layer in NAMES) {
    const button = element('button', '', self.bar);
    button.type = 'button';
    button.textContent = NAMES[layer];
    button.onclick = () => {
      self.hidden.has(layer) ? self.hidden.delete(layer) : self.hidden.add(layer);
      keepHidden(self);
      applyHidden(self);
    };
    self.switches[layer] = button;
  }
}

function offerLayers(self, head) {
  if (!self.chosen) {
    self.chosen = true;
    readHidden(self, storedHidden() || Object.keys(NAMES).filter(layer => !head.show.includes(layer)));
  }
  const found = new Set(head.tiles.flatMap(tile => layersOf(tile.overlay)));
  for (const layer in self.switches) self.switches[layer].hidden = !found.has(layer);
  self.bar.hidden = !found.size || !head.switches;
  if (!('hidden' in self.root.dataset)) applyHidden(self);
}

function readHidden(self, layers) {
  self.hidden = new Set(layers);
}

function applyHidden(self) {
  self.root.dataset.hidden = [...self.hidden].join(' ');
  for (const layer in self.switches) self.switches[layer].setAttribute('aria-pressed', String(!self.hidden.has(layer)));
  self.cells.forEach(cell => (cell.k = 0));
  self.fit();
}

// Private windows may refuse the store; then the choice lives as long as the page.
function storedHidden() {
  try {
    const known = JSON.parse(localStorage.getItem(STORE));
    return Array.isArray(known) ? known.filter(layer => layer in NAMES) : null;
  } catch {
    return null;
  }
}

function keepHidden(self) {
  try {
    localStorage.setItem(STORE, JSON.stringify([...self.hidden]));
  } catch {
    self.bar.dataset.kept = 'page';
  }
  window.dispatchEvent(new CustomEvent('augviz-layers', { detail: self }));
}

// One tab stop for all; arrows, Home and End move between them.
function roving(list, itemsOf, inRows = true) {
  list.addEventListener('focusin', event => {
    const items = itemsOf();
    const now = items.indexOf(event.target.closest('[data-stop]'));
    if (now >= 0) items.forEach((item, i) => (item.tabIndex = i === now ? 0 : -1));
  });
  list.addEventListener('keydown', event => {
    const items = itemsOf();
    const now = items.indexOf(event.target.closest('[data-stop]'));
    // The page's own arrow keys (next sample) are for those who are not in here.
    if (now >= 0 && event.key.startsWith('Arrow')) event.stopPropagation();
    const next = now < 0 ? null : items[nextPlace(items, now, event.key, inRows)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

function nextPlace(items, now, key, inRows) {
  const top = inRows && items[0].getBoundingClientRect().top;
  const perRow = inRows ? items.filter(item => Math.abs(item.getBoundingClientRect().top - top) < 2).length : 1;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[key];
  if (key === 'Home') return 0;
  if (key === 'End') return items.length - 1;
  return step ? now + step : -1;
}

// A tile that opens: <li><button><span.cell><span.frame/><span.badge/></span><span.text/></button></li>.
function buildTile(self, list, place) {
  const item = element('li', '', list);
  const button = element('button', 'tile', item);
  button.type = 'button';
  button.dataset.stop = '';
  button.tabIndex = place ? -1 : 0;
  button.onclick = () => self.emit('opened', place);
  const box = element('span', 'cell', button);
  const cell = { item, button, box, frame: element('span', 'frame', box), badges: element('span', 'badges', box) };
  cell.text = element('span', 'text', button);
  cell.caption = element('span', 'caption', cell.text);
  self.observer.observe(box);
  return cell;
}

function keepCells(self, list, count, build) {
  while (self.cells.length < count) self.cells.push(build(self, list, self.cells.length));
  while (self.cells.length > count) {
    const cell = self.cells.pop();
    self.observer.unobserve(cell.box);
    cell.item.remove();
  }
  if (count && !self.cells.some(cell => cell.button.tabIndex === 0)) self.cells[0].button.tabIndex = 0;
}

// Equal cells in the shape of the original, so that a new draw never moves the page.
function modelRatio(list, head) {
  const model = head.tiles.find(tile => tile.original) || head.tiles[0];
  if (model) list.style.setProperty('--cell-ratio', Math.min(1.6, Math.max(0.8, model.size[0] / model.size[1])));
}

function dressTile(cell, tile) {
  cell.caption.textContent = tile.caption;
  cell.button.classList.toggle('original', tile.original);
  tile.selected ? cell.button.setAttribute('aria-current', 'true') : cell.button.removeAttribute('aria-current');
  const words = [tile.original && 'Original', tile.badge, tile.overlay && tile.overlay.note].filter(Boolean);
  cell.badges.replaceChildren(...words.map(word => badgeNode(word, tile)));
}

function badgeNode(word, tile) {
  const badge = element('span', 'badge');
  if (word === 'Original' && tile.original) badge.classList.add('accent');
  if (word === 'error') badge.classList.add('alarm');
  badge.textContent = word;
  return badge;
}
