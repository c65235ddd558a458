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

/** Says something to who cannot see it. */
export function announce(text, urgent = false) {
  const region = document.getElementById(urgent ? 'say-now' : 'say');
  if (region) {
    region.textContent = '';
    // A region that says the same again has to be empty in between.
    setTimeout(() => { region.textContent = text; }, 50);
  }
}

export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
