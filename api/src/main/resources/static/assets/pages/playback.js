import uPlot from '../vendor/uplot/uPlot.esm.js';
import { View, html, nothing } from '../lib/view.js';
import { get, mine } from '../lib/api.js';
import { session } from '../lib/session.js';
import { backFrom, go, title } from '../lib/router.js';
import { count, day, money, time } from '../lib/format.js';
import { AVAILABLE, HELD, NOT_FOR_SALE, SOLD, Seats } from '../seats/model.js';
import '../seats/map.js';

const PUBLISHED = 2;
const CANCELLED = 3;
/** What a change makes of a seat, by the kinds of a timeline. */
const STATUS = { 10: HELD, 11: HELD, 12: SOLD, 13: AVAILABLE, 14: AVAILABLE, 15: AVAILABLE };
const KEPT = 50;
const POINTS = 400;
const MOST_LINES = 6;
const WHOLE_SECONDS = 30;
const SPEEDS = [[0, `all in ${WHOLE_SECONDS} seconds`], [1, 'as it was'], [10, '10 times'], [60, 'a minute a second'], [3600, 'an hour a second'], [86400, 'a day a second']];

/** Everything that happened to the seats, and the seats at any moment of it. */
class Film {
  constructor(seats, pages) {
    this.seats = seats;
    this.at = [];
    this.seat = [];
    this.kind = [];
    for (const page of pages) {
      let at = page.from ? Date.parse(page.from) : 0;
      page.millis.forEach((millis, i) => {
        at += millis;
        // A clock that was late must not let the film run backwards.
        this.at.push(Math.max(at, this.at.at(-1) ?? at));
        this.seat.push(page.seats[i]);
        this.kind.push(page.kinds[i]);
      });
    }
    this.begin = this.at[0] ?? 0;
    this.end = this.at.at(-1) ?? 0;
    this.frame = Math.max(1, Math.ceil(this.at.length / KEPT));
    this.kept = [];
    const statuses = new Uint8Array(seats.count).fill(NOT_FOR_SALE);
    for (let i = 0; i < this.at.length; i++) {
      if (i % this.frame === 0) {
        this.kept.push(statuses.slice());
      }
      this.apply(statuses, i);
    }
  }

  apply(statuses, i) {
    const kind = this.kind[i];
    if (kind === PUBLISHED || kind === CANCELLED) {
      for (let seat = 0; seat < statuses.length; seat++) {
        statuses[seat] = kind === PUBLISHED && this.seats.price(seat) ? AVAILABLE : NOT_FOR_SALE;
      }
    } else if (statuses[this.seat[i]] !== NOT_FOR_SALE) {
      statuses[this.seat[i]] = STATUS[kind];
    }
  }

  /** How many changes there were up to this moment. */
  until(moment) {
    let low = 0;
    let high = this.at.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at[middle] <= moment) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The seats after so many changes. */
  after(changes) {
    if (this.kept.length === 0) {
      return new Uint8Array(this.seats.count).fill(NOT_FOR_SALE);
    }
    const from = Math.min(this.kept.length - 1, Math.floor(changes / this.frame));
    const statuses = this.kept[from].slice();
    for (let i = from * this.frame; i < changes; i++) {
      this.apply(statuses, i);
    }
    return statuses;
  }

