// What a hand does: pointer, wheel and keys.

const TOOLS = {
  select: ['Select', 'V', 'Click an object to select it, drag it, or drag its handles'],
  box: ['Box', 'B', 'Drag from corner to corner'],
  polygon: ['Polygon', 'P', 'Click corner after corner; Enter, a double click or the first corner closes it'],
  point: ['Keypoint', 'K', 'Click where it lies'],
  brush: ['Brush', 'M', 'Paint a mask; it adds to the selected one'],
  erase: ['Eraser', 'E', 'Rub pixels out of a mask'],
};
const NUDGES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const DRAFT_WORDS = { box: 'First corner set; move and press Enter for the other one', polygon: 'Corner set; Space sets another one, Enter closes' };

function isBrush(self) {
  return self.tool === 'brush' || self.tool === 'erase';
}

function selected(self) {
  return self.sel === null ? null : self.drawing.shapes.get(self.sel) || null;
}

function choose(self, key, quiet) {
  if (key !== null && !self.drawing.shapes.has(key)) key = null;
  self.sel = key;
  dress(self);
  repaint(self);
  const shape = selected(self);
  if (shape && !quiet) say(self, `${wordsOf(shape)}, selected`);
}

function useTool(self, tool) {
  dropDraft(self);
  self.tool = tool;
  dress(self);
  repaint(self);
  say(self, `${TOOLS[tool][0]}. ${TOOLS[tool][2]}`);
}

function dropDraft(self) {
  self.draft = self.stroke = self.live = self.grip = self.tap = null;
  repaint(self);
}

function done(self, words, changes, sort, delay) {
  commit(self.drawing, words, changes, sort);
  send(self, delay);
  dress(self);
  repaint(self);
  say(self, words);
}

function replaceShape(self, shape, after, verb, sort, delay) {
  done(self, `${wordsOf(after)}, ${verb}`, [[shape.k, shape, after]], sort, delay);
}

function add(self, parts) {
  if (self.drawing.shapes.size >= MOST_SHAPES) return say(self, `There are ${MOST_SHAPES} objects on this picture; delete some first`);
  const owner = parts.t === 'point' ? ownerAt(self, parts.p) : 'o' in parts ? parts.o : freeOwner(self.drawing);
  const shape = { n: nameFor(self), ...parts, k: freeKey(self.drawing), o: owner };
  self.sel = shape.k;
  learn(self, shape);
  done(self, `${wordsOf(shape)}, drawn${parts.t === 'point' && owner >= 0 ? `, belongs to object ${owner}` : ''}`, [[shape.k, null, shape]]);
}

// A keypoint belongs to the smallest box, polygon or mask that it lies in.
function ownerAt(self, [x, y]) {
  let best = -1, least = Infinity;
  for (const shape of self.drawing.shapes.values()) {
    const [x1, y1, x2, y2] = bounds(shape), area = (x2 - x1) * (y2 - y1);
    if (shape.t !== 'point' && area < least && isInside(shape, x, y)) [best, least] = [shape.o, area];
  }
  return best;
}

function remove(self) {
  const shape = selected(self);
  if (!shape) return;
  const changes = [[shape.k, shape, null]];
  const left = [...self.drawing.shapes.values()].filter(other => other.k !== shape.k && other.o === shape.o);
  // Keypoints do not stay with an object that is no longer there.
  if (shape.t !== 'point' && shape.o >= 0 && left.every(other => other.t === 'point')) left.forEach(point => changes.push([point.k, point, { ...point, o: -1 }]));
  self.sel = null;
  done(self, `${wordsOf(shape)}, deleted`, changes);
}

function rename(self, name) {
  const shape = selected(self);
  if (!shape || !name || name === shape.n) return;
  const same = [...self.drawing.shapes.values()].filter(other => other === shape || (shape.t !== 'point' && other.t !== 'point' && other.o === shape.o && other.n === shape.n));
  const changes = same.map(other => [other.k, other, { ...other, n: name }]);
  learn(self, changes[0][2]);
  done(self, `${shape.n} is called ${name} now`, changes);
}

function undo(self, back) {
  dropDraft(self);
  const words = step(self.drawing, back);
  if (words === null) return say(self, back ? 'Nothing to undo' : 'Nothing to redo');
  if (self.sel !== null && !self.drawing.shapes.has(self.sel)) self.sel = null;
  send(self);
  dress(self);
  repaint(self);
  say(self, `${back ? 'Undone' : 'Done again'}: ${words}`);
}

// -- pointer

