import { View, html, nothing } from '../lib/view.js';
import { call, get, mine } from '../lib/api.js';
import { isolated } from '../lib/names.js';
import { amend, go, title } from '../lib/router.js';
import { count, day, instantOf, localInput, money, plural, sum, time, typeNames, zoneName } from '../lib/format.js';
import { isOrganizer, statusTags } from './organize.js';

const REFRESH_MS = 5_000;

/** An event as its organizer makes, publishes and watches it. */
class ShowPage extends View {
  params = [];
  event = null;
  venues = [];
  performers = [];
  venue = null;
  fault = null;
  refused = null;
  saved = '';
  busy = false;
  sure = '';
  #timer = null;

  async started() {
    title(this.#isNew ? 'New event' : 'Event');
    if (!await isOrganizer(this)) {
      return;
    }
    try {
      const signal = this.life;
      const [venues, performers, event] = await Promise.all([
        mine('/v1/users/me/venues', { signal }), mine('/v1/users/me/performers', { signal }), this.#isNew ? null : mine(this.#path, { signal })]);
      this.set({ venues: venues.venues, performers: performers.performers, event });
      title(event?.name ?? 'New event');
      const chosen = event?.venue.venueId ?? venues.venues[0]?.venueId;
      if (chosen) {
        await this.#chooseVenue(chosen);
      }
      this.#timer = setInterval(() => this.#watch(), REFRESH_MS);
    } catch (e) {
      if (e.name !== 'AbortError') {
        this.set({ fault: e });
      }
    }
  }

  ended() {
    clearInterval(this.#timer);
  }

  get #isNew() {
    return this.params[0] === 'new';
  }

  get #path() {
    return `/v1/events/${encodeURIComponent(this.params[0])}`;
  }

  async #watch() {
    if (this.event?.status === 'PUBLISHED' && document.visibilityState === 'visible' && !this.busy) {
      try {
        this.set({ event: await mine(this.#path, { signal: this.life }) });
      } catch {
        // The last figures stay until there are newer ones.
      }
    }
  }

  async #chooseVenue(venueId) {
    this.set({ venue: await get(`/v1/venues/${encodeURIComponent(venueId)}`, { signal: this.life }) });
  }

  #body(form) {
    const { zone } = this.venue;
    const data = new FormData(form);
    const instant = name => (data.get(name) ? instantOf(data.get(name), zone) : undefined);
    const currency = data.get('currency')?.trim().toUpperCase();
    // Those of a published event are fixed, so the form does not have them.
    const prices = this.event?.status === 'PUBLISHED'
      ? Object.fromEntries(this.event.sections.filter(section => section.price).map(({ name, price }) => [name, price]))
      : Object.fromEntries(this.venue.seatMap.sections.map(({ name }, i) => [name, data.get(`price-${i}`)?.trim()])
        .filter(([, amount]) => amount).map(([name, amount]) => [name, { amount, currency }]));
    return {
      name: data.get('name'), description: data.get('description'), type: data.get('type'), venueId: this.venue.venueId, performerIds: data.getAll('performer'),
      startsAt: instant('startsAt'), endsAt: instant('endsAt'), onSaleAt: instant('onSaleAt'), prices,
      holdSeconds: Math.round(Number(data.get('holdMinutes')) * 60), maxTicketsPerBooking: Number(data.get('most')),
    };
  }

  #save = async event => {
    event.preventDefault();
    this.set({ busy: true, refused: null, saved: '' });
    try {
      const told = await call(this.#isNew ? 'POST' : 'PUT', this.#isNew ? '/v1/events' : this.#path, { body: this.#body(event.target) });
      if (this.#isNew) {
        this.params = [told.eventId];
        amend(`/organize/events/${told.eventId}`);
      }
      title(told.name);
      this.set({ event: told, busy: false, saved: 'Saved.' });
    } catch (e) {
      this.#refuse(e);
    }
  };

  #refuse(e) {
    this.set({ busy: false, refused: e, sure: '' });
    setTimeout(() => this.querySelector('.alert')?.scrollIntoView({ block: 'center' }));
  }

  async #do(what, done) {
    if (this.sure !== what) {
      this.set({ sure: what });
      return;
    }
    this.set({ busy: true, refused: null, saved: '' });
    try {
      this.set({ event: await call('POST', `${this.#path}/${what}`), busy: false, sure: '', saved: done });
    } catch (e) {
      this.#refuse(e);
    }
  }

