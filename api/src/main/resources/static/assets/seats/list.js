import { View, html, nothing } from '../lib/view.js';
import { count, money } from '../lib/format.js';
import { AVAILABLE, statusNames } from './model.js';

/**
 * The same seats as on the map, in words: section, row, seat, each with how it stands and what it costs. Only what is unfolded is in the page, so a stadium is
 * no longer than its sections.
 */
class SeatList extends View {
  #seats = null;
  /** A change of one seat in a thousand must not draw the list a hundred times a second. */
  #waiting = null;
  openSection = -1;
  openRow = -1;
  focus = new Map();

  set seats(seats) {
    this.#seats?.removeEventListener('change', this.#changed);
    this.#seats = seats;
    seats.addEventListener('change', this.#changed);
    if (seats.sections.length === 1) {
      this.openSection = 0;
    }
    this.update();
  }

  ended() {
    this.#seats?.removeEventListener('change', this.#changed);
    clearTimeout(this.#waiting);
  }

  #changed = ({ detail }) => {
    if (detail.seats.length === 0 && !detail.all) {
      // What I have done myself is seen at once.
      this.update();
      return;
    }
    this.#waiting ??= setTimeout(() => {
      this.#waiting = null;
      this.update();
    }, 120);
  };

  /** Unfolds where this seat is. */
  reveal(seat) {
    const section = this.#seats.section(seat);
    this.openSection = section.number;
    this.openRow = section.rows.indexOf(this.#seats.row(seat));
    this.update();
  }

  template() {
    const seats = this.#seats;
    if (!seats) {
      return html`<p class="faint">Loading…</p>`;
    }
    return html`<ul class="sections">${seats.sections.map(section => {
      const open = this.openSection === section.number;
      const left = section.price ? (!seats.known ? '' : section.free === 0 ? 'none left' : `${count(section.free)} left`) : 'not for sale';
      return html`<li>
        <h3><button class="section-button" aria-expanded=${open ? 'true' : 'false'} @click=${() => this.#toggle(section)}>
          <span class=${`swatch zone-${section.zone}`} aria-hidden="true"></span><span class="section-name"><bdi>${section.name}</bdi></span>
          <span class="faint">${left}</span>${section.price ? html`<span>${money(section.price)}</span>` : nothing}</button></h3>
        ${open ? (section.standing ? this.#standing(section) : this.#rows(section)) : nothing}</li>`;
    })}</ul>`;
  }

  #toggle(section) {
    const open = this.openSection !== section.number;
    this.set({ openSection: open ? section.number : -1, openRow: -1 });
    if (open) {
      this.dispatchEvent(new CustomEvent('section', { detail: section }));
    }
  }

  #standing(section) {
    const chosen = [...this.#seats.chosen].filter(seat => this.#seats.section(seat) === section).length;
    return html`<div class="standing"><span>Standing places</span>
      <div class="stepper" role="group" aria-label=${`Places in ${section.name}`}>
        <button aria-label="One less" ?disabled=${chosen === 0} @click=${() => this.#tell('standing', { section, step: -1 })}>−</button>
        <output aria-live="polite">${chosen}</output>
        <button aria-label="One more" ?disabled=${!this.#seats.known || section.free <= chosen} @click=${() => this.#tell('standing', { section, step: 1 })}>+</button></div></div>`;
  }

  #rows(section) {
    const seats = this.#seats;
    return html`<ul class="rows">${section.rows.map((row, number) => {
      let free = 0;
      for (let seat = row.first; seat < row.first + row.count; seat++) {
        free += seats.status[seat] === AVAILABLE ? 1 : 0;
      }
      const open = this.openRow === number;
      return html`<li><h4><button class="row-button" aria-expanded=${open ? 'true' : 'false'} @click=${() => this.set({ openRow: open ? -1 : number })}>
          <span>Row <bdi>${row.label}</bdi></span><span class="faint">${!seats.known ? '' : free === 0 ? 'none left' : `${free} of ${row.count} left`}</span></button></h4>
        ${open ? this.#row(section, row) : nothing}</li>`;
    })}</ul>`;
  }

  /** One stop for the Tab key, arrows inside, as in any toolbar: nobody wants to press Tab fifty times. */
  #row(section, row) {
    const seats = this.#seats;
    const indexes = Array.from({ length: row.count }, (_, i) => row.first + i);
    const focused = this.focus.get(row) ?? indexes.find(seat => seats.isFree(seat)) ?? row.first;
    return html`<div class="row-seats" role="toolbar" aria-label=${`Row ${row.label} of ${section.name}`} @keydown=${event => this.#arrow(event, row)}>
      ${indexes.map(seat => {
        const chosen = seats.chosen.has(seat);
        const state = chosen ? 'chosen' : seats.mine.has(seat) ? 'yours' : statusNames[seats.status[seat]];
        const able = seats.isFree(seat) || chosen;
        return html`<button class=${`seat seat-${chosen ? 'chosen' : seats.mine.has(seat) ? 'mine' : seats.status[seat]} zone-${section.zone}`} data-seat=${seat}
          tabindex=${seat === focused ? '0' : '-1'} aria-pressed=${chosen ? 'true' : 'false'} aria-disabled=${able ? nothing : 'true'}
          aria-label=${`Seat ${seats.labels[seat]}${seats.accessible[seat] ? ', wheelchair place' : ''}, ${section.price ? `${money(section.price)}, ` : ''}${state}`}
          @focus=${() => this.focus.set(row, seat)} @click=${() => able && this.#tell('seat', seat)}>${seats.labels[seat]}</button>`;
      })}</div>`;
  }

  #arrow(event, row) {
    const seat = Number(event.target.dataset.seat);
    const forth = getComputedStyle(this).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = forth === 'ArrowRight' ? 'ArrowLeft' : 'ArrowRight';
    const last = row.first + row.count - 1;
    const to = { [forth]: Math.min(last, seat + 1), [back]: Math.max(row.first, seat - 1), Home: row.first, End: last }[event.key];
    if (to === undefined || Number.isNaN(seat)) {
      return;
    }
    event.preventDefault();
    this.focus.set(row, to);
    this.update();
    queueMicrotask(() => this.querySelector(`[data-seat="${to}"]`)?.focus());
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define('seat-list', SeatList);
