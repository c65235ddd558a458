import { View, html, nothing, announce } from '../lib/view.js';
import { get, mine } from '../lib/api.js';
import { finish, once, unanswered } from '../lib/once.js';
import { session } from '../lib/session.js';
import { holds } from '../lib/holds.js';
import { SeatFeed } from '../lib/feed.js';
import { backFrom, go, title } from '../lib/router.js';
import { day, money, plural, sum, time, yourTime, zoneName } from '../lib/format.js';
import { isolated, listed, place } from '../lib/names.js';
import { HELD, Seats, statusNames } from '../seats/model.js';
import '../seats/map.js';
import '../seats/list.js';
import { loadEvent, sale } from './event.js';

const CHOSEN = 'ticketing.chosen.';
const INTENT = 'ticketing.intent';

/** Choosing seats on a map that is live, or in the list beside it. */
class SeatsPage extends View {
  params = [];
  event = null;
  seats = null;
  fault = null;
  live = null;
  busy = '';
  refused = null;
  lost = [];
  offer = [];
  pointed = -1;
  side = 'map';
  quantity = 2;
  #feed = null;
  /** The seats I had chosen when the first of them went. */
  #wanted = [];
  #offeredAnew = false;
  #waited = null;

  async started() {
    title('Choose seats');
    this.listen(session, 'change', () => {
      this.#bought = null;
      this.#mine();
    });
    this.listen(holds, 'change', () => this.#mine());
    this.listen(window, 'pagehide', () => this.#remember());
    try {
      const id = encodeURIComponent(this.params[0]);
      const [event, layout] = await Promise.all([loadEvent(this.params[0], this.life), get(`/v1/events/${id}/seats`, { signal: this.life })]);
      if (this.life.aborted) {
        return;
      }
      title(`Seats for ${event.name}`);
      this.#show(event, new Seats(layout));
    } catch (e) {
      if (e.name !== 'AbortError') {
        this.set({ fault: e });
      }
      return;
    }
    await session.begun();
    if (this.life.aborted) {
      return;
    }
    if (unanswered(this.#name)) {
      // The page was left before the answer came: the same request again, with the same key.
      this.#wanted = [...this.seats.chosen];
      this.#attempt('Finishing your reservation…', () => finish(this.#name));
      return;
    }
    const intended = this.#intended();
    if (intended?.best && session.user) {
      this.#holdBest(intended.best);
    } else if (intended && session.user && this.seats.chosen.size > 0) {
      this.#whenKnown(() => this.#hold());
    }
  }

  ended() {
    this.#feed?.close();
    clearInterval(this.#waited);
    this.#remember();
  }

  get #name() {
    return `book:${this.params[0]}`;
  }

  #show(event, seats) {
    seats.addEventListener('lost', ({ detail }) => this.#gone(detail));
    seats.addEventListener('change', ({ detail }) => {
      this.#keepOfferTrue(detail.seats);
      this.update();
    });
    this.#recall(seats);
    this.set({ event, seats });
    const { open } = sale(event);
    if (!open && event.onSaleAt && Date.parse(event.onSaleAt) > Date.now()) {
      this.#waited = setInterval(() => {
        if (sale(this.event).open) {
          clearInterval(this.#waited);
          announce('The sale has begun.', true);
        }
        this.update();
      }, 1_000);
    }
    this.#feed = new SeatFeed(this.params[0], heard => {
      if (heard.type === 'state') {
        if (heard.live !== this.live) {
          this.set({ live: heard.live });
        }
      } else if (heard.type === 'snapshot') {
        seats.takeAll(heard.statuses);
      } else {
        seats.take(heard.changes);
      }
    });
    this.#mine();
  }

  #whenKnown(action) {
    if (this.seats.known) {
      action();
    } else {
      this.seats.addEventListener('change', () => this.#whenKnown(action), { once: true });
    }
  }

  drawn() {
    const map = this.querySelector('seat-map');
    if (map && this.seats && map.shown !== this.seats) {
      map.shown = this.seats;
      map.front = { MOVIE: 'SCREEN', SPORTS: '' }[this.event.type] ?? 'STAGE';
      map.seats = this.seats;
      this.querySelector('seat-list').seats = this.seats;
    }
  }

