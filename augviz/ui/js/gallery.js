// A grid of tiles that open.

function buildGallery(self) {
  buildSwitches(self);
  self.list = element('ul', 'grid', self.root);
  self.list.setAttribute('role', 'list');
  roving(self.list, () => self.cells.map(cell => cell.button));
}

function dressGallery(self, head) {
  keepCells(self, self.list, head.tiles.length, buildTile);
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
