import { session } from './session.js';
import { Problem, NoAnswer } from './problem.js';

export { Problem, NoAnswer };

/**
 * Calls the API.
 *
 * @param options body: sent as JSON; as: whether to send who one is; key: Idempotency-Key; signal: to give up
 * @returns the answer's document, null if it has none
 * @throws Problem or NoAnswer
 */
export async function call(method, path, options = {}) {
  const answer = await send(method, path, options);
  return answer.status === 204 ? null : answer.json();
}

export const get = (path, options) => call('GET', path, options);

/** Reads as whoever is logged in. */
export const mine = (path, options) => call('GET', path, { ...options, as: true });

async function send(method, path, { body, as = method !== 'GET', key, signal } = {}) {
  let answer = await attempt(method, path, body, as ? await session.token() : null, key, signal);
  if (answer.status === 401 && as && session.user && await session.refresh()) {
    answer = await attempt(method, path, body, await session.token(), key, signal);
  }
  if (!answer.ok) {
    throw await Problem.of(answer);
  }
  return answer;
}

async function attempt(method, path, body, token, key, signal) {
  const headers = {};
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (key) {
    headers['Idempotency-Key'] = key;
  }
  try {
    return await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  } catch (e) {
    if (e.name === 'AbortError') {
      throw e;
    }
    throw new NoAnswer(e);
  }
}
