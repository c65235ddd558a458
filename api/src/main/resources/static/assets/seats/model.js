// The seats of one event: where they are, what they cost, how they stand, and which of them I want. The map and the list both show this.

export const AVAILABLE = 0;
export const HELD = 1;
export const SOLD = 2;
export const NOT_FOR_SALE = 3;
/** Nobody has told yet; never sent, and something else than that there is none. */
export const UNKNOWN = 4;

export const statusNames = ['available', 'on hold', 'sold', 'not for sale', 'not known yet'];

/** More prices than there are colours share the nearest one. */
export const ZONES = 6;

export class Seats extends EventTarget {
  /** @param layout as GET /v1/events/{id}/seats has it */
  constructor(layout) {
    super();
    const count = layout.seatCount;
    this.count = count;
    this.x = new Float32Array(count);
    this.y = new Float32Array(count);
    this.status = new Uint8Array(count).fill(UNKNOWN);
    this.accessible = new Uint8Array(count);
    this.sectionOf = new Uint16Array(count);
    this.labels = new Array(count);
    this.ids = new Array(count);
    this.sections = [];
    /** Whether it has been told how the seats stand; until then no section's count of free ones means anything. */
    this.known = false;
    /** Indexes of the seats I want, in the order in which I chose them. */
    this.chosen = new Set();
    /** Seats I chose that went to somebody else. */
    this.lost = new Set();
    /** Seats that I hold or have bought. */
    this.mine = new Set();
    /** Seats that I am just asking for: if they stop being free, it may be me who has them. */
    this.asked = new Set();
    this.#read(layout);
    this.zones = zonesOf(this.sections);
    for (const section of this.sections) {
      if (section.price) {
        section.zone = this.zones.findIndex(zone => zone.amounts.has(section.price.amount));
      }
    }
    this.#byId = null;
  }

  #byId;