function press(self, event) {
  if (event.button > 1) return;
  self.view.focus({ preventScroll: true });
  self.view.setPointerCapture(event.pointerId);
  self.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  self.cross = null;
  if (self.fingers.size > 1 || event.button === 1 || self.space) {
    self.tap = null;
    if (self.fingers.size > 1 && !(self.draft && self.draft.t === 'polygon')) dropDraft(self);
    self.panning = true;
    if (self.space) self.space = 'used';
    return;
  }
  const [x, y] = pointed(self, event);
  const reach = (event.pointerType === 'touch' ? 16 : 7) / self.scale;
  PRESSES[self.tool](self, x, y, reach, event);
  repaint(self, true);
}

const PRESSES = {
  select(self, x, y, reach) {
    const shape = selected(self);
    // The handles of a small box would leave nothing of it to be moved by.
    const held = shape && shape.t === 'box' ? Math.min(reach, Math.max((shape.p[2] - shape.p[0]) / 5, (shape.p[3] - shape.p[1]) / 5)) : reach;
    const grip = shape && handlesOf(shape).find(([hx, hy]) => Math.hypot(hx - x, hy - y) <= held);
    const found = shapeAt(self.drawing.shapes.values(), x, y, reach);
    if (grip) self.grip = { shape, which: grip[2], x, y };
    else if (shape && shape !== found && (isInside(shape, x, y) || edgeDistance(shape, x, y) <= reach)) self.grip = { shape, x, y, found };
    else {
      choose(self, found ? found.k : null);
      if (found) self.grip = { shape: found, x, y };
      else self.panning = true;
    }
  },
  box(self, x, y) {
    self.draft = { t: 'box', p: [x, y, x, y] };
  },
  // Set when the finger leaves the screen: until then it can be moved, or a second one can make it a pinch.
  polygon(self, x, y, reach) {
    self.tap = { x, y, reach };
  },
  point(self, x, y, reach) {
    self.tap = { x, y, reach };
  },
  brush(self, x, y) {
    self.stroke = [x, y];
  },
  erase(self, x, y) {
    self.stroke = [x, y];
  },
};

const TAPS = {
  polygon: corner,
  point: (self, x, y) => add(self, { t: 'point', p: [x, y], v: 1 }),
};

function corner(self, x, y, reach) {
  if (!self.draft) self.draft = { t: 'polygon', p: [] };
  const { p } = self.draft;
  if (p.length >= 6 && Math.hypot(p[0] - x, p[1] - y) <= reach) return closePolygon(self);
  if (p.length && Math.hypot(p[p.length - 2] - x, p[p.length - 1] - y) < 0.05) return;
  if (p.length >= 2000) return say(self, 'A polygon has at most 1,000 corners; press Enter to close it');
  p.push(x, y);
  say(self, `Corner ${p.length / 2} at ${x}, ${y}`);
}

function closePolygon(self) {
  const draft = self.draft;
  self.draft = self.pointer = null;
  if (draft.p.length >= 6) add(self, { t: 'polygon', p: draft.p });
  else say(self, 'A polygon needs three corners');
  repaint(self);
}

function drag(self, event) {
  const finger = self.fingers.get(event.pointerId);
  if (finger && self.panning) return pan(self, event, finger);
  const [x, y] = pointed(self, event);
  self.hover = [x, y];
  if (!finger) {
    if (self.draft && self.draft.t === 'polygon') self.pointer = [x, y];
    if (isBrush(self) || self.draft) repaint(self, true);
    return;
  }
  if (self.draft && self.draft.t === 'box') self.draft.p.splice(2, 2, x, y);
  if (self.tap) Object.assign(self.tap, { x, y });
  if (self.tap && self.draft) self.pointer = [x, y];
  if (self.stroke && self.stroke.length < 20000) self.stroke.push(x, y);
  if (self.grip) carry(self, x, y);
  repaint(self, true);
}

function carry(self, x, y) {
  const { shape, which } = self.grip;
  self.grip.moved = self.grip.moved || Math.hypot(x - self.grip.x, y - self.grip.y) * self.scale > 3;
  if (!self.grip.moved) return;
  self.live = which === undefined ? movedBy(shape, x - self.grip.x, y - self.grip.y, self.drawing.size) : reshaped(shape, which, x, y);
}

function pan(self, event, finger) {
  const other = [...self.fingers].find(([id]) => id !== event.pointerId);
  const share = other ? 0.5 : 1;
  panBy(self, (event.clientX - finger.x) * share, (event.clientY - finger.y) * share);
  if (other) {
    const gap = at => Math.max(1, Math.hypot(at.x - other[1].x, at.y - other[1].y));
    const view = self.view.getBoundingClientRect();
    zoomBy(self, gap({ x: event.clientX, y: event.clientY }) / gap(finger), (event.clientX + other[1].x) / 2 - view.left, (event.clientY + other[1].y) / 2 - view.top);
  }
  self.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
}

