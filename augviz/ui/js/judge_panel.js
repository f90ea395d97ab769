// What stands beside the picture: progress, the question, the verdict, and what was just said.

const KEYS = { reason: 'R', object: 'O', note: 'N', hide: 'H', undo: 'U', pause: 'P', blame: 'B', type: 'T' };

const WINDOW = [{ name: 'brightness', title: 'Brightness', less: 'D', more: 'L' }, { name: 'contrast', title: 'Contrast', less: 'X', more: 'C' }];

function press(parent, text, key, act, className = '') {
  const made = node('button', className, parent);
  made.type = 'button';
  node('span', 'words', made, text);
  if (key) node('kbd', '', made, key);
  made.onclick = act;
  return made;
}

function build(self) {
  const { root } = self;
  const head = node('div', 'head', root);
  self.count = node('span', 'count', head);
  self.saved = node('span', 'saving', head);
  self.saved.setAttribute('role', 'status');
  const acts = node('div', 'tools', head);
  self.undo = press(acts, 'Undo', KEYS.undo, () => undo(self));
  self.pause = press(acts, 'Pause', KEYS.pause, () => pause(self));
  self.bar = node('progress', '', root);
  self.bar.setAttribute('aria-label', 'Judged and stored');
  const desk = node('div', 'desk', root);
  self.left = node('div', 'pictures', desk);
  self.views = node('div', 'views', self.left);
  self.after = buildView(self.views, 'The picture to judge');
  self.before = buildView(self.views, 'Original');
  buildTools(self, node('div', 'tools lens', self.left));
  self.panel = node('div', 'panel', desk);
  self.shade = node('div', 'shade', desk);
  self.last = node('div', 'last', root);
  [self.after, self.before].forEach(view => (view.family = getComputedStyle(root).fontFamily));
  self.observer = new ResizeObserver(() => [self.after, self.before].forEach(lay));
  self.observer.observe(self.views);
}

function buildTools(self, bar) {
  press(bar, 'Smaller', '−', () => each(self, view => zoomBy(view, 1 / 1.5)));
  press(bar, 'Larger', '+', () => each(self, view => zoomBy(view, 1.5)));
  press(bar, 'Whole', '0', () => each(self, view => look(view, 1, 0.5, 0.5)));
  self.hide = press(bar, 'Objects', KEYS.hide, () => hide(self));
  self.window = node('span', 'window', bar);
  self.sliders = {};
  for (const { name, title, less, more } of WINDOW) {
    const label = node('label', '', self.window);
    node('span', '', label, title);
    node('kbd', '', label, less);
    const slider = node('input', '', label);
    Object.assign(slider, { type: 'range', min: -1, max: name === 'contrast' ? 3 : 1, step: 0.05, value: 0 });
    slider.oninput = () => setWindow(self, { [name]: Number(slider.value) });
    node('kbd', '', label, more);
    self.sliders[name] = slider;
  }
  self.plain = press(self.window, 'As it is', '', () => setWindow(self, { brightness: 0, contrast: 0 }));
}

function each(self, act) {
  [self.after, self.before].filter(view => !view.figure.hidden).forEach(act);
}

function setWindow(self, change) {
  Object.assign(self.grey, change);
  const filter = windowFilter(self.grey);
  [self.after, self.before].forEach(view => (view.stage.style.filter = filter));
  for (const name in self.sliders) self.sliders[name].value = self.grey[name];
  self.plain.disabled = !filter;
}

function heading(parent, text) {
  return node('h2', '', parent, text);
}

// First: what is it? Nothing is told.
function askLabel(self) {
  const { head, panel } = self, choices = node('div', 'choices');
  panel.replaceChildren();
  heading(panel, head.question);
  if (head.several && head.choices.length) node('p', 'hint', panel, 'Choose all that you see, then go on.');
  panel.append(choices);
  self.chosen = new Set();
  self.choices = head.choices.map((name, i) => {
    const made = press(choices, name, i < 9 ? String(i + 1) : '', () => choose(self, i), 'choice');
    if (head.several) made.setAttribute('aria-pressed', 'false');
    return made;
  });
  const row = node('label', 'field', panel);
  node('span', '', row, head.choices.length ? 'Something else' : 'Your label');
  const kbd = node('kbd', '', row, KEYS.type);
  self.typed = node('input', '', row);
  nameKey(kbd, self.typed, KEYS.type);
  Object.assign(self.typed, { type: 'text', maxLength: 2000, autocomplete: 'off' });
  self.typed.onkeydown = event => {
    if (event.key === 'Enter') giveLabel(self, self.typed.value);
    if (event.key === 'Escape') self.root.focus({ preventScroll: true });
    event.stopPropagation();
  };
  self.go = press(panel, '', 'Enter', () => giveLabel(self, self.typed.value), 'go');
  self.typed.oninput = () => nameGo(self);
  nameGo(self);
}

// The key that leads into a field; in it, the one that leads out again: all others are letters there.
function nameKey(kbd, field, key) {
  field.onfocus = () => (kbd.textContent = 'Esc');
  field.onblur = () => (kbd.textContent = key);
}

