// What clicks and keys do in the step tree; which groups are folded is kept in the browser.

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
