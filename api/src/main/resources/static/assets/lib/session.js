// Who is logged in. The access token lives in this page's memory alone; the refresh token in a cookie that no script can read. All tabs share it.
import { Problem } from './problem.js';

const HINT = 'ticketing.session';
const EARLY_MS = 60_000;

const channel = 'BroadcastChannel' in window ? new BroadcastChannel('ticketing') : null;

class Session extends EventTarget {
  user = null;
  #token = null;
  #refreshAt = 0;
  #refreshing = null;
  #begun = null;

  constructor() {
    super();
    channel?.addEventListener('message', ({ data }) => {
      if (data === 'session') {
        this.#forget();
        this.#begun = null;
        this.begun();
      } else if (data === 'bookings') {
        this.dispatchEvent(new Event('bookings'));
      }
    });
  }

  /** Settled once it is known whether somebody is logged in. */
  begun() {
    this.#begun ??= this.#restore();
    return this.#begun;
  }

  async #restore() {
    if (hint()) {
      try {
        await this.refresh();
      } catch {
        // Without a network nobody is logged in until there is one.
      }
    }
    this.#changed();
  }

  has(role) {
    return this.user?.roles.includes(role) ?? false;
  }

  /** The token to send, a new one where it is about to end; null if nobody is logged in. */
  async token() {
    await this.begun();
    if (this.#token && performance.now() > this.#refreshAt) {
      await this.refresh();
    }
    return this.#token;
  }

  /** Gets the next access token; many who ask at once get the same. */
  refresh() {
    this.#refreshing ??= this.#refresh().finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  async #refresh() {
    const answer = await fetch('/session/refresh', { method: 'POST', keepalive: true });
    if (answer.status === 200) {
      this.#take(await answer.json());
      return true;
    }
    if (answer.status === 204 || answer.status === 401) {
      const was = this.user;
      this.#forget();
      hint(false);
      if (was) {
        this.#changed();
      }
    }
    return false;
  }

  async login(email, password) {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (!answer.ok) {
      throw await Problem.of(answer);
    }
    this.#take(await answer.json());
    hint(true);
    this.#begun = Promise.resolve();
    this.#changed();
    channel?.postMessage('session');
  }

  async logout() {
    await fetch('/session/end', { method: 'POST', keepalive: true });
    this.#forget();
    hint(false);
    try {
      sessionStorage.clear();
    } catch {
      // Nothing was kept then.
    }
    this.#changed();
    channel?.postMessage('session');
  }

  /** Tells the other tabs that bookings have changed. */
  tellBookings() {
    channel?.postMessage('bookings');
    this.dispatchEvent(new Event('bookings'));
  }

  #take({ accessToken, expiresIn, user }) {
    this.#token = accessToken;
    this.#refreshAt = performance.now() + Math.max(expiresIn * 500, expiresIn * 1000 - EARLY_MS);
    this.user = user;
  }

  #forget() {
    this.#token = null;
    this.user = null;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Whether it is worth while to ask: visitors who never logged in are not to cost a request each. */
function hint(value) {
  try {
    if (value === undefined) {
      return localStorage.getItem(HINT) !== null;
    }
    if (value) {
      localStorage.setItem(HINT, '1');
    } else {
      localStorage.removeItem(HINT);
    }
  } catch {
    return true;
  }
  return value;
}

export const session = new Session();
