// What all elements of the pages have in common: they draw themselves into the page's own DOM, so that one style sheet dresses them all.
import { html, svg, nothing, render } from '../vendor/lit-html/lit-html.js';
import { repeat } from '../vendor/lit-html/directives/repeat.js';
import { live } from '../vendor/lit-html/directives/live.js';

export { html, svg, nothing, repeat, live };

export class View extends HTMLElement {
  #drawing = false;
  #life = new AbortController();

  /** Aborted when the element leaves the page: give it to listeners and requests. */
  get life() {
    return this.#life.signal;
  }

  connectedCallback() {
    this.#life = new AbortController();
    this.started?.();
    this.update();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.ended?.();
  }

  /** Takes over these properties and draws itself anew. */
  set(changes) {
    Object.assign(this, changes);
    this.update();
  }

  /** Draws itself before the browser's next frame, however often it is called until then. */
  update() {
    if (this.#drawing) {
      return;
    }
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      if (this.isConnected) {
        render(this.template(), this);
        this.drawn?.();
      }
    });
  }

  /** Listens until the element leaves the page. */
  listen(target, type, listener) {
    target.addEventListener(type, listener, { signal: this.life });
  }
}

/** A region that says the same again has to be empty in between. */
const EMPTY_MS = 50;
/** Whoever listens needs time for what is being said: the next is said so much later, and of several about the same only the last. */
const QUIET_MS = 2_500;

const regions = new Map();

/**
 * Says something to who cannot see it.
 *
 * @param urgent whether to interrupt
 * @param about what it takes the place of, if that has not been said yet
 */
export function announce(text, urgent = false, about = '') {
  const id = urgent ? 'say-now' : 'say';
  if (!regions.has(id)) {
    regions.set(id, { waiting: new Map(), timer: null, next: 0 });
  }
  const region = regions.get(id);
  region.waiting.set(about, text);
  region.timer ??= setTimeout(() => {
    region.timer = null;
    region.next = performance.now() + QUIET_MS;
    const element = document.getElementById(id);
    if (element) {
      element.textContent = '';
      const all = [...region.waiting.values()].join(' ');
      setTimeout(() => { element.textContent = all; }, EMPTY_MS);
    }
    region.waiting.clear();
  }, Math.max(0, region.next - performance.now()));
}

export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
