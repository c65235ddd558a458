import { View, html, nothing } from '../lib/view.js';
import { mine } from '../lib/api.js';
import { session } from '../lib/session.js';
import { holds, secondsLeft } from '../lib/holds.js';
import { listed } from '../lib/names.js';
import { backFrom, go, title } from '../lib/router.js';
import { clock, country, day, leaf, money, plural, time, yourTime, zoneName } from '../lib/format.js';

const STATES = { EXPIRED: 'Hold ran out', RELEASED: 'Given back', REFUNDED: 'Refunded', CONFIRMED: 'Paid', RESERVED: 'Held' };

class TicketsPage extends View {
  bookings = null;
  tickets = [];
  fault = null;
  next = null;

  async started() {
    title('My tickets');
    this.listen(session, 'change', () => session.user || this.#login());
    this.listen(session, 'bookings', () => this.#load());
    this.listen(holds, 'tick', () => this.update());
    this.listen(holds, 'change', () => this.update());
    await session.begun();
    if (session.user) {
      this.#load();
    } else {
      this.#login();
    }
  }

  #login() {
    go(`/login${backFrom('/tickets')}`, { replace: true });
  }

  async #load() {
    try {
      const [tickets, bookings] = await Promise.all([
        mine('/v1/tickets?limit=100', { signal: this.life }), mine('/v1/bookings?limit=50', { signal: this.life })]);
      this.set({ tickets: tickets.tickets, bookings: bookings.bookings, next: bookings.nextCursor ?? null, fault: null });
    } catch (e) {
      if (e.name !== 'AbortError') {
        this.set({ fault: e });
      }
    }
  }

  async #more() {
    const page = await mine(`/v1/bookings?limit=50&cursor=${this.next}`, { signal: this.life });
    this.set({ bookings: [...this.bookings, ...page.bookings], next: page.nextCursor ?? null });
  }

  template() {
    if (this.fault) {
      return html`<h1>My tickets</h1><p class="alert" role="alert">${this.fault.message} <button class="link" @click=${() => this.#load()}>Try again</button></p>`;
    }
    if (!this.bookings) {
      return html`<h1>My tickets</h1><p class="faint" role="status">Loading…</p>`;
    }
    const now = Date.now();
    const byBooking = new Map();
    for (const ticket of this.tickets) {
      byBooking.set(ticket.bookingId, [...byBooking.get(ticket.bookingId) ?? [], ticket]);
    }
    const groups = [...byBooking.values()];
    const isPast = ([ticket]) => Date.parse(ticket.startsAt) + 6 * 3_600_000 < now;
    const coming = groups.filter(group => !isPast(group)).sort((a, b) => Date.parse(a[0].startsAt) - Date.parse(b[0].startsAt));
    const past = groups.filter(isPast);
    const other = this.bookings.filter(booking => !['CONFIRMED', 'RESERVED'].includes(booking.status));
    return html`
      <h1>My tickets</h1>
      ${holds.list.map(booking => html`<section class=${`panel held${secondsLeft(booking) <= 60 ? ' soon' : ''}`}><div><h2><bdi>${booking.eventName}</bdi></h2>
        <p>${plural(booking.tickets.length, 'seat is', 'seats are')} held for you: <span role="timer">${clock(secondsLeft(booking))}</span> left to pay ${money(booking.total)}</p></div>
        <a class="button" href=${`/bookings/${booking.bookingId}`}>Pay now</a></section>`)}
      ${coming.length > 0 ? html`<section aria-label="Coming up" class="stubs">${coming.map(group => this.#stub(group))}</section>` : nothing}
      ${groups.length === 0 && holds.list.length === 0 ? html`<p class="empty">No tickets yet. <a href="/">Find something to go to</a></p>` : nothing}
      ${past.length > 0 ? html`<h2>Been there</h2><section aria-label="Past" class="stubs past">${past.map(group => this.#stub(group))}</section>` : nothing}
      ${other.length > 0 ? html`<details class="history"><summary>Other bookings (${other.length}${this.next ? '+' : ''})</summary>
        <ul>${other.map(booking => html`<li><a href=${`/bookings/${booking.bookingId}`}><bdi>${booking.eventName}</bdi></a>
          <span class="faint">${day(booking.startsAt, booking.zone)} · ${plural(booking.tickets.length, 'seat', 'seats')}</span> <span class="tag">${STATES[booking.status]}</span></li>`)}</ul>
        ${this.next ? html`<button class="link" @click=${() => this.#more()}>Older ones</button>` : nothing}</details>` : nothing}`;
  }

  #stub(group) {
    const [first] = group;
    const { month, day: date, weekday } = leaf(first.startsAt, first.zone);
    const yours = yourTime(first.startsAt, first.zone);
    return html`<article class="stub">
      <div class="stub-date"><span>${month}</span><strong>${date}</strong><span>${weekday}</span></div>
      <div class="stub-text">
        <h2><a href=${`/events/${first.eventId}`}><bdi>${first.eventName}</bdi></a> ${first.eventStatus === 'CANCELLED' ? html`<span class="tag sold">Cancelled</span>` : nothing}</h2>
        <p>${time(first.startsAt, first.zone)} ${zoneName(first.zone)} time${yours ? html` <span class="faint">· ${yours} where you are</span>` : nothing}</p>
        <p>${listed([first.venue.name, first.venue.line1, first.venue.city, country(first.venue.country)])}</p>
      </div>
      <ul class="stub-seats">${group.map(ticket => html`<li><strong><bdi>${ticket.section}</bdi></strong> ${ticket.row ? html`row <strong><bdi>${ticket.row}</bdi></strong> seat <strong><bdi>${ticket.seat}</bdi></strong>` : 'standing'}<code class="ltr">${ticket.ticketId}</code></li>`)}</ul>
    </article>`;
  }
}

customElements.define('tickets-page', TicketsPage);
