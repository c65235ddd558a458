import { View, html, nothing } from '../lib/view.js';
import { call, get } from '../lib/api.js';
import { go, title } from '../lib/router.js';
import { plural } from '../lib/format.js';
import { Seats } from '../seats/model.js';
import { drawn, labelsOf } from '../seats/layout.js';
import '../seats/map.js';
import { isOrganizer } from './organize.js';

const MOST_PLACES = 200_000;
const PREVIEW_MS = 150;

/** What the form has of a section: rows as texts, because somebody is typing them. */
function editable(section) {
  return {
    name: section.name, kind: section.standing === undefined ? 'seated' : 'standing', standing: section.standing ?? 100,
    x: section.x ?? '', y: section.y ?? '', curve: section.curve ?? '', open: false, many: '', each: '', first: 'A',
    rows: (section.rows ?? []).map(row => ({
      label: row.label, seats: Array.isArray(row.seats) ? row.seats.join(', ') : String(row.seats), x: row.x ?? '', y: row.y ?? '', curve: row.curve ?? '',
      accessible: (row.accessible ?? []).join(', '),
    })),
  };
}

const list = text => text.split(',').map(part => part.trim()).filter(part => part !== '');

function numbers(from, names) {
  return Object.fromEntries(names.filter(name => from[name] !== '' && Number.isFinite(Number(from[name]))).map(name => [name, Number(from[name])]));
}

/** The contract's seatMap of what is in the form. */
function seatMapOf(sections) {
  return {
    sections: sections.map(section => ({
      name: section.name.trim(),
      ...(section.kind === 'standing' ? { standing: Number(section.standing) } : {
        rows: section.rows.map(row => {
          const seats = /^\s*\d+\s*$/.test(row.seats) ? Number(row.seats) : list(row.seats);
          return { label: row.label.trim(), seats, ...numbers(row, ['x', 'y', 'curve']), ...(list(row.accessible).length > 0 ? { accessible: list(row.accessible) } : {}) };
        }),
      }),
      ...numbers(section, section.kind === 'standing' ? ['x', 'y'] : ['x', 'y', 'curve']),
    })),
  };
}

/** The labels after this one: B after A, 8 after 7. */
function labelsFrom(first, many) {
  const number = Number(first);
  if (first.trim() !== '' && Number.isInteger(number)) {
    return Array.from({ length: many }, (_, i) => String(number + i));
  }
  const letter = /^[A-Za-z]$/.test(first) ? first.toUpperCase().charCodeAt(0) - 65 : 0;
  const name = n => (n >= 26 ? name(Math.floor(n / 26) - 1) : '') + String.fromCharCode(65 + n % 26);
  return Array.from({ length: many }, (_, i) => name(letter + i));
}

/** A venue and its seat map, drawn while it is being described. */
class VenuePage extends View {
  params = [];
  venue = null;
  sections = [];
  fault = null;
  refused = null;
  busy = false;
  places = 0;
  #timer = null;

