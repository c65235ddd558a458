import { View, html, nothing, announce } from '../lib/view.js';
import { call, mine } from '../lib/api.js';
import { once, finish, unanswered } from '../lib/once.js';
import { session } from '../lib/session.js';
import { holds, secondsLeft, withEnd } from '../lib/holds.js';
import { backFrom, go, title } from '../lib/router.js';
import { clock, money, plural } from '../lib/format.js';
import { whenOf } from './event.js';

const SOON = 60;

/** The sandbox's cards, which are Stripe's test methods. */
const CARDS = [
  ['pm_card_visa', 'Visa', '•••• 4242', 'Pays'],
  ['pm_card_mastercard', 'Mastercard', '•••• 4444', 'Pays'],
  ['pm_card_amex', 'American Express', '•••• 0005', 'Pays'],
  ['pm_card_authenticationRequired', 'Visa', '•••• 3184', 'Your bank asks whether it is you'],
  ['pm_card_chargeDeclined', 'Visa', '•••• 0002', 'Is declined'],
  ['pm_card_chargeDeclinedInsufficientFunds', 'Visa', '•••• 9995', 'Is declined: not enough money'],
];

const REASONS = {
  insufficient_funds: 'there is not enough money on it',
  expired_card: 'it has expired',
  generic_decline: 'your bank gave no reason',
  card_declined: 'your bank gave no reason',
  too_many_attempts: 'it was tried too often',
  superseded: 'another attempt took its place',
};

/** Paying for what is held. What the server says of the booking decides what is shown. */
class BookingPage extends View {
  params = [];
  booking = null;
  fault = null;
  refused = null;
  busy = '';
  method = CARDS[0][0];
  #timer = null;
  #warned = false;
  #ended = false;

