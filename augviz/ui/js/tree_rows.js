// The rows of the step tree, and giving one a name.

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
  const done = (isKept, byKey) => {
    if (self.renaming !== input) return;
    self.renaming = null;
    const { id: now } = row.item.dataset;
    input.remove();
    row.name.hidden = false;
    setFocus(self, now, byKey); // who clicked elsewhere is there already
    if (isKept && anywhere(self.model, now) && input.value.trim() !== node.title) submit(self, { act: 'rename', ids: [now], title: input.value.trim() });
  };
  input.onblur = () => done(true, false);
  input.onkeydown = event => {
    event.stopPropagation(); // letters are shortcuts of the page elsewhere
    if (event.key === 'Enter' || event.key === 'Escape') done(event.key === 'Enter', true);
  };
  input.focus();
  input.select();
}
