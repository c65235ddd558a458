// Names that people have given run in whichever direction their letters do. Kept apart from the words around them, neither turns the other round.
import { html } from './view.js';

/** In text that can have no elements: a canvas, an option, a title. */
export const isolated = text => `\u2068${text}\u2069`;

/** Where somebody sits, as it is said; without a row it is a standing place. */
export const place = ({ section, row, seat }) => (row
  ? html`<bdi>${section}</bdi>, row <bdi>${row}</bdi>, seat <bdi>${seat}</bdi>`
  : html`<bdi>${section}</bdi>, standing`);

/** Several names in a row. */
export const listed = (names, between = ', ') => names.map((name, i) => html`${i > 0 ? between : ''}<bdi>${name}</bdi>`);
