import { View, html, nothing, announce } from './lib/view.js';
import { session } from './lib/session.js';
import { holds, secondsLeft } from './lib/holds.js';
import { clock, plural } from './lib/format.js';
import { go, start, backFrom } from './lib/router.js';

/** What is above every page: where one can go, who one is, and which seats are being held. */
class AppHeader extends View {
  started() {
    this.listen(session, 'change', () => this.update());
    this.listen(holds, 'change', () => this.update());
    this.listen(holds, 'tick', () => this.update());
    this.listen(holds, 'soon', ({ detail }) => {
      // Its own page says so itself.
      if (location.pathname !== `/bookings/${detail.bookingId}`) {
        announce(`One minute left to pay for ${detail.eventName}.`, true, detail.bookingId);
      }
    });
    this.listen(window, 'shown', () => this.update());
  }

  template() {
    const here = location.pathname;
    const user = session.user;
    const link = (path, text) => html`<a href=${path} aria-current=${here === path ? 'page' : nothing}>${text}</a>`;
    return html`
      <header class="top">
        <a class="brand" href="/" aria-label="Ticketing, to the search">
          <svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9" class="brand-tile"></rect><path d="M7 10h18v4a2 2 0 0 0 0 4v4H7v-4a2 2 0 0 0 0-4z" fill="#fff"></path><path d="M19.5 11v2m0 2v2m0 2v2" class="brand-cut"></path></svg>
          <span>Ticketing</span></a>
        <nav aria-label="Main">
          ${link('/', 'Find')}
          ${user && !session.has('CUSTOMER') ? nothing : link('/tickets', 'My tickets')}
          ${session.has('ORGANIZER') || session.has('ADMIN') ? link('/organize', 'Organize') : nothing}
          ${session.has('ANALYST') || session.has('ADMIN') ? link('/organize/projections', 'Read models') : nothing}
        </nav>
        <div class="who">
          ${user
            ? html`<span class="user" title=${user.email}><bdi>${user.name}</bdi></span><button class="quiet" @click=${this.#logout}>Log out</button>`
            : html`<a class="button quiet" href=${`/login${here === '/login' || here === '/register' ? location.search : backFrom(here + location.search)}`}>Log in</a>`}
        </div>
      </header>
      ${holds.list.filter(booking => here !== `/bookings/${booking.bookingId}`).slice(0, 2).map(booking => {
        const left = secondsLeft(booking);
        return html`<a class=${`hold-bar${left <= 60 ? ' soon' : ''}`} href=${`/bookings/${booking.bookingId}`}>
          <span>${plural(booking.tickets.length, 'seat', 'seats')} held for <strong><bdi>${booking.eventName}</bdi></strong></span>
          <span class="hold-clock" role="timer">${clock(left)}</span><span class="hold-go">Pay now</span></a>`;
      })}
      <div id="say" class="unseen" role="status"></div>
      <div id="say-now" class="unseen" role="alert"></div>`;
  }

  #logout = async () => {
    await session.logout();
    go('/');
  };
}

customElements.define('app-header', AppHeader);
holds.start();
session.begun();
start();
