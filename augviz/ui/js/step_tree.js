// The pipeline as a tree. What the visitor does is shown at once and queued until the server has answered it, so that
// nothing is lost while the page is being redrawn.

const COLLAPSED = 'augviz-collapsed';
const MOST_WAITING = 400; // the server reads at most 500 at once
const trees = new WeakMap();
const TOOLS = [
  ['group', 'Group', 'Ctrl+G', 'ad_group'],
  ['ungroup', 'Ungroup', 'Ctrl+Shift+G', 'ad_group_off'],
  ['up', 'Up', 'Alt+Up', 'arrow_upward'],
  ['down', 'Down', 'Alt+Down', 'arrow_downward'],
  ['into', 'Into the group above', 'Alt+Right', 'format_indent_increase'],
  ['out', 'Out of its group', 'Alt+Left', 'format_indent_decrease'],
  ['switch', 'Switch off', 'O', 'visibility_off'],
  ['duplicate', 'Duplicate', 'Ctrl+D', 'content_copy'],
  ['rename', 'Rename', 'F2', 'edit'],
  ['remove', 'Remove', 'Delete', 'delete'],
];

function element(tag, className, parent) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (parent) parent.append(node);
  return node;
}

function icon(name, parent, className = '') {
  const node = element('span', `icon ${className}`, parent);
  node.setAttribute('aria-hidden', 'true');
  node.textContent = name;
  return node;
}

function indentOf(level) {
  return INDENT * Math.min(level - 1, 8) + 3 * Math.max(0, level - 9);
}

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

function buildTools(self) {
  self.tools.setAttribute('role', 'toolbar');
  self.tools.setAttribute('aria-label', 'Change what is selected');
  self.buttons = {};
  for (const [name, label, keys, symbol] of TOOLS) {
    const button = (self.buttons[name] = element('button', '', self.tools));
    button.type = 'button';
    button.tabIndex = name === 'group' ? 0 : -1;
    Object.assign(button.dataset, { label, keys });
    icon(symbol, button);
    button.onclick = () => button.ariaDisabled !== 'true' && (name === 'group' ? openMenu(self) : act(self, name));
  }
  self.buttons.group.setAttribute('aria-haspopup', 'menu');
  arrows(self.tools, 'ArrowLeft', 'ArrowRight');
}