  async started() {
    title('Your booking');
    this.listen(session, 'change', () => session.user || this.#login());
    this.listen(session, 'bookings', () => this.busy || this.#load());
    this.listen(window, 'online', () => this.busy || this.#load());
    this.listen(document, 'visibilitychange', () => document.visibilityState === 'visible' && !this.busy && this.#load());
    await session.begun();
    if (this.life.aborted) {
      return;
    }
    if (!session.user) {
      this.#login();
      return;
    }
    this.#timer = setInterval(() => this.#tick(), 500);
    await this.#load();
    for (const name of [this.#payName, this.#bankName]) {
      if (unanswered(name)) {
        // The page was left while a payment was under way: the same request again, with the same key.
        await this.#attempt('Going on with your payment…', () => finish(name));
      }
    }
  }

  ended() {
    clearInterval(this.#timer);
  }

  get #path() {
    return `/v1/bookings/${encodeURIComponent(this.params[0])}`;
  }

  get #payName() {
    return `pay:${this.params[0]}`;
  }

  get #bankName() {
    return `bank:${this.params[0]}`;
  }

  #login() {
    go(`/login${backFrom(location.pathname)}`, { replace: true });
  }

  async #load() {
    try {
      const booking = withEnd(await mine(this.#path, { signal: this.life }));
      this.#ended = false;
      title(booking.status === 'RESERVED' ? `Pay for ${booking.eventName}` : booking.eventName);
      this.set({ booking, fault: null });
    } catch (e) {
      if (e.name !== 'AbortError' && !(this.booking && e.code === 'no-answer')) {
        this.set({ fault: e });
      }
    }
  }

  #tick() {
    if (this.booking?.status !== 'RESERVED') {
      return;
    }
    const left = secondsLeft(this.booking);
    if (left <= SOON && left > 0 && !this.#warned) {
      this.#warned = true;
      announce(`${plural(Math.ceil(left), 'second', 'seconds')} left to pay.`, true, this.booking.bookingId);
    }
    if (left <= 0 && !this.#ended) {
      this.#ended = true;
      // The server says how it ended: a payment may have been under way.
      setTimeout(() => this.#load().then(holds.refresh.bind(holds)), 600);
    }
    this.update();
  }

  async #attempt(busy, action) {
    this.set({ busy, refused: null });
    try {
      const answer = await action();
      if (answer?.bookingId) {
        this.booking = withEnd(answer);
      }
    } catch (e) {
      this.refused = e;
    }
    await this.#load();
    this.set({ busy: '' });
    session.tellBookings();
    if (this.booking?.status === 'CONFIRMED') {
      this.refused = null;
      announce('Paid. The tickets are yours.');
      setTimeout(() => this.querySelector('h1')?.focus());
    } else if (this.refused) {
      setTimeout(() => this.querySelector('.alert')?.scrollIntoView({ block: 'center' }));
    }
  }

  #pay = event => {
    event.preventDefault();
    this.#attempt('Paying…', () => once(this.#payName, 'PUT', `${this.#path}/confirm`, { paymentMethod: this.method }));
  };

  #approve = () => this.#attempt('Your bank goes on…', () =>
    once(this.#bankName, 'POST', `/v1/sandbox/payments/${encodeURIComponent(this.booking.payment.paymentId)}/complete`));

  #giveBack = async () => {
    this.set({ busy: 'Giving the seats back…', refused: null });
    try {
      await call('DELETE', this.#path);
      const { eventId } = this.booking;
      session.tellBookings();
      go(`/events/${eventId}/seats`, { replace: true });
    } catch (e) {
      this.set({ busy: '', refused: e });
      this.#load();
    }
  };

  template() {
    const { booking, fault } = this;
    if (fault) {
      return html`<div class="narrow-page"><h1>${fault.status === 404 ? 'No such booking' : 'Your booking could not be shown'}</h1>
        <p class="empty">${fault.message} <button class="link" @click=${() => this.#load()}>Try again</button> or see <a href="/tickets">all of yours</a>.</p></div>`;
    }
    if (!booking) {
      return html`<div class="narrow-page"><h1>Your booking</h1><p class="faint" role="status">Loading…</p></div>`;
    }
    return html`<div class="checkout">
      <div class="checkout-main">${{
        RESERVED: () => this.#reserved(),
        CONFIRMED: () => this.#confirmed(),
        EXPIRED: () => this.#over('The hold has run out', 'The seats are free again, and nothing was charged. They may still be there.'),
        RELEASED: () => this.#over('The seats were given back', 'Nothing was charged.'),
        REFUNDED: () => this.#over('This booking was refunded', 'The money is on its way back to you.'),
      }[booking.status]()}</div>
      <aside class="panel order" aria-label="What you book">
        <h2><bdi>${booking.eventName}</bdi></h2>
        <p>${whenOf(booking)}</p>
        <ul class="order-seats">${booking.tickets.map(ticket => html`<li><span><bdi>${ticket.section}</bdi>${ticket.row ? html` <i class="faint">row</i> <bdi>${ticket.row}</bdi> <i class="faint">seat</i> <bdi>${ticket.seat}</bdi>` : html` <i class="faint">standing</i>`}</span><span>${money(ticket.price)}</span></li>`)}</ul>
        <p class="order-total"><span>Total</span><strong>${money(booking.total)}</strong></p>
      </aside></div>`;
  }

  #reserved() {
    const { booking, refused } = this;
    const left = secondsLeft(booking);
    if (left <= 0) {
      return html`<h1 tabindex="-1">Time is up</h1><p role="status">Looking how your booking stands…</p>`;
    }
    const bank = booking.payment?.status === 'REQUIRES_ACTION';
    return html`
      <h1 tabindex="-1">${bank ? 'Your bank wants to know that it is you' : 'Pay'}</h1>
      <div class=${`countdown${left <= SOON ? ' soon' : ''}`}>
        <span role="timer" aria-label=${`Time left to pay: ${clock(left)}`}>${clock(left)}</span>
        <p>${left <= SOON ? 'Less than a minute: pay now, or the seats are free for others.' : 'left to pay. Until then nobody can take your seats, even if you close this page.'}</p>
      </div>
      ${refused ? html`<div class="alert" role="alert"><p>${this.#refusal(refused)}</p></div>` : nothing}
      ${bank ? html`
        <div class="panel bank"><p>Sandbox Bank: approve a payment of <strong>${money(booking.total)}</strong> to Ticketing?</p>
          <button class="button big" ?disabled=${this.busy} @click=${this.#approve}>${this.busy || 'Yes, it is me'}</button></div>
        <details><summary>Use another card instead</summary>${this.#form()}</details>` : this.#form()}
      <p class="give-back"><button class="link" ?disabled=${this.busy} @click=${this.#giveBack}>Give the seats back</button></p>`;
  }

  #form() {
    return html`<form class="panel form" @submit=${this.#pay}>
      <fieldset class="card-choice"><legend>Card</legend>
        <p class="hint">This is a sandbox: the cards are made up, and no money moves.</p>
        ${CARDS.map(([method, brand, number, what]) => html`<label><input type="radio" name="card" value=${method} .checked=${this.method === method}
          @change=${() => this.set({ method })}><span class="card-brand">${brand} <i class="faint">${number}</i></span><span class="faint">${what}</span></label>`)}
      </fieldset>
      <button class="button big wide" ?disabled=${this.busy}>${this.busy || `Pay ${money(this.booking.total)}`}</button>
    </form>`;
  }

  #refusal(e) {
    if (e.code === 'payment-declined') {
      const reason = REASONS[e.document.reason] ?? 'your bank gave no reason';
      return `The card was declined: ${reason}. Nothing was charged and the seats are still yours; try another card.`;
    }
    return e.message;
  }

  #confirmed() {
    const { booking } = this;
    return html`<h1 tabindex="-1" class="done">You are going!</h1>
      <p class="done-text">${plural(booking.tickets.length, 'ticket', 'tickets')} for <bdi>${booking.eventName}</bdi>, paid with ${money(booking.payment?.amount ?? booking.total)}.</p>
      <p><a class="button big" href="/tickets">See my tickets</a></p>`;
  }

  #over(heading, text) {
    return html`<h1 tabindex="-1">${heading}</h1><p role="status">${text}</p>
      <p><a class="button big" href=${`/events/${this.booking.eventId}/seats?again=${this.booking.tickets.map(ticket => ticket.ticketId).join(',')}`}>Choose again</a></p>`;
  }
}

customElements.define('booking-page', BookingPage);
