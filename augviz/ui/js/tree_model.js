// The pipeline's tree as the browser shows it until the server has answered; the same edits as augviz/pipeline/editing.py.
// A node is { id, label, title, kind, icon, p, share, enabled, error, kids }; only groups have kids.

function* everyNode(nodes) {
  for (const node of nodes) {
    yield node;
    if (node.kids) yield* everyNode(node.kids);
  }
}

function locate(nodes, id, parent = null) {
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    const found = node.id === id ? { node, parent, siblings: nodes, index } : node.kids && locate(node.kids, id, node);
    if (found) return found;
  }
  return null;
}

function anywhere(model, id) {
  return locate(model.steps, id) || locate(model.tail, id);
}

// In the order of the tree; a node whose group is among them goes with its group.
function topsOf(nodes, ids) {
  return nodes.flatMap(node => (ids.includes(node.id) ? [node] : node.kids ? topsOf(node.kids, ids) : []));
}

function nameOf(node) {
  return node.title || node.label;
}

function percent(share) {
  return `${Math.round(100 * share)}%`;
}

// Which part of the group's runs a child of a One of takes; null elsewhere.
function weightOf(node, parent) {
  if (!parent || parent.kind !== 'OneOf' || !node.enabled) return null;
  const total = parent.kids.reduce((sum, kid) => sum + (kid.enabled ? kid.p : 0), 0);
  return total ? node.p / total : 0;
}

function cut(model, nodes) {
  for (const node of nodes) {
    const { siblings, index } = locate(model.steps, node.id);
    siblings.splice(index, 1);
  }
}

function copyOf(node, made) {
  return { ...node, id: made.shift(), kids: node.kids && node.kids.map(kid => copyOf(kid, made)) };
}

const APPLY = {
  open(model, { ids }) {
    model.open = ids.length && anywhere(model, ids[0]) ? ids[0] : '';
  },
  move(model, { ids, parent, index }) {
    const moved = topsOf(model.steps, ids);
    const into = parent && locate(model.steps, parent);
    if (!moved.length || (parent && !(into && into.node.kids))) return;
    if ([...everyNode(moved)].some(node => node.id === parent)) return;
    const list = into ? into.node.kids : model.steps;
    const anchor = list.slice(index).find(node => !moved.includes(node));
    cut(model, moved);
    list.splice(anchor ? list.indexOf(anchor) : list.length, 0, ...moved);
  },
  group(model, { ids, kind, made }) {
    const members = topsOf(model.steps, ids);
    if (!members.length) return;
    const { siblings, index } = locate(model.steps, members[0].id);
    const hole = (siblings[index] = { id: made[0], kids: [] });
    cut(model, members.slice(1));
    Object.assign(hole, { label: model.kinds[kind].label, icon: model.kinds[kind].icon, title: '', kind, p: 1, enabled: true });
    hole.kids = members;
    model.open = hole.id;
  },
  ungroup(model, { ids }) {
    for (const id of ids) {
      const found = locate(model.steps, id);
      if (found && found.node.kids) found.siblings.splice(found.index, 1, ...found.node.kids);
    }
  },
  switch(model, { ids }) {
    const nodes = ids.map(id => anywhere(model, id)).filter(Boolean).map(found => found.node);
    const isOn = nodes.some(node => node.enabled);
    for (const node of nodes) node.enabled = !isOn;
  },
  duplicate(model, { ids, made }) {
    const left = [...made];
    for (const node of topsOf(model.steps, ids)) {
      const { siblings, index } = locate(model.steps, node.id);
      siblings.splice(index + 1, 0, copyOf(node, left));
    }
    if (made.length) model.open = made[0];
  },
  rename(model, { ids, title }) {
    const found = anywhere(model, ids[0]);
    if (found) found.node.title = title.trim().slice(0, 60);
  },
  remove(model, { ids }) {
    for (const id of ids) {
      const found = anywhere(model, id);
      if (found) found.siblings.splice(found.index, 1);
    }
  },
};

function applyEdit(model, edit) {
  APPLY[edit.act](model, edit);
  if (model.open && !anywhere(model, model.open)) model.open = '';
}

// What the toolbar and the keys can do with what is chosen: an edit, or null where nothing fits.
function offers(model, ids) {
  const tops = topsOf(model.steps, ids);
  const chosen = ids.filter(id => anywhere(model, id));
  const inTail = chosen.some(id => locate(model.tail, id));
  const can = { switch: chosen.length && { act: 'switch' }, remove: chosen.length && { act: 'remove' } };
  can.rename = chosen.length === 1 && { act: 'rename' };
  if (!tops.length || inTail) return can;
  const first = locate(model.steps, tops[0].id);
  const last = locate(model.steps, tops.at(-1).id);
  const before = first.siblings[first.index - 1];
  const to = (parent, index) => ({ act: 'move', parent: parent && parent.id, index });
  can.group = { act: 'group' };
  can.duplicate = { act: 'duplicate' };
  can.ungroup = tops.every(node => node.kids) && { act: 'ungroup' };
  can.up = before && to(first.parent, first.index - 1);
  can.down = last.index + 1 < last.siblings.length && to(last.parent, last.index + 2);
  can.into = before && before.kids && to(before, before.kids.length);
  if (first.parent) {
    const outer = locate(model.steps, first.parent.id);
    can.out = to(outer.parent, outer.index + 1);
  }
  return can;
}

// What happened, for those who do not see it.
function sentenceOf(model, edit, names) {
  const what = names.length > 2 ? `${names.length} steps` : names.join(' and ');
  const done = {
    ungroup: 'ungrouped', duplicate: 'duplicated', remove: 'removed', group: 'put into a group',
    rename: `renamed to ${edit.title || 'its own name'}`,
  };
  if (edit.act === 'open') return '';
  if (edit.act === 'switch') return `${what} switched ${anywhere(model, edit.ids[0]).node.enabled ? 'on' : 'off'}`;
  if (edit.act !== 'move') return `${what} ${done[edit.act]}`;
  const { index, siblings, parent } = locate(model.steps, edit.ids[0]);
  return `${what} moved to place ${index + 1} of ${siblings.length}${parent ? ` in ${nameOf(parent)}` : ''}`;
}
