// The seats that are being held for whoever is logged in: the server's word, asked again whenever it may have changed, never this browser's memory.
import { mine } from './api.js';
import { session } from './session.js';

const SOON = 60;
const LATEST_ASK = 30_000;

class Holds extends EventTarget {
  list = [];
  #timer = null;
  #askedAt = 0;
  #warned = new Set();

  start() {
    session.addEventListener('change', () => this.refresh());
    session.addEventListener('bookings', () => this.refresh());
    addEventListener('online', () => this.refresh());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && performance.now() - this.#askedAt > 2_000) {
        this.refresh();
      }
    });
  }

  async refresh() {
    if (!session.user || !session.has('CUSTOMER')) {
      this.#take([]);
      return;
    }
    this.#askedAt = performance.now();
    try {
      const { bookings } = await mine('/v1/bookings?limit=20');
      this.#take(bookings.filter(booking => booking.status === 'RESERVED' && booking.expiresInSeconds > 0));
    } catch {
      // What was known stays known; it is asked again when there is a connection.
    }
  }

  #take(bookings) {
    this.list = bookings.map(withEnd);
    clearInterval(this.#timer);
    if (this.list.length > 0) {
      this.#timer = setInterval(() => this.#tick(), 1_000);
    }
    this.dispatchEvent(new Event('change'));
  }

  #tick() {
    const ended = this.list.filter(booking => secondsLeft(booking) <= 0);
    for (const booking of this.list) {
      const left = secondsLeft(booking);
      if (left > 0 && left <= SOON && !this.#warned.has(booking.bookingId)) {
        this.#warned.add(booking.bookingId);
        this.dispatchEvent(new CustomEvent('soon', { detail: booking }));
      }
    }
    this.dispatchEvent(new Event('tick'));
    if (ended.length > 0 || performance.now() - this.#askedAt > LATEST_ASK) {
      this.list = this.list.filter(booking => secondsLeft(booking) > 0);
      this.refresh();
    }
  }
}

/** When it ends by this browser's steady clock: what its calendar says may be wrong by hours. */
export function withEnd(booking) {
  return { ...booking, endsAt: performance.now() + booking.expiresInSeconds * 1000 };
}

export const secondsLeft = booking => Math.max(0, (booking.endsAt - performance.now()) / 1000);

export const holds = new Holds();
