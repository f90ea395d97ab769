// The annotator: toolbar, view, and the post between browser and Python.

const RESEND = 4000; // milliseconds without an answer after which everything unconfirmed is sent again, then twice as many
const KEYS = [
  ['V B P K M E', 'tools'], ['Arrows', 'move the object or the cross by one pixel, with Shift by ten'], ['Alt + arrows', 'size of a box'],
  ['Enter', 'sets a corner or point at the cross, closes a polygon'], ['Space', 'sets a corner or point; held down, drags the view'], ['Tab', 'next object; Escape, then Tab leaves'],
  ['Delete', 'deletes the object'], ['Ctrl + Z', 'undo, with Shift redo'], ['+ - 0', 'zoom'], ['[ ]', 'brush size'], ['N', 'name'],
];
const selves = new WeakMap();

function node(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function button(parent, text, title, act) {
  const made = node('button', '', parent, text);
  made.type = 'button';
  made.title = title;
  made.onclick = act;
  return made;
}

function group(parent, label) {
  const made = node('div', 'tools', parent);
  made.setAttribute('role', 'group');
  made.setAttribute('aria-label', label);
  return made;
}

function build(self) {
  const bar = node('div', 'bar', self.root);
  const tools = group(bar, 'Tools');
  for (const tool in TOOLS) {
    const [title, key, how] = TOOLS[tool];
    self.tools[tool] = button(tools, title, `${how} (${key})`, () => useTool(self, tool));
  }
  const edits = group(bar, 'Edit');
  self.undo = button(edits, 'Undo', 'Undo (Ctrl + Z)', () => undo(self, true));
  self.redo = button(edits, 'Redo', 'Redo (Ctrl + Shift + Z)', () => undo(self, false));
  self.remove = button(edits, 'Delete', 'Delete the selected object (Delete)', () => remove(self));
  const zoom = group(bar, 'Zoom');
  button(zoom, '−', 'Smaller (-)', () => zoomBy(self, 1 / 1.5)).setAttribute('aria-label', 'Zoom out');
  button(zoom, '+', 'Larger (+)', () => zoomBy(self, 1.5)).setAttribute('aria-label', 'Zoom in');
  button(zoom, 'Fit', 'Whole picture (0)', () => look(self, 1, 0.5, 0.5));
  buildFields(self, node('div', 'bar fields', self.root));
  buildView(self);
}

function buildFields(self, bar) {
  const label = node('label', 'field', bar);
  self.nameLabel = node('span', '', label, 'Name');
  self.name = node('input', '', label);
  Object.assign(self.name, { type: 'text', maxLength: 200, autocomplete: 'off' });
  self.list = node('datalist', '', bar);
  self.list.id = 'augviz-names';
  self.name.setAttribute('list', 'augviz-names');
  self.name.onchange = () => named(self);
  self.name.onkeydown = event => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    if (event.key === 'Escape') dress(self);
    else named(self);
    self.view.focus({ preventScroll: true });
  };
  self.swatch = button(bar, '', 'Colour of this name', () => openPalette(self));
  self.swatch.className = 'swatch';
  self.swatch.setAttribute('aria-label', 'Colour of this name');
  self.swatch.setAttribute('aria-expanded', 'false');
  self.palette = group(bar, 'Colours');
  self.palette.hidden = true;
  self.visibleField = node('label', 'field', bar);
  self.visible = node('input', '', self.visibleField);
  self.visible.type = 'checkbox';
  node('span', '', self.visibleField, 'Can be seen');
  self.visible.onchange = () => {
    const shape = selected(self);
    if (shape) replaceShape(self, shape, { ...shape, v: Number(self.visible.checked) }, self.visible.checked ? 'visible' : 'hidden');
  };
  self.brushField = node('label', 'field', bar);
  self.brushText = node('span', '', self.brushField);
  self.size = node('input', '', self.brushField);
  Object.assign(self.size, { type: 'range', min: 1, max: 200, step: 1 });
  self.size.oninput = () => resizeBrush(self, Number(self.size.value));
  self.fresh = group(bar, 'Mask');
  button(self.fresh, 'New mask', 'The next stroke begins a new mask (Escape)', () => {
    choose(self, null);
    say(self, 'The next stroke begins a new mask');
  });
}

function buildView(self) {
  self.view = node('div', 'view canvas', self.root);
  Object.assign(self.view, { tabIndex: 0, id: 'augviz-canvas' });
  self.view.setAttribute('role', 'application');
  self.base = node('canvas', '', self.view);
  self.above = node('canvas', '', self.view);
  [self.base, self.above].forEach(canvas => canvas.setAttribute('aria-hidden', 'true'));
  const foot = node('div', 'foot', self.root);
  self.said = node('div', 'said', foot);
  self.said.setAttribute('role', 'status');
  self.saved = node('span', 'saving', foot);
  const help = node('details', 'keys', self.root);
  node('summary', '', help, 'Keys');
  const list = node('dl', '', help);
  for (const [key, does] of KEYS) {
    node('dt', '', list, key);
    node('dd', '', list, does);
  }
}

