// The pipeline as a tree. What the visitor does is shown at once and queued until the server has answered it, so that
// nothing is lost while the page is being redrawn.

const COLLAPSED = 'augviz-collapsed';
const MOST_WAITING = 400; // the server reads at most 500 at once
const trees = new WeakMap();

// -- once ---------------------------------------------------------------------------------------------------------

function build(root) {
  root.replaceChildren();
  const self = { root, queue: [], seq: 0, selected: new Set(), collapsed: new Set(), made: new Map(), visible: [] };
  self.client = [...crypto.getRandomValues(new Uint32Array(3))].map(n => n.toString(36)).join('-');
  self.tools = element('div', 'tools', root);
  buildTools(self);
  self.refused = element('div', 'refused', root);
  self.refused.setAttribute('role', 'alert');
  self.rows = element('div', 'rows', root);
  self.steps = treeOf(self.rows, 'Steps of the pipeline');
  self.empty = element('p', 'empty', self.rows);
  self.empty.textContent = 'No steps yet. Add the first one below.';
  self.end = element('p', 'end', self.rows);
  self.end.textContent = 'At the end';
  element('span', '', self.end).textContent = ', exported but not in the picture';
  self.tail = treeOf(self.rows, 'At the end, exported but not in the picture');
  self.live = element('div', 'live', root);
  self.live.setAttribute('role', 'status');
  self.rows.addEventListener('click', event => onClick(self, event));
  self.rows.addEventListener('dblclick', event => event.target.closest('.name') && rename(self));
  self.rows.addEventListener('keydown', event => onKey(self, event));
  self.rows.addEventListener('focusin', event => {
    const row = event.target.closest('.row');
    if (row) setFocus(self, row.dataset.id, false);
  });
  listenToDrags(self);
  return self;
}

function treeOf(parent, label) {
  const tree = element('div', 'tree', parent);
  tree.setAttribute('role', 'tree');
  tree.setAttribute('aria-label', label);
  tree.setAttribute('aria-multiselectable', 'true');
  return tree;
}

// -- messages -----------------------------------------------------------------------------------------------------

// What the server says is the truth; what it has not answered yet is done again on top of it.
function receive(self, data) {
  const isFirst = !self.data;
  const opened = self.data ? self.data.open : '';
  if (isFirst || data.start !== self.data.start) {
    self.queue = []; // made in another pipeline
    self.collapsed = storedCollapsed(data.start);
  }
  self.data = data;
  const answered = data.client === self.client ? data.answered : 0;
  const wereWaiting = self.queue.length;
  self.queue = self.queue.filter(edit => edit.seq > answered);
  if (data.client === self.client) takeNames(self, data.names);
  self.refused.hidden = data.client !== self.client || !data.refused;
  if (self.refused.dataset.said !== data.refused) {
    self.refused.dataset.said = data.refused;
    self.refused.replaceChildren(icon('error'), document.createTextNode(data.refused));
  }
  redo(self);
  const isNews = data.open !== opened && !self.queue.length && (isFirst || !wereWaiting);
  if (isNews) select(self, data.open);
  self.root.dataset.waiting = self.queue.length;
  render(self);
  if (isNews && !isFirst && self.made.has(data.open)) self.made.get(data.open).item.scrollIntoView({ block: 'nearest' });
}

function redo(self) {
  self.model = structuredClone(self.data);
  for (const edit of self.queue) applyEdit(self.model, edit);
}

// New nodes have a name of our own until the server has given them one.
function takeNames(self, names) {
  const real = id => names[id] || id;
  self.selected = new Set([...self.selected].map(real));
  self.collapsed = new Set([...self.collapsed].map(real));
  [self.focused, self.anchor] = [real(self.focused), real(self.anchor)];
  for (const edit of self.queue) {
    edit.ids = edit.ids.map(real);
    if (edit.parent) edit.parent = real(edit.parent);
  }
  for (const id in names) {
    const row = self.made.get(id);
    if (!row || self.made.has(names[id])) continue;
    self.made.delete(id);
    self.made.set((row.item.dataset.id = names[id]), row);
  }
}

