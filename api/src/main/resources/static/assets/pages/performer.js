import { View, html, nothing } from '../lib/view.js';
import { call, get } from '../lib/api.js';
import { go, title } from '../lib/router.js';
import { isOrganizer } from './organize.js';

class PerformerPage extends View {
  params = [];
  performer = null;
  fault = null;
  refused = null;
  busy = false;

  async started() {
    title(this.#isNew ? 'New performer' : 'Performer');
    if (!await isOrganizer(this)) {
      return;
    }
    try {
      this.set({ performer: this.#isNew ? { name: '', description: '', genre: '' } : await get(`/v1/performers/${encodeURIComponent(this.params[0])}`, { signal: this.life }) });
    } catch (e) {
      this.set({ fault: e });
    }
  }

  get #isNew() {
    return this.params[0] === 'new';
  }

  #save = async event => {
    event.preventDefault();
    const { name, genre, description } = Object.fromEntries(new FormData(event.target));
    this.set({ busy: true, refused: null });
    try {
      await call(this.#isNew ? 'POST' : 'PUT', this.#isNew ? '/v1/performers' : `/v1/performers/${encodeURIComponent(this.params[0])}`, { body: { name, genre, description } });
      go('/organize');
    } catch (e) {
      this.set({ busy: false, refused: e });
    }
  };

  template() {
    const { performer, fault, refused } = this;
    if (fault) {
      return html`<h1>Performer</h1><p class="alert" role="alert">${fault.message}</p>`;
    }
    return html`<div class="narrow-page"><h1>${this.#isNew ? 'New performer' : 'Performer'}</h1>
      ${performer ? html`<form class="panel form" @submit=${this.#save}>
        ${refused ? html`<p class="alert" role="alert">${refused.message}</p>` : nothing}
        <div class="field"><label for="name">Name</label><input id="name" name="name" required maxlength="200" .value=${performer.name}></div>
        <div class="field"><label for="genre">Genre</label><input id="genre" name="genre" maxlength="100" .value=${performer.genre}></div>
        <div class="field"><label for="description">Description</label><textarea id="description" name="description" maxlength="10000" .value=${performer.description}></textarea></div>
        <p class="buttons"><button class="button" ?disabled=${this.busy}>Save</button> <a href="/organize">Back</a></p>
      </form>` : nothing}</div>`;
  }
}

customElements.define('performer-page', PerformerPage);
