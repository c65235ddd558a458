import { View, html, nothing } from '../lib/view.js';
import { get, mine } from '../lib/api.js';
import { session } from '../lib/session.js';
import { title } from '../lib/router.js';
import { count, country, day, longDay, money, plural, time, typeName, yourTime, zoneName } from '../lib/format.js';
import { listed } from '../lib/names.js';
import { poster } from '../lib/poster.js';

const FEW_SHARE = 0.05;

/** The event as everybody sees it; a draft is told only to who may know of it. */
export async function loadEvent(id, signal) {
  try {
    return await get(`/v1/events/${encodeURIComponent(id)}`, { signal });
  } catch (e) {
    await session.begun();
    if (e.status === 404 && (session.has('ORGANIZER') || session.has('ADMIN'))) {
      return mine(`/v1/events/${encodeURIComponent(id)}`, { signal });
    }
    throw e;
  }
}

/** Whether tickets can be had now, and if not, why. */
export function sale(event, now = Date.now()) {
  if (event.status === 'CANCELLED') {
    return { open: false, text: 'Cancelled' };
  }
  if (event.status === 'DRAFT') {
    return { open: false, text: 'Not published yet' };
  }
  if (Date.parse(event.endsAt ?? event.startsAt) <= now) {
    return { open: false, text: 'Over' };
  }
  if (event.onSaleAt && Date.parse(event.onSaleAt) > now) {
    const yours = yourTime(event.onSaleAt, event.zone);
    return {
      open: false,
      text: `On sale from ${day(event.onSaleAt, event.zone)}, ${time(event.onSaleAt, event.zone)} ${zoneName(event.zone)} time${yours ? ` · ${yours} where you are` : ''}`,
    };
  }
  return event.availability.available === 0 ? { open: true, soldOut: true, text: 'Sold out' } : { open: true, text: '' };
}

/** When it is, there and here. */
export function whenOf({ startsAt, zone }) {
  const yours = yourTime(startsAt, zone);
  return html`<time datetime=${startsAt}>${longDay(startsAt, zone)}, ${time(startsAt, zone)}</time>
    <span class="faint"> ${zoneName(zone)} time${yours ? html` · ${yours} where you are` : nothing}</span>`;
}

class EventPage extends View {
  params = [];
  event = null;
  fault = null;

  started() {
    title('Event');
    this.#load();
  }

  async #load() {
    this.fault = null;
    try {
      const event = await loadEvent(this.params[0], this.life);
      title(event.name);
      this.set({ event });
    } catch (e) {
      if (e.name !== 'AbortError') {
        this.set({ fault: e });
      }
    }
  }

  template() {
    const { event, fault } = this;
    if (fault) {
      return html`<h1>${fault.status === 404 ? 'No such event' : 'The event could not be shown'}</h1>
        <p class="empty">${fault.message} ${fault.status === 404 ? html`<a href="/">Find another</a>` : html`<button class="link" @click=${() => this.#load()}>Try again</button>`}</p>`;
    }
    if (!event) {
      return html`<div class="event-top ghost" aria-busy="true"><h1 class="unseen">Loading the event</h1></div>`;
    }
    const { open, soldOut, text } = sale(event);
    const priced = event.sections.filter(section => section.price);
    const cheapest = priced.reduce((least, { price }) => (!least || Number(price.amount) < Number(least.amount) ? price : least), null);
    const byPrice = Map.groupBy ? Map.groupBy(priced, section => section.price.amount) : priced.reduce((all, section) => all.set(section.price.amount, [...all.get(section.price.amount) ?? [], section]), new Map());
    const { address, location } = event.venue;
    const share = event.availability.total ? event.availability.available / event.availability.total : 0;
    return html`
      <article>
        <div class="event-top">
          ${poster({ name: event.name, type: event.type, imageUrl: event.images[0]?.url })}
          <div class="event-head">
            <span class="kind">${typeName(event.type)}</span>
            <h1><bdi>${event.name}</bdi></h1>
            ${event.performers.length > 0 ? html`<p class="by">${listed(event.performers.map(one => one.name))}</p>` : nothing}
          </div>
        </div>
        <div class="event-body">
          <div class="event-about">
            <dl class="facts">
              <dt>When</dt><dd>${whenOf(event)}</dd>
              <dt>Where</dt><dd><strong><bdi>${event.venue.name}</bdi></strong><br><bdi>${address.line1}</bdi>, <bdi>${address.city}</bdi>, <bdi>${country(address.country)}</bdi>
                <br><a href=${`https://www.openstreetmap.org/?mlat=${location.lat}&mlon=${location.lon}#map=15/${location.lat}/${location.lon}`} target="_blank" rel="noopener noreferrer">Show on a map</a></dd>
            </dl>
            ${event.description ? html`<p class="prose" dir="auto">${event.description}</p>` : nothing}
            ${event.performers.filter(one => one.description || one.genre).map(one => html`<section class="performer"><h2><bdi>${one.name}</bdi> ${one.genre ? html`<span class="tag"><bdi>${one.genre}</bdi></span>` : nothing}</h2><p dir="auto">${one.description}</p></section>`)}
          </div>
          <aside class="buy panel" aria-label="Tickets">
            ${text ? html`<p class=${`sale-state${soldOut || !open ? ' closed' : ''}`}>${text}</p>` : nothing}
            ${open && !soldOut && cheapest ? html`<p class="from">from <strong>${money(cheapest)}</strong></p>
              <p class="faint">${plural(event.availability.available, 'ticket', 'tickets')} left${share < FEW_SHARE ? html` <span class="tag few">going fast</span>` : nothing}</p>` : nothing}
            ${event.status === 'PUBLISHED' ? html`<a class="button big wide" href=${`/events/${event.eventId}/seats`}>${open && !soldOut ? 'Choose seats' : 'See the seat map'}</a>` : nothing}
            ${priced.length > 0 ? html`<table class="prices"><caption class="unseen">Prices</caption>
              <thead class="unseen"><tr><th scope="col">Sections</th><th scope="col">Price</th><th scope="col">Left</th></tr></thead>
              <tbody>${[...byPrice.values()].sort((a, b) => Number(b[0].price.amount) - Number(a[0].price.amount)).map(sections => {
                const left = sections.reduce((all, section) => all + section.available, 0);
                const names = sections.length > 3 ? html`${listed(sections.slice(0, 2).map(one => one.name))} and ${sections.length - 2} more` : listed(sections.map(one => one.name));
                return html`<tr><td>${names}</td><td>${money(sections[0].price)}</td><td class="faint">${event.status === 'DRAFT' ? '' : left === 0 ? 'none' : count(left)}</td></tr>`;
              })}</tbody></table>` : nothing}
            <p class="faint small">At most ${event.maxTicketsPerBooking} tickets at once, held for ${plural(Math.max(1, Math.round(event.holdSeconds / 60)), 'minute', 'minutes')} while you pay.</p>
          </aside>
        </div>
      </article>`;
  }
}

customElements.define('event-page', EventPage);