  async started() {
    title(this.#isNew ? 'New venue' : 'Venue');
    if (!await isOrganizer(this)) {
      return;
    }
    try {
      if (this.#isNew) {
        this.venue = { name: '', address: { line1: '', city: '', country: '' }, location: { lat: '', lon: '' }, zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
        this.sections = [editable({ name: 'Stalls', rows: labelsFrom('A', 8).map((label, i) => ({ label, seats: 12 + (i > 3 ? 2 : 0) })), curve: 1.5 })];
        this.sections[0].open = true;
      } else {
        this.venue = await get(`/v1/venues/${encodeURIComponent(this.params[0])}`, { signal: this.life });
        this.sections = this.venue.seatMap.sections.map(editable);
      }
      this.#redraw(0);
    } catch (e) {
      this.set({ fault: e });
    }
  }

  ended() {
    clearTimeout(this.#timer);
  }

  get #isNew() {
    return this.params[0] === 'new';
  }

  #change(target, changes) {
    Object.assign(target, changes);
    this.#redraw();
  }

  #redraw(pause = PREVIEW_MS) {
    this.update();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      try {
        const map = seatMapOf(this.sections);
        const places = map.sections.reduce((all, section) => all + (section.standing ?? section.rows.reduce((sum, row) => sum + (Array.isArray(row.seats) ? row.seats.length : row.seats), 0)), 0);
        if (places > MOST_PLACES || !Number.isFinite(places)) {
          this.set({ places });
          return;
        }
        const seats = new Seats(drawn(map));
        seats.takeAll(new Uint8Array(seats.count));
        this.set({ places });
        queueMicrotask(() => {
          const preview = this.querySelector('seat-map');
          if (preview && seats.count > 0) {
            preview.seats = seats;
          }
        });
      } catch {
        // Half typed: the last drawing stays.
      }
    }, pause);
  }

  #add = kind => {
    const taken = new Set(this.sections.map(section => section.name));
    const base = kind === 'standing' ? 'Floor' : 'Section';
    let name = base;
    for (let i = 2; taken.has(name); i++) {
      name = `${base} ${i}`;
    }
    const section = editable(kind === 'standing' ? { name, standing: 200 } : { name, rows: labelsFrom('A', 6).map(label => ({ label, seats: 12 })) });
    section.open = true;
    this.sections = [...this.sections, section];
    this.#redraw(0);
  };

  #generate(section) {
    const many = Math.min(2_000, Math.max(1, Number(section.many) || 1));
    const each = Math.min(1_000, Math.max(1, Number(section.each) || 1));
    section.rows = labelsFrom(section.first || 'A', many).map(label => ({ label, seats: String(each), x: '', y: '', curve: '', accessible: '' }));
    this.#redraw(0);
  }

  /** A click on a drawn seat makes it a place for a wheelchair, or takes that back. */
  #toggleAccessible(seat) {
    let at = seat;
    for (const section of this.sections) {
      if (section.kind === 'standing') {
        at -= Number(section.standing);
        continue;
      }
      for (const row of section.rows) {
        const labels = labelsOf(/^\s*\d+\s*$/.test(row.seats) ? Number(row.seats) : list(row.seats));
        if (at < labels.length) {
          const now = new Set(list(row.accessible));
          const label = labels[at];
          if (!now.delete(label)) {
            now.add(label);
          }
          this.#change(row, { accessible: labels.filter(one => now.has(one)).join(', ') });
          return;
        }
        at -= labels.length;
      }
    }
  }

  #locate = () => navigator.geolocation?.getCurrentPosition(({ coords }) =>
    this.#change(this.venue, { location: { lat: coords.latitude.toFixed(5), lon: coords.longitude.toFixed(5) } }));

  #save = async event => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.target));
    const body = {
      name: form.name, address: { line1: form.line1, city: form.city, country: form.country.trim().length === 2 ? form.country.trim().toUpperCase() : form.country },
      location: { lat: Number(form.lat), lon: Number(form.lon) }, zone: form.zone, seatMap: seatMapOf(this.sections),
    };
    this.set({ busy: true, refused: null });
    try {
      await call(this.#isNew ? 'POST' : 'PUT', this.#isNew ? '/v1/venues' : `/v1/venues/${encodeURIComponent(this.params[0])}`, { body });
      go('/organize');
    } catch (e) {
      this.set({ busy: false, refused: e });
      setTimeout(() => this.querySelector('.alert')?.scrollIntoView({ block: 'center' }));
    }
  };

  template() {
    const { venue, fault, refused } = this;
    if (fault) {
      return html`<h1>Venue</h1><p class="alert" role="alert">${fault.message}</p>`;
    }
    if (!venue) {
      return html`<h1>Venue</h1><p class="faint" role="status">Loading…</p>`;
    }
    const input = (name, label, value, more = {}) => html`<div class="field"><label for=${name}>${label}</label><input id=${name} name=${name} required maxlength="200"
      type=${more.type ?? 'text'} step=${more.step ?? nothing} min=${more.min ?? nothing} max=${more.max ?? nothing} .value=${String(value)}></div>`;
    return html`
      <h1><bdi>${this.#isNew ? 'New venue' : venue.name}</bdi></h1>
      <form class="editor" @submit=${this.#save}>
        <div class="form">
          ${refused ? html`<p class="alert" role="alert">${refused.message}${refused.document?.errors?.length > 1 ? html` ${refused.document.errors.map(error => `${error.field} ${error.message}`).join('; ')}` : nothing}</p>` : nothing}
          <div class="panel form">
            ${input('name', 'Name', venue.name)}
            ${input('line1', 'Street and number', venue.address.line1)}
            <div class="pair">${input('city', 'City', venue.address.city)}${input('country', 'Country (DE, FR, …)', venue.address.country)}</div>
            <div class="pair">${input('lat', 'Latitude', venue.location.lat, { type: 'number', step: 'any', min: -90, max: 90 })}${input('lon', 'Longitude', venue.location.lon, { type: 'number', step: 'any', min: -180, max: 180 })}</div>
            <p><button type="button" class="link" @click=${this.#locate}>It is where I am now</button></p>
            <div class="field"><label for="zone">Time zone</label><select id="zone" name="zone">${[...new Set([venue.zone, ...Intl.supportedValuesOf('timeZone')])].map(zone => html`<option ?selected=${zone === venue.zone}>${zone}</option>`)}</select></div>
          </div>
          <section class="panel form" aria-label="Sections">
            <div class="head-row"><h2>Sections</h2><span class="faint">${plural(this.places, 'place', 'places')}</span></div>
            ${this.places > MOST_PLACES ? html`<p class="alert" role="alert">A venue has at most ${MOST_PLACES} places.</p>` : nothing}
            ${this.sections.map((section, i) => this.#section(section, i))}
            <p class="buttons"><button type="button" class="button quiet" @click=${() => this.#add('seated')}>Add rows of seats</button>
              <button type="button" class="button quiet" @click=${() => this.#add('standing')}>Add standing places</button></p>
          </section>
          <p class="buttons"><button class="button big" ?disabled=${this.busy}>Save the venue</button> <a href="/organize">Back</a></p>
        </div>
        <div class="editor-map"><div class="map-box"><seat-map @seat=${({ detail }) => this.#toggleAccessible(detail)}></seat-map></div>
          <p class="hint">This is how buyers will see it; each section has its own colour here, each price later. Click a seat to make it a wheelchair place.</p></div>
      </form>`;
  }

  #section(section, i) {
    const id = `section-${i}`;
    const field = (name, label, more = {}) => html`<div class="field"><label for=${`${id}-${name}`}>${label}</label><input id=${`${id}-${name}`} type=${more.type ?? 'number'} step=${more.step ?? 'any'}
      min=${more.min ?? nothing} max=${more.max ?? nothing} maxlength="40" ?required=${more.required} placeholder=${more.placeholder ?? nothing} .value=${String(section[name])} @input=${event => this.#change(section, { [name]: event.target.value })}></div>`;
    return html`<div class="section-card">
      <div class="head-row"><h3><bdi>${section.name || 'Section'}</bdi></h3><span class="buttons">
        <button type="button" class="link" aria-expanded=${section.open ? 'true' : 'false'} @click=${() => this.#change(section, { open: !section.open })}>${section.open ? 'Close' : 'Edit'}</button>
        <button type="button" class="link" aria-label=${`Remove ${section.name}`} ?disabled=${this.sections.length === 1} @click=${() => { this.sections = this.sections.filter(one => one !== section); this.#redraw(0); }}>Remove</button></span></div>
      ${section.open ? html`
        ${field('name', 'Name', { type: 'text', required: true })}
        ${section.kind === 'standing' ? field('standing', 'How many may stand', { min: 1, max: MOST_PLACES, step: 1, required: true }) : html`
          <fieldset><legend>Rows</legend>
            <div class="pair">${field('many', 'Rows', { min: 1, max: 2000, step: 1, placeholder: String(section.rows.length) })}${field('each', 'Seats in each', { min: 1, max: 1000, step: 1, placeholder: section.rows[0]?.seats ?? '12' })}${field('first', 'First row', { type: 'text' })}</div>
            <p class="buttons"><button type="button" class="button quiet" ?disabled=${!section.many || !section.each} @click=${() => this.#generate(section)}>Make these rows</button></p></fieldset>
          <details ?open=${section.rows.length <= 12}><summary>Row by row (${section.rows.length})</summary>
            <div class="table-box" tabindex="0" role="region" aria-label=${`Rows of ${section.name}`}><table class="rows-table"><thead><tr><th scope="col">Row</th><th scope="col">Seats or labels</th><th scope="col">Wheelchair</th><th scope="col">x</th><th scope="col">y</th><th scope="col">Curve</th><th></th></tr></thead>
            <tbody>${section.rows.map((row, n) => html`<tr>${[['label', 'Label', 'tiny'], ['seats', 'Seats', ''], ['accessible', 'Wheelchair places', ''], ['x', 'x', 'tiny ltr'], ['y', 'y', 'tiny ltr'], ['curve', 'Curve', 'tiny ltr']].map(([name, label, size]) => html`
              <td><input class=${size} aria-label=${`${label} of row ${row.label || n + 1}`} .value=${String(row[name])} @input=${event => this.#change(row, { [name]: event.target.value })}></td>`)}
              <td><button type="button" class="link" aria-label=${`Remove row ${row.label}`} ?disabled=${section.rows.length === 1} @click=${() => { section.rows = section.rows.filter(one => one !== row); this.#redraw(0); }}>×</button></td></tr>`)}</tbody></table></div>
            <button type="button" class="link" @click=${() => { const last = section.rows.at(-1); section.rows = [...section.rows, { label: labelsFrom(last?.label ?? 'A', 2)[1], seats: last?.seats ?? '12', x: '', y: '', curve: '', accessible: '' }]; this.#redraw(0); }}>Add a row</button></details>`}
        <div class="pair">${field('x', 'x (seat widths)', { placeholder: 'centred' })}${field('y', 'y from the stage', { placeholder: 'behind' })}${section.kind === 'standing' ? nothing : field('curve', 'Curve', { placeholder: '0' })}</div>` : nothing}
    </div>`;
  }
}

customElements.define('venue-page', VenuePage);
