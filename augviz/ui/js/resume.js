// The tab remembers which visit it is, so that a reload goes on with it (augviz/ui/resuming.py).

const STORE = 'augviz-visit';
const SECONDS = 30; // a page that is being reloaded asks the server within this

function setCookie(name, value, seconds) {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${name}=${value}; max-age=${seconds}; path=/; samesite=strict${secure}`;
}

// Private windows may refuse the store; a reload then finds the cookie only.
function stored(token) {
  try {
    const before = sessionStorage.getItem(STORE);
    if (token) sessionStorage.setItem(STORE, token);
    return before;
  } catch {
    return null;
  }
}

let token = '';
let cookie = '';
addEventListener('pagehide', () => token && setCookie(cookie, token, SECONDS));

export default function (component) {
  const { data, setStateValue } = component;
  if (data.token === token) return;
  ({ token, cookie } = data);
  setCookie(cookie, '', 0);
  const before = stored(token);
  if (before && before !== token && before !== data.takenUp) setStateValue('found', before);
}