  /** Sums for the charts, at as many moments as they have points. */
  sums() {
    const { seats } = this;
    const span = Math.max(1, this.end - this.begin);
    const moments = Array.from({ length: POINTS + 1 }, (_, i) => this.begin + span * i / POINTS);
    const sums = { moments: moments.map(moment => moment / 1000), held: [], sold: [], revenue: [], conversion: [], shares: seats.sections.map(() => []) };
    const statuses = new Uint8Array(seats.count).fill(NOT_FOR_SALE);
    const soldOf = seats.sections.map(() => 0);
    const half = seats.sections.map(() => null);
    const whole = seats.sections.map(() => null);
    let [held, sold, revenue, wanted, bought] = [0, 0, 0, 0, 0];
    let next = 0;
    for (const moment of moments) {
      for (; next < this.at.length && (this.at[next] <= moment || moment === moments.at(-1)); next++) {
        const kind = this.kind[next];
        const seat = this.seat[next];
        if (kind === PUBLISHED || kind === CANCELLED) {
          this.apply(statuses, next);
          held = 0;
          continue;
        }
        const section = seats.sectionOf[seat];
        const price = Number(seats.sections[section].price?.amount ?? 0);
        const [before, after] = [statuses[seat], STATUS[kind]];
        this.apply(statuses, next);
        held += (after === HELD) - (before === HELD);
        wanted += kind === 10;
        bought += kind === 12;
        if (kind === 12 || kind === 15) {
          const sign = kind === 12 ? 1 : -1;
          sold += sign;
          revenue += sign * price;
          soldOf[section] += sign;
          if (soldOf[section] * 2 >= seats.sections[section].count) {
            half[section] ??= this.at[next];
          }
          if (soldOf[section] >= seats.sections[section].count) {
            whole[section] ??= this.at[next];
          }
        }
      }
      sums.held.push(held);
      sums.sold.push(sold);
      sums.revenue.push(revenue);
      sums.conversion.push(wanted === 0 ? null : 100 * bought / wanted);
      sums.shares.forEach((share, section) => share.push(100 * soldOf[section] / seats.sections[section].count));
    }
    return { ...sums, soldOf, half, whole };
  }
}

/** Plays an on-sale back on its seat map, and draws how it went. */
class PlaybackPage extends View {
  params = [];
  event = null;
  film = null;
  sums = null;
  fault = null;
  loaded = 0;
  now = 0;
  playing = false;
  speed = 0;
  #shown = -1;
  #last = 0;
  #charts = [];

  async started() {
    title('Playback');
    await session.begun();
    if (!session.user) {
      go(`/login${backFrom(location.pathname)}`, { replace: true });
      return;
    }
    const path = `/v1/events/${encodeURIComponent(this.params[0])}`;
    const signal = this.life;
    try {
      const [event, layout] = await Promise.all([mine(path, { signal }), get(`${path}/seats`, { signal })]);
      const pages = [];
      let cursor = null;
      do {
        const page = await mine(`${path}/timeline${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`, { signal });
        pages.push(page);
        cursor = page.nextCursor;
        this.set({ loaded: this.loaded + page.seats.length });
      } while (cursor);
      title(`Playback of ${event.name}`);
      const film = new Film(new Seats(layout), pages);
      this.set({ event, film, sums: film.sums(), now: film.begin });
    } catch (e) {
      if (e.name !== 'AbortError') {
        this.set({ fault: e });
      }
    }
  }

  ended() {
    this.playing = false;
    this.#charts.forEach(chart => chart.destroy());
    this.#charts = [];
  }

  drawn() {
    const map = this.querySelector('seat-map');
    if (!map || !this.film) {
      return;
    }
    if (map.shown !== this.film) {
      map.shown = this.film;
      map.front = { MOVIE: 'SCREEN', SPORTS: '' }[this.event.type] ?? 'STAGE';
      map.seats = this.film.seats;
      this.#drawCharts();
    }
    this.#show();
  }

