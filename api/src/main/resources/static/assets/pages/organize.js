import { View, html, nothing } from '../lib/view.js';
import { mine } from '../lib/api.js';
import { session } from '../lib/session.js';
import { backFrom, go, title } from '../lib/router.js';
import { count, day, money, plural, time, typeName } from '../lib/format.js';

const PAGE_SIZE = 50;
const REFRESH_MS = 10_000;

export const statusTags = {
  DRAFT: html`<span class="tag">Draft</span>`, PUBLISHED: html`<span class="tag good">On sale</span>`, CANCELLED: html`<span class="tag sold">Cancelled</span>`,
};

/** Leads to the login, or tells that organizing takes another role; true if the page can go on. */
export async function isOrganizer(page) {
  await session.begun();
  if (!session.user) {
    go(`/login${backFrom(location.pathname)}`, { replace: true });
    return false;
  }
  if (!session.has('ORGANIZER') && !session.has('ADMIN')) {
    page.set({ fault: { message: 'Your account is not an organizer’s. An administrator can give it that role.' } });
    return false;
  }
  return true;
}

/** Everything that an organizer has made, and how it sells. */
class OrganizePage extends View {
  events = null;
  venues = [];
  performers = [];
  total = 0;
  sales = null;
  page = 0;
  fault = null;
  #timer = null;

  async started() {
    title('Organize');
    if (await isOrganizer(this)) {
      await this.#load();
      if (!this.life.aborted) {
        this.#timer = setInterval(() => this.#watch(), REFRESH_MS);
      }
    }
  }

  ended() {
    clearInterval(this.#timer);
  }

  /** Keeps the figures fresh, unless somebody is looking further down the list. */
  async #watch() {
    if (document.visibilityState !== 'visible' || this.page > 0) {
      return;
    }
    try {
      const { events, total, sales } = await mine(`/v1/users/me/events?pageSize=${PAGE_SIZE}`, { signal: this.life });
      if (this.page === 0) {
        this.set({ events, total, sales });
      }
    } catch {
      // The last figures stay until there are newer ones.
    }
  }

  async #load() {
    try {
      const signal = this.life;
      const [events, venues, performers] = await Promise.all([
        mine(`/v1/users/me/events?pageSize=${PAGE_SIZE}&page=${this.page}`, { signal }), mine('/v1/users/me/venues', { signal }), mine('/v1/users/me/performers', { signal })]);
      this.set({ events: [...this.events ?? [], ...events.events], total: events.total, sales: events.sales, venues: venues.venues, performers: performers.performers, fault: null });
    } catch (e) {
      if (e.name !== 'AbortError') {
        this.set({ fault: e });
      }
    }
  }

  #more = () => {
    this.page++;
    this.#load();
  };

  template() {
    if (this.fault) {
      return html`<h1>Organize</h1><p class="alert" role="alert">${this.fault.message}</p>`;
    }
    if (!this.events) {
      return html`<h1>Organize</h1><p class="faint" role="status">Loading…</p>`;
    }
    const { events, venues, performers, sales } = this;
    return html`
      <div class="head-row"><h1>Organize</h1><a class="button" href="/organize/events/new">New event</a></div>
      <div class="figures">
        <div class="panel figure"><strong>${count(sales.published)}</strong>published</div>
        <div class="panel figure"><strong>${count(sales.sold)}</strong>tickets sold</div>
        <div class="panel figure"><strong>${count(sales.held)}</strong>being paid now</div>
        ${sales.revenue.length === 0 ? html`<div class="panel figure"><strong>–</strong>income</div>` : sales.revenue.slice(0, 3).map(one => html`<div class="panel figure"><strong>${money(one)}</strong>income in ${one.currency}</div>`)}
      </div>
      <section class="organize-section"><div class="head-row"><h2>Events</h2></div>
        ${events.length === 0 ? html`<p class="empty">No events yet. ${venues.length === 0 ? html`Begin with <a href="/organize/venues/new">a venue</a>.` : html`<a href="/organize/events/new">Make one</a>`}</p>` : html`
        <div class="table-box" tabindex="0" role="region" aria-label="Events"><table class="list"><thead><tr><th scope="col">Event</th><th scope="col">When</th><th scope="col" class="wide-only">State</th><th scope="col">Sold</th><th scope="col" class="number">Income</th></tr></thead>
          <tbody>${events.map(event => html`<tr>
            <td><a href=${`/organize/events/${event.eventId}`}><strong><bdi>${event.name}</bdi></strong></a><small>${typeName(event.type)} · <bdi>${event.venueName}</bdi>, <bdi>${event.city}</bdi></small><span class="narrow-only">${statusTags[event.status]}</span></td>
            <td>${day(event.startsAt, event.zone)}<small>${time(event.startsAt, event.zone)}</small></td>
            <td class="wide-only">${statusTags[event.status]}</td>
            <td>${event.availability.total === 0 ? nothing : html`<progress max=${event.availability.total} value=${event.availability.sold} aria-label=${`Sold of ${event.name}`}></progress>
              <small>${count(event.availability.sold)} of ${count(event.availability.total)}${event.availability.held ? `, ${count(event.availability.held)} on hold` : ''}</small>`}</td>
            <td class="number">${event.revenue ? money(event.revenue) : ''}</td></tr>`)}</tbody></table></div>
        ${events.length < this.total ? html`<p class="more"><button class="button quiet" @click=${this.#more}>Show more</button></p>` : nothing}`}
      </section>
      <section class="organize-section"><div class="head-row"><h2>Venues</h2><a class="button quiet" href="/organize/venues/new">New venue</a></div>
        <ul class="link-cards">${venues.map(venue => html`<li><a href=${`/organize/venues/${venue.venueId}`}><strong><bdi>${venue.name}</bdi></strong><small><bdi>${venue.address.city}</bdi> · ${plural(venue.seatCount, 'place', 'places')}</small></a></li>`)}</ul></section>
      <section class="organize-section"><div class="head-row"><h2>Performers</h2><a class="button quiet" href="/organize/performers/new">New performer</a></div>
        <ul class="link-cards">${performers.map(one => html`<li><a href=${`/organize/performers/${one.performerId}`}><strong><bdi>${one.name}</bdi></strong><small><bdi>${one.genre}</bdi></small></a></li>`)}</ul></section>`;
  }
}

customElements.define('organize-page', OrganizePage);
