// How amounts, times and places are written: in the reader's English, the event's currency, and both the venue's and the reader's time.
const LOCALE = navigator.languages?.find(language => language.startsWith('en')) ?? 'en-GB';
const MINE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const formats = new Map();

function format(kind, options) {
  const name = kind.name + JSON.stringify(options);
  if (!formats.has(name)) {
    formats.set(name, new kind(LOCALE, options));
  }
  return formats.get(name);
}

export function money({ amount, currency }) {
  const value = Number(amount);
  const whole = Number.isInteger(value) && value >= 100;
  return format(Intl.NumberFormat, { style: 'currency', currency, ...(whole ? { minimumFractionDigits: 0 } : {}) }).format(value);
}

/** The sum of some tickets' prices, without the errors of binary fractions. */
export function sum(prices) {
  if (prices.length === 0) {
    return null;
  }
  const digits = Math.max(...prices.map(price => (String(price.amount).split('.')[1] ?? '').length));
  const total = prices.reduce((all, price) => all + BigInt(Math.round(Number(price.amount) * 10 ** digits)), 0n);
  const text = total.toString().padStart(digits + 1, '0');
  return {
    amount: digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`,
    currency: prices[0].currency,
  };
}

export const count = number => format(Intl.NumberFormat, {}).format(number);

export const plural = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;

export const day = (instant, zone) =>
  format(Intl.DateTimeFormat, { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(instant));

export const longDay = (instant, zone) =>
  format(Intl.DateTimeFormat, { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(instant));

export const time = (instant, zone) =>
  format(Intl.DateTimeFormat, { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(new Date(instant));

/** Day and month apart, for the leaf of a calendar. */
export function leaf(instant, zone) {
  const date = new Date(instant);
  return {
    month: format(Intl.DateTimeFormat, { timeZone: zone, month: 'short' }).format(date),
    day: format(Intl.DateTimeFormat, { timeZone: zone, day: 'numeric' }).format(date),
    weekday: format(Intl.DateTimeFormat, { timeZone: zone, weekday: 'short' }).format(date),
  };
}

/** The same moment where the reader is, if clocks there show something else; else empty. */
export function yourTime(instant, zone) {
  const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  const there = format(Intl.DateTimeFormat, { ...parts, timeZone: zone }).format(new Date(instant));
  const here = format(Intl.DateTimeFormat, { ...parts, timeZone: MINE }).format(new Date(instant));
  return there === here ? '' : here;
}

/** Seconds as a clock shows them. */
export function clock(seconds) {
  const all = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
}

/** What a clock in this zone shows, as an input for local times has it. */
export function localInput(instant, zone) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The instant at which a clock in this zone shows that. Twice in the hour that a clock goes through twice: then the first. */
export function instantOf(local, zone) {
  const wanted = Date.parse(`${local}Z`);
  let guess = wanted;
  for (let i = 0; i < 3; i++) {
    guess += wanted - Date.parse(`${localInput(guess, zone)}Z`);
  }
  return new Date(guess).toISOString().replace('.000Z', 'Z');
}

const TYPES = {
  CONCERT: 'Concert', SPORTS: 'Sports', THEATER: 'Theatre', MOVIE: 'Film', COMEDY: 'Comedy', FAMILY: 'Family', OTHER: 'Other',
};

export const typeNames = TYPES;
export const typeName = type => TYPES[type] ?? type;

const regions = new Intl.DisplayNames([LOCALE], { type: 'region', fallback: 'code' });

export function country(code) {
  try {
    return /^[A-Z]{2}$/.test(code) ? regions.of(code) : code;
  } catch {
    return code;
  }
}

export const zoneName = zone => zone.split('/').at(-1).replaceAll('_', ' ');