  template() {
    const { event, fault, venues } = this;
    if (fault) {
      return html`<h1>Event</h1><p class="alert" role="alert">${fault.message}</p>`;
    }
    if (!this.#isNew && !event) {
      return html`<h1>Event</h1><p class="faint" role="status">Loading…</p>`;
    }
    if (this.#isNew && !event && venues.length === 0 && !this.venue) {
      return html`<h1>New event</h1><p class="empty">An event takes place somewhere. <a href="/organize/venues/new">Make a venue first</a></p>`;
    }
    return html`
      <div class="head-row"><h1><bdi>${event?.name ?? 'New event'}</bdi></h1>${event ? statusTags[event.status] : nothing}</div>
      ${this.refused ? html`<p class="alert" role="alert">${this.refused.message} ${this.refused.document?.errors?.length > 1 ? this.refused.document.errors.map(error => `${error.field} ${error.message}`).join('; ') : nothing}</p>` : nothing}
      ${this.saved ? html`<p class="note" role="status">${this.saved}</p>` : nothing}
      ${event && event.status !== 'DRAFT' ? this.#sales() : nothing}
      ${event?.status === 'DRAFT' ? html`<div class="panel held"><p>Only you see this draft. Once published, venue and prices are fixed.</p>
        <span class="buttons"><button class="button" ?disabled=${this.busy} @click=${() => this.#do('publish', 'It is published: everybody can find it.')}>${this.sure === 'publish' ? 'Yes, publish it now' : 'Publish'}</button></span></div>` : nothing}
      ${event?.status === 'CANCELLED' ? nothing : event?.status === 'PUBLISHED' ? html`<details><summary>Change what is told about it</summary>${this.#form()}</details>` : this.#form()}
      ${event?.status === 'PUBLISHED' ? html`<p class="give-back"><button class="button danger" ?disabled=${this.busy} @click=${() => this.#do('cancel', 'It is cancelled; every buyer gets the money back.')}>
        ${this.sure === 'cancel' ? 'Yes, cancel it and refund everybody' : 'Cancel the event'}</button></p>` : nothing}`;
  }

  #sales() {
    const { event } = this;
    const priced = event.sections.filter(section => section.price);
    const income = sum(priced.map(({ price, sold }) => ({ amount: (Number(price.amount) * sold).toFixed(price.amount.split('.')[1]?.length ?? 0), currency: price.currency })));
    const figure = (value, text) => html`<div class="panel figure"><strong>${value}</strong>${text}</div>`;
    return html`<section aria-label="Sales">
      <p class="faint"><bdi>${event.venue.name}</bdi> · ${day(event.startsAt, event.zone)}, ${time(event.startsAt, event.zone)} · <a href=${`/events/${event.eventId}`}>As buyers see it</a> · <a href=${`/events/${event.eventId}/seats`}>Live map</a> · <a href=${`/organize/events/${event.eventId}/playback`}>Playback</a></p>
      <div class="figures">${figure(income ? money(income) : '–', 'income')}${figure(count(event.availability.sold), 'sold')}${figure(count(event.availability.held), 'being paid now')}${figure(count(event.availability.available), 'left')}</div>
      <div class="table-box" tabindex="0" role="region" aria-label="Sales by section"><table class="list"><thead><tr><th scope="col">Section</th><th scope="col" class="number">Price</th><th scope="col">Sold</th><th scope="col" class="number">On hold</th><th scope="col" class="number">Left</th></tr></thead>
        <tbody>${priced.map(section => html`<tr><td><bdi>${section.name}</bdi></td><td class="number">${money(section.price)}</td>
          <td><progress max=${Math.max(1, section.available + section.held + section.sold)} value=${section.sold} aria-label=${`Sold in ${section.name}`}></progress> ${count(section.sold)}</td>
          <td class="number">${count(section.held)}</td><td class="number">${count(section.available)}</td></tr>`)}</tbody></table></div></section>`;
  }

  #form() {
    const { event, venue } = this;
    if (!venue) {
      return nothing;
    }
    const fixed = event?.status === 'PUBLISHED';
    const priceOf = name => event?.sections.find(section => section.name === name)?.price;
    const currency = event?.sections.find(section => section.price)?.price.currency ?? 'EUR';
    const local = instant => (instant ? localInput(instant, venue.zone) : '');
    const known = new Set(event?.performers.map(one => one.performerId));
    const performers = [...this.performers, ...(event?.performers ?? []).filter(one => !this.performers.some(mine => mine.performerId === one.performerId))];
    return html`<form class="form" @submit=${this.#save}>
      <div class="panel form">
        <div class="field"><label for="name">Name</label><input id="name" name="name" required maxlength="200" .value=${event?.name ?? ''}></div>
        <div class="pair">
          <div class="field"><label for="type">Kind</label><select id="type" name="type">${Object.entries(typeNames).map(([type, name]) => html`<option value=${type} ?selected=${event?.type === type}>${name}</option>`)}</select></div>
          <div class="field"><label for="venue">Venue</label><select id="venue" name="venue" ?disabled=${fixed} @change=${change => this.#chooseVenue(change.target.value)}>
            ${[...this.venues, ...(this.venues.some(one => one.venueId === venue.venueId) ? [] : [venue])].map(one => html`<option value=${one.venueId} ?selected=${one.venueId === venue.venueId}>${isolated(one.name)}</option>`)}</select></div>
        </div>
        <div class="field"><label for="description">Description</label><textarea id="description" name="description" maxlength="10000" .value=${event?.description ?? ''}></textarea></div>
        ${performers.length > 0 ? html`<fieldset><legend>Performers</legend><div class="pair names">${performers.slice(0, 200).map(one => html`<label class="check"><input type="checkbox" name="performer" value=${one.performerId} ?checked=${known.has(one.performerId)}> <bdi>${one.name}</bdi></label>`)}</div></fieldset>` : nothing}
      </div>
      <fieldset class="panel form"><legend class="unseen">Times</legend><p class="hint">Times are those of ${zoneName(venue.zone)}, where the venue is.</p>
        <div class="pair moments">
          <div class="field"><label for="startsAt">Begins</label><input id="startsAt" name="startsAt" type="datetime-local" required .value=${local(event?.startsAt)}></div>
          <div class="field"><label for="endsAt">Ends (if known)</label><input id="endsAt" name="endsAt" type="datetime-local" .value=${local(event?.endsAt)}></div>
          <div class="field"><label for="onSaleAt">Sale begins (else at once)</label><input id="onSaleAt" name="onSaleAt" type="datetime-local" .value=${local(event?.onSaleAt)}></div>
        </div></fieldset>
      <fieldset class="panel form" ?disabled=${fixed}><legend class="unseen">Prices</legend><p class="hint">A section without a price is not for sale.</p>
        <div class="pair amounts"><div class="field"><label for="currency">Currency</label><input id="currency" name="currency" required pattern="[A-Za-z]{3}" maxlength="3" .value=${currency}></div>
        ${venue.seatMap.sections.map(({ name }, i) => html`<div class="field"><label for=${`price-${i}`}><bdi>${name}</bdi></label><input id=${`price-${i}`} name=${`price-${i}`} inputmode="decimal" pattern="\\d{1,9}(\\.\\d{1,3})?" placeholder="not for sale" .value=${priceOf(name)?.amount ?? ''}></div>`)}</div></fieldset>
      <div class="panel pair">
        <div class="field"><label for="holdMinutes">Minutes to pay</label><input id="holdMinutes" name="holdMinutes" type="number" min="0.1" max="60" step="any" required .value=${String((event?.holdSeconds ?? 600) / 60)}></div>
        <div class="field"><label for="most">Tickets in one booking</label><input id="most" name="most" type="number" min="1" max="100" step="1" required .value=${String(event?.maxTicketsPerBooking ?? 8)}></div>
      </div>
      <p class="buttons"><button class="button big" ?disabled=${this.busy}>${event ? 'Save' : 'Save as a draft'}</button> <a href="/organize">Back</a></p>
    </form>`;
  }
}

customElements.define('show-page', ShowPage);