function release(self, event) {
  if (!self.fingers.delete(event.pointerId)) return;
  if (self.panning) {
    self.panning = self.fingers.size > 0;
    return;
  }
  const { draft, stroke, grip, live, tap } = self;
  self.tap = null;
  if (!(draft && draft.t === 'polygon')) dropDraft(self);
  if (event.type === 'pointercancel') return;
  if (tap) TAPS[self.tool](self, tap.x, tap.y, tap.reach);
  if (draft && draft.t === 'box') finishBox(self, draft.p);
  if (stroke) finishStroke(self, stroke);
  if (live && grip && (live.t !== 'box' || hasArea(live.p))) replaceShape(self, grip.shape, live, grip.which === undefined ? 'moved' : 'changed');
  else if (grip && grip.found && !grip.moved) choose(self, grip.found.k);
}

function finishBox(self, p) {
  const box = boxOf(p);
  if ((box[2] - box[0]) * self.scale < 3 || (box[3] - box[1]) * self.scale < 3 || !hasArea(box)) return say(self, 'Drag from one corner of the box to the other');
  add(self, { t: 'box', p: box });
}

// The mask that brush and eraser work on: the selected one; the eraser also takes the one under it.
function finishStroke(self, stroke) {
  const value = self.tool === 'brush' ? 1 : 0;
  let target = selected(self);
  if (!value && !(target && AREAS[target.t])) target = shapeAt([...self.drawing.shapes.values()].filter(shape => AREAS[shape.t]), stroke[0], stroke[1], 0);
  if (!value && !target) return say(self, 'There is no mask here to rub out');
  if (target && AREAS[target.t]) return paintOver(self, target, stroke, value);
  const own = stroked(null, stroke, self.brush / 2, 1, self.drawing.size);
  const taken = target && [...self.drawing.shapes.values()].find(shape => AREAS[shape.t] && shape.o === target.o);
  if (!own) return say(self, 'The brush is too small to reach the middle of a pixel');
  if (taken) return paintOver(self, taken, stroke, 1);
  add(self, { t: 'mask', ...own, ...(target && target.t === 'box' ? { o: target.o, n: target.n } : {}) });
}

function paintOver(self, target, stroke, value) {
  const { k, o, n } = target;
  const ground = target.t === 'mask' ? target : { t: 'mask', ...(filled(target.p, self.drawing.size) || { w: [0, 0, 0, 0], r: [] }) };
  const after = stroked(ground.w[2] ? ground : null, stroke, self.brush / 2, value, self.drawing.size);
  self.sel = after ? k : null;
  if (!after) done(self, `${n}, nothing is left of its mask`, [[k, target, null]]);
  else replaceShape(self, target, { t: 'mask', k, o, n, ...after }, value ? 'painted' : 'rubbed out');
}

// A double click closes a polygon, adds a corner on an edge of the selected one, or takes a corner away.
function twice(self, event) {
  if (self.tool === 'polygon' && self.draft) return closePolygon(self);
  const shape = selected(self);
  if (self.tool !== 'select' || !shape || shape.t !== 'polygon') return;
  const [x, y] = pointed(self, event), reach = 8 / self.scale;
  const at = handlesOf(shape).find(([hx, hy]) => Math.hypot(hx - x, hy - y) <= reach);
  const p = [...shape.p];
  if (at && p.length > 6) p.splice(at[2], 2);
  else {
    const [distance, edge] = nearestEdge(p, x, y);
    if (at || distance > reach || p.length >= 2000) return;
    p.splice(edge + 2, 0, x, y);
  }
  replaceShape(self, shape, { ...shape, p }, `${p.length / 2} corners`);
}

function wheel(self, event) {
  if (!event.ctrlKey && !event.metaKey && !self.hasFocus) return;
  event.preventDefault();
  const view = self.view.getBoundingClientRect();
  zoomBy(self, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - view.left, event.clientY - view.top);
}

// -- keys; nothing that is pressed in here reaches the shortcuts of the page

function keyDown(self, event) {
  if (event.key !== 'Tab') event.stopPropagation();
  if (!self.drawing || event.target.tagName === 'INPUT') return;
  const act = actOf(self, event);
  if (act && act() !== false) event.preventDefault();
}