  /** What somebody wanted to hold who had to log in first, the best seats or the chosen ones; null if nothing. Not in the address, or a link could hold seats. */
  #intended() {
    try {
      const intended = JSON.parse(sessionStorage.getItem(INTENT));
      sessionStorage.removeItem(INTENT);
      return intended?.eventId === this.params[0] ? intended : null;
    } catch {
      return null;
    }
  }

  // --- what I have chosen, for the next time this page is drawn ----------------------------------------------------------------------------------

  #remember() {
    if (!this.seats) {
      return;
    }
    try {
      const ids = [...this.seats.chosen].map(seat => this.seats.ids[seat]);
      if (ids.length > 0) {
        sessionStorage.setItem(CHOSEN + this.params[0], JSON.stringify(ids));
      } else {
        sessionStorage.removeItem(CHOSEN + this.params[0]);
      }
    } catch {
      // Then they are chosen again.
    }
  }

  #recall(seats) {
    let ids = new URLSearchParams(location.search).get('again')?.split(',') ?? [];
    try {
      ids = JSON.parse(sessionStorage.getItem(CHOSEN + this.params[0])) ?? ids;
    } catch {
      // Nothing was chosen.
    }
    for (const id of ids.slice(0, 100)) {
      const seat = seats.indexOf(id);
      if (seat !== undefined) {
        seats.chosen.add(seat);
      }
    }
  }

  /** Which seats are mine: what I hold, and what I have bought. */
  async #mine() {
    if (!this.seats) {
      return;
    }
    const { seats } = this;
    const own = new Set();
    const add = ticketId => {
      const seat = seats.indexOf(ticketId);
      if (seat !== undefined) {
        own.add(seat);
      }
    };
    holds.list.filter(booking => booking.eventId === this.params[0]).forEach(booking => booking.tickets.forEach(ticket => add(ticket.ticketId)));
    if (session.user && session.has('CUSTOMER')) {
      try {
        this.#bought ??= (await mine('/v1/tickets?limit=100')).tickets.filter(ticket => ticket.eventId === this.params[0]);
        this.#bought.forEach(ticket => add(ticket.ticketId));
      } catch {
        // They are marked the next time.
      }
    }
    seats.mine = own;
    // What went to me, in another tab, is not lost.
    this.lost = this.lost.filter(seat => !own.has(seat));
    seats.touch();
  }

  #bought = null;

  // --- choosing --------------------------------------------------------------------------------------------------------------------------------

  get #most() {
    return this.event.maxTicketsPerBooking;
  }

  #toggle(seat) {
    const { seats } = this;
    if (seats.chosen.has(seat)) {
      seats.chosen.delete(seat);
    } else if (seats.mine.has(seat)) {
      this.set({ refused: { message: 'This seat is yours already.' } });
      return;
    } else if (!seats.isFree(seat)) {
      this.set({ refused: { message: html`${this.#place(seat)} is ${statusNames[seats.status[seat]]}.` } });
      return;
    } else if (seats.chosen.size >= this.#most) {
      this.set({ refused: { message: `At most ${this.#most} tickets in one booking.` } });
      return;
    } else {
      seats.chosen.add(seat);
    }
    this.refused = null;
    seats.lost.clear();
    this.lost = [];
    this.offer = [];
    seats.touch();
    this.#say();
  }

  #place(seat) {
    const section = this.seats.section(seat);
    return place({ section: section.name, row: section.standing ? '' : this.seats.row(seat).label, seat: this.seats.labels[seat] });
  }

  #places(list) {
    return list.map((seat, i) => html`${i > 0 ? '; ' : ''}${this.#place(seat)}`);
  }

  #say() {
    const { seats } = this;
    const total = sum([...seats.chosen].map(seat => seats.price(seat)));
    announce(seats.chosen.size === 0 ? 'No seats chosen.' : `${plural(seats.chosen.size, 'seat', 'seats')} chosen${total ? `, ${money(total)}` : ''}.`, false, 'chosen');
  }

  #standing({ section, step }) {
    const { seats } = this;
    if (step < 0) {
      const last = [...seats.chosen].filter(seat => seats.section(seat) === section).at(-1);
      if (last !== undefined) {
        this.#toggle(last);
      }
      return;
    }
    const [place] = seats.places(section, 1, seats.chosen);
    if (place === undefined) {
      this.set({ refused: { message: seats.known ? html`<bdi>${section.name}</bdi> is full.` : 'How many are left is not known yet.' } });
    } else {
      this.#toggle(place);
    }
  }

  /** Somebody was faster, and the map says so before anybody has clicked: look for others as good. */
  #gone(lost) {
    if (this.lost.length === 0) {
      this.#wanted = [...this.seats.chosen, ...lost];
    }
    this.#lose(lost);
  }

  #lose(lost) {
    const { seats } = this;
    this.lost = [...new Set([...this.lost, ...lost])];
    this.offer = seats.like(this.#wanted);
    this.#offeredAnew = false;
    this.update();
    announce(`${this.lost.map(seat => seats.name(seat)).join('; ')}: somebody else was faster. ${this.offer.length > 0
      ? `As good and free: ${this.offer.map(seat => seats.name(seat)).join('; ')}.` : ''}`, true, 'lost');
  }

  /** What is offered may go as well, and what is like it may come back. In a hot show that is seen each time, and said once. */
  #keepOfferTrue(changed) {
    const { seats, offer } = this;
    if (this.lost.length === 0 || (offer.length > 0 ? offer.every(seat => seats.isFree(seat)) : !changed.some(seat => seats.isFree(seat)))) {
      return;
    }
    this.offer = seats.like(this.#wanted);
    if (!this.#offeredAnew && this.offer.length > 0) {
      this.#offeredAnew = true;
      announce('The seats that were offered have changed.', false, 'offer');
    }
  }

  #takeOffer = () => {
    const { seats } = this;
    const { offer } = this;
    seats.chosen.clear();
    seats.lost.clear();
    offer.forEach(seat => seats.chosen.add(seat));
    this.lost = [];
    this.offer = [];
    this.refused = null;
    seats.touch();
    this.querySelector('seat-map').showSeats(offer);
    announce(`Chosen: ${offer.map(seat => seats.name(seat)).join('; ')}.`, false, 'chosen');
    setTimeout(() => this.querySelector('.hold-button')?.focus());
  };

  #dismiss = () => {
    this.seats.lost.clear();
    this.set({ lost: [], offer: [] });
    this.seats.touch();
  };

  // --- holding ---------------------------------------------------------------------------------------------------------------------------------

  /** @param intended what to go on with if one has to log in first */
  async #mayBook(intended = {}) {
    await session.begun();
    if (!session.user) {
      this.#remember();
      try {
        sessionStorage.setItem(INTENT, JSON.stringify({ eventId: this.params[0], ...intended }));
      } catch {
        // Then it takes another click.
      }
      go(`/login${backFrom(`/events/${this.params[0]}/seats`)}`);
      return false;
    }
    return true;
  }

  #hold = async () => {
    const { seats } = this;
    if (seats.chosen.size === 0 || !await this.#mayBook()) {
      return;
    }
    this.#wanted = [...seats.chosen];
    const ticketIds = this.#wanted.map(seat => seats.ids[seat]).sort();
    this.#attempt('Holding your seats…', () => once(this.#name, 'POST', '/v1/bookings', { eventId: this.params[0], ticketIds }));
  };

  #best = async event => {
    event.preventDefault();
    const form = new FormData(event.target);
    const best = {
      quantity: this.quantity,
      ...(form.get('section') ? { section: form.get('section') } : {}),
      ...(form.get('accessible') ? { accessible: true } : {}),
    };
    if (await this.#mayBook({ best })) {
      this.#holdBest(best);
    }
  };

  #holdBest(bestAvailable) {
    this.#wanted = [];
    this.#attempt('Holding the best seats…', () => once(this.#name, 'POST', '/v1/bookings', { eventId: this.params[0], bestAvailable }));
  }

  async #attempt(busy, action) {
    const { seats } = this;
    seats.asked = new Set(seats.chosen);
    this.set({ busy, refused: null, lost: [], offer: [] });
    try {
      const booking = await action();
      seats.chosen.clear();
      seats.asked.clear();
      this.#remember();
      session.tellBookings();
      if (this.isConnected && booking) {
        go(`/bookings/${booking.bookingId}`);
      }
    } catch (e) {
      this.set({ busy: '' });
      if (e.code === 'seat-taken') {
        const lost = (e.document.ticketIds ?? []).map(id => seats.indexOf(id)).filter(seat => seat !== undefined);
        for (const seat of lost) {
          seats.chosen.delete(seat);
          seats.lost.add(seat);
        }
        // The feed tells the same a moment later; until then the answer is the newer truth.
        seats.take(lost.filter(seat => seats.isFree(seat)).map(seat => [seat, HELD]));
        if (lost.length > 0) {
          this.#lose(lost);
        } else {
          this.set({ refused: { message: 'There are not so many seats of that kind left. Try fewer, or another section.' } });
        }
      } else if (e.code === 'unauthenticated') {
        this.#mayBook();
      } else {
        this.set({ refused: e.status === 403 ? { message: 'Only customers book; this account is not one.' } : e });
      }
      // What has gone meanwhile went to others.
      seats.asked.clear();
      seats.touch();
    }
  }

  // --- drawing ---------------------------------------------------------------------------------------------------------------------------------

  template() {
    const { event, seats, fault } = this;
    if (fault) {
      return html`<h1>${fault.status === 404 ? 'No such event' : 'The seats could not be shown'}</h1>
        <p class="empty">${fault.message} ${fault.status === 404 ? html`<a href="/">Find another</a>` : html`<button class="link" @click=${() => go(location.pathname, { replace: true })}>Try again</button>`}</p>`;
    }
    if (!event) {
      return html`<div class="seats-page"><header class="seats-head"><h1>Choose seats</h1><p class="faint" role="status">Loading the seats…</p></header><div class="map-box ghost"></div></div>`;
    }
    const state = sale(event);
    const yours = yourTime(event.startsAt, event.zone);
    const map = () => this.querySelector('seat-map');
    return html`<div class="seats-page" data-side=${this.side}>
      <header class="seats-head">
        <div><h1><a href=${`/events/${event.eventId}`}><bdi>${event.name}</bdi></a></h1>
          <p class="faint">${listed([event.venue.name, event.venue.address.city])} · <time datetime=${event.startsAt}>${day(event.startsAt, event.zone)}, ${time(event.startsAt, event.zone)}</time>
            ${zoneName(event.zone)} time${yours ? ` · ${yours} where you are` : nothing}</p></div>
        <span class=${`live ${this.live ? 'on' : 'off'}`} role="status">${this.live ? 'Live' : this.live === null ? 'Connecting…' : 'Reconnecting…'}</span>
      </header>
      <div class="switch" role="group" aria-label="How to choose">
        ${[['map', 'Map'], ['list', 'List']].map(([side, text]) => html`<button aria-pressed=${this.side === side ? 'true' : 'false'} @click=${() => this.set({ side })}>${text}</button>`)}</div>
      <section class="map-box" aria-label="Seat map">
        <div class="map-area"><seat-map @seat=${({ detail }) => this.#toggle(detail)} @standing=${({ detail }) => this.#standing({ section: detail, step: 1 })} @point=${({ detail }) => this.set({ pointed: detail })}></seat-map>
        <div class="map-tools"><button aria-label="Larger" @click=${() => map().zoom(1.7)}>+</button><button aria-label="Smaller" @click=${() => map().zoom(1 / 1.7)}>−</button>
          <button aria-label="Everything" @click=${() => map().fit()}><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"></path></svg></button></div></div>
        ${this.pointed >= 0 ? html`<p class="map-tip">${this.#place(this.pointed)}${seats.price(this.pointed) ? html` · ${money(seats.price(this.pointed))}` : nothing}
          · ${seats.chosen.has(this.pointed) ? 'chosen' : seats.mine.has(this.pointed) ? 'yours' : statusNames[seats.status[this.pointed]]}${seats.accessible[this.pointed] ? ' · wheelchair place' : ''}</p>` : nothing}
        ${this.#legend()}
      </section>
      <div class="seats-side">
        ${state.text && !state.soldOut ? html`<p class="note" role="status">${state.text}</p>` : nothing}
        ${this.#basket(state)}
        ${this.#bestForm(state)}
        <section class="panel list-box" aria-label="All seats as a list"><h2>All seats</h2>
          <seat-list @seat=${({ detail }) => { this.#toggle(detail); map().showSeats([detail]); }} @standing=${({ detail }) => this.#standing(detail)}
            @section=${({ detail }) => map().showSection(detail)}></seat-list></section>
      </div></div>`;
  }

  #legend() {
    const { seats } = this;
    const key = (kind, text) => html`<li><span class=${`key key-${kind}`} aria-hidden="true"></span>${text}</li>`;
    return html`<ul class="legend" aria-label="What the colours and shapes mean">
      ${seats.zones.map((zone, i) => html`<li><span class=${`swatch zone-${i}`} aria-hidden="true"></span><span class="ltr">${zone.amounts.size > 1 ? `${money(zone.from)}–${money(zone.to)}` : money(zone.to)}</span></li>`)}
      ${key('held', 'On hold')}${key('sold', 'Sold')}${seats.chosen.size ? key('chosen', 'Chosen') : nothing}${seats.mine.size ? key('mine', 'Yours') : nothing}</ul>`;
  }

  #basket(state) {
    const { seats } = this;
    const chosen = [...seats.chosen];
    const total = sum(chosen.map(seat => seats.price(seat)).filter(Boolean));
    return html`<section class=${`panel basket${chosen.length || this.lost.length || this.refused || this.busy ? ' full' : ''}`} aria-label="Your seats">
      <h2>Your seats</h2>
      ${this.refused ? html`<p class="alert" role="alert">${this.refused.message}</p>` : nothing}
      ${this.lost.length > 0 ? html`<div class="alert lost">
        <p><strong>${this.lost.length === 1 ? html`${this.#place(this.lost[0])} has just gone.` : `${this.lost.length} of your seats have just gone.`}</strong> Somebody was a moment faster.</p>
        ${this.offer.length > 0 ? html`<p>As good, and free now: <strong>${this.#places(this.offer)}</strong></p>
          <p class="buttons"><button class="button" @click=${this.#takeOffer}>Take ${this.offer.length === 1 ? 'it' : 'them'}</button> <button class="link" @click=${this.#dismiss}>I choose myself</button></p>`
          : html`<p>Nothing like them is left. <button class="link" @click=${this.#dismiss}>Choose others</button></p>`}</div>` : nothing}
      ${chosen.length === 0 && this.lost.length === 0 ? html`<p class="faint">Tap seats on the map or in the list, or let us find the best.</p>` : nothing}
      <ul class="picked">${chosen.map(seat => html`<li><span>${this.#place(seat)}</span>
        <span>${seats.price(seat) ? money(seats.price(seat)) : ''}</span><button class="remove" aria-label=${`Remove ${seats.name(seat)}`} @click=${() => this.#toggle(seat)}>×</button></li>`)}</ul>
      <button class="button big wide hold-button" ?disabled=${chosen.length === 0 || this.busy !== '' || !state.open} @click=${this.#hold}>
        ${this.busy || (chosen.length === 0 ? 'Hold seats' : `Hold ${plural(chosen.length, 'seat', 'seats')}${total ? ` · ${money(total)}` : ''}`)}</button>
    </section>`;
  }

  #bestForm(state) {
    const { seats } = this;
    const most = Math.min(this.#most, 20);
    return html`<form class="panel best" @submit=${this.#best} aria-label="Best available">
      <h2>Best available</h2>
      <div class="best-row">
        <div class="stepper" role="group" aria-label="How many tickets">
          <button type="button" aria-label="One less" ?disabled=${this.quantity <= 1} @click=${() => this.set({ quantity: this.quantity - 1 })}>−</button>
          <output aria-live="polite">${this.quantity}</output>
          <button type="button" aria-label="One more" ?disabled=${this.quantity >= most} @click=${() => this.set({ quantity: this.quantity + 1 })}>+</button></div>
        <label class="grow"><span class="unseen">Section</span><select name="section"><option value="">Any section</option>
          ${seats.sections.filter(section => section.price).map(section => html`<option value=${section.name} ?disabled=${seats.known && section.free === 0}>${isolated(section.name)} · ${money(section.price)}</option>`)}</select></label>
      </div>
      <div class="best-row"><label class="check"><input type="checkbox" name="accessible" value="1"> Wheelchair places</label>
        <button class="button" ?disabled=${this.busy !== '' || !state.open}>Hold best seats</button></div>
    </form>`;
  }
}

customElements.define('seats-page', SeatsPage);
