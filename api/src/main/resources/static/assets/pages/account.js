import { View, html, nothing } from '../lib/view.js';
import { call } from '../lib/api.js';
import { session } from '../lib/session.js';
import { go, safeBack, title } from '../lib/router.js';

/** A field with its label and what is wrong with it. */
const field = ({ name, label, type, autocomplete, wrong, more = {} }) => html`
  <div class="field"><label for=${name}>${label}</label>
    <input id=${name} name=${name} type=${type} autocomplete=${autocomplete} required minlength=${more.minlength ?? nothing} maxlength=${more.maxlength ?? 200}
      aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${wrong ? `${name}-wrong` : more.hint ? `${name}-hint` : nothing}>
    ${wrong ? html`<p class="wrong" id=${`${name}-wrong`}>${wrong}</p>` : more.hint ? html`<p class="hint" id=${`${name}-hint`}>${more.hint}</p>` : nothing}</div>`;

class LoginPage extends View {
  fault = null;
  busy = false;

  async started() {
    title('Log in');
    await session.begun();
    if (session.user && this.isConnected) {
      go(safeBack(location.search), { replace: true });
    }
  }

  #submit = async event => {
    event.preventDefault();
    const form = new FormData(event.target);
    this.set({ busy: true, fault: null });
    try {
      await session.login(form.get('email'), form.get('password'));
      go(safeBack(location.search), { replace: true });
    } catch (e) {
      this.set({ busy: false, fault: e });
      this.querySelector('#password')?.focus();
    }
  };

  template() {
    return html`<div class="narrow-page">
      <h1>Log in</h1>
      <form class="panel form" @submit=${this.#submit}>
        ${this.fault ? html`<p class="alert" role="alert">${this.fault.code === 'bad-credentials' ? 'E-mail or password is wrong.' : this.fault.message ?? 'That did not work.'}</p>` : nothing}
        ${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username' })}
        ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' })}
        <button class="button big wide" ?disabled=${this.busy}>Log in</button>
        <p class="faint">New here? <a href=${`/register${location.search}`}>Make an account</a></p>
      </form></div>`;
  }
}

class RegisterPage extends View {
  fault = null;
  busy = false;

  started() {
    title('Make an account');
  }

  #submit = async event => {
    event.preventDefault();
    const { name, email, password } = Object.fromEntries(new FormData(event.target));
    this.set({ busy: true, fault: null });
    try {
      await call('POST', '/v1/users', { body: { name, email, password }, as: false });
      await session.login(email, password);
      go(safeBack(location.search), { replace: true });
    } catch (e) {
      this.set({ busy: false, fault: e });
      setTimeout(() => this.querySelector('[aria-invalid], .alert + .field input')?.focus());
    }
  };

  template() {
    const wrong = name => (name === 'email' && this.fault?.code === 'email-taken' ? 'There already is an account with this e-mail.' : this.fault?.of?.(name));
    const general = this.fault && this.fault.code !== 'email-taken' && !this.fault.document?.errors;
    return html`<div class="narrow-page">
      <h1>Make an account</h1>
      <form class="panel form" @submit=${this.#submit}>
        ${general ? html`<p class="alert" role="alert">${this.fault.message}</p>` : nothing}
        ${field({ name: 'name', label: 'Name', type: 'text', autocomplete: 'name', wrong: wrong('name') })}
        ${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', wrong: wrong('email') })}
        ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', wrong: wrong('password'), more: { minlength: 8, maxlength: 72, hint: 'At least 8 characters.' } })}
        <button class="button big wide" ?disabled=${this.busy}>Make my account</button>
        <p class="faint">Have one? <a href=${`/login${location.search}`}>Log in</a></p>
      </form></div>`;
  }
}

customElements.define('login-page', LoginPage);
customElements.define('register-page', RegisterPage);
