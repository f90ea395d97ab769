// Drag and drop in the step tree with a mouse, a pen or a finger. A mouse may take the whole row, a finger the handle only,
// so that it can still scroll the page.

const INDENT = 14;
const NEAR_EDGE = 44;

function listenToDrags(self) {
  self.drag = null;
  self.rows.addEventListener('pointerdown', event => {
    const row = event.target.closest('.row');
    const byHandle = event.target.closest('.handle');
    if (!row || event.button || self.renaming || (event.pointerType !== 'mouse' && !byHandle)) return;
    self.drag = { id: row.dataset.id, pointer: event.pointerId, x: event.clientX, y: event.clientY, moved: null };
  });
  self.rows.addEventListener('pointermove', event => {
    const drag = self.drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 5) return;
    if (!drag.moved) beginDrag(self, event);
    if (!self.drag) return;
    drag.at = [event.clientX, event.clientY];
    showDrop(self);
  });
  self.rows.addEventListener('pointerup', event => {
    if (!self.drag || event.pointerId !== self.drag.pointer) return;
    const { moved, drop } = self.drag;
    endDrag(self);
    if (moved && drop) submit(self, { act: 'move', ids: moved, parent: drop.parent, index: drop.index });
  });
  self.rows.addEventListener('pointercancel', () => endDrag(self));
  // A finger is captured by the handle first, and lost by it when the list takes it over.
  self.rows.addEventListener('lostpointercapture', event => event.target === self.rows && endDrag(self));
}

function beginDrag(self, event) {
  const { drag } = self;
  const ids = self.selected.has(drag.id) ? [...self.selected] : [drag.id];
  const tops = topsOf(self.model.steps, ids);
  if (!tops.length) return endDrag(self);
  drag.moved = tops.map(node => node.id);
  drag.inside = new Set([...everyNode(tops)].map(node => node.id));
  drag.level = self.visible.find(row => row.node.id === drag.id).level;
  self.rows.setPointerCapture(drag.pointer);
  self.root.classList.add('dragging');
  self.line = element('div', 'line', self.rows);
  for (const [id, row] of self.made) row.item.classList.toggle('moving', drag.inside.has(id));
  drag.cancel = key => {
    if (key.key !== 'Escape') return;
    key.preventDefault();
    key.stopPropagation();
    endDrag(self);
    self.live.textContent = 'Nothing was moved';
  };
  window.addEventListener('keydown', drag.cancel, true);
  drag.scroller = scrollerOf(self.root);
  drag.timer = setInterval(() => scrollAtEdge(self), 16);
  event.preventDefault();
}

function endDrag(self) {
  const { drag } = self;
  self.drag = null;
  if (!drag || !drag.moved) return;
  self.skipsClick = true;
  setTimeout(() => (self.skipsClick = false));
  clearInterval(drag.timer);
  window.removeEventListener('keydown', drag.cancel, true);
  self.root.classList.remove('dragging');
  self.line.remove();
  for (const { item } of self.made.values()) item.classList.remove('moving', 'taking');
}

function scrollerOf(node) {
  for (let at = node; at; at = at.parentElement || (at.getRootNode() !== document && at.getRootNode().host)) {
    if (at.scrollHeight > at.clientHeight && /auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return document.scrollingElement;
}

function scrollAtEdge(self) {
  const { scroller, at } = self.drag;
  const { top, bottom } = scroller.getBoundingClientRect();
  const by = at[1] < Math.max(top, 0) + NEAR_EDGE ? -6 : at[1] > Math.min(bottom, innerHeight) - NEAR_EDGE ? 6 : 0;
  if (!by) return;
  scroller.scrollTop += by;
  showDrop(self);
}

function showDrop(self) {
  const drop = (self.drag.drop = dropAt(self, ...self.drag.at));
  for (const [id, row] of self.made) row.item.classList.toggle('taking', !!drop && drop.into === id);
  self.line.hidden = !drop || !!drop.into;
  if (self.line.hidden) return;
  self.line.style.top = `${drop.y - self.rows.getBoundingClientRect().top}px`;
  self.line.style.left = `${indentOf(drop.level) + 6}px`;
}

// Between two rows, at the depth that the pointer's way sideways says; on the middle of a group, into it.
function dropAt(self, x, y) {
  const rows = self.visible.filter(row => !row.inTail && !self.drag.inside.has(row.node.id));
  if (!rows.length) return null;
  const rects = rows.map(row => self.made.get(row.node.id).item.getBoundingClientRect());
  const over = rects.findIndex(rect => y > rect.top + 0.28 * rect.height && y < rect.bottom - 0.28 * rect.height);
  if (over >= 0 && rows[over].node.kids) {
    const { node } = rows[over];
    return { into: node.id, parent: node.id, index: node.kids.length };
  }
  const place = rects.filter(rect => (rect.top + rect.bottom) / 2 < y).length;
  const [before, after] = [rows[place - 1], rows[place]];
  if (!before) return { parent: null, index: 0, level: 1, y: rects[0].top };
  const deepest = before.node.kids && !self.collapsed.has(before.node.id) ? before.level + 1 : before.level;
  const wanted = self.drag.level + Math.round((x - self.drag.x) / INDENT);
  const level = Math.max(after ? after.level : 1, Math.min(deepest, wanted));
  const y2 = rects[place - 1].bottom;
  if (level > before.level) return { parent: before.node.id, index: 0, level, y: y2 };
  let at = locate(self.model.steps, before.node.id);
  for (let depth = before.level; depth > level; depth--) at = locate(self.model.steps, at.parent.id);
  return { parent: at.parent && at.parent.id, index: at.index + 1, level, y: y2 };
}
