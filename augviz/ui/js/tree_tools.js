// The bar of buttons above the step tree, and the menu of the kinds of group.

const TOOLS = [
  ['group', 'Group', 'Ctrl+G', 'ad_group'],
  ['ungroup', 'Ungroup', 'Ctrl+Shift+G', 'ad_group_off'],
  ['up', 'Up', 'Alt+Up', 'arrow_upward'],
  ['down', 'Down', 'Alt+Down', 'arrow_downward'],
  ['into', 'Into the group above', 'Alt+Right', 'format_indent_increase'],
  ['out', 'Out of its group', 'Alt+Left', 'format_indent_decrease'],
  ['switch', 'Switch off', 'O', 'visibility_off'],
  ['duplicate', 'Duplicate', 'Ctrl+D', 'content_copy'],
  ['rename', 'Rename', 'F2', 'edit'],
  ['remove', 'Remove', 'Delete', 'delete'],
];

function buildTools(self) {
  self.tools.setAttribute('role', 'toolbar');
  self.tools.setAttribute('aria-label', 'Change what is selected');
  self.buttons = {};
  for (const [name, label, keys, symbol] of TOOLS) {
    const button = (self.buttons[name] = element('button', '', self.tools));
    button.type = 'button';
    button.tabIndex = name === 'group' ? 0 : -1;
    Object.assign(button.dataset, { label, keys });
    icon(symbol, button);
    button.onclick = () => button.ariaDisabled !== 'true' && (name === 'group' ? openMenu(self) : act(self, name));
  }
  self.buttons.group.setAttribute('aria-haspopup', 'menu');
  arrows(self.tools, 'ArrowLeft', 'ArrowRight');
}

// One tab stop for all buttons of a bar or menu.
function arrows(bar, back, on) {
  bar.addEventListener('keydown', event => {
    const items = [...bar.querySelectorAll('button')];
    const step = { [back]: -1, [on]: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const now = items.indexOf(event.target);
    const next = items[(now + step + items.length) % items.length];
    items.forEach(item => (item.tabIndex = item === next ? 0 : -1));
    next.focus();
  });
}

function openMenu(self) {
  if (self.menu) return self.closeMenu();
  const menu = (self.menu = element('div', 'menu', self.root));
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', 'Kind of group');
  for (const kind in self.model.kinds) {
    const item = element('button', '', menu);
    item.type = 'button';
    item.setAttribute('role', 'menuitem');
    icon(self.model.kinds[kind].icon, item);
    element('span', '', item).textContent = self.model.kinds[kind].label;
    item.onclick = () => {
      self.closeMenu();
      act(self, 'group', { kind });
    };
  }
  arrows(menu, 'ArrowUp', 'ArrowDown');
  const outside = event => !event.composedPath().includes(menu) && !event.composedPath().includes(self.buttons.group) && self.closeMenu();
  self.closeMenu = () => {
    if (menu.contains(self.root.getRootNode().activeElement)) self.buttons.group.focus();
    menu.remove();
    self.menu = null;
    window.removeEventListener('pointerdown', outside, true);
  };
  window.addEventListener('pointerdown', outside, true);
  menu.addEventListener('keydown', event => {
    if (event.key !== 'Escape' && event.key !== 'Tab') return;
    event.stopPropagation();
    self.closeMenu();
  });
  menu.firstChild.focus();
}

function dressTools(self) {
  const ids = targets(self);
  const can = offers(self.model, ids);
  const allOff = ids.length && ids.every(id => !anywhere(self.model, id).node.enabled);
  self.buttons.switch.dataset.label = allOff ? 'Switch on' : 'Switch off';
  self.buttons.switch.firstChild.textContent = allOff ? 'visibility' : 'visibility_off';
  for (const name in self.buttons) {
    const button = self.buttons[name];
    button.setAttribute('aria-disabled', String(!can[name]));
    button.setAttribute('aria-label', button.dataset.label);
    button.title = `${button.dataset.label} (${button.dataset.keys})`;
  }
}
