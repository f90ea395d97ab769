// The page Judge: which picture is in view, the keys, and the post between browser and Python.
// What is said is kept in the tab until Python has confirmed that it is stored, and repeated until then.

const RESEND = 3000; // milliseconds without an answer after which everything unconfirmed is said again, then twice as many
const KEPT_ITEMS = 12;
const selves = new WeakMap();

// -- what is said, until it is confirmed

function boxName(head) {
  return `augviz-judge-${head.review}-${head.reviewer}`;
}

function openBox(head) {
  const fresh = { token: Array.from(crypto.getRandomValues(new Uint32Array(3)), n => n.toString(36)).join(''), n: 0, pending: [] };
  try {
    return JSON.parse(sessionStorage.getItem(boxName(head))) || fresh;
  } catch (error) {
    return fresh;
  }
}

function keepBox(self) {
  try {
    sessionStorage.setItem(boxName(self.head), JSON.stringify(self.box));
  } catch (error) {
    // A tab that may not store anything loses what was not confirmed when it is closed, and nothing else.
  }
}

function say(self, message) {
  self.box.n += 1;
  self.box.pending.push({ n: self.box.n, ...message });
  keepBox(self);
  send(self);
}

function send(self, patience = RESEND) {
  clearTimeout(self.sending);
  if (!self.box.pending.length) return;
  self.emit('say', { token: self.box.token, reviewer: self.head.reviewer, said: self.box.pending });
  self.sending = setTimeout(() => {
    self.late = true;
    tellFar(self);
    send(self, Math.min(30000, 2 * patience));
  }, patience);
}

const READERS = {
  'judge-head'(self, letter) {
    if (self.head && boxName(self.head) === boxName(letter)) return;
    Object.assign(self, { head: letter, box: openBox(letter), place: undefined, phase: '', state: null, lastPlace: null });
    self.items.clear();
    self.called.clear();
    self.given.clear();
    const { letters } = window.augvizOffice;
    for (const kind of ['judge-item0', 'judge-item1', 'judge-item2', 'judge-state']) if (letters[kind]) READERS[kind](self, letters[kind]);
  },
  'judge-state'(self, letter) {
    if (!self.head || letter.reviewer !== self.head.reviewer) return;
    self.state = letter;
    if (letter.token === self.box.token) {
      const before = self.box.pending.length;
      self.box.pending = self.box.pending.filter(said => said.n > letter.heard);
      if (self.box.pending.length < before) {
        self.late = false;
        keepBox(self);
      }
    }
    if (!self.box.pending.length) clearTimeout(self.sending), (self.late = false);
    else if (letter.token !== self.box.token) send(self); // another run of the server, or a reload: it has not heard these
    for (const [place, label] of letter.labels) if (!self.called.has(place)) self.called.set(place, label);
    refresh(self);
  },
};
for (const slot of [0, 1, 2]) READERS[`judge-item${slot}`] = takeItem;

// The office keeps the letters of a review that was judged before in this tab: its places are those of other pictures.
function takeItem(self, letter) {
  if (!self.head || letter.review !== self.head.review || self.items.has(letter.place)) return;
  const [after, before] = [letter.blob.slice(0, letter.cut), letter.blob.slice(letter.cut)];
  const item = { ...letter, blob: null, after: pictureOf(after), before: pictureOf(before), grey: isGrey(after) };
  item.ready = Promise.all([item.after, item.before].map(img => img.decode().catch(() => null)));
  self.items.set(letter.place, item);
  if (self.items.size > KEPT_ITEMS) self.items.delete(self.items.keys().next().value);
  if (self.state) refresh(self);
}

// -- which picture, and what is asked about it

// What is judged: as stored, and what was said since.
function judgedNow(self) {
  const judged = new Set(self.state.judged);
  for (const said of self.box.pending) {
    if (said.kind === 'verdict') judged.add(said.place);
    if (said.kind === 'undo') judged.delete(said.place);
  }
  return judged;
}

function lastPlace(self) {
  const { pending } = self.box, judged = judgedNow(self);
  const said = pending.filter(one => one.kind === 'verdict' && judged.has(one.place));
  if (said.length) return said[said.length - 1].place;
  return self.state.last !== null && judged.has(self.state.last) ? self.state.last : null;
}

