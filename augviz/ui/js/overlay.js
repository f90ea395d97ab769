// Draws an overlay (augviz/overlay/shapes.py, Overlay.to_json) as SVG over a picture.
// Shapes count in pixels of the sample; strokes and names keep their size on the screen.

const SVG = 'http://www.w3.org/2000/svg';
const CHIP = 15; // height of a name in CSS pixels
const FONT = '600 11px ';

function svgNode(tag, attributes, parent) {
  const node = document.createElementNS(SVG, tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  if (parent) parent.append(node);
  return node;
}

function ringsPath(rings) {
  return rings.map(ring => 'M' + ring.join(' ') + 'Z').join('');
}

function boxPath([x1, y1, x2, y2]) {
  return `M${x1} ${y1}H${x2}V${y2}H${x1}Z`;
}

// Which layers an overlay has.
function layersOf(overlay) {
  if (!overlay) return [];
  const found = [];
  if (overlay.boxes.length) found.push('boxes');
  if (overlay.outlines.length || overlay.regions.length) found.push('masks');
  if (overlay.points.length) found.push('keypoints');
  if (found.length) found.push('names');
  return found;
}

// A new <svg> for this overlay. Objects are [shape, text, id] in svg.objects, names to place in svg.marks.
function drawOverlay(overlay, palette, rasterUrl) {
  const [width, height] = overlay.size;
  const svg = svgNode('svg', { viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', preserveAspectRatio: 'xMidYMid meet' });
  svg.overlay = overlay;
  svg.palette = palette;
  svg.objects = [];
  const areas = new Map();
  const masks = svgNode('g', { class: 'masks' }, svg);
  if (rasterUrl) svgNode('image', { href: rasterUrl, width, height, preserveAspectRatio: 'none', class: 'raster' }, masks);
  for (const [name, colour, , , rings] of overlay.regions)
    if (rings.length) svgNode('path', { d: ringsPath(rings), fill: palette[colour][0], stroke: palette[colour][0] }, masks);
  for (const [name, colour, id, area, rings] of overlay.outlines) {
    const shape = svgNode('path', { d: ringsPath(rings), fill: palette[colour][0], stroke: palette[colour][0] }, masks);
    areas.set(id, `${area.toLocaleString('en')} px`);
    svg.objects.push([shape, `${overlay.names[name]}, ${areas.get(id)}`, id]);
  }
  const boxes = svgNode('g', { class: 'boxes' }, svg);
  svgNode('path', { class: 'casing', d: overlay.boxes.map(boxPath).join('') }, boxes);
  for (const [x1, y1, x2, y2, name, colour, id] of overlay.boxes) {
    const shape = svgNode('path', { d: boxPath([x1, y1, x2, y2]), stroke: palette[colour][0] }, boxes);
    const sides = `${overlay.names[name]}, ${round(x2 - x1)} × ${round(y2 - y1)} px`;
    svg.objects.push([shape, areas.has(id) ? `${sides}, mask of ${areas.get(id)}` : sides, id]);
  }
  const points = svgNode('g', { class: 'keypoints' }, svg);
  for (const [x, y, name, colour, id, visible] of overlay.points) {
    const at = svgNode('g', { class: 'at', style: `transform:translate(${x}px,${y}px) scale(var(--k))` }, points);
    const shape = svgNode('circle', { r: 4, fill: visible ? palette[colour][0] : 'none', stroke: visible ? '#fff' : palette[colour][0] }, at);
    svg.objects.push([shape, `${overlay.names[name]} at ${round(x)}, ${round(y)}`, id]);
  }
  svg.nameGroup = svgNode('g', { class: 'names' }, svg);
  return svg;
}

function round(value) {
  return Math.round(value * 10) / 10;
}

// Every name with the place where it wants to stand and the layer it belongs to; objects that have a box are named once.
function marksOf(overlay, hidden) {
  const marks = [];
  const named = new Set();
  if (!hidden.has('boxes'))
    for (const [x, y, x2, y2, name, colour, id] of overlay.boxes) {
      named.add(id);
      marks.push({ x, y, wide: x2 - x, name, colour });
    }
  if (!hidden.has('masks')) {
    for (const [name, colour, id, , rings] of overlay.outlines)
      if (!named.has(id)) {
        const xs = rings[0].filter((_, i) => !(i % 2)), x = Math.min(...xs);
        marks.push({ x, y: Math.min(...rings[0].filter((_, i) => i % 2)), wide: Math.max(...xs) - x, name, colour });
      }
    for (const [name, colour, x, y] of overlay.regions) marks.push({ x, y, name, colour, centred: true });
  }
  if (!hidden.has('keypoints'))
    for (const [x, y, name, colour] of overlay.points) marks.push({ x, y, name, colour, beside: true });
  return marks;
}

const textWidths = new Map();
const ruler = document.createElement('canvas').getContext('2d');

function textWidth(text, font) {
  const key = font + text;
  if (!textWidths.has(key)) {
    if (textWidths.size > 5000) textWidths.clear();
    ruler.font = font;
    textWidths.set(key, Math.ceil(ruler.measureText(text).width) + 8);
  }
  return textWidths.get(key);
}

// Puts the names where they fit: k is pixels of the sample in one CSS pixel. A name that would cover another is left out.
function placeNames(svg, k, hidden, family) {
  svg.style.setProperty('--k', k);
  const { overlay, palette, nameGroup } = svg;
  const taken = [];
  const chips = [];
  const [width, height] = overlay.size.map(side => side / k);
  if (!hidden.has('names')) {
    const labels = overlay.names.map(name => labelOf(name, width, FONT + family));
    for (const mark of sparing(marksOf(overlay, hidden), labels, k)) {
      const { text, w } = labels[mark.name];
      const spot = spotOf(mark, k, w, width, height);
      if (taken.some(t => spot.x < t.x + t.w && t.x < spot.x + w && spot.y < t.y + CHIP && t.y < spot.y + CHIP)) continue;
      taken.push({ ...spot, w });
      if (taken.length > 80) break;
      chips.push(chipNode(spot, k, w, text, palette[mark.colour]));
    }
  }
  nameGroup.replaceChildren(...chips);
}

// A name as it is shown, no wider than the picture.
function labelOf(name, width, font) {
  let most = 24;
  const letters = Array.from(name);  // whole characters: an emoji is two units long
  let text = letters.length > most ? letters.slice(0, most - 1).join('') + '…' : name;
  while (most > 2 && textWidth(text, font) > width) text = letters.slice(0, (most -= 2) - 1).join('') + '…';
  return { text, w: textWidth(text, font) };
}

// Where most objects of a class are narrower than its name, the name is said once: 24 times "coin" would hide the coins.
function sparing(marks, labels, k) {
  const fits = labels.map(() => 0);
  for (const mark of marks) if ('wide' in mark) fits[mark.name] += mark.wide / k < labels[mark.name].w ? -1 : 1;
  const said = new Set();
  return marks.filter(mark => !('wide' in mark) || fits[mark.name] >= 0 || (!said.has(mark.name) && said.add(mark.name)));
}

// In CSS pixels: above the object when there is room, else inside it, and always inside the picture.
function spotOf(mark, k, w, width, height) {
  let x = mark.x / k - (mark.centred ? w / 2 : mark.beside ? -7 : 1);
  let y = mark.y / k - (mark.centred || mark.beside ? CHIP / 2 : CHIP);
  if (y < 0 && !mark.centred && !mark.beside) y = mark.y / k;
  if (mark.beside && x + w > width) x = mark.x / k - w - 7;
  return { x: Math.max(0, Math.min(x, width - w)), y: Math.max(0, Math.min(y, height - CHIP)) };
}

function chipNode(spot, k, w, text, [colour, ink]) {
  const chip = svgNode('g', { class: 'at', style: `transform:translate(${spot.x * k}px,${spot.y * k}px) scale(var(--k))` });
  svgNode('rect', { width: w, height: CHIP, rx: 2, fill: colour }, chip);
  svgNode('text', { x: 4, y: 11, fill: ink }, chip).textContent = text;
  return chip;
}