function submit(self, edit) {
  if (self.queue.length >= MOST_WAITING) return;
  if (edit.act === 'open' && self.model.open === (edit.ids[0] || '')) {
    select(self, self.model.open);
    return render(self);
  }
  const names = (edit.act === 'remove' || edit.act === 'switch' ? edit.ids.map(id => anywhere(self.model, id).node)
    : topsOf([...self.model.steps, ...self.model.tail], edit.ids)).map(nameOf);
  const full = { ids: [], parent: null, index: 0, kind: '', title: '', made: [], ...edit, seq: ++self.seq };
  full.made = newNames(self, full);
  self.queue.push(full);
  redo(self);
  follow(self, full);
  self.live.textContent = sentenceOf(self.model, full, names);
  render(self);
  self.root.dataset.waiting = self.queue.length;
  self.send('edits', { client: self.client, start: self.data.start, edits: self.queue });
}

function newNames(self, { act, ids, seq }) {
  if (act === 'group') return [`new-${seq}-0`];
  if (act !== 'duplicate') return [];
  return [...everyNode(topsOf(self.model.steps, ids))].map((_node, i) => `new-${seq}-${i}`);
}

// What is selected after an edit.
function follow(self, { act, ids, made }) {
  if (act === 'open') select(self, self.model.open);
  if (act === 'group') select(self, made[0]);
  if (act === 'duplicate') select(self, made[0]);
  if (act === 'move') ids.forEach(id => reveal(self, id));
  if (act === 'remove' || act === 'ungroup') {
    const place = self.visible.findIndex(row => row.node.id === self.focused);
    const left = [...self.visible.slice(place), ...self.visible.slice(0, Math.max(place, 0)).reverse()];
    self.selected = new Set([...self.selected].filter(id => anywhere(self.model, id)));
    const near = left.find(row => anywhere(self.model, row.node.id));
    setFocus(self, near ? near.node.id : '', false);
  }
}

// -- what is selected ---------------------------------------------------------------------------------------------

function select(self, id) {
  self.selected = new Set(id ? [id] : []);
  self.anchor = id;
  if (id) {
    reveal(self, id);
    self.focused = id;
  }
}

function reveal(self, id) {
  for (let at = locate(self.model.steps, id); at && at.parent; at = locate(self.model.steps, at.parent.id)) {
    self.collapsed.delete(at.parent.id);
  }
}

function targets(self) {
  const chosen = [...self.selected].filter(id => anywhere(self.model, id));
  return chosen.length ? chosen : self.model.open ? [self.model.open] : [];
}

function act(self, name, more = {}) {
  if (name === 'rename') return rename(self);
  const ids = targets(self);
  const edit = offers(self.model, ids)[name];
  if (edit) submit(self, { ...edit, ids, ...more });
}

function range(self, id) {
  const order = self.visible.map(row => row.node.id);
  const ends = [order.indexOf(self.anchor), order.indexOf(id)];
  if (ends[0] < 0) return select(self, id);
  self.selected = new Set(order.slice(Math.min(...ends), Math.max(...ends) + 1));
}

function toggle(self, id) {
  self.selected.has(id) ? self.selected.delete(id) : self.selected.add(id);
  self.anchor = id;
}

function setFocus(self, id, moves = true) {
  self.focused = id;
  for (const [other, { item }] of self.made) item.tabIndex = other === id ? 0 : -1;
  const row = self.made.get(id);
  if (moves && row) row.item.focus();
}

export default function (component) {
  const root = component.parentElement.querySelector('.steps');
  if (!trees.has(root)) trees.set(root, build(root));
  const self = trees.get(root);
  self.send = component.setStateValue;
  if (self.last !== component.data) {
    self.last = component.data;
    receive(self, component.data);
  }
  return () => setTimeout(() => !root.isConnected && self.menu && self.closeMenu());
}