function refresh(self) {
  const judged = judgedNow(self), place = self.head.order.find(one => !judged.has(one));
  tellFar(self);
  const phase = place === undefined ? 'done' : !self.items.has(place) ? 'loading' : self.called.has(place) ? 'verdict' : 'label';
  if (place === self.place && phase === self.phase) return;
  if (place !== self.place) Object.assign(self, { shownAt: performance.now(), awayMs: 0 });
  self.place = place;
  self.phase = phase;
  self.root.dataset.phase = phase;
  show(self);
  tellLast(self);
}

async function show(self) {
  const { place, phase } = self;
  self.root.dataset.shown = '';
  if (phase === 'done' || phase === 'loading') {
    self.left.hidden = self.pause.hidden = phase === 'done';
    self.panel.replaceChildren();
    heading(self.panel, phase === 'done' ? 'Done. Thank you!' : 'The next picture is on its way');
    if (phase === 'done') node('p', '', self.panel, 'All pictures are judged. You can still undo the last verdict, or close this page.');
    return;
  }
  self.left.hidden = self.pause.hidden = false;
  const item = self.items.get(place);
  await item.ready;
  if (self.place !== place || self.phase !== phase) return;
  const isVerdict = phase === 'verdict';
  self.before.figure.hidden = self.hide.hidden = !isVerdict;
  self.after.title.hidden = !isVerdict;
  self.window.hidden = !item.grey;
  setWindow(self, item.grey ? {} : { brightness: 0, contrast: 0 });
  const overlays = isVerdict && !self.bare ? item.overlays : [null, null];
  setPicture(self.after, item.after, 'The picture to judge', overlays[0], self.head.palette);
  if (isVerdict) setPicture(self.before, item.before, 'Original', overlays[1], self.head.palette);
  self.hide.setAttribute('aria-pressed', String(!self.bare));
  if (isVerdict && !self.kept) askVerdict(self, item, self.called.get(place));
  else if (!isVerdict) askLabel(self);
  self.kept = false;
  light(self);
  self.root.dataset.shown = `${phase} ${self.head.order.indexOf(place)}`; // not the place in the plan: controls come last there
  const { activeElement } = self.root.getRootNode();
  // Not where that would bring up a keyboard over half of the picture.
  if (!isVerdict && !self.head.choices.length && !matchMedia('(pointer:coarse)').matches) self.typed.focus({ preventScroll: true });
  else if (!activeElement || !self.root.contains(activeElement)) self.root.focus({ preventScroll: true });
}

function giveLabel(self, typed) {
  if (self.phase !== 'label' || self.paused || !self.root.dataset.shown) return;
  const label = [...self.chosen, typed.trim()].filter(Boolean).join(', ');
  self.called.set(self.place, label);
  say(self, { kind: 'label', place: self.place, label });
  refresh(self);
}

function giveVerdict(self, answer) {
  if (self.phase !== 'verdict' || self.paused || !self.root.dataset.shown) return;
  const seconds = Math.round((performance.now() - self.shownAt - self.awayMs) / 100) / 10;
  const object = self.object && self.object.value ? Number(self.object.value) : null;
  const said = { kind: 'verdict', place: self.place, answer, reason: self.reason.value, note: self.note.value.trim(), object, step: '', seconds };
  self.given.set(self.place, said);
  self.lastPlace = self.place;
  say(self, said);
  refresh(self);
}

// The same verdict with a step to blame: a change of mind is a row of its own.
function blameStep(self, step) {
  const said = self.given.get(self.lastPlace);
  if (!said || said.answer === 'same') return;
  said.step = said.step === step ? '' : step;
  say(self, { ...said });
  tellLast(self);
}

function undo(self) {
  if (!self.state) return;
  const place = lastPlace(self);
  if (place === null || self.paused) return;
  self.lastPlace = null;
  say(self, { kind: 'undo', place });
  refresh(self);
  tellLast(self);
}

function hide(self) {
  if (self.phase !== 'verdict') return;
  self.bare = !self.bare;
  self.kept = true;
  show(self);
}

function pause(self) {
  self.paused = !self.paused;
  if (self.paused) self.pausedAt = performance.now();
  else self.awayMs += performance.now() - self.pausedAt;
  self.root.classList.toggle('paused', self.paused);
  self.pause.firstChild.textContent = self.paused ? 'Go on' : 'Pause';
  self.shade.textContent = self.paused ? 'Paused. What you said is kept; press P or “Go on”.' : '';
}