function listen(self) {
  const { view } = self;
  view.onpointerdown = event => self.drawing && press(self, event);
  view.onpointermove = event => self.drawing && drag(self, event);
  view.onpointerup = view.onpointercancel = event => self.drawing && release(self, event);
  view.onpointerleave = () => {
    self.hover = self.pointer = null;
    if (self.waiting) flush(self); // perhaps to a link: nothing should still be waiting when it is clicked
    if (self.drawing) repaint(self, true);
  };
  view.ondblclick = event => self.drawing && twice(self, event);
  view.oncontextmenu = event => event.preventDefault();
  view.addEventListener('wheel', event => self.drawing && wheel(self, event), { passive: false });
  view.onfocus = () => { self.hasFocus = true; self.drawing && repaint(self, true); };
  view.onblur = () => {
    Object.assign(self, { hasFocus: false, space: '', leaving: false });
    if (self.waiting) flush(self); // who leaves for another page within the delay of a nudge takes it along
    if (self.drawing) repaint(self, true);
  };
  self.root.addEventListener('keydown', event => keyDown(self, event));
  self.root.addEventListener('keyup', event => keyUp(self, event));
  self.observer = new ResizeObserver(() => fit(self));
  self.observer.observe(self.root);
}

function fit(self) {
  if (!self.drawing) return;
  const [width, height] = self.drawing.size, wide = self.view.clientWidth;
  self.view.style.height = `${Math.round(clamp((wide * height) / width, 240, Math.max(280, window.innerHeight * 0.66)))}px`;
  place(self);
  repaint(self);
}

// -- names and colours

function nameFor(self) {
  return self.tool === 'point' ? self.pointName : self.className;
}

function named(self) {
  const name = self.name.value.trim().replace(/\s+/g, ' ');
  if (!name) return dress(self);
  if (self.tool === 'select' && selected(self)) rename(self, name);
  else if (self.tool === 'point') self.pointName = name;
  else self.className = name;
  dress(self);
  repaint(self, true);
}

function learn(self, shape) {
  const { names } = self;
  if (!names.colours.has(shape.n)) names.colours.set(shape.n, names.colours.size % names.palette.length);
  const list = shape.t === 'point' ? names.points : names.classes;
  if (!list.includes(shape.n)) list.push(shape.n);
}

function colourOf(self, name) {
  const { palette, colours } = self.names, chosen = self.drawing.colours.get(name);
  const at = chosen ? chosen[0] : colours.has(name) ? colours.get(name) : colours.size % palette.length;
  return palette[at];
}

function openPalette(self, open = self.palette.hidden) {
  self.palette.hidden = !open;
  self.swatch.setAttribute('aria-expanded', String(open));
  if (open) self.palette.firstChild.focus();
}

function fillPalette(self) {
  self.palette.replaceChildren(...self.names.palette.map(([colour], i) => {
    const made = button(null, '', `Colour ${i + 1}`, () => recolour(self, i));
    made.className = 'swatch';
    made.setAttribute('aria-label', `Colour ${i + 1} of ${self.names.palette.length}`);
    made.style.background = colour;
    return made;
  }));
}

function recolour(self, place) {
  const shape = self.tool === 'select' && selected(self), name = shape ? shape.n : nameFor(self);
  self.drawing.seq += 1;
  self.drawing.colours.set(name, [place, self.drawing.seq]);
  openPalette(self, false);
  self.swatch.focus();
  send(self);
  dress(self);
  repaint(self);
  say(self, `${name} has colour ${place + 1} now`);
}

function resizeBrush(self, size) {
  self.brush = clamp(size, 1, 200);
  dress(self);
  repaint(self, true);
}

// The toolbar as things stand.
function dress(self) {
  const shape = selected(self), renames = self.tool === 'select' && shape;
  for (const tool in self.tools) self.tools[tool].setAttribute('aria-pressed', String(tool === self.tool));
  self.undo.disabled = !self.drawing.undo.length;
  self.redo.disabled = !self.drawing.redo.length;
  self.remove.disabled = !shape;
  self.nameLabel.textContent = renames ? `Name of this ${KINDS[shape.t].toLowerCase()}` : `Name of next ${self.tool === 'point' ? 'keypoint' : 'object'}`;
  if (self.root.getRootNode().activeElement !== self.name) self.name.value = renames ? shape.n : nameFor(self);
  else if (renames && self.named !== shape.k) self.name.value = shape.n;
  self.named = renames ? shape.k : null;
  const offered = self.tool === 'point' || (renames && shape.t === 'point') ? self.names.points : self.names.classes;
  self.list.replaceChildren(...offered.slice(0, 300).map(name => Object.assign(document.createElement('option'), { value: name })));
  self.swatch.style.background = colourOf(self, renames ? shape.n : nameFor(self))[0];
  self.visibleField.hidden = !(renames && shape.t === 'point');
  if (renames) self.visible.checked = shape.v !== 0;
  self.brushField.hidden = !isBrush(self);
  self.fresh.hidden = !(self.tool === 'brush' && shape && AREAS[shape.t]);
  self.size.value = self.brush;
  self.brushText.textContent = `Brush: ${self.brush} px`;
  self.view.dataset.tool = self.tool;
}

