// A grid of tiles that open.

function buildGallery(self) {
  buildSwitches(self);
  self.list = element('ul', 'grid', self.root);
  self.list.setAttribute('role', 'list');
  roving(self.list, () => self.cells.map(cell => cell.button));
  self.list.addEventListener('keydown', event => {
    const at = self.cells.findIndex(cell => cell.button === event.target.closest('[data-stop]'));
    if (event.key.toLowerCase() === 'k' && at >= 0 && !event.ctrlKey && !event.metaKey && !event.altKey) pinAt(self, at);
  });
}

// A button beside the tile's own: one cannot stand inside the other.
function buildSample(self, list, place) {
  const cell = buildTile(self, list, place);
  cell.pin = element('button', 'pin', cell.item);
  cell.pin.type = 'button';
  cell.pin.tabIndex = -1;  // the key K does it from the tile
  cell.pin.onclick = () => pinAt(self, place);
  element('span', 'icon', cell.pin).textContent = 'keep';
  return cell;
}

function dressPin(cell, tile) {
  cell.pin.hidden = typeof tile.pinned !== 'boolean';
  if (cell.pin.hidden) return;
  const words = tile.pinned ? 'Let go of this sample' : 'Keep this sample in view';
  cell.pin.setAttribute('aria-pressed', String(tile.pinned));
  cell.pin.setAttribute('aria-label', `${words}: ${tile.caption}`);
  cell.pin.title = `${words} (K)`;
}

function pinAt(self, place) {
  const tile = self.head.tiles[place];
  if (tile && typeof tile.pinned === 'boolean') self.emit('pinned', place);
}

function dressGallery(self, head) {
  keepCells(self, self.list, head.tiles.length, buildSample);
  head.tiles.forEach((tile, i) => dressPin(self.cells[i], tile));
  modelRatio(self.list, head);
  self.list.style.setProperty('--columns', head.columns ? `repeat(${head.columns}, minmax(0, 1fr))` : '');
  head.tiles.forEach((tile, i) => dressTile(self.cells[i], tile));
}

export default function (component) {
  const self = instanceOf(component, buildGallery);
  if (!self.eyes) startFollowing(self);
  if (self.data !== component.data) {
    self.data = component.data;
    receive(self, unpack(component.data));
  }
  return self.cleanup;
}