function actOf(self, event) {
  const { key } = event, inView = event.target === self.view, command = event.ctrlKey || event.metaKey;
  if (command && key.toLowerCase() === 'z') return () => undo(self, !event.shiftKey);
  if (command && key.toLowerCase() === 'y') return () => undo(self, false);
  if (inView && NUDGES[key] && !command) return () => arrow(self, NUDGES[key], event.shiftKey ? 10 : 1, event.altKey);
  if (command || event.altKey) return null;
  const tool = Object.keys(TOOLS).find(name => TOOLS[name][1] === key.toUpperCase());
  if (tool) return () => useTool(self, tool);
  const acts = {
    Delete: () => remove(self), Backspace: () => remove(self), Escape: () => escape(self),
    '+': () => zoomBy(self, 1.5), '=': () => zoomBy(self, 1.5), '-': () => zoomBy(self, 1 / 1.5), 0: () => look(self, 1, 0.5, 0.5),
    '[': () => resizeBrush(self, self.brush - Math.max(1, Math.round(self.brush / 10))), ']': () => resizeBrush(self, self.brush + Math.max(1, Math.round(self.brush / 10))),
    n: () => self.name.focus(), N: () => self.name.focus(),
  };
  const inside = { Enter: () => enter(self), ' ': () => { self.space = self.space || 'held'; }, Tab: () => walk(self, event.shiftKey) };
  return acts[key] || (inView ? inside[key] : null);
}

function keyUp(self, event) {
  if (event.key !== ' ') return;
  const tapped = self.space === 'held' && event.target === self.view;
  self.space = '';
  if (tapped) setPoint(self);
}

function escape(self) {
  if (!self.palette.hidden) return openPalette(self, false), self.swatch.focus();
  self.leaving = !self.draft && self.sel === null;
  if (self.draft) dropDraft(self), say(self, 'Given up');
  else if (self.sel !== null) choose(self, null), say(self, 'Nothing is selected');
  else if (self.tool !== 'select') useTool(self, 'select');
  else say(self, 'Tab leaves the picture');
}

// Tab goes from object to object, and out at the ends.
function walk(self, back) {
  const keys = [...self.drawing.shapes.keys()];
  const now = keys.indexOf(self.sel);
  const next = now < 0 ? (back ? -1 : 0) : now + (back ? -1 : 1);
  if (self.leaving || self.tool !== 'select' || next < 0 || next >= keys.length) {
    self.leaving = false;
    return false;
  }
  choose(self, keys[next]);
  bringIn(self, selected(self));
  return true;
}

function arrow(self, [dx, dy], far, sizing) {
  const shape = selected(self);
  if (self.tool !== 'select') return moveCross(self, dx * far, dy * far);
  if (!shape) return panBy(self, -dx * 40, -dy * 40);
  if (sizing) {
    if (shape.t !== 'box') return say(self, 'Only boxes have a size that keys can change');
    const [x2, y2] = [clamp(shape.p[2] + dx * far, shape.p[0] + 1, self.drawing.size[0]), clamp(shape.p[3] + dy * far, shape.p[1] + 1, self.drawing.size[1])];
    return replaceShape(self, shape, { ...shape, p: [shape.p[0], shape.p[1], tidy(x2), tidy(y2)] }, 'changed', `size ${shape.k}`, 300);
  }
  replaceShape(self, shape, movedBy(shape, dx * far, dy * far, self.drawing.size), 'moved', `nudge ${shape.k}`, 300);
  bringIn(self, selected(self));
}

function moveCross(self, dx, dy) {
  const [width, height] = self.drawing.size;
  if (!self.cross) self.cross = toPicture(self, self.view.clientWidth / 2, self.view.clientHeight / 2).map((value, i) => clamp(Math.round(value), 0, i ? height : width));
  self.cross = [clamp(self.cross[0] + dx, 0, width), clamp(self.cross[1] + dy, 0, height)];
  if (self.draft && self.draft.t === 'box') self.draft.p.splice(2, 2, ...self.cross);
  if (self.draft && self.draft.t === 'polygon') self.pointer = self.cross;
  const [x, y] = toView(self, ...self.cross);
  if (x < 0 || y < 0 || x > self.view.clientWidth || y > self.view.clientHeight) look(self, self.zoom, self.cross[0] / width, self.cross[1] / height);
  repaint(self, true);
  say(self, `${self.cross[0]}, ${self.cross[1]}`);
}

function enter(self) {
  if (self.draft && self.draft.t === 'polygon') closePolygon(self);
  else setPoint(self);
}

// What a click does, at the cross that the arrows move.
function setPoint(self) {
  if (self.tool === 'select') return say(self, 'Tab goes from object to object; B, P, K, M and E draw');
  if (!self.cross) moveCross(self, 0, 0);
  const [x, y] = self.cross;
  if (self.tool === 'box' && self.draft) {
    const { p } = self.draft;
    self.draft = null;
    hasArea(boxOf(p)) ? add(self, { t: 'box', p: boxOf(p) }) : say(self, 'The box has no area; move the cross first');
  } else if (self.tool === 'box') self.draft = { t: 'box', p: [x, y, x, y] };
  else if (isBrush(self)) finishStroke(self, [x, y]);
  else TAPS[self.tool](self, x, y, 0);
  if (self.draft && DRAFT_WORDS[self.tool]) say(self, `${DRAFT_WORDS[self.tool]} (${x}, ${y})`);
  repaint(self, true);
}
