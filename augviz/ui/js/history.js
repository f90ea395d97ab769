// Undo, redo and the list of versions. Every press names the version that it wants, not a direction: when presses come
// faster than the page answers, the last one says it all and none is lost.

const bars = new WeakMap();
const WAIT_MS = 3000; // what the server has not confirmed by then is not going to happen

function element(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

function button(parent, className, symbol, word) {
  const node = element('button', className, parent);
  node.type = 'button';
  element('span', 'icon', node, symbol).setAttribute('aria-hidden', 'true');
  element('span', 'word', node, word);
  return node;
}

function build(root) {
  const self = { root };
  root.replaceChildren();
  self.undo = button(root, 'bar', 'undo', 'Undo');
  self.redo = button(root, 'bar', 'redo', 'Redo');
  self.open = button(root, 'bar', 'history', 'History');
  self.open.setAttribute('aria-haspopup', 'menu');
  self.menu = element('div', 'menu', root);
  self.menu.setAttribute('role', 'menu');
  self.menu.setAttribute('aria-label', 'Versions of the pipeline, newest first');
  self.live = element('span', 'live', root);
  self.live.setAttribute('role', 'status');
  self.undo.onclick = () => step(self, -1);
  self.redo.onclick = () => step(self, 1);
  self.open.onclick = () => show(self, self.menu.hidden);
  self.menu.onkeydown = event => menuKey(self, event);
  root.addEventListener('focusout', event => self.isFilling || root.contains(event.relatedTarget) || show(self, false));
  self.onKey = event => shortcut(self, event);
  document.addEventListener('keydown', self.onKey);
  show(self, false);
  return self;
}

// A text field has an undo of its own, and so has the picture that is being drawn on (it stops the event).
function shortcut(self, event) {
  if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey)) return;
  const target = event.composedPath()[0];
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || (target.tagName === 'INPUT' && !['range', 'checkbox', 'radio'].includes(target.type))) return;
  const key = event.key.toLowerCase();
  if (key !== 'z' && key !== 'y') return;
  event.preventDefault();
  step(self, key === 'y' || event.shiftKey ? 1 : -1);
}

function placeOf(self) {
  const place = self.data.versions.findIndex(version => version.id === self.now);
  return place < 0 ? self.data.place : place;
}

function step(self, by) {
  const version = self.data.versions[placeOf(self) + by];
  if (version) go(self, version.id);
}

function go(self, id) {
  if (id === self.now) return;
  self.now = id;
  self.asked = performance.now();
  ask(self, { version: id });
  const version = self.data.versions.find(other => other.id === id);
  if (version) self.live.textContent = `Now: ${version.title}`;
  dress(self);
}

// As state, not as a trigger: of triggers that come while the page runs, Streamlit keeps one, and not always the last.
function ask(self, what) {
  self.press = Math.max(Date.now(), (self.press || 0) + 1);
  self.tell('asked', { ...what, press: self.press });
}

function show(self, isOpen) {
  self.menu.hidden = !isOpen;
  self.open.setAttribute('aria-expanded', String(isOpen));
  if (!isOpen) return;
  fill(self);
  (self.menu.querySelector('[aria-checked=true]') || self.menu.firstChild).focus();
}

function fill(self) {
  const { versions, start } = self.data, place = placeOf(self);
  const reset = button(null, 'reset', 'restart_alt', 'Reset to starting point');
  reset.setAttribute('role', 'menuitem');
  reset.title = start;
  reset.onclick = () => (ask(self, { reset: true }), show(self, false), self.open.focus());
  const items = versions.map((version, i) => {
    const item = button(null, i > place ? 'later' : '', i === place ? 'radio_button_checked' : 'radio_button_unchecked', version.title);
    item.setAttribute('role', 'menuitemradio');
    item.setAttribute('aria-checked', String(i === place));
    item.onclick = () => (go(self, version.id), show(self, false), self.open.focus());
    return item;
  });
  self.menu.replaceChildren(reset, ...items.reverse());
}

// The page has answered while the menu is open: it stays open, with the focus where it was.
function refill(self) {
  const at = [...self.menu.children].indexOf(self.root.getRootNode().activeElement);
  self.isFilling = true;
  fill(self);
  if (at >= 0) self.menu.children[Math.min(at, self.menu.children.length - 1)].focus();
  self.isFilling = false;
}

function menuKey(self, event) {
  const items = [...self.menu.children], now = items.indexOf(self.root.getRootNode().activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === 'Escape') (show(self, false), self.open.focus());
  else if (next === undefined) return;
  else items[Math.min(items.length - 1, Math.max(0, next))].focus();
  event.preventDefault();
  event.stopPropagation();
}

function dress(self) {
  const { versions } = self.data, place = placeOf(self);
  enable(self.undo, place > 0, place > 0 && `Take back: ${versions[place].title} (Ctrl+Z)`);
  enable(self.redo, place < versions.length - 1, versions[place + 1] && `Bring back: ${versions[place + 1].title} (Ctrl+Shift+Z)`);
  self.open.title = `${versions.length} version${versions.length === 1 ? '' : 's'} of this pipeline`;
}

// Not "disabled": the button would lose the focus with the last undo.
function enable(node, isOn, title) {
  node.setAttribute('aria-disabled', String(!isOn));
  node.title = isOn ? title : 'There is nothing to ' + (node.textContent.includes('Undo') ? 'take back' : 'bring back');
}

export default function (component) {
  const root = component.parentElement.querySelector('.history');
  let self = bars.get(root);
  if (!self) bars.set(root, (self = build(root)));
  self.tell = component.setStateValue;
  self.data = component.data;
  const said = self.data.versions[self.data.place];
  const isWaiting = self.asked && performance.now() - self.asked < WAIT_MS && self.data.versions.some(version => version.id === self.now);
  if (!isWaiting || said.id === self.now) Object.assign(self, { now: said.id, asked: 0 });
  dress(self);
  if (!self.menu.hidden) refill(self);
  return () => {
    document.removeEventListener('keydown', self.onKey);
    bars.delete(root);
  };
}