function say(self, text) {
  self.said.textContent = text;
}

// -- post

function send(self, delay = 0, patience = RESEND) {
  clearTimeout(self.sending);
  self.waiting = patience === RESEND;
  self.sending = setTimeout(() => {
    const { drawing } = self;
    self.waiting = false;
    if (!drawing.dirty.size && !drawing.colours.size) return;
    self.emit('edit', unconfirmed(drawing));
    send(self, patience, 2 * patience);
  }, delay);
  tellSaved(self);
}

function tellSaved(self) {
  const { drawing } = self, saved = !drawing.dirty.size && !drawing.colours.size;
  self.root.dataset.saved = String(saved);
  self.saved.textContent = drawing.seq ? (saved ? 'Saved' : 'Saving') : '';
}

const READERS = {
  picture(self, letter) {
    const image = new Image();
    image.onload = () => {
      if (self.pictureKey !== letter.key) return;
      self.picture = image;
      self.root.dataset.picture = letter.key;
      open(self);
    };
    self.pictureKey = letter.key;
    image.src = pictureUrl(letter.blob);
  },
  drawing(self) {
    open(self);
  },
  names(self, letter) {
    self.names = { ...letter, colours: new Map(letter.colours) };
    fillPalette(self);
    if (self.drawing) dress(self), repaint(self);
    else open(self);
  },
  ack(self, letter) {
    if (!self.drawing || letter.drawing !== self.drawing.id) return;
    confirm(self.drawing, letter.seq);
    tellSaved(self);
    repaint(self, true);
  },
};

function pictureUrl(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
  return `data:${bytes[0] === 0x89 ? 'image/png' : 'image/jpeg'};base64,${btoa(text)}`;
}

// Shows a drawing when its picture and the names are there too: never over the picture of another one.
function open(self) {
  const letter = window.augvizOffice.letters.drawing;
  if (!letter || !self.names || !self.picture || self.root.dataset.picture !== letter.picture) return;
  const drawing = drawingOf(letter), other = drawing !== self.drawing;
  const pushed = takePush(drawing, letter);
  if (!other && !pushed) return;
  if (other) {
    if (self.waiting) flush(self);
    clearTimeout(self.sending);
    Object.assign(self, { waiting: false, drawing, sel: null, zoom: 1, cx: 0.5, cy: 0.5, cross: null });
    dropDraft(self);
    // The name of what the picture already has; else the one that was in use: one draws cows on picture after picture.
    const named = points => (letter.shapes.find(shape => (shape.t === 'point') === points) || {}).n;
    self.className = named(false) || self.className || self.names.classes[0] || 'object';
    self.pointName = named(true) || self.pointName || self.names.points[0] || 'point';
    self.view.setAttribute('aria-label', letter.alt);
    say(self, letter.shapes.length ? 'Click an object, or choose a tool and draw' : 'Choose a tool and draw');
    fit(self);
  } else if (self.sel !== null && !drawing.shapes.has(self.sel)) self.sel = null;
  self.grip = self.live = null;
  dress(self);
  tellSaved(self);
  repaint(self);
  if (drawing.dirty.size) send(self);
  const ack = window.augvizOffice.letters.ack;
  if (ack) READERS.ack(self, ack);
}

// What waits to be sent goes out before another picture is opened.
function flush(self) {
  if (self.drawing && self.drawing.dirty.size) self.emit('edit', unconfirmed(self.drawing));
  if (self.drawing) send(self, RESEND, 2 * RESEND);
}

export default function (component) {
  const root = component.parentElement.querySelector('.augviz');
  let self = selves.get(root);
  if (!self) {
    self = { root, tool: 'select', tools: {}, sel: null, brush: 20, fingers: new Map(), zoom: 1, cx: 0.5, cy: 0.5, scale: 1, left: 0, top: 0 };
    selves.set(root, self);
    self.family = getComputedStyle(root).fontFamily;
    build(self);
    listen(self);
    const office = (window.augvizOffice = window.augvizOffice || { letters: {}, readers: new Set() });
    const read = letter => READERS[letter.kind] && READERS[letter.kind](self, letter); // others write to the page Judge
    office.readers.add(read);
    self.emit = component.setTriggerValue;
    ['names', 'picture', 'drawing'].forEach(kind => office.letters[kind] && read(office.letters[kind]));
    self.cleanup = () => {
      clearTimeout(self.sending);
      office.readers.delete(read);
      self.observer.disconnect();
      selves.delete(root);
    };
  }
  self.emit = component.setTriggerValue;
  return self.cleanup;
}
