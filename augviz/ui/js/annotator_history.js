// A drawing in the browser: its shapes, what was done and can be undone, and what Python has not yet confirmed.
// It outlives the page, so that nothing is lost when the visitor looks at another one.

const MOST_UNDO = 300;
const MOST_DRAWINGS = 20;
const MOST_SHAPES = 10000;

function drawingOf(letter) {
  const all = (window.augvizDrawings = window.augvizDrawings || new Map());
  let drawing = all.get(letter.drawing);
  if (!drawing) {
    drawing = { id: letter.drawing, push: -1, shapes: new Map(), undo: [], redo: [], seq: 0, ack: 0, dirty: new Map(), colours: new Map() };
  }
  all.delete(letter.drawing);
  all.set(letter.drawing, drawing); // the last one that was looked at stands last
  if (all.size > MOST_DRAWINGS) all.delete(all.keys().next().value);
  drawing.size = letter.size;
  return drawing;
}

// Takes over what Python says; what it could not know yet stays as it is here. Can be undone like any other change.
function takePush(drawing, letter) {
  if (letter.push <= drawing.push) return false;
  const first = drawing.push < 0;
  drawing.push = letter.push;
  drawing.seq = Math.max(drawing.seq, letter.seq);
  confirm(drawing, letter.seq);
  const wanted = new Map(letter.shapes.map(shape => [shape.k, shape]));
  for (const key of drawing.dirty.keys()) drawing.shapes.has(key) ? wanted.set(key, drawing.shapes.get(key)) : wanted.delete(key);
  const changes = [];
  for (const [key, shape] of drawing.shapes) if (!wanted.has(key)) changes.push([key, shape, null]);
  for (const [key, shape] of wanted) {
    const before = drawing.shapes.get(key) || null;
    if (!before || JSON.stringify(before) !== JSON.stringify(shape)) changes.push([key, before, shape]);
  }
  changes.forEach(([key, , after]) => put(drawing, key, after));
  if (!first && changes.length) remember(drawing, { words: 'Change in the table', changes });
  return true;
}

function confirm(drawing, seq) {
  drawing.ack = Math.max(drawing.ack, seq);
  for (const [key, at] of drawing.dirty) if (at <= drawing.ack) drawing.dirty.delete(key);
  for (const [name, [, at]] of drawing.colours) if (at <= drawing.ack) drawing.colours.delete(name);
}

function put(drawing, key, shape) {
  shape ? drawing.shapes.set(key, shape) : drawing.shapes.delete(key);
}

function remember(drawing, step) {
  drawing.undo.push(step);
  if (drawing.undo.length > MOST_UNDO) drawing.undo.shift();
  drawing.redo = [];
}

function touch(drawing, changes) {
  drawing.seq += 1;
  changes.forEach(([key]) => drawing.dirty.set(key, drawing.seq));
}

// changes: [key, before or null, after or null]. Steps of one sort that follow each other are undone as one.
function commit(drawing, words, changes, sort = '') {
  if (!changes.length) return;
  changes.forEach(([key, , after]) => put(drawing, key, after));
  touch(drawing, changes);
  const last = drawing.undo[drawing.undo.length - 1];
  if (sort && last && last.sort === sort && !drawing.redo.length) last.changes = [[changes[0][0], last.changes[0][1], changes[0][2]]];
  else remember(drawing, { words, changes, sort });
}

function step(drawing, back) {
  const from = back ? drawing.undo : drawing.redo, to = back ? drawing.redo : drawing.undo;
  const done = from.pop();
  if (!done) return null;
  to.push({ ...done, sort: '' });
  done.changes.forEach(([key, before, after]) => put(drawing, key, back ? before : after));
  touch(drawing, done.changes);
  return done.words;
}

// Everything that Python has not confirmed: sent again with the next change, so that a lost message loses nothing.
function unconfirmed(drawing) {
  const keys = [...drawing.dirty.keys()];
  return {
    drawing: drawing.id,
    seq: drawing.seq,
    changed: keys.filter(key => drawing.shapes.has(key)).map(key => drawing.shapes.get(key)),
    removed: keys.filter(key => !drawing.shapes.has(key)),
    colours: [...drawing.colours].map(([name, [place]]) => [name, place]),
  };
}

function freeKey(drawing) {
  drawing.nextKey = drawing.nextKey || 0;
  for (const key of drawing.shapes.keys()) if (key >= drawing.nextKey) drawing.nextKey = key + 1;
  for (const { changes } of [...drawing.undo, ...drawing.redo]) for (const [key] of changes) if (key >= drawing.nextKey) drawing.nextKey = key + 1;
  return drawing.nextKey++;
}

function freeOwner(drawing) {
  let most = -1;
  for (const shape of drawing.shapes.values()) if (shape.o > most) most = shape.o;
  return most + 1;
}
