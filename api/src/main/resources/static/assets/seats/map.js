import { calm } from '../lib/view.js';
import { count, money } from '../lib/format.js';
import { isolated } from '../lib/names.js';
import { AVAILABLE, HELD, NOT_FOR_SALE, SOLD } from './model.js';

/** Seats so large, in CSS pixels a seat, can be taken by a finger; below it a click leads into the section. */
const TAKEABLE = 13;
const LARGEST = 46;
const FLASH_MS = 1_100;
const GLIDE_MS = 280;
/** More pixels than this are drawn coarser: a picture that moves smoothly is worth more than one that is sharp. */
const MOST_PIXELS = 3_200_000;
const MARGIN = 2;
/** Room below the seats for the buttons, in CSS pixels. */
const TOOLS = 62;

/**
 * The seats on a canvas. Each frame is painted anew from the truth, seat by seat, into an array of pixels with little pictures made before (blitting): 100,000 seats
 * take some milliseconds whatever the graphics card, and there are no stale tiles. Words and outlines are drawn over it.
 */
class SeatMap extends HTMLElement {
  #seats = null;
  #canvas = null;
  #pen = null;
  #image = null;
  #pixels = null;
  #ratio = 1;
  #view = { x: 0, y: 0, k: 1 };
  #smallest = 1;
  #sprites = new Map();
  #colours = null;
  #dirty = false;
  #flashes = new Map();
  #pointers = new Map();
  #gesture = null;
  #glide = null;
  #hover = -1;
  #life = null;
  /** What everybody looks at, in front of the seats; empty where that is in their middle. */
  front = 'STAGE';
  /** How long the last frame took to paint, in milliseconds. */
  painted = 0;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#canvas = document.createElement('canvas');
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.setAttribute('aria-label', 'Map of the seats. The list beside it has the same seats, section by section.');
    this.#pen = this.#canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    this.replaceChildren(this.#canvas);
    const on = (type, listener, options) => this.#canvas.addEventListener(type, listener, { signal, ...options });
    on('pointerdown', event => this.#down(event));
    on('pointermove', event => this.#move(event));
    on('pointerup', event => this.#up(event));
    on('pointercancel', event => this.#pointers.delete(event.pointerId));
    on('pointerleave', () => this.#point(-1));
    on('wheel', event => this.#wheel(event), { passive: false });
    new ResizeObserver(() => this.#resize()).observe(this);
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', () => this.#recolour(), { signal });
    }
    this.#recolour();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#seats?.removeEventListener('change', this.#changed);
  }

  /** @param seats of model.js */
  set seats(seats) {
    this.#seats?.removeEventListener('change', this.#changed);
    this.#seats = seats;
    seats.addEventListener('change', this.#changed);
    this.#resize();
    this.fit(false);
  }

  get view() {
    return { ...this.#view };
  }

  set view(view) {
    this.#glide = null;
    this.#view = view;
    this.#within();
    this.draw();
  }

  #changed = ({ detail }) => {
    if (detail.seats.length > 0 && !calm()) {
      const until = performance.now() + FLASH_MS;
      // When half a stadium changes nobody sees single seats.
      for (const seat of detail.seats.slice(0, 400)) {
        this.#flashes.set(seat, until);
      }
    }
    this.draw();
  };

  #recolour() {
    const style = getComputedStyle(this);
    const colour = name => style.getPropertyValue(name).trim();
    this.#colours = {
      ground: colour('--map-ground'), ink: colour('--map-ink'), faint: colour('--map-faint'), line: colour('--map-line'), area: colour('--map-area'),
      held: colour('--seat-held'), sold: colour('--seat-sold'), none: colour('--seat-none'), chosen: colour('--seat-chosen'), onChosen: colour('--seat-on-chosen'),
      mine: colour('--seat-mine'), lost: colour('--seat-lost'), flash: colour('--seat-flash'), zones: [0, 1, 2, 3, 4, 5].map(zone => colour(`--zone-${zone}`)),
    };
    // The number on a seat is dark or light, whichever can be read better.
    const [ground, ink] = [luminance(this.#colours.ground), luminance(this.#colours.ink)];
    this.#colours.numbers = this.#colours.zones.map(zone => {
      const here = luminance(zone);
      const contrast = other => (Math.max(here, other) + 0.05) / (Math.min(here, other) + 0.05);
      return contrast(ground) >= contrast(ink) ? this.#colours.ground : this.#colours.ink;
    });
    this.#sprites.clear();
    this.draw();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this;
    if (width === 0 || height === 0 || !this.#canvas) {
      return;
    }
    this.#ratio = Math.min(devicePixelRatio, 2, Math.sqrt(MOST_PIXELS / (width * height)));
    const [w, h] = [Math.round(width * this.#ratio), Math.round(height * this.#ratio)];
    if (w !== this.#canvas.width || h !== this.#canvas.height || !this.#image) {
      const before = this.#smallest;
      this.#canvas.width = w;
      this.#canvas.height = h;
      this.#image = new ImageData(w, h);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
      this.#sprites.clear();
      if (this.#seats) {
        this.#bound();
        if (Math.abs(this.#view.k - before) < 1e-6 || this.#view.k < this.#smallest) {
          this.fit(false);
        }
        this.#within();
      }
    }
    this.draw();
  }

  /** The scale at which everything is seen. */
  #bound() {
    const { left, right, top, bottom } = this.#seats;
    this.#smallest = Math.min(
      this.clientWidth / (right - left + 2 * MARGIN), (this.clientHeight - TOOLS) / (bottom - top + this.#stage * 1.9 + 2 * MARGIN), LARGEST * 0.75);
  }

  /** How deep the stage is drawn: to be seen also where the seats are but dots. */
  get #stage() {
    return Math.max(2, (this.#seats.bottom - this.#seats.top) * 0.045);
  }

  /** Shows everything. */
  fit(glide = true) {
    const { left, right, top, bottom } = this.#seats;
    this.#bound();
    this.#go({ x: (left + right) / 2, y: (top - this.#stage * 1.9 + bottom) / 2 + TOOLS / this.#smallest / 2, k: this.#smallest }, glide);
  }

  zoom(factor) {
    this.#go({ ...this.#view, k: this.#view.k * factor });
  }

  /** Shows this section large enough to take seats. */
  showSection(section) {
    const k = Math.min(this.clientWidth / (section.right - section.left + 2 * MARGIN), this.clientHeight / (section.bottom - section.top + 2 * MARGIN));
    this.#go({ x: (section.left + section.right) / 2, y: (section.top + section.bottom) / 2, k: Math.max(k, section.standing ? k : TAKEABLE + 2) });
  }

  /** Shows these seats. */
  showSeats(seats) {
    const x = seats.reduce((all, seat) => all + this.#seats.x[seat] + 0.5, 0) / seats.length;
    const y = seats.reduce((all, seat) => all + this.#seats.y[seat] + 0.5, 0) / seats.length;
    this.#go({ x, y, k: Math.max(this.#view.k, TAKEABLE + 7) });
  }

  #go(view, glide = true) {
    const from = this.#view;
    const to = { ...view, k: Math.min(LARGEST, Math.max(this.#smallest, view.k)) };
    if (!glide || calm()) {
      this.view = to;
      return;
    }
    const start = performance.now();
    this.#glide = now => {
      const t = Math.min(1, Math.max(0, (now - start) / GLIDE_MS));
      const eased = 1 - (1 - t) ** 3;
      const k = from.k * (to.k / from.k) ** eased;
      // Move as the scale does, so that the way looks straight.
      const share = from.k === to.k ? eased : (1 / k - 1 / from.k) / (1 / to.k - 1 / from.k);
      this.#view = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, k };
      this.#within();
      return t < 1;
    };
    this.draw();
  }

  /** Keeps the seats in sight. */
  #within() {
    const { left, right, top, bottom } = this.#seats;
    const view = this.#view;
    const halfWidth = this.clientWidth / view.k / 2;
    const halfHeight = this.clientHeight / view.k / 2;
    const clamp = (value, low, high) => (low > high ? (low + high) / 2 : Math.min(high, Math.max(low, value)));
    view.x = clamp(view.x, left - MARGIN + Math.min(halfWidth, 6), right + MARGIN - Math.min(halfWidth, 6));
    view.y = clamp(view.y, top - this.#stage * 2 - MARGIN + Math.min(halfHeight, 6), bottom + MARGIN + TOOLS / view.k - Math.min(halfHeight, 6));
  }

  // --- pointing ------------------------------------------------------------------------------------------------------------------------------

  #world(event) {
    const box = this.#canvas.getBoundingClientRect();
    const { x, y, k } = this.#view;
    return [x + (event.clientX - box.left - box.width / 2) / k, y + (event.clientY - box.top - box.height / 2) / k];
  }

  #down(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#glide = null;
    this.#gesture = { view: this.#view, moved: this.#pointers.size > 1, start: [...this.#pointers.values()].map(point => ({ ...point })) };
  }

  #move(event) {
    const point = this.#pointers.get(event.pointerId);
    if (!point) {
      this.#point(this.seatAt(...this.#world(event)));
      return;
    }
    point.x = event.clientX;
    point.y = event.clientY;
    const { start, view } = this.#gesture;
    const now = [...this.#pointers.values()];
    if (now.length !== start.length) {
      return;
    }
    const middle = points => ({ x: points.reduce((all, one) => all + one.x, 0) / points.length, y: points.reduce((all, one) => all + one.y, 0) / points.length });
    const spread = points => (points.length > 1 ? Math.hypot(points[0].x - points[1].x, points[0].y - points[1].y) : 1);
    const [a, b] = [middle(start), middle(now)];
    if (Math.hypot(b.x - a.x, b.y - a.y) > 5) {
      this.#gesture.moved = true;
    }
    if (!this.#gesture.moved) {
      return;
    }
    const box = this.#canvas.getBoundingClientRect();
    const k = Math.min(LARGEST, Math.max(this.#smallest, view.k * spread(now) / spread(start)));
    const fixed = { x: view.x + (a.x - box.left - box.width / 2) / view.k, y: view.y + (a.y - box.top - box.height / 2) / view.k };
    this.view = { x: fixed.x - (b.x - box.left - box.width / 2) / k, y: fixed.y - (b.y - box.top - box.height / 2) / k, k };
  }

  #up(event) {
    const gesture = this.#gesture;
    this.#pointers.delete(event.pointerId);
    if (this.#pointers.size > 0) {
      this.#gesture = { view: this.#view, moved: true, start: [...this.#pointers.values()].map(point => ({ ...point })) };
    } else if (gesture && !gesture.moved) {
      this.#tap(...this.#world(event));
    }
  }

  #wheel(event) {
    event.preventDefault();
    this.#glide = null;
    const [x, y] = this.#world(event);
    const { x: cx, y: cy, k } = this.#view;
    const scale = event.deltaMode === 1 ? 16 : 1;
    const next = Math.min(LARGEST, Math.max(this.#smallest, k * Math.exp(-event.deltaY * scale * (event.ctrlKey ? 0.01 : 0.0022))));
    this.view = { x: x - (x - cx) * k / next, y: y - (y - cy) * k / next, k: next };
  }

  #tap(x, y) {
    const section = this.#sectionAt(x, y);
    if (section?.standing) {
      this.dispatchEvent(new CustomEvent('standing', { detail: section }));
      return;
    }
    if (this.#view.k < TAKEABLE && this.#view.k < LARGEST * 0.74) {
      const near = section ?? this.#nearest(x, y);
      if (near) {
        this.showSection(near);
        this.dispatchEvent(new CustomEvent('section', { detail: near }));
      }
      return;
    }
    const seat = this.seatAt(x, y);
    if (seat >= 0) {
      this.dispatchEvent(new CustomEvent('seat', { detail: seat }));
    }
  }

  #point(seat) {
    if (seat === this.#hover) {
      return;
    }
    this.#hover = seat;
    this.#canvas.classList.toggle('on-seat', seat >= 0);
    this.dispatchEvent(new CustomEvent('point', { detail: seat }));
    this.draw();
  }

  #sectionAt(x, y) {
    return this.#seats.sections.find(section => x >= section.left - 0.5 && x <= section.right + 0.5 && y >= section.top - 0.5 && y <= section.bottom + 0.5);
  }

  #nearest(x, y) {
    let best = null;
    let nearest = 8;
    for (const section of this.#seats.sections) {
      const dx = Math.max(section.left - x, 0, x - section.right);
      const dy = Math.max(section.top - y, 0, y - section.bottom);
      if (Math.hypot(dx, dy) < nearest) {
        nearest = Math.hypot(dx, dy);
        best = section;
      }
    }
    return best;
  }

  /** The seat at this place; -1 if there is none or it is too small to be meant. */
  seatAt(x, y) {
    if (!this.#seats || this.#view.k < 7) {
      return -1;
    }
    for (const section of this.#seats.sections) {
      if (section.standing || x < section.left - 0.3 || x > section.right + 0.3 || y < section.top - 0.3 || y > section.bottom + 0.3) {
        continue;
      }
      for (let seat = section.first; seat < section.first + section.count; seat++) {
        if (Math.abs(this.#seats.x[seat] + 0.5 - x) <= 0.52 && Math.abs(this.#seats.y[seat] + 0.5 - y) <= 0.58) {
          return seat;
        }
      }
    }
    return -1;
  }

  /** Where a seat is on the screen, in CSS pixels from the map's corner. */
  screenOf(seat) {
    const { x, y, k } = this.#view;
    return { x: (this.#seats.x[seat] + 0.5 - x) * k + this.clientWidth / 2, y: (this.#seats.y[seat] + 0.5 - y) * k + this.clientHeight / 2, size: k };
  }

  // --- painting ------------------------------------------------------------------------------------------------------------------------------

  /** Paints before the browser's next frame. */
  draw() {
    if (this.#dirty) {
      return;
    }
    this.#dirty = true;
    requestAnimationFrame(now => {
      this.#dirty = false;
      const more = this.#glide?.(now);
      if (!more) {
        this.#glide = null;
      }
      this.paint(now);
      if (more || this.#flashes.size > 0) {
        this.draw();
      }
    });
  }

  paint(now = performance.now()) {
    if (!this.#seats || !this.#image || !this.isConnected) {
      return;
    }
    const start = performance.now();
    const { width, height } = this.#canvas;
    const scale = this.#view.k * this.#ratio;
    const offX = width / 2 - this.#view.x * scale;
    const offY = height / 2 - this.#view.y * scale;
    this.#pixels.fill(this.#solid(this.#colours.ground));
    const visible = this.#seats.sections.filter(section =>
      section.right * scale + offX > 0 && section.left * scale + offX < width && section.bottom * scale + offY > 0 && section.top * scale + offY < height);
    this.#blit(visible, scale, offX, offY);
    this.#pen.putImageData(this.#image, 0, 0);
    this.#write(visible, scale, offX, offY, now);
    this.painted = performance.now() - start;
    if (!this.ready && this.#seats.known) {
      this.ready = true;
      performance.mark('seats-drawn');
    }
  }

  #blit(sections, scale, offX, offY) {
    const { width, height } = this.#canvas;
    const seats = this.#seats;
    const pixels = this.#pixels;
    // Far away a section is to look like a block, not like a veil.
    const size = Math.max(1, scale < 4 ? Math.round(scale * 0.84) : Math.floor(scale * 0.84));
    const gap = (scale - size) / 2;
    const looks = this.#looks(size);
    const special = seats.chosen.size + seats.lost.size + seats.mine.size > 0;
    for (const section of sections) {
      if (section.standing) {
        continue;
      }
      const free = section.zone < 0 ? looks.none : looks.zones[section.zone];
      const accessible = section.zone < 0 ? looks.none : looks.accessible[section.zone];
      for (let seat = section.first, end = section.first + section.count; seat < end; seat++) {
        const left = Math.round(seats.x[seat] * scale + offX + gap);
        const top = Math.round(seats.y[seat] * scale + offY + gap);
        if (left >= width || top >= height || left + size <= 0 || top + size <= 0) {
          continue;
        }
        const status = seats.status[seat];
        let look = status === AVAILABLE ? (seats.accessible[seat] ? accessible : free) : status === HELD ? looks.held : status === SOLD ? looks.sold : looks.none;
        if (special) {
          look = seats.chosen.has(seat) ? looks.chosen : seats.mine.has(seat) ? looks.mine : seats.lost.has(seat) ? looks.lost : look;
        }
        if (size === 1) {
          pixels[top * width + left] = look[0];
        } else if (left >= 0 && top >= 0 && left + size <= width && top + size <= height) {
          for (let row = 0, from = 0, to = top * width + left; row < size; row++, from += size, to += width) {
            for (let i = 0; i < size; i++) {
              pixels[to + i] = look[from + i];
            }
          }
        } else {
          const [x0, x1] = [Math.max(0, -left), Math.min(size, width - left)];
          for (let row = Math.max(0, -top); row < Math.min(size, height - top); row++) {
            for (let i = x0; i < x1; i++) {
              pixels[(top + row) * width + left + i] = look[row * size + i];
            }
          }
        }
      }
    }
  }

  /** The little pictures of this size. What differs in colour differs in shape too. */
  #looks(size) {
    let looks = this.#sprites.get(size);
    if (!looks) {
      if (this.#sprites.size > 64) {
        this.#sprites.clear();
      }
      const { held, sold, none, chosen, onChosen, mine, lost, zones } = this.#colours;
      looks = {
        zones: zones.map(colour => this.#sprite(size, pen => disc(pen, size, colour))),
        accessible: zones.map(colour => this.#sprite(size, pen => {
          disc(pen, size, colour);
          if (size >= 9) {
            wheelchair(pen, size, this.#colours.ground);
          }
        })),
        held: this.#sprite(size, pen => (size < 5 ? fill(pen, size, held) : ring(pen, size, 0.38, Math.max(1, size * 0.13), held))),
        sold: this.#sprite(size, pen => (size < 5 ? fill(pen, size, sold) : cross(pen, size, sold))),
        none: this.#sprite(size, pen => (size < 5 ? fill(pen, size, none) : dot(pen, size, none))),
        chosen: this.#sprite(size, pen => {
          square(pen, size, chosen);
          if (size >= 7) {
            tick(pen, size, onChosen);
          }
        }),
        mine: this.#sprite(size, pen => star(pen, size, mine)),
        lost: this.#sprite(size, pen => {
          square(pen, size, lost);
          if (size >= 7) {
            cross(pen, size, this.#colours.ground);
          }
        }),
      };
      this.#sprites.set(size, looks);
    }
    return looks;
  }

  #sprite(size, paint) {
    const canvas = new OffscreenCanvas(size, size);
    const pen = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    pen.fillStyle = this.#colours.ground;
    pen.fillRect(0, 0, size, size);
    paint(pen);
    return new Uint32Array(pen.getImageData(0, 0, size, size).data.buffer);
  }

  #solid(colour) {
    let pixel = this.#sprites.get(colour);
    if (pixel === undefined) {
      [pixel] = this.#sprite(1, pen => fill(pen, 1, colour));
      this.#sprites.set(colour, pixel);
    }
    return pixel;
  }

  /** Words and outlines over the seats. */
  #write(sections, scale, offX, offY, now) {
    const pen = this.#pen;
    const { width, height } = this.#canvas;
    const seats = this.#seats;
    const colours = this.#colours;
    const px = this.#ratio;
    pen.save();
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';

    const stageWidth = Math.min(seats.right - seats.left, Math.max(10, (seats.right - seats.left) * 0.5)) * scale;
    const stageX = (seats.left + seats.right) / 2 * scale + offX;
    const depth = this.#stage * scale;
    const stageY = seats.top * scale + offY - depth * 1.35;
    pen.fillStyle = colours.area;
    pen.beginPath();
    pen.roundRect(stageX - stageWidth / 2, stageY - depth / 2, stageWidth, depth, [depth * 0.2, depth * 0.2, depth * 0.7, depth * 0.7]);
    if (this.front) {
      pen.fill();
    }
    if (depth > 9 * px) {
      this.#text(this.front, stageX, stageY + depth * 0.03, Math.min(15 * px, depth * 0.6), colours.faint, 600);
    }

    const far = this.#view.k < TAKEABLE;
    for (const section of sections) {
      const left = section.left * scale + offX;
      const top = section.top * scale + offY;
      const wide = (section.right - section.left) * scale;
      const high = (section.bottom - section.top) * scale;
      if (section.standing) {
        const zone = section.zone < 0 ? colours.none : colours.zones[section.zone];
        pen.fillStyle = colours.area;
        pen.beginPath();
        pen.roundRect(left, top, wide, high, Math.min(14 * px, high / 4));
        pen.fill();
        // As full as the share of places that is left.
        const share = section.count === 0 || !seats.known ? 0 : section.free / section.count;
        pen.save();
        pen.clip();
        pen.globalAlpha = 0.85;
        pen.fillStyle = zone;
        pen.fillRect(left, top + high * (1 - share), wide, high * share);
        pen.restore();
        pen.strokeStyle = zone;
        pen.lineWidth = 2 * px;
        pen.stroke();
        const chosen = [...seats.chosen].filter(seat => seats.section(seat) === section).length;
        const places = !seats.known ? [] : [section.free === 0 ? 'full' : `${count(section.free)} standing`];
        const lines = [section.name, ...places, ...(chosen ? [`${chosen} chosen`] : [])];
        const size = Math.min(16 * px, high / (lines.length + 1.4), wide / 8);
        if (size > 6 * px) {
          lines.forEach((line, i) => this.#label(line, left + wide / 2, top + high / 2 + (i - (lines.length - 1) / 2) * size * 1.3, i === 0 ? size : size * 0.85));
        }
        continue;
      }
      if (far && seats.sections.length > 1) {
        pen.strokeStyle = colours.line;
        pen.lineWidth = px;
        pen.beginPath();
        pen.roundRect(left - scale * 0.4, top - scale * 0.4, wide + scale * 0.8, high + scale * 0.8, Math.min(8 * px, scale));
        pen.stroke();
        const size = Math.min(15 * px, Math.max(high / 2.6, 9 * px), wide / Math.max(3, section.name.length * 0.62));
        if (size >= 7 * px) {
          const both = seats.known && high > size * 3 && wide > size * 5;
          this.#label(section.name, left + wide / 2, top + high / 2 - (both ? size * 0.62 : 0), size);
          if (both) {
            this.#label(section.free === 0 ? 'none left' : `${count(section.free)} left`, left + wide / 2, top + high / 2 + size * 0.7, size * 0.78);
          }
        }
      } else if (!far) {
        this.#rows(section, scale, offX, offY, width, height);
        const y = top - scale * 1.1;
        if (y > -20 && y < height && seats.sections.length > 1) {
          const price = section.price ? ` · ${money(section.price)}` : '';
          const text = `${isolated(section.name)}${price}`;
          pen.font = `650 ${13 * px}px system-ui, sans-serif`;
          const half = pen.measureText(isolated(text)).width / 2 + 4 * px;
          const [from, to] = [Math.max(0, left), Math.min(width, left + wide)];
          // Where too little of a section is in sight for its name, the name would stand on other sections' seats.
          if (from === left && to === left + wide) {
            this.#label(text, Math.min(Math.max(left + wide / 2, half), width - half), y, 13 * px);
          } else if (to - from >= 2 * half) {
            this.#label(text, (from + to) / 2, y, 13 * px);
          }
        }
      }
    }

    for (const [seat, until] of this.#flashes) {
      const rest = (until - now) / FLASH_MS;
      if (rest <= 0) {
        this.#flashes.delete(seat);
      } else if (!seats.section(seat).standing) {
        pen.globalAlpha = Math.min(1, rest * 1.4);
        pen.strokeStyle = colours.flash;
        pen.lineWidth = Math.max(1.5 * px, scale * 0.12);
        pen.beginPath();
        pen.arc((seats.x[seat] + 0.5) * scale + offX, (seats.y[seat] + 0.5) * scale + offY, Math.max(3 * px, scale * (0.5 + 0.35 * (1 - rest))), 0, 7);
        pen.stroke();
        pen.globalAlpha = 1;
      }
    }

    if (this.#hover >= 0) {
      pen.strokeStyle = colours.ink;
      pen.lineWidth = 2 * px;
      pen.beginPath();
      pen.roundRect(seats.x[this.#hover] * scale + offX, seats.y[this.#hover] * scale + offY, scale, scale, scale * 0.3);
      pen.stroke();
    }
    pen.restore();
  }

  #rows(section, scale, offX, offY, width, height) {
    const seats = this.#seats;
    const colours = this.#colours;
    const px = this.#ratio;
    const numbers = scale >= 22 * px;
    for (const { label, first, count: many } of section.rows) {
      if (many === 0) {
        continue;
      }
      const y = (seats.y[first] + 0.5) * scale + offY;
      if (y < -2 * scale - 200 || y > height + 2 * scale + 200) {
        continue;
      }
      const size = Math.min(12 * px, scale * 0.6);
      // The hall is not turned round with the page: its left is left for everybody.
      this.#pen.textAlign = 'right';
      this.#text(label, (seats.x[first] - 0.35) * scale + offX, y, size, colours.faint, 600);
      this.#pen.textAlign = 'left';
      section.roomy ??= !seats.sections.some(other =>
        other.left >= section.right && other.left - section.right < 3.4 && other.top < section.bottom && other.bottom > section.top);
      this.#text(section.roomy ? label : '', (seats.x[first + many - 1] + 1.35) * scale + offX, (seats.y[first + many - 1] + 0.5) * scale + offY, size, colours.faint, 600);
      this.#pen.textAlign = 'center';
      if (!numbers) {
        continue;
      }
      for (let seat = first; seat < first + many; seat++) {
        const x = (seats.x[seat] + 0.5) * scale + offX;
        const seatY = (seats.y[seat] + 0.5) * scale + offY;
        if (x > 0 && x < width && seatY > 0 && seatY < height && seats.status[seat] === AVAILABLE && !seats.accessible[seat]
            && !seats.chosen.has(seat) && !seats.mine.has(seat)) {
          this.#text(seats.labels[seat], x, seatY + scale * 0.02, scale * 0.36, colours.numbers[section.zone], 600);
        }
      }
    }
  }

  #text(text, x, y, size, colour, weight) {
    this.#pen.font = `${weight} ${Math.round(size * 2) / 2}px system-ui, sans-serif`;
    this.#pen.fillStyle = colour;
    this.#pen.fillText(isolated(text), x, y);
  }

  /** Words that can be read on any colour. */
  #label(words, x, y, size) {
    const pen = this.#pen;
    const text = isolated(words);
    pen.font = `650 ${Math.round(size * 2) / 2}px system-ui, sans-serif`;
    pen.lineJoin = 'round';
    pen.strokeStyle = this.#colours.ground;
    pen.lineWidth = size * 0.34;
    pen.strokeText(text, x, y);
    pen.fillStyle = this.#colours.ink;
    pen.fillText(text, x, y);
  }
}

/** Of a colour in hexadecimal, as WCAG 2 defines it. */
function luminance(colour) {
  return [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((all, part, i) => all + part * [0.2126, 0.7152, 0.0722][i], 0);
}

function fill(pen, size, colour) {
  pen.fillStyle = colour;
  pen.fillRect(0, 0, size, size);
}

function disc(pen, size, colour) {
  if (size < 4) {
    fill(pen, size, colour);
    return;
  }
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(0, 0, size, size, size * 0.42);
  pen.fill();
}

function square(pen, size, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(0, 0, size, size, size * 0.2);
  pen.fill();
}

function dot(pen, size, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(size / 2, size / 2, Math.max(1, size * 0.12), 0, 7);
  pen.fill();
}

function ring(pen, size, radius, line, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = line;
  pen.beginPath();
  pen.arc(size / 2, size / 2, size * radius, 0, 7);
  pen.stroke();
}

function wheelchair(pen, size, colour) {
  const at = (x, y) => [x * size, y * size];
  pen.strokeStyle = colour;
  pen.fillStyle = colour;
  pen.lineWidth = Math.max(1, size * 0.09);
  pen.lineCap = 'round';
  pen.beginPath();
  pen.arc(...at(0.46, 0.24), size * 0.08, 0, 7);
  pen.fill();
  pen.beginPath();
  pen.moveTo(...at(0.46, 0.36));
  pen.lineTo(...at(0.46, 0.56));
  pen.lineTo(...at(0.64, 0.56));
  pen.lineTo(...at(0.73, 0.76));
  pen.stroke();
  pen.beginPath();
  pen.arc(...at(0.44, 0.63), size * 0.18, 0.4, 4.4);
  pen.stroke();
}

function cross(pen, size, colour) {
  const a = size * 0.3;
  pen.strokeStyle = colour;
  pen.lineWidth = Math.max(1, size * 0.12);
  pen.lineCap = 'round';
  pen.beginPath();
  pen.moveTo(a, a);
  pen.lineTo(size - a, size - a);
  pen.moveTo(size - a, a);
  pen.lineTo(a, size - a);
  pen.stroke();
}

function tick(pen, size, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = Math.max(1.4, size * 0.14);
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.beginPath();
  pen.moveTo(size * 0.27, size * 0.53);
  pen.lineTo(size * 0.44, size * 0.7);
  pen.lineTo(size * 0.74, size * 0.33);
  pen.stroke();
}

function star(pen, size, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  for (let i = 0; i < 10; i++) {
    const radius = size * (i % 2 === 0 ? 0.5 : 0.23);
    const angle = i * Math.PI / 5 - Math.PI / 2;
    pen.lineTo(size / 2 + radius * Math.cos(angle), size / 2 + radius * Math.sin(angle));
  }
  pen.fill();
}

export { NOT_FOR_SALE };

customElements.define('seat-map', SeatMap);
