// The picture after each step, in a row that scrolls sideways.

const SIGNS = { fired: '●', 'not fired': '○', failed: '✕', 'label survives': '●', 'label fails': '✕' };

function buildStrip(self) {
  buildSwitches(self);
  self.list = element('ol', 'strip', self.root);
  self.list.setAttribute('role', 'list');
  roving(self.list, () => self.cells.map(cell => cell.button), false);
}

function buildFrame(self, list, place) {
  const cell = buildTile(self, list, place);
  cell.state = element('span', 'state', cell.text);
  cell.line = element('span', 'line', cell.text);
  return cell;
}

function dressStrip(self, head) {
  keepCells(self, self.list, head.tiles.length, buildFrame);
  modelRatio(self.list, head);
  head.tiles.forEach((tile, i) => {
    const cell = self.cells[i];
    dressTile(cell, tile);
    cell.button.dataset.state = tile.original ? 'original' : tile.state;
    cell.state.textContent = tile.original ? '' : `${SIGNS[tile.state]} ${tile.state}`;
    cell.line.textContent = tile.line;
  });
}

export default function (component) {
  const self = instanceOf(component, buildStrip);
  if (self.data !== component.data) {
    self.data = component.data;
    paint(self, unpack(component.data), dressStrip);
  }
  return self.cleanup;
}
