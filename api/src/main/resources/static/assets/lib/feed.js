// Follows an event's seats live: a snapshot, then what changes. A WebSocket, or where those are blocked server-sent events, which tell the same.

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
/** So many sockets in a row that never said a word mean that something on the way blocks them. */
const BLOCKED_AFTER = 3;
/** A page that nobody looks at need not be told every change. */
const HIDDEN_MS = 120_000;

const SNAPSHOT = 1;
const DELTA = 2;

/** Two bits a seat, seat 0 in the low bits of byte 0. */
function unpack(bytes, seatCount) {
  const statuses = new Uint8Array(seatCount);
  for (let seat = 0; seat < seatCount; seat++) {
    statuses[seat] = (bytes[seat >> 2] >> ((seat & 3) << 1)) & 3;
  }
  return statuses;
}

function fromJson(data) {
  const frame = JSON.parse(data);
  return frame.type === 'snapshot'
    ? { ...frame, statuses: unpack(Uint8Array.from(atob(frame.statuses), byte => byte.charCodeAt(0)), frame.seatCount) }
    : frame;
}

/** As docs/live-feed.md has it; snapshots of some sections only are never asked for here. */
function fromBinary(data) {
  const view = new DataView(data);
  // Sequence numbers stay below 2^53.
  const number = at => Number(view.getBigUint64(at));
  const type = view.getUint8(0);
  if (type === SNAPSHOT) {
    const epochEnd = 2 + view.getUint8(1);
    const seatCount = view.getUint32(epochEnd + 8);
    return {
      type: 'snapshot',
      epoch: new TextDecoder().decode(data.slice(2, epochEnd)),
      seq: number(epochEnd),
      statuses: unpack(new Uint8Array(data, epochEnd + 12), seatCount),
    };
  }
  if (type !== DELTA) {
    throw new Error(`unknown message ${type}`);
  }
  const changes = [];
  for (let at = 17, seat = 0; at < view.byteLength;) {
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = view.getUint8(at++);
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    seat += value >> 2;
    changes.push([seat, value & 3]);
  }
  return { type: 'delta', prevSeq: number(1), seq: number(9), changes };
}

/** By subprotocol: what a message means, {type, epoch, seq, prevSeq, statuses, changes}. The most wanted first; another form of the same feed is one more entry. */
const codecs = { 'seats.v1.bin': fromBinary, 'seats.v1.json': fromJson };

export class SeatFeed {
  #address;
  #heard;
  #epoch = '';
  #seq = -1;
  #pause = FIRST_PAUSE;
  #failures = 0;
  #source = null;
  #timer = null;
  #hiding = null;
  #over = new AbortController();

  /**
   * @param heard told of {type: 'snapshot', statuses}, {type: 'delta', changes} and {type: 'state', live}
   */
  constructor(eventId, heard) {
    this.#address = `/v1/events/${encodeURIComponent(eventId)}/seats/`;
    this.#heard = heard;
    const { signal } = this.#over;
    addEventListener('online', () => this.#now(), { signal });
    addEventListener('offline', () => {
      // A connection over a network that is gone can look alive for minutes.
      this.#disconnect();
      this.#lost();
    }, { signal });
    document.addEventListener('visibilitychange', () => {
      clearTimeout(this.#hiding);
      if (document.visibilityState === 'hidden') {
        this.#hiding = setTimeout(() => this.#disconnect(), HIDDEN_MS);
      } else {
        this.#now();
      }
    }, { signal });
    this.#connect();
  }

  close() {
    this.#over.abort();
    clearTimeout(this.#hiding);
    this.#disconnect();
  }

  #disconnect() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const source = this.#source;
    this.#source = null;
    source?.close();
  }

  /** Without waiting for the pause to end. */
  #now() {
    if (!this.#source && !this.#over.signal.aborted) {
      clearTimeout(this.#timer);
      this.#pause = FIRST_PAUSE;
      this.#connect();
    }
  }

  #from() {
    return this.#seq < 0 ? '' : `?epoch=${encodeURIComponent(this.#epoch)}&since=${this.#seq}`;
  }

  #connect() {
    if (this.#failures >= BLOCKED_AFTER && this.#failures % 2 === 1) {
      this.#stream();
    } else {
      this.#socket();
    }
  }

  #socket() {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(`${scheme}//${location.host}${this.#address}live${this.#from()}`, Object.keys(codecs));
    socket.binaryType = 'arraybuffer';
    this.#source = socket;
    let heard = false;
    socket.onmessage = ({ data }) => {
      if (socket === this.#source) {
        heard = true;
        this.#failures = 0;
        this.#take(codecs[socket.protocol || 'seats.v1.json'](data));
      }
    };
    socket.onclose = () => {
      if (socket === this.#source) {
        this.#failures += heard ? 0 : 1;
        this.#lost();
      }
    };
  }

  #stream() {
    const stream = new EventSource(`${this.#address}stream${this.#from()}`);
    this.#source = stream;
    const heard = ({ data }) => stream === this.#source && this.#take(codecs['seats.v1.json'](data));
    stream.addEventListener('snapshot', heard);
    stream.addEventListener('delta', heard);
    stream.onerror = () => {
      if (stream === this.#source) {
        this.#failures++;
        this.#disconnect();
        this.#lost();
      }
    };
  }

  #lost() {
    this.#source = null;
    this.#heard({ type: 'state', live: false });
    if (this.#over.signal.aborted) {
      return;
    }
    // Not all at once when a server comes back.
    this.#timer = setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  #take(frame) {
    if (frame.type === 'delta' && (frame.prevSeq !== this.#seq || (frame.epoch !== undefined && frame.epoch !== this.#epoch))) {
      // Something was missed: only a new snapshot is the truth.
      this.#seq = -1;
      this.#disconnect();
      this.#connect();
      return;
    }
    if (frame.type === 'snapshot') {
      this.#epoch = frame.epoch;
    }
    this.#seq = frame.seq;
    this.#pause = FIRST_PAUSE;
    this.#heard(frame.type === 'snapshot' ? { type: 'snapshot', statuses: frame.statuses } : { type: 'delta', changes: frame.changes });
    this.#heard({ type: 'state', live: true });
  }
}
