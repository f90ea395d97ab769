// One picture to judge: zoom and pan with wheel, fingers, mouse and keys; a window of grey values, for the eyes only.

const MOST_ZOOM = 32; // CSS pixels that a pixel of the picture may take
const PIXELATED = 3; // from here on single pixels are shown as squares

function node(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function buildView(parent, title) {
  const figure = node('figure', 'seen', parent);
  const view = { figure, box: node('div', 'view', figure), fingers: new Map(), zoom: 1, cx: 0.5, cy: 0.5 };
  view.stage = node('div', 'frame stage', view.box);
  view.title = node('figcaption', '', figure, title);
  view.box.tabIndex = 0;
  view.box.setAttribute('role', 'group');
  view.box.addEventListener('wheel', event => {
    event.preventDefault();
    zoomBy(view, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event);
  }, { passive: false });
  view.box.ondblclick = () => look(view, 1, 0.5, 0.5);
  view.box.onpointerdown = event => {
    view.fingers.set(event.pointerId, event);
    view.box.setPointerCapture(event.pointerId);
  };
  view.box.onpointermove = event => drag(view, event);
  view.box.onpointerup = view.box.onpointercancel = event => view.fingers.delete(event.pointerId);
  return view;
}

// Shows a loaded <img> (its natural size may be smaller than that of the sample) and, if wanted, what lies over it.
function setPicture(view, img, alt, overlay, palette) {
  const isOther = view.img !== img;
  view.img = img;
  view.svg = overlay ? drawOverlay({ ...overlay, outlines: overlay.outlines || [], regions: overlay.regions || [], points: overlay.points || [] }, palette) : null;
  view.stage.replaceChildren(...[img, view.svg].filter(Boolean));
  img.alt = alt;
  view.box.setAttribute('aria-label', `${alt}. Plus and minus zoom, arrow keys move, 0 shows all.`);
  if (isOther) Object.assign(view, { zoom: 1, cx: 0.5, cy: 0.5 });
  lay(view);
}

function sizeOf(view) {
  return [view.img.naturalWidth || 1, view.img.naturalHeight || 1];
}

function lay(view) {
  const wide = view.box.clientWidth, high = view.box.clientHeight;
  if (!view.img || !wide) return;
  const [width, height] = sizeOf(view);
  const scale = Math.min(wide / width, high / height) * view.zoom;
  const w = width * scale, h = height * scale;
  view.cx = keepIn(view.cx, wide / w);
  view.cy = keepIn(view.cy, high / h);
  Object.assign(view.stage.style, { width: w + 'px', height: h + 'px', left: wide / 2 - view.cx * w + 'px', top: high / 2 - view.cy * h + 'px' });
  view.stage.classList.toggle('pixels', scale > PIXELATED);
  view.box.classList.toggle('moves', view.zoom > 1);
  view.box.dataset.zoom = Math.round(view.zoom * 10) / 10;
  if (view.svg) placeNames(view.svg, view.svg.overlay.size[0] / w, new Set(), view.family);
}

// The share of the picture at the middle of the view; share is how much of it the view shows.
function keepIn(centre, share) {
  return share >= 1 ? 0.5 : Math.min(1 - share / 2, Math.max(share / 2, centre));
}

function look(view, zoom, cx, cy) {
  if (!view.img) return;
  const [width, height] = sizeOf(view);
  const fit = Math.min(view.box.clientWidth / width, view.box.clientHeight / height);
  view.zoom = Math.min(Math.max(1, MOST_ZOOM / fit), Math.max(1, zoom));
  [view.cx, view.cy] = [cx, cy];
  lay(view);
}

// Zooms so that the point under the pointer stays where it is.
function zoomBy(view, factor, event) {
  const box = view.stage.getBoundingClientRect(), frame = view.box.getBoundingClientRect();
  const x = event ? event.clientX : frame.left + frame.width / 2, y = event ? event.clientY : frame.top + frame.height / 2;
  const u = (x - box.left) / box.width, v = (y - box.top) / box.height, before = view.zoom;
  look(view, before * factor, view.cx, view.cy);
  const grown = view.zoom / before;
  look(view, view.zoom, u + (frame.left + frame.width / 2 - x) / (box.width * grown), v + (frame.top + frame.height / 2 - y) / (box.height * grown));
}

function moveBy(view, dx, dy) {
  const box = view.stage.getBoundingClientRect();
  look(view, view.zoom, view.cx - dx / box.width, view.cy - dy / box.height);
}

function drag(view, event) {
  const before = view.fingers.get(event.pointerId);
  if (!before) return;
  const other = [...view.fingers.values()].find(finger => finger.pointerId !== event.pointerId);
  view.fingers.set(event.pointerId, event);
  if (!other) return moveBy(view, event.clientX - before.clientX, event.clientY - before.clientY);
  const gap = finger => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY);
  zoomBy(view, gap(event) / Math.max(1, gap(before)), event);
}

// A window of grey values: what lies at the centre (0..1) becomes middle grey, and slope is how fast it rises there.
// contrast(k) of CSS is (x - .5) k + .5, brightness(b) is b x, and each cuts off at 0 and 1: in this order nothing is
// cut that the window itself would not cut.
function windowFilter({ brightness, contrast }) {
  if (!brightness && !contrast) return '';
  const slope = 2 ** contrast, centre = 0.5 - brightness / 2, gain = 1 + slope * (1 - 2 * centre);
  return centre <= 0.5 ? `contrast(${slope / gain}) brightness(${gain})` : `brightness(${1 / (2 * centre)}) contrast(${2 * centre * slope})`;
}

// The fourth number of a PNG's head says what its pixels are: 0 is grey.
function isGrey(bytes) {
  return bytes[0] === 0x89 && bytes[25] === 0;
}

function pictureOf(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
  const img = new Image();
  img.draggable = false;
  img.src = `data:image/png;base64,${btoa(text)}`;
  return img;
}