  /** Brings the map to the present moment of the film. */
  #show() {
    const { film } = this;
    const changes = film.until(this.now);
    if (changes === this.#shown) {
      return;
    }
    const few = changes > this.#shown && changes - this.#shown < 500 && this.#shown > 0;
    const step = [];
    for (let i = this.#shown; few && i < changes; i++) {
      if (film.kind[i] in STATUS && film.seats.status[film.seat[i]] !== NOT_FOR_SALE) {
        step.push([film.seat[i], STATUS[film.kind[i]]]);
      } else {
        step.length = 0;
        film.seats.takeAll(film.after(i + 1));
      }
    }
    if (few) {
      film.seats.take(step);
    } else {
      film.seats.takeAll(film.after(changes));
    }
    this.#shown = changes;
    this.#charts.forEach(chart => chart.redraw(false));
    // The figures beside the map count its seats.
    this.update();
  }

  #play = () => {
    const { film } = this;
    if (this.playing) {
      this.set({ playing: false });
      return;
    }
    this.set({ playing: true, now: this.now >= film.end ? film.begin : this.now });
    this.#last = performance.now();
    const tick = clock => {
      if (!this.playing || !this.isConnected) {
        return;
      }
      const speed = this.speed || Math.max(1, (film.end - film.begin) / (WHOLE_SECONDS * 1000));
      const now = Math.min(film.end, this.now + (clock - this.#last) * speed);
      this.#last = clock;
      this.set({ now, playing: now < film.end });
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  };

  #drawCharts() {
    const { sums, film } = this;
    this.#charts.forEach(chart => chart.destroy());
    const style = getComputedStyle(this);
    const colour = name => style.getPropertyValue(name).trim();
    const lines = film.seats.sections.map((section, i) => ({ section, i })).filter(({ section }) => section.price).sort((a, b) => b.section.count - a.section.count).slice(0, MOST_LINES);
    const charts = {
      seats: [[sums.moments, sums.sold, sums.held], [{ label: 'sold', stroke: colour('--zone-0'), width: 2 }, { label: 'on hold', stroke: colour('--zone-2'), width: 2 }]],
      revenue: [[sums.moments, sums.revenue], [{ label: 'revenue', stroke: colour('--zone-1'), width: 2, fill: `${colour('--zone-1')}33` }]],
      conversion: [[sums.moments, sums.conversion], [{ label: '% of holds that were paid', stroke: colour('--zone-0'), width: 2 }]],
      sections: [[sums.moments, ...lines.map(({ i }) => sums.shares[i])], lines.map(({ section }, n) => ({ label: section.name, stroke: colour(`--zone-${n}`), width: 2 }))],
    };
    const axis = { stroke: colour('--faint'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } };
    const present = chart => {
      const x = Math.round(chart.valToPos(this.now / 1000, 'x', true));
      const { top, height } = chart.bbox;
      chart.ctx.save();
      chart.ctx.strokeStyle = colour('--brand');
      chart.ctx.lineWidth = 2;
      chart.ctx.beginPath();
      chart.ctx.moveTo(x, top);
      chart.ctx.lineTo(x, top + height);
      chart.ctx.stroke();
      chart.ctx.restore();
    };
    this.#charts = Object.entries(charts).map(([name, [data, series]]) => {
      const box = this.querySelector(`[data-chart=${name}]`);
      const chart = new uPlot({
        width: Math.max(260, box.clientWidth), height: 190, legend: { live: false }, cursor: { drag: { x: false, y: false } },
        tzDate: seconds => uPlot.tzDate(new Date(seconds * 1e3), this.event.zone),
        axes: [{ ...axis, space: 80, values: (_, moments, _axis, _space, step) => moments.map(seconds => moment(seconds, step, this.event.zone)) }, { ...axis, size: 60 }], series: [{}, ...series], hooks: { draw: [present] },
      }, data, box);
      chart.over.addEventListener('click', () => {
        if (chart.cursor.left >= 0) {
          this.set({ now: chart.posToVal(chart.cursor.left, 'x') * 1000 });
        }
      });
      return chart;
    });
  }

  template() {
    const { event, film, fault, sums } = this;
    if (fault) {
      return html`<h1>Playback</h1><p class="alert" role="alert">${fault.message}</p>`;
    }
    if (!film) {
      return html`<h1>Playback</h1><p class="faint" role="status">Loading…${this.loaded ? html` ${count(this.loaded)} changes` : nothing}</p>`;
    }
    const moment = `${day(this.now, event.zone)}, ${time(this.now, event.zone)}:${String(new Date(this.now).getUTCSeconds()).padStart(2, '0')}`;
    const stylesheet = new URL('../vendor/uplot/uPlot.min.css', import.meta.url);
    const { seats } = film;
    const standing = [0, 0, 0, 0];
    seats.status.forEach(status => standing[status]++);
    const figure = (value, text) => html`<div class="panel figure"><strong>${value}</strong>${text}</div>`;
    const took = moment => (moment === null ? '–' : duration(moment - film.begin));
    return html`<link rel="stylesheet" href=${stylesheet.pathname}>
      <div class="head-row"><h1>Playback of <bdi>${event.name}</bdi></h1></div>
      <p class="faint"><bdi>${event.venue.name}</bdi> · ${count(film.at.length)} changes from ${day(film.begin, event.zone)}, ${time(film.begin, event.zone)} to ${day(film.end, event.zone)}, ${time(film.end, event.zone)}</p>
      <section class="panel playback" aria-label="Seat map at the chosen moment">
        <div class="playback-map"><seat-map></seat-map></div>
        <div class="playback-controls">
          <button class="button" @click=${this.#play}>${this.playing ? 'Pause' : 'Play'}</button>
          <label class="grow"><span class="unseen">Moment</span><input type="range" dir="ltr" min=${film.begin} max=${Math.max(film.end, film.begin + 1)} step="any" .value=${String(this.now)} aria-valuetext=${moment}
            @input=${({ target }) => this.set({ now: Number(target.value) })}></label>
          <label><span class="unseen">Speed</span><select @change=${({ target }) => { this.speed = Number(target.value); }}>${SPEEDS.map(([speed, text]) => html`<option value=${speed}>${text}</option>`)}</select></label>
        </div>
        <p class="faint"><time datetime=${new Date(this.now).toISOString()}>${moment}</time></p>
      </section>
      <div class="figures">${figure(count(standing[SOLD]), 'sold')}${figure(count(standing[HELD]), 'on hold')}${figure(count(standing[AVAILABLE]), 'left')}</div>
      <div class="playback-charts">
        <section class="panel"><h2>Seats sold and on hold</h2><div data-chart="seats" dir="ltr" role="img" aria-label=${`In the end ${count(sums.sold.at(-1))} seats were sold`}></div></section>
        <section class="panel"><h2>Revenue</h2><div data-chart="revenue" dir="ltr" role="img" aria-label=${`In the end ${this.#revenue()}`}></div></section>
        <section class="panel"><h2>Conversion</h2><div data-chart="conversion" dir="ltr" role="img" aria-label=${`In the end ${Math.round(sums.conversion.at(-1) ?? 0)} % of the held seats had been paid`}></div></section>
        <section class="panel"><h2>Sections, % sold</h2><div data-chart="sections" dir="ltr" role="img" aria-label="The table below has the same in numbers"></div></section>
      </div>
      <section class="panel" aria-label="Time to sell by section"><h2>Time to sell by section</h2>
        <div class="table-box" tabindex="0" role="region" aria-label="Time to sell by section"><table class="list"><thead><tr><th scope="col">Section</th><th scope="col" class="number">Price</th><th scope="col">Sold</th><th scope="col" class="number">Half after</th><th scope="col" class="number">All after</th></tr></thead>
        <tbody>${seats.sections.filter(section => section.price).map(section => html`<tr><td><bdi>${section.name}</bdi></td><td class="number">${money(section.price)}</td>
          <td><progress max=${section.count} value=${sums.soldOf[section.number]} aria-label=${`Sold in ${section.name}`}></progress> ${count(sums.soldOf[section.number])}</td>
          <td class="number">${took(sums.half[section.number])}</td><td class="number">${took(sums.whole[section.number])}</td></tr>`)}</tbody></table></div></section>`;
  }

  #revenue() {
    const currency = this.film.seats.sections.find(section => section.price)?.price.currency ?? 'EUR';
    return money({ amount: this.sums.revenue.at(-1).toFixed(2), currency });
  }
}

/** A mark of the time axis: as much of the moment as changes from one mark to the next. */
function moment(seconds, step, zone) {
  const parts = step < 60 ? { timeStyle: 'medium' } : step < 86400 ? { timeStyle: 'short' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: zone }).format(new Date(seconds * 1e3));
}

/** A time span as it is said. */
function duration(millis) {
  const seconds = Math.round(millis / 1000);
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}

customElements.define('playback-page', PlaybackPage);