// -- keys

const STEP = 60;
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const ACTS = {
  '+': self => each(self, view => zoomBy(view, 1.5)), '=': self => each(self, view => zoomBy(view, 1.5)), '-': self => each(self, view => zoomBy(view, 1 / 1.5)),
  0: self => each(self, view => look(view, 1, 0.5, 0.5)),
  ArrowLeft: self => each(self, view => moveBy(view, STEP, 0)), ArrowRight: self => each(self, view => moveBy(view, -STEP, 0)),
  ArrowUp: self => each(self, view => moveBy(view, 0, STEP)), ArrowDown: self => each(self, view => moveBy(view, 0, -STEP)),
  d: self => nudge(self, 'brightness', -0.1), l: self => nudge(self, 'brightness', 0.1), x: self => nudge(self, 'contrast', -0.1), c: self => nudge(self, 'contrast', 0.1),
  h: hide, u: undo, p: pause,
  b: self => blameNext(self),
  r: self => self.phase === 'verdict' && nextOf(self.reason),
  o: self => self.phase === 'verdict' && nextOf(self.object),
  n: self => self.phase === 'verdict' && self.note.focus(),
  t: self => self.phase === 'label' && self.typed.focus(),
  Enter: self => self.phase === 'label' && giveLabel(self, self.typed.value),
};

function nudge(self, name, by) {
  if (self.window.hidden) return;
  const slider = self.sliders[name];
  setWindow(self, { [name]: Math.min(Number(slider.max), Math.max(Number(slider.min), self.grey[name] + by)) });
}

function blameNext(self) {
  const said = self.given.get(self.lastPlace), item = self.items.get(self.lastPlace);
  if (!said || !item || said.answer === 'same' || item.steps.length < 2) return;
  const ids = ['', ...new Set(item.steps.map(([id]) => id))];
  blameStep(self, ids[(ids.indexOf(said.step) + 1) % ids.length] || said.step);
}

function keyDown(self, event) {
  const path = event.composedPath(), target = path[0];
  const types = ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.isContentEditable;
  if (types && !(target.tagName === 'SELECT' && DIGITS.includes(event.key)) && !(target.type === 'range' && event.key.length === 1)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || path.some(one => one.tagName === 'DIALOG') || !self.state) return;
  if (event.key === 'Enter' && target.tagName === 'BUTTON') return; // a button that has the focus is pressed by it
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isMove = key.startsWith('Arrow');
  if (isMove && self.after.zoom === 1 && self.before.zoom === 1) return;
  const act = ACTS[key] || (DIGITS.includes(key) && (() => number(self, Number(key))));
  if (!act || (self.paused && key !== 'p')) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // Streamlit has keys of its own
  if (event.repeat && !isMove && !'+=-dlxc'.includes(key)) return; // a key that is held down says it once
  act(self);
}

function number(self, key) {
  if (self.phase === 'label' && self.root.dataset.shown) choose(self, key - 1);
  else if (self.phase === 'verdict') {
    const row = self.head.scale.find(one => one.key === String(key));
    if (row) giveVerdict(self, row.answer);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector('.augviz');
  let self = selves.get(root);
  if (!self) {
    self = { root, items: new Map(), called: new Map(), given: new Map(), grey: { brightness: 0, contrast: 0 }, awayMs: 0, phase: '' };
    selves.set(root, self);
    root.tabIndex = -1;
    build(self);
    const office = (window.augvizOffice = window.augvizOffice || { letters: {}, readers: new Set() });
    const read = letter => READERS[letter.kind] && READERS[letter.kind](self, letter);
    const onKey = event => keyDown(self, event);
    office.readers.add(read);
    window.addEventListener('keydown', onKey, true);
    self.emit = component.setTriggerValue;
    if (office.letters['judge-head']) read(office.letters['judge-head']);
    self.cleanup = () => {
      clearTimeout(self.sending);
      office.readers.delete(read);
      window.removeEventListener('keydown', onKey, true);
      self.observer.disconnect();
      selves.delete(root);
    };
  }
  self.emit = component.setTriggerValue;
  return self.cleanup;
}
