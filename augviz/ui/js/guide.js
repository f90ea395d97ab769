// What am I looking at, the keyboard shortcuts, and the first look around (augviz/ui/guide.py).

const STORE = 'augviz-tour-closed';
const guides = new WeakMap();
let closedHere = false; // where the browser keeps nothing, a closed tour stays closed as long as the page

function element(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

function button(parent, className, text, act) {
  const node = element('button', className, parent, text);
  node.type = 'button';
  node.onclick = act;
  return node;
}

function isClosed() {
  try {
    return localStorage.getItem(STORE) === 'yes';
  } catch {
    return closedHere;
  }
}

function keepClosed(isClosedNow) {
  closedHere = isClosedNow;
  try {
    isClosedNow ? localStorage.setItem(STORE, 'yes') : localStorage.removeItem(STORE);
  } catch {
    closedHere = isClosedNow;
  }
}

function build(root) {
  const self = { root };
  root.replaceChildren();
  const bar = element('div', 'bar', root);
  self.what = button(bar, '', 'What am I looking at?', () => explain(self));
  self.keys = button(bar, 'round', '?', () => list(self));
  self.keys.setAttribute('aria-label', 'Keyboard shortcuts');
  self.keys.title = 'Keyboard shortcuts (?)';
  for (const opener of [self.what, self.keys]) opener.setAttribute('aria-haspopup', 'dialog');
  self.explanation = panel(root);
  self.shortcuts = panel(root);
  self.tour = element('section', 'tour', root);
  self.tour.setAttribute('aria-label', 'A first look around');
  self.onKey = event => pressed(self, event);
  // While it is captured: the picture that is drawn on keeps its keys to itself.
  document.addEventListener('keydown', self.onKey, true);
  return self;
}

function panel(root) {
  const dialog = element('dialog', '', root);
  dialog.onclick = event => event.target === dialog && dialog.close();
  // The page's own keys are not for those who read.
  dialog.onkeydown = event => event.stopPropagation();
  const head = element('div', 'head', dialog);
  dialog.title_ = element('h2', '', head);
  dialog.title_.id = `guide-${root.querySelectorAll('dialog').length}`;
  dialog.setAttribute('aria-labelledby', dialog.title_.id);
  const close = button(head, 'round', '✕', () => dialog.close());
  close.setAttribute('aria-label', 'Close');
  dialog.body = element('div', 'body', dialog);
  dialog.body.tabIndex = 0; // so that the keyboard can scroll it
  return dialog;
}

function open(dialog, opener) {
  dialog.onclose = () => (dialog.body.replaceChildren(), opener.focus());
  if (!dialog.open) dialog.showModal();
  dialog.body.scrollTop = 0;
}

function pressed(self, event) {
  if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.composedPath()[0];
  if (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)) return;
  if (target.tagName === 'INPUT' && !['range', 'checkbox', 'radio'].includes(target.type)) return;
  event.preventDefault();
  event.stopPropagation();
  if (self.explanation.open) self.explanation.close();
  list(self);
}

// Made when it is opened and gone when it is closed: nobody finds the words of a closed window on the page.
function explain(self) {
  fillExplanation(self, self.data);
  open(self.explanation, self.what);
}

function list(self) {
  if (self.shortcuts.open) return;
  fillShortcuts(self, self.data);
  open(self.shortcuts, self.keys);
}

function fillExplanation({ explanation }, data) {
  explanation.title_.textContent = 'What am I looking at?';
  const lines = data.lines.map(line => element('p', '', null, line));
  const words = element('dl', '', null);
  for (const { term, text } of data.terms) {
    element('dt', '', words, term);
    element('dd', '', words, text);
  }
  explanation.body.replaceChildren(...lines, element('h3', '', null, 'The words of this page'), words);
}

function fillShortcuts(self, data) {
  self.shortcuts.title_.textContent = 'Keyboard shortcuts';
  const again = button(null, '', 'Show the tour again', () => {
    keepClosed(false);
    self.shortcuts.onclose = null;
    self.shortcuts.close();
    data.isFirst ? fillTour(self, data, true) : self.emit('go', data.first);
  });
  self.shortcuts.body.replaceChildren(
    ...data.here.map(group => tableOf(group)),
    again,
    element('h3', '', null, 'On other pages'),
    ...data.elsewhere.map(group => tableOf(group)),
  );
}

function tableOf({ head, rows }) {
  const table = element('table');
  element('caption', '', table, head);
  const body = element('tbody', '', table);
  for (const { keys, does } of rows) {
    const row = element('tr', '', body);
    const cell = element('th', '', row);
    cell.scope = 'row';
    keys.forEach((key, i) => {
      if (i) cell.append(' ');
      element('kbd', '', cell, key);
    });
    element('td', '', row, does);
  }
  return table;
}

function fillTour(self, data, isAsked) {
  const { tour } = self;
  tour.hidden = !data.isFirst || isClosed();
  tour.replaceChildren();
  if (tour.hidden) return;
  const list = element('ol', '', tour);
  for (const { text, file, link } of data.tour) {
    const item = element('li', '', list, text + ' ');
    if (file) button(item, 'link', link, () => self.emit('go', file)).setAttribute('role', 'link');
  }
  const close = button(tour, '', 'Close', () => {
    keepClosed(true);
    fillTour(self, data);
    self.what.focus();
  });
  close.setAttribute('aria-label', 'Close the tour');
  if (isAsked) close.focus();
}

export default function (component) {
  const root = component.parentElement.querySelector('.guide');
  let self = guides.get(root);
  if (!self) guides.set(root, (self = build(root)));
  self.emit = component.setTriggerValue;
  if (self.data !== component.data) {
    self.data = component.data;
    fillTour(self, self.data);
  }
  return () => {
    document.removeEventListener('keydown', self.onKey, true);
    guides.delete(root);
  };
}
