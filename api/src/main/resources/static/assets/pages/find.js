import { View, html, nothing, live, announce } from '../lib/view.js';
import { get } from '../lib/api.js';
import { amend, go, title } from '../lib/router.js';
import { count, country, leaf, money, plural, time, typeName, typeNames, yourTime, zoneName } from '../lib/format.js';
import { isolated } from '../lib/names.js';
import { poster } from '../lib/poster.js';

const PAGE_SIZE = 24;
const FEW = 20;
const TYPING_MS = 160;
const FILTERS = ['keyword', 'location', 'near', 'radiusKm', 'type', 'start', 'end', 'maxPrice', 'onlyAvailable', 'sort'];

/** Finding something to go to. Everything that narrows the search is in the address. */
class FindPage extends View {
  wish = {};
  hits = null;
  items = [];
  fault = null;
  loading = true;
  suggestions = [];
  suggested = -1;
  locating = '';
  #asked = 0;
  #typing = null;

  started() {
    title('');
    const parameters = new URLSearchParams(location.search);
    this.wish = Object.fromEntries(FILTERS.filter(name => parameters.get(name)).map(name => [name, parameters.get(name)]));
    this.#search();
  }

  get #narrowed() {
    return FILTERS.some(name => name !== 'sort' && this.wish[name]);
  }

  async #search(page = 0) {
    const turn = ++this.#asked;
    this.set({ loading: true, fault: null });
    const parameters = new URLSearchParams({ ...this.wish, pageSize: PAGE_SIZE, page });
    if (!this.wish.sort) {
      parameters.set('sort', this.wish.keyword ? 'relevance' : this.wish.near ? 'distance' : 'date');
    }
    try {
      const hits = await get(`/v1/events/search?${parameters}`, { signal: this.life });
      if (turn === this.#asked) {
        this.set({ hits, items: page === 0 ? hits.items : [...this.items, ...hits.items], loading: false });
        if (page === 0 && this.#narrowed) {
          announce(plural(hits.total, 'event found', 'events found'));
        }
      }
    } catch (e) {
      if (turn === this.#asked && e.name !== 'AbortError') {
        this.set({ fault: e, loading: false });
      }
    }
  }

  #want(changes) {
    this.wish = Object.fromEntries(Object.entries({ ...this.wish, ...changes }).filter(([, value]) => value));
    const text = new URLSearchParams(this.wish).toString();
    amend(text ? `/?${text}` : '/');
    this.set({ suggestions: [] });
    return this.#search();
  }

  #typed = event => {
    const text = event.target.value;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(async () => {
      if (text.trim().length < 2) {
        this.set({ suggestions: [], suggested: -1 });
        return;
      }
      try {
        const { suggestions } = await get(`/v1/events/suggest?prefix=${encodeURIComponent(text.slice(0, 100))}`, { signal: this.life });
        if (this.querySelector('#keyword')?.value === text && document.activeElement?.id === 'keyword') {
          this.set({ suggestions, suggested: -1 });
        }
      } catch {
        // Suggestions are a comfort; the search works without.
      }
    }, TYPING_MS);
  };

  #key = event => {
    const { suggestions, suggested } = this;
    if (event.key === 'ArrowDown' && suggestions.length > 0) {
      this.set({ suggested: (suggested + 1) % suggestions.length });
    } else if (event.key === 'ArrowUp' && suggestions.length > 0) {
      this.set({ suggested: (suggested <= 0 ? suggestions.length : suggested) - 1 });
    } else if (event.key === 'Escape') {
      this.set({ suggestions: [], suggested: -1 });
    } else if (event.key === 'Enter' && suggested >= 0) {
      event.preventDefault();
      this.#choose(suggestions[suggested]);
      return;
    } else {
      return;
    }
    event.preventDefault();
  };

  #choose({ text, eventId }) {
    clearTimeout(this.#typing);
    if (eventId) {
      go(`/events/${eventId}`);
    } else {
      this.#want({ keyword: text });
    }
  }

  #submit = event => {
    event.preventDefault();
    clearTimeout(this.#typing);
    this.#want({ keyword: this.querySelector('#keyword').value.trim() });
  };

  #nearMe = () => {
    if (this.wish.near) {
      this.#want({ near: '', radiusKm: '', sort: this.wish.sort === 'distance' ? '' : this.wish.sort });
      return;
    }
    if (!navigator.geolocation) {
      this.set({ locating: 'This browser does not tell where you are; choose a city instead.' });
      return;
    }
    this.set({ locating: 'Asking your browser where you are…' });
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.locating = '';
        // A hundredth of a degree is a kilometre: near enough, and no more than anybody needs to know.
        this.#want({ near: `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`, radiusKm: this.wish.radiusKm ?? '50' });
      },
      () => this.set({ locating: 'Your place was not told; choose a city instead.' }),
      { timeout: 10_000, maximumAge: 600_000 });
  };

  #when = event => {
    const day = 86_400_000;
    const today = new Date();
    today.setHours(0, 0, 0, 0);
    const date = offset => new Date(today.getTime() + offset * day).toISOString().replace('.000Z', 'Z');
    const toFriday = (5 - today.getDay() + 7) % 7;
    const weekend = today.getDay() === 0 ? [0, 1] : today.getDay() === 6 ? [0, 2] : [toFriday, toFriday + 3];
    const [start, end] = { any: ['', ''], weekend: weekend.map(date), month: [date(0), date(30)], quarter: [date(0), date(92)] }[event.target.value]
      ?? [this.wish.start, this.wish.end];
    this.whenChosen = event.target.value;
    this.#want({ start, end });
  };

  template() {
    const { wish, hits, items } = this;
    const open = this.suggestions.length > 0;
    const cities = Object.entries(hits?.facets.city ?? {}).sort(([, a], [, b]) => b - a).map(([name]) => name);
    if (wish.location && !cities.includes(wish.location)) {
      cities.unshift(wish.location);
    }
    return html`
      <section class="hero">
        <h1>Find your night out</h1>
        <form class="search" role="search" @submit=${this.#submit}>
          <div class="search-field">
            <label class="unseen" for="keyword">Artist, event, venue or city</label>
            <svg class="glass" viewBox="0 0 24 24" aria-hidden="true"><circle cx="10.5" cy="10.5" r="6.5"></circle><path d="M15.5 15.5 21 21"></path></svg>
            <input id="keyword" type="search" maxlength="200" placeholder="Artist, event, venue or city" autocomplete="off" spellcheck="false"
              role="combobox" aria-autocomplete="list" aria-expanded=${open ? 'true' : 'false'} aria-controls="suggestions"
              aria-activedescendant=${this.suggested >= 0 ? `suggestion-${this.suggested}` : nothing}
              .value=${live(this.wish.keyword && document.activeElement?.id !== 'keyword' ? wish.keyword : this.querySelector('#keyword')?.value ?? wish.keyword ?? '')}
              @input=${this.#typed} @keydown=${this.#key} @blur=${() => setTimeout(() => this.set({ suggestions: [] }), 150)}>
            <ul id="suggestions" role="listbox" aria-label="Suggestions" ?hidden=${!open}>
              ${this.suggestions.map((one, i) => html`<li id=${`suggestion-${i}`} role="option" aria-selected=${i === this.suggested ? 'true' : 'false'}
                @mousedown=${event => { event.preventDefault(); this.#choose(one); }}>
                <span><bdi>${one.text}</bdi></span><small>${one.eventId ? 'Event' : 'Performer'}</small></li>`)}
            </ul>
          </div>
          <button class="button big">Search</button>
        </form>
        <div class="chips" role="group" aria-label="Kind of event">
          ${[['', 'Everything'], ...Object.entries(typeNames).filter(([type]) => type !== 'OTHER')].map(([type, name]) => html`
            <button class="chip" aria-pressed=${(wish.type ?? '') === type ? 'true' : 'false'} @click=${() => this.#want({ type })}>${name}</button>`)}
        </div>
      </section>
      <section class="filters" aria-label="Narrow the search">
        <label>City <select @change=${event => this.#want({ location: event.target.value })}>
          <option value="" ?selected=${!wish.location}>Anywhere</option>
          ${cities.map(name => html`<option .value=${name} ?selected=${wish.location === name}>${isolated(name)}</option>`)}</select></label>
        <button class="chip" aria-pressed=${wish.near ? 'true' : 'false'} @click=${this.#nearMe}>Near me</button>
        ${wish.near ? html`<label>Within <select @change=${event => this.#want({ radiusKm: event.target.value })}>
          ${['10', '25', '50', '100', '250', '1000'].map(km => html`<option value=${km} ?selected=${wish.radiusKm === km}>${km} km</option>`)}</select></label>` : nothing}
        <label>When <select @change=${this.#when}>
          ${wish.start && !this.whenChosen ? html`<option value="given" selected>As in the link</option>` : nothing}
          ${[['any', 'Any time'], ['weekend', 'This weekend'], ['month', 'Next 30 days'], ['quarter', 'Next 3 months']].map(([value, text]) => html`
            <option value=${value} ?selected=${(this.whenChosen ?? (wish.start ? 'given' : 'any')) === value}>${text}</option>`)}</select></label>
        <label>Up to <input type="number" class="narrow" min="0" max="999999" step="1" inputmode="numeric" placeholder="any price" .value=${wish.maxPrice ?? ''}
          @change=${event => this.#want({ maxPrice: event.target.validity.valid ? event.target.value : '' })}></label>
        <label class="check"><input type="checkbox" .checked=${wish.onlyAvailable === 'true'}
          @change=${event => this.#want({ onlyAvailable: event.target.checked ? 'true' : '' })}> Still available</label>
        <label class="end">Sort by <select @change=${event => this.#want({ sort: event.target.value })}>
          <option value="" ?selected=${!wish.sort}>${wish.keyword ? 'Best match' : wish.near ? 'Distance' : 'Date'}</option>
          ${[['relevance', 'Best match'], ['date', 'Date'], ['price', 'Price'], ['distance', 'Distance']]
            .filter(([value]) => value !== (wish.keyword ? 'relevance' : wish.near ? 'distance' : 'date') && (value !== 'distance' || wish.near) && (value !== 'relevance' || wish.keyword))
            .map(([value, text]) => html`<option value=${value} ?selected=${wish.sort === value}>${text}</option>`)}</select></label>
      </section>
      ${this.locating ? html`<p class="note" role="status">${this.locating}</p>` : nothing}
      ${this.fault ? html`<p class="alert" role="alert">${this.fault.message} <button class="link" @click=${() => this.#search()}>Try again</button></p>` : nothing}
      <section aria-label="Events" aria-busy=${this.loading ? 'true' : 'false'}>
        <p class="count">${hits ? plural(hits.total, 'event', 'events') : html`<span class="ghost-text">Looking…</span>`}
          ${this.#narrowed ? html`<button class="link" @click=${() => { this.whenChosen = undefined; this.querySelector('#keyword').value = ''; this.wish = {}; this.#want({}); }}>Show all</button>` : nothing}</p>
        <ul class="cards">
          ${hits ? items.map(hit => this.#card(hit)) : Array.from({ length: 6 }, () => html`<li class="card ghost" aria-hidden="true"></li>`)}
        </ul>
        ${hits && items.length === 0 ? html`<p class="empty">Nothing fits. Try another word, another city, or a later date.</p>` : nothing}
        ${hits && items.length < hits.total && items.length < 10_000 - PAGE_SIZE ? html`<p class="more"><button class="button quiet" ?disabled=${this.loading}
          @click=${() => this.#search(hits.page + 1)}>Show more</button></p>` : nothing}
      </section>`;
  }

  #card(hit) {
    const { month, day, weekday } = leaf(hit.startsAt, hit.zone);
    const yours = yourTime(hit.startsAt, hit.zone);
    return html`<li class="card"><a href=${`/events/${hit.eventId}`}>
      <div class="card-picture">${poster(hit)}
        <span class="leaf"><span>${month}</span><strong>${day}</strong><span>${weekday}</span></span></div>
      <div class="card-text">
        <span class="kind">${typeName(hit.type)}</span>
        <h2><bdi>${hit.name}</bdi></h2>
        <p><bdi>${hit.venue.name}</bdi>, <bdi>${hit.venue.city}</bdi> <span class="faint">${country(hit.venue.country)}</span></p>
        <p class="faint">${time(hit.startsAt, hit.zone)} in ${zoneName(hit.zone)}${yours ? html` · ${yours} your time` : nothing}</p>
        <p class="card-foot">
          ${hit.available === 0 ? html`<span class="tag sold">Sold out</span>`
            : html`${hit.minPrice ? html`<strong>from ${money(hit.minPrice)}</strong>` : nothing}
              ${hit.available <= FEW ? html`<span class="tag few">${count(hit.available)} left</span>` : nothing}`}
          ${hit.distanceKm === undefined ? nothing : html`<span class="faint">${count(Math.round(hit.distanceKm))} km away</span>`}</p>
      </div></a></li>`;
  }
}

customElements.define('find-page', FindPage);