function nameGo(self) {
  const has = self.chosen.size || self.typed.value.trim();
  self.go.firstChild.textContent = has ? 'Go on' : self.head.several && self.head.choices.length ? 'I see none of these' : 'I cannot say';
}

function choose(self, i) {
  if (i >= self.head.choices.length || self.paused) return;
  const name = self.head.choices[i];
  if (!self.head.several) return giveLabel(self, name);
  self.chosen.has(name) ? self.chosen.delete(name) : self.chosen.add(name);
  self.choices[i].setAttribute('aria-pressed', String(self.chosen.has(name)));
  self.choices[i].scrollIntoView({ block: 'nearest' });
  nameGo(self);
}

// Then: is it still what is stored?
function askVerdict(self, item, called) {
  const { head, panel } = self;
  panel.replaceChildren();
  heading(panel, item.label ? 'Would you still give it the stored label?' : 'Would you still give it the label of the original?');
  const said = node('dl', 'labels', panel);
  for (const [term, text] of [['You said', called || 'nothing'], ['Stored label', item.label || 'none']]) {
    node('dt', '', said, term);
    node('dd', '', said, text);
  }
  const verdicts = node('div', 'verdicts', panel);
  for (const row of head.scale) {
    const made = press(verdicts, row.title, row.key, () => giveVerdict(self, row.answer), 'verdict');
    made.dataset.answer = row.answer;
    made.title = row.means;
  }
  node('p', 'hint', panel, 'If you like, say more before you press one:');
  self.reason = select(panel, 'Why', KEYS.reason, [['', 'No reason'], ...head.reasons.map(text => [text, text])]);
  self.object = item.objects.length ? select(panel, 'Which object', KEYS.object, [['', 'The whole picture'], ...item.objects.map(([id, name], i) => [String(id), `${i + 1}. ${name}`])]) : null;
  if (self.object) self.object.onchange = () => light(self);
  const row = node('label', 'field', panel);
  node('span', '', row, 'Note');
  const kbd = node('kbd', '', row, KEYS.note);
  self.note = node('textarea', '', row);
  nameKey(kbd, self.note, KEYS.note);
  Object.assign(self.note, { rows: 2, maxLength: 2000 });
  self.note.onkeydown = event => {
    if (event.key === 'Escape' || (event.key === 'Enter' && !event.shiftKey)) {
      event.preventDefault();
      self.root.focus({ preventScroll: true });
    }
    event.stopPropagation();
  };
}

function select(parent, title, key, options) {
  const row = node('label', 'field', parent);
  node('span', '', row, title);
  node('kbd', '', row, key);
  const made = node('select', '', row);
  for (const [value, text] of options) {
    const option = node('option', '', made, text.length > 60 ? text.slice(0, 59) + '…' : text);
    option.value = value;
  }
  return made;
}

function nextOf(list) {
  if (!list) return;
  list.selectedIndex = (list.selectedIndex + 1) % list.options.length;
  if (list.onchange) list.onchange();
}

// The chosen object, a little stronger in both pictures.
function light(self) {
  const id = self.object && self.object.value;
  for (const view of [self.after, self.before])
    if (view.svg) view.svg.objects.forEach(([shape, , own]) => shape.classList.toggle('lit', id !== '' && String(own) === id));
}

// What was just said, and what had been done: only now, when it can no longer lead anybody.
function tellLast(self) {
  const { last } = self, said = self.given.get(self.lastPlace), item = self.items.get(self.lastPlace);
  last.replaceChildren();
  if (!said || !item) return;
  const title = self.head.scale.find(row => row.answer === said.answer).title;
  node('span', '', last, `Last picture: ${title}. `);
  const names = item.steps.map(([, text]) => text);
  node('span', '', last, names.length ? `What was done: ${names.join(', ')}.` : 'Nothing was done to it.');
  if (said.answer === 'same' || item.steps.length < 2) return;
  const blame = node('span', 'blame', last, 'Who is to blame?');
  node('kbd', '', blame, KEYS.blame);
  const ids = [...new Set(item.steps.map(([id]) => id))];
  for (const id of ids) {
    const made = press(blame, item.steps.find(([own]) => own === id)[1].split(' ')[0], '', () => blameStep(self, id), 'step');
    made.setAttribute('aria-pressed', String(said.step === id));
  }
}

function tellFar(self) {
  const { head } = self, total = head.order.length, stored = self.state.judged.length, waiting = self.box.pending.length;
  const done = judgedNow(self).size;
  self.bar.max = total;
  self.bar.value = stored;
  const minutes = Math.max(1, Math.ceil(self.state.seconds / 60));
  self.count.textContent = done < total ? `Picture ${done + 1} of ${total}, about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} left` : `All ${total} pictures judged`;
  self.root.dataset.stored = String(stored);
  self.root.dataset.waiting = String(waiting);
  self.saved.textContent = self.state.trouble || (self.late && waiting ? 'Not stored yet: no answer from the server. It is sent again and again.' : waiting ? 'Storing' : stored ? `${stored} stored` : '');
  self.saved.classList.toggle('alarm', Boolean(self.state.trouble || (self.late && waiting)));
  self.undo.disabled = lastPlace(self) === null;
}
