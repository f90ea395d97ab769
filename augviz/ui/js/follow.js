// The gallery follows the sliders of the page while they are dragged (augviz/ui/follow.py answers).
// A Streamlit slider tells its server nothing until it is let go, but its range inputs change with every move, and this
// component lives in the same document. Where nothing is found or nothing answers, the page works as it would without.

const SETTLE_MS = 1000; // a message of the page that is behind the slider is shown after this, whatever happens
const GIVE_UP = 3; // failures in a row after which nothing is asked until the page has sent something

function classOf(key) {
  return 'st-key-' + key.trim().replace(/[^a-zA-Z0-9_-]/g, '-');
}

function thumbsOf(slider) {
  return [...slider.querySelectorAll('input[type="range"]')].map(input => Number(input.value));
}

function sameNumbers(a, b) {
  return a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) < 1e-9);
}

function startFollowing(self) {
  Object.assign(self, { following: null, finger: null, epoch: 0, failures: 0, isAsking: false, held: null });
  self.eyes = new MutationObserver(records => {
    for (const { target } of records) noteSlider(self, target);
  });
  self.eyes.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['aria-valuetext'] });
  const cleanup = self.cleanup;
  self.cleanup = () => {
    self.eyes.disconnect();
    clearTimeout(self.settling);
    cleanup();
  };
}

function noteSlider(self, target) {
  if (!self.following || !target.closest) return;
  for (const key in self.following.sliders) {
    const slider = target.closest('.' + classOf(key));
    if (!slider) continue;
    const thumbs = thumbsOf(slider);
    const last = self.finger && self.finger.key === key ? self.finger.thumbs : self.following.sliders[key];
    if (sameNumbers(thumbs, last)) return;
    self.finger = { key, slider, thumbs, at: performance.now() };
    ask(self);
    return;
  }
}

// One question at a time; what has moved in between is asked next, and only the newest.
async function ask(self) {
  if (self.isAsking || self.failures >= GIVE_UP) return;
  self.isAsking = true;
  self.root.dataset.asking = '';
  let asked = null;
  while (self.finger && self.finger !== asked && self.failures < GIVE_UP) {
    asked = self.finger;
    const epoch = self.epoch;
    const head = await nextFrame(self, asked);
    self.failures = head ? 0 : self.failures + 1;
    // What the page itself has sent since then is newer.
    if (!head || epoch !== self.epoch || !self.head) continue;
    self.root.dataset.ahead = ''; // of the page, which learns of it when the slider is let go
    await paint(self, { ...self.head, tiles: head.tiles }, dressGallery);
  }
  self.isAsking = false;
  delete self.root.dataset.asking;
}

async function nextFrame(self, { key, thumbs }) {
  const body = JSON.stringify({ token: self.following.token, slider: key, thumbs, tiles: self.cells.map(cell => cell.key || '') });
  try {
    const answer = await fetch(new URL('augviz/follow', document.baseURI), { method: 'POST', body });
    return answer.ok ? unpack(new Uint8Array(await answer.arrayBuffer())) : null;
  } catch {
    return null;
  }
}

// A message of the page. It is kept back while the slider has already gone further than what it shows: the next one is on
// its way then, and to show this one would be a step back under the finger.
function receive(self, head) {
  self.following = head.following || null;
  self.failures = 0;
  clearTimeout(self.settling);
  self.held = null;
  if (isBehind(self)) {
    self.held = head;
    self.settling = setTimeout(() => settle(self), SETTLE_MS);
    return;
  }
  showSettled(self, head);
}

function showSettled(self, head) {
  self.epoch++;
  self.finger = null;
  delete self.root.dataset.ahead;
  paint(self, head, dressGallery);
}

function isBehind({ following, finger }) {
  if (!following || !finger || !finger.slider.isConnected || !(finger.key in following.sliders)) return false;
  return !sameNumbers(thumbsOf(finger.slider), following.sliders[finger.key]);
}

function settle(self) {
  const { slider, at } = self.finger;
  if (slider.isConnected && slider.querySelector('[data-dragging]') || performance.now() - at < SETTLE_MS) {
    self.settling = setTimeout(() => settle(self), SETTLE_MS);
    return;
  }
  showSettled(self, self.held);
}
