// A venue's seat map drawn as the platform draws it, before anything has been sent: a section without a place goes behind everything before it, centred; a row
// without one is centred in its section, one behind the other; a standing area is a block twice as wide as deep.

import { ZONES } from './model.js';

const ROW_DISTANCE = 1.2;
const SECTION_GAP = 2;

export const labelsOf = seats => (Array.isArray(seats) ? seats : Array.from({ length: seats }, (_, i) => String(i + 1)));

const width = section => (section.standing ? Math.ceil(Math.sqrt(2 * section.standing)) : Math.max(0, ...section.rows.map(row => labelsOf(row.seats).length)));

/** @returns what GET /v1/events/{id}/seats would tell, with a colour for each section in place of a price */
export function drawn(seatMap) {
  const middle = Math.max(0, ...seatMap.sections.filter(section => section.x === undefined).map(width)) / 2;
  let behind = 0;
  let number = 0;
  const sections = seatMap.sections.map((section, i) => {
    const wide = width(section);
    const left = section.x ?? middle - wide / 2;
    const front = section.y ?? behind;
    const rows = section.standing ? [standing(section.standing, left, Math.max(1, wide), front)] : seated(section, left, wide, front);
    for (const row of rows) {
      for (const seat of row.seats) {
        seat.ticketId = `preview-${number++}`;
        behind = Math.max(behind, seat.y + SECTION_GAP + ROW_DISTANCE);
      }
    }
    return { name: section.name, zone: i % ZONES, standing: section.standing !== undefined, rows };
  });
  return { seatCount: number, sections };
}

function seated(section, left, wide, front) {
  let y = front;
  return section.rows.map(row => {
    const labels = labelsOf(row.seats);
    const first = row.x ?? left + (wide - labels.length) / 2;
    y = row.y ?? y;
    const curve = row.curve ?? section.curve ?? 0;
    const seats = labels.map((label, i) => {
      const off = labels.length === 1 ? 0 : 2 * i / (labels.length - 1) - 1;
      return { label, x: first + i, y: y - curve * off * off, accessible: row.accessible?.includes(label) };
    });
    y += ROW_DISTANCE;
    return { label: row.label, y: y - ROW_DISTANCE, seats };
  });
}

function standing(places, left, columns, front) {
  return { label: '', y: front, seats: Array.from({ length: places }, (_, i) => ({ label: String(i + 1), x: left + i % columns, y: front + Math.floor(i / columns) })) };
}