// One tab stop for all buttons of a bar or menu.
function arrows(bar, back, on) {
  bar.addEventListener('keydown', event => {
    const items = [...bar.querySelectorAll('button')];
    const step = { [back]: -1, [on]: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const now = items.indexOf(event.target);
    const next = items[(now + step + items.length) % items.length];
    items.forEach(item => (item.tabIndex = item === next ? 0 : -1));
    next.focus();
  });
}

function openMenu(self) {
  if (self.menu) return self.closeMenu();
  const menu = (self.menu = element('div', 'menu', self.root));
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', 'Kind of group');
  for (const kind in self.model.kinds) {
    const item = element('button', '', menu);
    item.type = 'button';
    item.setAttribute('role', 'menuitem');
    icon(self.model.kinds[kind].icon, item);
    element('span', '', item).textContent = self.model.kinds[kind].label;
    item.onclick = () => {
      self.closeMenu();
      act(self, 'group', { kind });
    };
  }
  arrows(menu, 'ArrowUp', 'ArrowDown');
  const outside = event => !event.composedPath().includes(menu) && !event.composedPath().includes(self.buttons.group) && self.closeMenu();
  self.closeMenu = () => {
    if (menu.contains(self.root.getRootNode().activeElement)) self.buttons.group.focus();
    menu.remove();
    self.menu = null;
    window.removeEventListener('pointerdown', outside, true);
  };
  window.addEventListener('pointerdown', outside, true);
  menu.addEventListener('keydown', event => {
    if (event.key !== 'Escape' && event.key !== 'Tab') return;
    event.stopPropagation();
    self.closeMenu();
  });
  menu.firstChild.focus();
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

function onClick(self, event) {
  const item = event.target.closest('.row');
  if (!item || self.skipsClick || event.target.closest('input')) return;
  const { id } = item.dataset;
  if (event.target.closest('.chevron') && anywhere(self.model, id).node.kids) return fold(self, id, !self.collapsed.has(id));
  setFocus(self, id);
  if (event.ctrlKey || event.metaKey) toggle(self, id);
  else if (event.shiftKey) range(self, id);
  else return submit(self, { act: 'open', ids: [id] });
  render(self);
}

function onKey(self, event) {
  const item = event.target.closest('.row');
  if (!item || event.target.closest('input')) return;
  const { id } = item.dataset;
  const keys = `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.shiftKey ? 'Shift+' : ''}`;
  const name = keys + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const edits = {
    'Alt+ArrowUp': 'up', 'Alt+ArrowDown': 'down', 'Alt+ArrowRight': 'into', 'Alt+ArrowLeft': 'out', Delete: 'remove',
    F2: 'rename', 'Ctrl+d': 'duplicate', 'Ctrl+Shift+g': 'ungroup', o: 'switch',
  };
  const moves = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
  if (edits[name] || name === 'Ctrl+g') {
    if (!self.selected.has(id)) select(self, id);
    edits[name] ? act(self, edits[name]) : act(self, 'group', { kind: 'OneOf' });
    if (!self.renaming) setFocus(self, self.focused);
  } else if (event.key in moves && !event.altKey && !event.ctrlKey && !event.metaKey) {
    const order = self.visible.map(row => row.node.id);
    const next = order[Math.max(0, Math.min(order.length - 1, order.indexOf(id) + moves[event.key]))];
    if (event.shiftKey) {
      if (!self.selected.size) self.selected.add((self.anchor = id));
      range(self, next);
    }
    setFocus(self, next);
    render(self);
  } else if (name === 'ArrowRight' || name === 'ArrowLeft') sideways(self, id, name === 'ArrowRight');
  else if (name === 'Enter') submit(self, { act: 'open', ids: [id] });
  else if (name === ' ' || name === 'Ctrl+ ') (toggle(self, id), render(self));
  else if (name === 'Ctrl+a') {
    self.selected = new Set(self.visible.filter(row => !row.inTail).map(row => row.node.id));
    render(self);
  } else if (name === 'Escape') {
    self.selected = new Set();
    if (self.model.open) submit(self, { act: 'open', ids: [] });
    render(self);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function sideways(self, id, isIn) {
  const at = anywhere(self.model, id);
  const isFolded = self.collapsed.has(id);
  if (at.node.kids && isFolded === isIn) return fold(self, id, !isIn);
  if (isIn && at.node.kids && at.node.kids.length) setFocus(self, at.node.kids[0].id);
  if (!isIn && at.parent) setFocus(self, at.parent.id);
}

function fold(self, id, isFolded) {
  isFolded ? self.collapsed.add(id) : self.collapsed.delete(id);
  render(self);
  if (!self.made.has(self.focused)) setFocus(self, id);
  keepCollapsed(self);
}

// Private windows may refuse the store; then groups stay folded as long as the page does.
function storedCollapsed(start) {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(`${COLLAPSED}-${start}`)) || []);
  } catch {
    return new Set();
  }
}

function keepCollapsed(self) {
  try {
    sessionStorage.setItem(`${COLLAPSED}-${self.data.start}`, JSON.stringify([...self.collapsed].slice(-200)));
  } catch {
    self.root.dataset.kept = 'page';
  }
}

// -- a name of one's own ------------------------------------------------------------------------------------------

function rename(self) {
  const [id, ...others] = targets(self);
  const row = !others.length && self.made.get(id);
  if (!row || self.renaming) return;
  const input = element('input', '');
  const { node } = anywhere(self.model, id);
  Object.assign(input, { type: 'text', maxLength: 60, value: node.title, placeholder: node.label, ariaLabel: `Name of ${nameOf(node)}` });
  self.renaming = input;
  row.name.hidden = true;
  row.name.after(input);
  const done = isKept => {
    if (self.renaming !== input) return;
    self.renaming = null;
    const { id: now } = row.item.dataset;
    input.remove();
    row.name.hidden = false;
    setFocus(self, now);
    if (isKept && anywhere(self.model, now) && input.value.trim() !== node.title) submit(self, { act: 'rename', ids: [now], title: input.value.trim() });
  };
  input.onblur = () => done(true);
  input.onkeydown = event => {
    event.stopPropagation(); // letters are shortcuts of the page elsewhere
    if (event.key === 'Enter' || event.key === 'Escape') done(event.key === 'Enter');
  };
  input.focus();
  input.select();
}

// -- rows ---------------------------------------------------------------------------------------------------------

function flatten(self, nodes, parent, level, isOff, inTail) {
  return nodes.flatMap((node, i) => {
    const row = { node, parent, level, place: i + 1, count: nodes.length, isOff: isOff || !node.enabled, inTail };
    const isOpen = node.kids && !self.collapsed.has(node.id);
    return isOpen ? [row, ...flatten(self, node.kids, node, level + 1, row.isOff, inTail)] : [row];
  });
}

function render(self) {
  const { model } = self;
  const inside = self.root.getRootNode().activeElement;
  const steps = flatten(self, model.steps, null, 1, false, false);
  const tail = flatten(self, model.tail, null, 1, false, true);
  self.visible = [...steps, ...tail];
  self.selected = new Set([...self.selected].filter(id => anywhere(model, id)));
  const ids = new Set(self.visible.map(row => row.node.id));
  if (!ids.has(self.focused)) self.focused = ids.has(model.open) ? model.open : self.visible.length ? self.visible[0].node.id : '';
  for (const [id, { item }] of self.made) {
    if (ids.has(id)) continue;
    item.remove();
    self.made.delete(id);
  }
  place(self, self.steps, steps);
  place(self, self.tail, tail);
  self.steps.hidden = !steps.length;
  self.tail.hidden = self.end.hidden = !tail.length;
  self.empty.hidden = !!steps.length;
  self.rows.classList.toggle('flat', !self.visible.some(row => row.node.kids));
  setFocus(self, self.focused, !!inside && inside.classList.contains('row'));
  dressTools(self);
}

function place(self, list, rows) {
  rows.forEach((row, i) => {
    if (!self.made.has(row.node.id)) self.made.set(row.node.id, makeRow(row.node.id));
    const made = self.made.get(row.node.id);
    dress(self, made, row);
    if (list.children[i] !== made.item) list.insertBefore(made.item, list.children[i] || null);
  });
}

function makeRow(id) {
  const item = element('div', 'row');
  item.dataset.id = id;
  item.setAttribute('role', 'treeitem');
  const made = { item, handle: icon('drag_indicator', item, 'handle'), chevron: icon('', item, 'chevron'), kind: icon('', item, 'kind') };
  made.name = element('span', 'name', item);
  made.error = icon('error', item, 'error');
  made.weight = element('span', 'weight', item);
  made.share = element('span', 'share', item);
  return made;
}

function dress(self, made, { node, parent, level, place: at, count, isOff, inTail }) {
  const { item } = made;
  const weight = weightOf(node, parent);
  item.style.setProperty('--in', indentOf(level));
  item.classList.toggle('off', isOff);
  item.classList.toggle('tail', inTail);
  const said = { level, posinset: at, setsize: count, selected: self.selected.has(node.id), label: labelOf(node, weight, isOff) };
  for (const name in said) item.setAttribute(`aria-${name}`, said[name]);
  optional(item, 'aria-expanded', node.kids && String(!self.collapsed.has(node.id)));
  optional(item, 'aria-current', node.id === self.model.open && 'true');
  optional(item, 'aria-description', node.error);
  made.chevron.textContent = node.kids ? (self.collapsed.has(node.id) ? 'chevron_right' : 'expand_more') : '';
  made.kind.textContent = node.icon;
  made.name.textContent = nameOf(node) + (isEmpty(node) ? ' · empty' : '');
  made.name.title = node.title ? `${node.title} (${node.label})` : node.label;
  made.error.hidden = !node.error;
  made.error.title = node.error || '';
  made.weight.hidden = weight === null;
  made.weight.textContent = weight === null ? '' : percent(weight);
  made.weight.title = 'Taken in this part of the group’s runs';
  made.share.classList.toggle('icon', isOff);
  made.share.textContent = isOff ? 'visibility_off' : inTail ? '' : percentShare(node);
  made.share.title = isOff ? 'Switched off' : 'Fires in this part of the samples';
}

function isEmpty(node) {
  return !!node.kids && !node.kids.length;
}

function percentShare(node) {
  return node.share === undefined ? '' : percent(node.share);
}

function optional(item, name, value) {
  value ? item.setAttribute(name, value) : item.removeAttribute(name);
}

function labelOf(node, weight, isOff) {
  const parts = [node.title ? `${node.title} (${node.label})` : node.label];
  if (isEmpty(node)) parts.push('empty');
  if (isOff) parts.push('off');
  else if (node.share !== undefined) parts.push(`in ${percent(node.share)} of the samples`);
  if (weight !== null) parts.push(`${percent(weight)} of its group`);
  if (node.error) parts.push('could not run');
  return parts.join(', ');
}

function dressTools(self) {
  const ids = targets(self);
  const can = offers(self.model, ids);
  const allOff = ids.length && ids.every(id => !anywhere(self.model, id).node.enabled);
  self.buttons.switch.dataset.label = allOff ? 'Switch on' : 'Switch off';
  self.buttons.switch.firstChild.textContent = allOff ? 'visibility' : 'visibility_off';
  for (const name in self.buttons) {
    const button = self.buttons[name];
    button.setAttribute('aria-disabled', String(!can[name]));
    button.setAttribute('aria-label', button.dataset.label);
    button.title = `${button.dataset.label} (${button.dataset.keys})`;
  }
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