  #read(layout) {
    let seat = 0;
    layout.sections.forEach((told, number) => {
      const section = {
        number, name: told.name, price: told.price ?? null, zone: told.zone ?? -1, standing: told.standing === true, first: seat, count: 0, rows: [], free: 0,
        left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity,
      };
      for (const row of told.rows) {
        const first = seat;
        for (const place of row.seats) {
          const y = place.y ?? row.y;
          this.x[seat] = place.x;
          this.y[seat] = y;
          this.labels[seat] = place.label;
          this.ids[seat] = place.ticketId;
          this.accessible[seat] = place.accessible ? 1 : 0;
          this.sectionOf[seat] = number;
          section.left = Math.min(section.left, place.x);
          section.right = Math.max(section.right, place.x + 1);
          section.top = Math.min(section.top, y);
          section.bottom = Math.max(section.bottom, y + 1);
          seat++;
        }
        section.rows.push({ label: row.label, first, count: seat - first });
      }
      section.count = seat - section.first;
      this.sections.push(section);
    });
    this.left = Math.min(...this.sections.map(section => section.left));
    this.top = Math.min(...this.sections.map(section => section.top));
    this.right = Math.max(...this.sections.map(section => section.right));
    this.bottom = Math.max(...this.sections.map(section => section.bottom));
  }

  section(seat) {
    return this.sections[this.sectionOf[seat]];
  }

  row(seat) {
    const { rows } = this.section(seat);
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (rows[middle].first <= seat) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return rows[low];
  }

  price(seat) {
    return this.section(seat).price;
  }

  indexOf(ticketId) {
    this.#byId ??= new Map(this.ids.map((id, seat) => [id, seat]));
    return this.#byId.get(ticketId);
  }

  name(seat) {
    const section = this.section(seat);
    return section.standing ? `${section.name}, standing` : `${section.name}, row ${this.row(seat).label}, seat ${this.labels[seat]}`;
  }

  isFree(seat) {
    return this.status[seat] === AVAILABLE;
  }

  /** Takes over how every seat stands. */
  takeAll(statuses) {
    const changed = [];
    if (this.known) {
      for (let seat = 0; seat < this.count; seat++) {
        if (statuses[seat] !== this.status[seat]) {
          changed.push(seat);
        }
      }
    }
    this.status.set(statuses.subarray(0, this.count));
    this.known = true;
    for (const section of this.sections) {
      section.free = 0;
    }
    for (let seat = 0; seat < this.count; seat++) {
      if (this.status[seat] === AVAILABLE) {
        this.sections[this.sectionOf[seat]].free++;
      }
    }
    this.#changed(changed, true);
  }

  /** Takes over changes, [[seat, status], …]. */
  take(changes) {
    const changed = [];
    for (const [seat, status] of changes) {
      const before = this.status[seat];
      if (seat >= this.count || before === status) {
        continue;
      }
      const section = this.sections[this.sectionOf[seat]];
      section.free += (status === AVAILABLE) - (before === AVAILABLE);
      this.status[seat] = status;
      changed.push(seat);
    }
    this.#changed(changed, false);
  }

  #changed(seats, all) {
    const lost = [];
    for (const seat of this.known ? this.chosen : []) {
      if (!this.isFree(seat) && !this.mine.has(seat) && !this.asked.has(seat)) {
        lost.push(seat);
      }
    }
    for (const seat of lost) {
      this.chosen.delete(seat);
      this.lost.add(seat);
    }
    for (const seat of this.lost) {
      if (this.isFree(seat) || this.mine.has(seat)) {
        this.lost.delete(seat);
      }
    }
    this.dispatchEvent(new CustomEvent('change', { detail: { seats, all } }));
    if (lost.length > 0) {
      this.dispatchEvent(new CustomEvent('lost', { detail: lost }));
    }
  }

  /** Tells everybody who shows this that something other than a status has changed. */
  touch() {
    this.#changed([], false);
  }

  /**
   * The free seats most like these: as many side by side at the same price, in the same section if it has them, as near as can be; else as near as can be one by
   * one. Empty if there are not so many.
   */
  like(wanted) {
    if (wanted.length === 0) {
      return [];
    }
    const section = this.section(wanted[0]);
    const amount = section.price?.amount;
    const x = wanted.reduce((all, seat) => all + this.x[seat], 0) / wanted.length;
    const y = wanted.reduce((all, seat) => all + this.y[seat], 0) / wanted.length;
    const same = this.sections.filter(one => one.price && one.price.amount === amount && one.standing === section.standing);
    for (const sections of [[section], same]) {
      const found = section.standing ? this.#standing(sections, wanted.length) : this.#together(sections, wanted.length, x, y);
      if (found.length > 0) {
        return found;
      }
    }
    const free = [];
    for (const one of same) {
      for (let seat = one.first; seat < one.first + one.count; seat++) {
        if (this.isFree(seat)) {
          free.push(seat);
        }
      }
    }
    return free.length < wanted.length ? []
      : free.sort((a, b) => this.#distance(a, x, y) - this.#distance(b, x, y)).slice(0, wanted.length).sort((a, b) => a - b);
  }

  #distance(seat, x, y) {
    // A row further back is felt more than a seat further left.
    return Math.hypot(this.x[seat] - x, 1.6 * (this.y[seat] - y));
  }

  #together(sections, many, x, y) {
    let best = [];
    let nearest = Infinity;
    for (const section of sections) {
      for (const { first, count } of section.rows) {
        let run = 0;
        for (let seat = first; seat < first + count; seat++) {
          const beside = run === 0 || Math.abs(this.x[seat] - this.x[seat - 1]) < 1.6;
          run = this.isFree(seat) ? (beside ? run + 1 : 1) : 0;
          if (run >= many) {
            const distance = this.#distance(seat, x + (many - 1) / 2, y);
            if (distance < nearest) {
              nearest = distance;
              best = Array.from({ length: many }, (_, i) => seat - many + 1 + i);
            }
          }
        }
      }
    }
    return best;
  }

  #standing(sections, many) {
    for (const section of sections) {
      const places = this.places(section, many);
      if (places.length === many) {
        return places;
      }
    }
    return [];
  }

  /** Some free places of a standing area, from anywhere in it: so a crowd does not fight for the first ones. */
  places(section, many, except = new Set()) {
    const found = [];
    const start = Math.floor(Math.random() * section.count);
    for (let i = 0; i < section.count && found.length < many; i++) {
      const seat = section.first + (start + i) % section.count;
      if (this.isFree(seat) && !except.has(seat)) {
        found.push(seat);
      }
    }
    return found;
  }
}

/** The prices, the dearest first, at most as many as there are colours. */
function zonesOf(sections) {
  const amounts = [...new Set(sections.filter(section => section.price).map(section => section.price.amount))]
    .sort((a, b) => Number(b) - Number(a));
  const currency = sections.find(section => section.price)?.price.currency;
  const zones = [];
  amounts.forEach((amount, i) => {
    const zone = Math.floor(i * Math.min(ZONES, amounts.length) / amounts.length);
    zones[zone] ??= { amounts: new Set(), from: { amount, currency }, to: { amount, currency } };
    zones[zone].amounts.add(amount);
    zones[zone].from = { amount, currency };
  });
  return zones;
}
