import { View, html, nothing } from '../lib/view.js';
import { call, mine } from '../lib/api.js';
import { session } from '../lib/session.js';
import { backFrom, go, title } from '../lib/router.js';
import { clock, count } from '../lib/format.js';

const LOOK_AGAIN_MS = 1_000;

/** How far the read models are, and building one anew. */
class ProjectionsPage extends View {
  projections = null;
  fault = null;
  refused = null;
  sure = '';
  #timer = null;

  async started() {
    title('Read models');
    await session.begun();
    if (!session.user) {
      go(`/login${backFrom(location.pathname)}`, { replace: true });
      return;
    }
    if (!session.has('ANALYST') && !session.has('ADMIN')) {
      this.set({ fault: { message: 'Your account is neither an analyst’s nor an administrator’s.' } });
      return;
    }
    await this.#look();
    this.#timer = setInterval(() => document.visibilityState === 'visible' && this.#look(), LOOK_AGAIN_MS);
  }

  ended() {
    clearInterval(this.#timer);
  }

  async #look() {
    try {
      const { projections } = await mine('/v1/projections', { signal: this.life });
      this.set({ projections, fault: null });
    } catch (e) {
      if (e.name !== 'AbortError') {
        this.set({ fault: e });
      }
    }
  }

  async #replay(name) {
    if (this.sure !== name) {
      this.set({ sure: name });
      return;
    }
    this.set({ sure: '', refused: null });
    try {
      await call('POST', `/v1/projections/${encodeURIComponent(name)}/replay`, { body: {} });
      await this.#look();
    } catch (e) {
      this.set({ refused: e });
    }
  }

  template() {
    const { projections, fault, refused } = this;
    if (!projections) {
      return html`<h1>Read models</h1>${fault ? html`<p class="alert" role="alert">${fault.message}</p>` : html`<p class="faint" role="status">Loading…</p>`}`;
    }
    return html`<h1>Read models</h1>
      <p class="faint">Each follows the event store. Building one anew takes nothing away: the present one answers until the new one takes its place.</p>
      ${refused ?? fault ? html`<p class="alert" role="alert">${(refused ?? fault).message}</p>` : nothing}
      <div class="table-box" tabindex="0" role="region" aria-label="Read models"><table class="list"><thead><tr><th scope="col">Name</th><th scope="col" class="number">Events seen</th><th scope="col" class="number">Behind</th><th scope="col">Replay</th><th scope="col"><span class="unseen">Do</span></th></tr></thead>
        <tbody>${projections.map(one => html`<tr><td>${one.name}</td><td class="number">${count(one.position)}</td><td class="number">${count(one.lag)}</td>
          <td>${this.#told(one)}</td>
          <td>${this.#open(one) ? nothing : html`<button class="button" aria-label=${`Build ${one.name} anew`} @click=${() => this.#replay(one.name)}>${this.sure === one.name ? 'Yes, build it anew' : 'Build anew'}</button>`}</td></tr>`)}</tbody></table></div>`;
  }

  #open({ replay }) {
    return replay?.state === 'RUNNING' || replay?.state === 'WAITING';
  }

  #told({ name, replay }) {
    switch (replay?.state) {
      case 'WAITING': return 'waits for its turn';
      case 'RUNNING': return html`<progress max="100" value=${replay.percent} aria-label=${`Replay of ${name}`}></progress> ${replay.percent} %, ${count(replay.eventsPerSecond)} events a second${replay.secondsLeft === undefined ? nothing : html`, ${clock(replay.secondsLeft)} left`}`;
      case 'DONE': return html`done <time datetime=${replay.endedAt}>${new Date(replay.endedAt).toLocaleString('en-GB')}</time>, ${count(replay.events)} events`;
      case 'FAILED': return html`failed: ${replay.failure}`;
      default: return 'never';
    }
  }
}

customElements.define('projections-page', ProjectionsPage);
