// Pairs of pictures, A left and B right; a pair opens as one.

function buildPairs(self) {
  buildSwitches(self);
  self.list = element('ul', 'grid pairs-grid', self.root);
  self.list.setAttribute('role', 'list');
  self.items = [];
  roving(self.list, () => self.items.map(item => item.button));
}

function buildPair(self, place) {
  const node = element('li', '', self.list);
  const button = element('button', 'tile pair', node);
  button.type = 'button';
  button.dataset.stop = '';
  button.tabIndex = place ? -1 : 0;
  button.onclick = () => self.emit('opened', place);
  const row = element('span', 'pair-row', button);
  const cells = ['A', 'B'].map(letter => buildHalf(self, row, letter));
  const text = element('span', 'text', button);
  const item = { node, button, cells, caption: element('span', 'caption', text), lines: element('span', 'lines', text) };
  self.items.push(item);
  self.cells.push(...cells);
}

function buildHalf(self, row, letter) {
  const box = element('span', 'cell', row);
  const cell = { box, frame: element('span', 'frame', box), badges: element('span', 'badges', box) };
  const mark = element('span', 'badge letter', box);
  mark.textContent = letter;
  mark.setAttribute('aria-hidden', 'true'); // the picture's own text begins with it
  self.observer.observe(box);
  return cell;
}

function dropPair(self) {
  const item = self.items.pop();
  self.cells.length -= 2;
  item.cells.forEach(cell => self.observer.unobserve(cell.box));
  item.node.remove();
}

function dressPairs(self, head) {
  while (self.items.length < head.pairs.length) buildPair(self, self.items.length);
  while (self.items.length > head.pairs.length) dropPair(self);
  if (self.items.length && !self.items.some(item => item.button.tabIndex === 0)) self.items[0].button.tabIndex = 0;
  modelRatio(self.list, head);
  head.pairs.forEach((pair, i) => dressPair(self.items[i], pair, head.tiles.slice(2 * i, 2 * i + 2)));
}

function dressPair(item, pair, tiles) {
  item.caption.textContent = pair.title;
  item.lines.replaceChildren(...pair.lines.map(line => {
    const node = element('span', '');
    node.textContent = line;
    return node;
  }));
  pair.selected ? item.button.setAttribute('aria-current', 'true') : item.button.removeAttribute('aria-current');
  tiles.forEach((tile, i) => {
    const words = [tile.badge, tile.overlay && tile.overlay.note].filter(Boolean);
    item.cells[i].badges.replaceChildren(...words.map(word => badgeNode(word, tile)));
  });
}

export default function (component) {
  const self = instanceOf(component, buildPairs);
  if (self.data !== component.data) {
    self.data = component.data;
    paint(self, unpack(component.data), dressPairs);
  }
  return self.cleanup;
}
