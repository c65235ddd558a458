'use strict';
// Watches one event's seats: draws its layout once, then only the seats that change.

const COLOURS = ['#2e9e4f', '#e8a917', '#b3262e', '#c8c8c8'];
const LONGEST_PAUSE = 10_000;

const state = document.getElementById('state');
const canvas = document.getElementById('map');
const event = new URLSearchParams(location.search).get('event');

/** Where each seat is drawn, and how large. */
async function layoutOf(id) {
  const answer = await fetch(`/v1/events/${encodeURIComponent(id)}/seats`);
  if (!answer.ok) {
    throw new Error((await answer.json()).detail ?? answer.statusText);
  }
  const layout = await answer.json();
  const places = [];
  for (const section of layout.sections) {
    for (const row of section.rows) {
      for (const seat of row.seats) {
        places.push({ x: seat.x, y: seat.y ?? row.y });
      }
    }
  }
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const { x, y } of places) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const scale = Math.min(canvas.width / (right - left + 1), canvas.height / (bottom - top + 1), 24);
  return places.map(({ x, y }) => ({ x: (x - left) * scale, y: (y - top) * scale, size: Math.max(1, scale * 0.85) }));
}

function decode(statuses, seatCount) {
  const bytes = atob(statuses);
  return Uint8Array.from({ length: seatCount }, (_, seat) => (bytes.charCodeAt(seat >> 2) >> ((seat & 3) << 1)) & 3);
}

function draw(place, status) {
  const pen = canvas.getContext('2d');
  pen.fillStyle = COLOURS[status];
  pen.fillRect(place.x, place.y, place.size, place.size);
}

function tell(seats) {
  const counts = [0, 0, 0, 0];
  seats.forEach(status => counts[status]++);
  counts.forEach((count, status) => { document.getElementById('count' + status).textContent = count; });
}

function watch(id, places) {
  let seats = new Uint8Array(0);
  let epoch = '';
  let seq = -1;
  let pause = 250;

  function connect() {
    const from = seq < 0 ? '' : `?epoch=${epoch}&since=${seq}`;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/v1/events/${encodeURIComponent(id)}/seats/live${from}`, 'seats.v1.json');
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      pause = 250;
      if (frame.type === 'snapshot') {
        epoch = frame.epoch;
        seats = decode(frame.statuses, frame.seatCount);
        seats.forEach((status, seat) => places[seat] && draw(places[seat], status));
      } else if (frame.prevSeq !== seq) {
        // Cannot happen; if it does, starting again is right.
        seq = -1;
        socket.close();
        return;
      } else {
        for (const [seat, status] of frame.changes) {
          seats[seat] = status;
          if (places[seat]) {
            draw(places[seat], status);
          }
        }
      }
      seq = frame.seq;
      tell(seats);
      state.textContent = `Live, at ${seq}.`;
    };
    socket.onclose = () => {
      state.textContent = 'Connection lost; trying again.';
      setTimeout(connect, pause * (0.5 + Math.random()));
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    };
  }
  connect();
}

if (event) {
  document.forms[0].elements.event.value = event;
  state.textContent = 'Loading.';
  layoutOf(event).then(places => watch(event, places)).catch(error => { state.textContent = error.message; });
}
