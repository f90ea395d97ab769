// Two pictures of one sample on top of each other: left of the handle A is seen, right of it B.

const STEP = 2; // share of the width in percent that an arrow key moves
const LEAP = 10;

function buildCurtain(self) {
  buildSwitches(self);
  self.heads = element('div', 'sides', self.root);
  self.names = ['A', 'B'].map(letter => sideName(self.heads, letter));
  self.view = element('div', 'view curtain-view', self.root);
  self.sides = ['a', 'b'].map(name => element('div', `cell side ${name}`, self.view));
  self.cells = self.sides.map(side => ({ frame: element('div', 'frame', side), badges: element('span', 'badges', side) }));
  self.handle = element('div', 'handle', self.view);
  element('span', 'grip', self.handle).textContent = '‹ ›';
  for (const [name, value] of Object.entries({ role: 'slider', tabindex: 0, 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-orientation': 'horizontal' }))
    self.handle.setAttribute(name, value);
  listen(self);
}

function sideName(parent, letter) {
  const line = element('span', 'side-name', parent);
  element('b', '', line).textContent = letter;
  return element('span', '', line);
}

function dressCurtain(self, head) {
  const sizes = head.tiles.map(tile => tile.size);
  const ratios = sizes.map(([width, height]) => width / height);
  self.root.style.setProperty('--view-ratio', Math.max(...ratios));
  self.titles = head.titles;
  head.tiles.forEach((tile, i) => {
    self.names[i].textContent = head.titles[i];
    const words = [tile.badge, tile.overlay && tile.overlay.note].filter(Boolean);
    self.cells[i].badges.replaceChildren(...words.map(word => badgeNode(word, tile)));
  });
  self.handle.setAttribute('aria-label', `Curtain between A, ${head.titles[0]}, and B, ${head.titles[1]}`);
  draw(self, self.at ?? 50);
  if (self.sample !== undefined && self.sample !== head.sample) bringIntoView(self);
  self.sample = head.sample;
}

// at: how much of A is seen, in percent of the width.
function draw(self, at) {
  self.at = Math.min(100, Math.max(0, at));
  self.sides[0].style.clipPath = `inset(0 ${100 - self.at}% 0 0)`;
  self.sides[1].style.clipPath = `inset(0 0 0 ${self.at}%)`;
  self.handle.style.left = `${self.at}%`;
  const seen = Math.round(self.at);
  self.handle.setAttribute('aria-valuenow', seen);
  self.handle.setAttribute('aria-valuetext', `${seen}% ${self.titles[0]}, ${100 - seen}% ${self.titles[1]}`);
}

function listen(self) {
  const { view, handle } = self;
  handle.onkeydown = event => press(self, event);
  view.onpointerdown = event => {
    if (event.button) return;
    event.preventDefault(); // no text selected, no picture dragged away
    view.setPointerCapture(event.pointerId);
    self.pointer = event.pointerId;
    handle.focus({ preventScroll: true });
    drawUnder(self, event);
  };
  view.onpointermove = event => event.pointerId === self.pointer && drawUnder(self, event);
  view.onpointerup = view.onpointercancel = () => (self.pointer = undefined);
}

function drawUnder(self, event) {
  const box = self.view.getBoundingClientRect();
  draw(self, (100 * (event.clientX - box.left)) / box.width);
}

function press(self, event) {
  const step = event.shiftKey ? LEAP : STEP;
  const to = {
    ArrowLeft: self.at - step, ArrowDown: self.at - step, ArrowRight: self.at + step, ArrowUp: self.at + step,
    PageDown: self.at - LEAP, PageUp: self.at + LEAP, Home: 0, End: 100,
  }[event.key];
  if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation(); // the page's own keys are for those who are not in here
  draw(self, to);
}

// A pair far down the list was opened.
function bringIntoView(self) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  self.root.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
}

export default function (component) {
  const self = instanceOf(component, buildCurtain);
  if (!self.ready) {
    self.ready = true;
    self.observer.observe(self.view);
  }
  if (self.data !== component.data) {
    self.data = component.data;
    paint(self, unpack(component.data), dressCurtain);
  }
  return self.cleanup;
}
