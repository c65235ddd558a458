// What must happen once: bookings and payments. Each gets an Idempotency-Key that is kept, with the request, until there is an answer; so a lost
// connection, a reload in the middle or the back button repeats it instead of doing it again.
import { call, Problem, NoAnswer } from './api.js';
import { session } from './session.js';

const PREFIX = 'ticketing.once.';
const TRIES = 8;
const LONGEST_PAUSE = 4_000;
/** Keys live for a day at the server; a wish this old is nobody's any more. */
const OLDEST_MS = 60 * 60_000;

const NOT_NOW = new Set(['idempotency-key-in-flight', 'payment-in-progress', 'outcome-unknown', 'unavailable', 'overloaded']);

const memory = new Map();

function read(name) {
  let text = memory.get(name);
  try {
    text = sessionStorage.getItem(PREFIX + name) ?? text;
  } catch {
    // Without storage a reload forgets it; the server does not.
  }
  const record = text ? JSON.parse(text) : null;
  return record && record.user === session.user?.userId && Date.now() - record.since < OLDEST_MS ? record : null;
}

function keep(name, record) {
  const text = JSON.stringify(record);
  memory.set(name, text);
  try {
    sessionStorage.setItem(PREFIX + name, text);
  } catch {
    // See above.
  }
}

function forget(name) {
  memory.delete(name);
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch {
    // See above.
  }
}

function randomKey() {
  // Not randomUUID, which pages without TLS do not have.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

/** The request under this name that has no answer yet, if there is one. */
export const unanswered = name => read(name);

/** Sends it, again and again with the same key until there is an answer. */
export async function once(name, method, path, body) {
  const before = read(name);
  const same = before && before.method === method && before.path === path && JSON.stringify(before.body) === JSON.stringify(body);
  const record = same ? before : { key: randomKey(), method, path, body, user: session.user?.userId, since: Date.now() };
  keep(name, record);
  return carryOut(name, record);
}

/** Goes on with what has no answer yet; null if there is nothing. */
export async function finish(name) {
  const record = read(name);
  return record ? carryOut(name, record) : null;
}

async function carryOut(name, { method, path, body, key }) {
  let pause = 400;
  for (let i = 1; ; i++) {
    try {
      const answer = await call(method, path, { body, key });
      forget(name);
      return answer;
    } catch (e) {
      const again = e instanceof NoAnswer || (e instanceof Problem && (NOT_NOW.has(e.code) || e.status === 502));
      if (!again || i === TRIES) {
        // A refusal is an answer. Without one the key is kept: the next try is the same request.
        if (!again) {
          forget(name);
        }
        throw e;
      }
      await new Promise(resolve => setTimeout(resolve, Math.max(pause, (e.retryAfter ?? 0) * 1000)));
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }
}
