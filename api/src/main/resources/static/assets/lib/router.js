// The address decides which page there is; so reload, back and a shared link lead to the same.
import { announce } from './view.js';
import { face } from './direction.js';

const routes = [
  [/^\/$/, 'find-page', () => import('../pages/find.js')],
  [/^\/events\/([^/]+)$/, 'event-page', () => import('../pages/event.js')],
  [/^\/events\/([^/]+)\/seats$/, 'seats-page', () => import('../pages/seats.js')],
  [/^\/bookings\/([^/]+)$/, 'booking-page', () => import('../pages/booking.js')],
  [/^\/tickets$/, 'tickets-page', () => import('../pages/tickets.js')],
  [/^\/login$/, 'login-page', () => import('../pages/account.js')],
  [/^\/register$/, 'register-page', () => import('../pages/account.js')],
  [/^\/organize$/, 'organize-page', () => import('../pages/organize.js')],
  [/^\/organize\/venues\/([^/]+)$/, 'venue-page', () => import('../pages/venue.js')],
  [/^\/organize\/performers\/([^/]+)$/, 'performer-page', () => import('../pages/performer.js')],
  [/^\/organize\/projections$/, 'projections-page', () => import('../pages/projections.js')],
  [/^\/organize\/events\/([^/]+)$/, 'show-page', () => import('../pages/show.js')],
  [/^\/organize\/events\/([^/]+)\/playback$/, 'playback-page', () => import('../pages/playback.js')],
];

let shown = null;
let going = 0;

/** Where somebody wanted to go when they had to log in first. */
export const backFrom = path => `?back=${encodeURIComponent(path)}`;

/** Only addresses of our own: a link must not send anybody elsewhere after logging in. */
export function safeBack(search) {
  const back = new URLSearchParams(search).get('back') ?? '/';
  const url = new URL(back, location.origin);
  return url.origin === location.origin && url.pathname !== '/login' && url.pathname !== '/register'
    ? url.pathname + url.search : '/';
}

export function go(path, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, '', path);
  } else {
    history.pushState(null, '', path);
  }
  return show();
}

/** Tells the address of what is shown already, without going anywhere. */
export function amend(path) {
  history.replaceState(history.state, '', path);
  shown = location.pathname + location.search;
}

export function title(text) {
  document.title = text ? `${text} · Ticketing` : 'Ticketing';
}

async function show({ restored = false } = {}) {
  const turn = ++going;
  const main = document.getElementById('page');
  shown = location.pathname + location.search;
  face();
  const found = routes.map(([pattern, tag, load]) => ({ match: pattern.exec(location.pathname), tag, load })).find(route => route.match);
  let page;
  if (found) {
    try {
      await found.load();
    } catch {
      if (turn === going) {
        main.replaceChildren(notice('This page could not be loaded. Check your connection and reload.'));
      }
      return;
    }
    page = document.createElement(found.tag);
    page.params = found.match.slice(1).map(decodeURIComponent);
  } else {
    title('Nothing here');
    page = notice('There is nothing at this address.');
  }
  if (turn !== going) {
    return;
  }
  main.replaceChildren(page);
  dispatchEvent(new Event('shown'));
  if (!restored) {
    scrollTo(0, 0);
  }
  if (!document.activeElement || document.activeElement === document.body || !document.contains(document.activeElement)) {
    main.focus({ preventScroll: true });
  }
}

function notice(text) {
  const paragraph = document.createElement('p');
  paragraph.className = 'empty';
  paragraph.textContent = text;
  return paragraph;
}

export function start() {
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    const link = event.target.closest?.('a[href]');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin
        || link.pathname.startsWith('/docs') || (link.hash && link.pathname === location.pathname)) {
      return;
    }
    event.preventDefault();
    link.blur();
    go(link.pathname + link.search).then(() => announce(document.title));
  });
  addEventListener('popstate', () => {
    if (location.pathname + location.search !== shown) {
      show({ restored: true });
    }
  });
  return show();
}
