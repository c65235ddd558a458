// A picture for an event that has none: drawn from its name and kind, always the same for the same.
import { html, svg } from './view.js';

function seed(text) {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
    hash = Math.imul(hash ^ (hash >>> 13), 3266489917);
    hash ^= hash >>> 16;
    return (hash >>> 0) / 4294967296;
  };
}

const HUES = { CONCERT: 268, SPORTS: 152, THEATER: 350, MOVIE: 216, COMEDY: 28, FAMILY: 186, OTHER: 240 };

const motifs = {
  CONCERT: (random, light) => Array.from({ length: 26 }, (_, i) => {
    const height = 18 + 74 * Math.abs(Math.sin(i * 0.55 + random() * 1.4)) * (0.45 + random() * 0.55);
    return svg`<rect x=${10 + i * 11.6} y=${118 - height} width="6.4" height=${height} rx="3.2" fill=${light} opacity=${0.35 + 0.5 * random()}></rect>`;
  }),
  SPORTS: (random, light) => svg`
    <g fill="none" stroke=${light} stroke-width="2.4" opacity="0.75">
      <rect x="34" y="16" width="252" height="128" rx="3"></rect><path d="M160 16v128"></path><circle cx="160" cy="80" r="30"></circle>
      <path d="M34 46h38v68H34M286 46h-38v68h38"></path></g>
    <circle cx=${60 + random() * 200} cy=${34 + random() * 92} r="8" fill=${light}></circle>`,
  THEATER: (random, light) => Array.from({ length: 12 }, (_, i) => svg`
    <path d=${`M${i * 28} 0q14 ${60 + random() * 50} ${i < 6 ? -6 - i * 2 : 20 - (11 - i) * -1} 160h-16q10 -80 2 -160z`} fill=${light} opacity=${0.16 + 0.3 * random()}></path>`),
  MOVIE: (random, light) => svg`
    <path d=${`M160 84L${-20 + random() * 30} -10H${120 + random() * 60}z`} fill=${light} opacity="0.28"></path>
    <path d=${`M160 84L${200 + random() * 40} -10h120l30 90z`} fill=${light} opacity="0.2"></path>
    ${[8, 140].map(y => Array.from({ length: 14 }, (_, i) => svg`<rect x=${8 + i * 22.6} y=${y} width="12" height="10" rx="2.5" fill=${light} opacity="0.7"></rect>`))}
    <circle cx="160" cy="84" r="30" fill="none" stroke=${light} stroke-width="5" opacity="0.85"></circle><circle cx="160" cy="84" r="7" fill=${light}></circle>`,
  COMEDY: (random, light) => Array.from({ length: 7 }, () => {
    const x = 20 + random() * 260; const y = 20 + random() * 110; const r = 10 + random() * 26;
    return svg`<path d=${`M${x - r} ${y}a${r} ${r} 0 1 1 ${r} ${r}l-${r * 0.9} ${r * 0.5}l${r * 0.3} -${r * 0.7}a${r} ${r} 0 0 1 -${r * 0.4} -${r * 0.8}z`} fill=${light} opacity=${0.2 + random() * 0.45}></path>`;
  }),
  FAMILY: (random, light) => Array.from({ length: 34 }, () => {
    const x = random() * 320; const y = random() * 160; const turn = random() * 180;
    return svg`<rect x=${x} y=${y} width=${5 + random() * 9} height=${5 + random() * 16} rx="2.4" fill=${light} opacity=${0.3 + random() * 0.5} transform=${`rotate(${turn} ${x} ${y})`}></rect>`;
  }),
  OTHER: (random, light) => Array.from({ length: 9 }, (_, i) => svg`
    <circle cx=${160 + Math.cos(i) * random() * 120} cy=${80 + Math.sin(i * 2) * random() * 60} r=${8 + random() * 44} fill="none" stroke=${light} stroke-width="3" opacity=${0.25 + random() * 0.4}></circle>`),
};

let number = 0;

/** @param imageUrl shown instead where there is one */
export function poster({ name, type, imageUrl }) {
  if (imageUrl) {
    return html`<img class="poster" src=${imageUrl} alt="" loading="lazy">`;
  }
  const random = seed(name);
  const hue = (HUES[type] ?? HUES.OTHER) + Math.round(random() * 44 - 22);
  const id = `poster${number++}`;
  const light = `hsl(${hue + 24} 92% 84%)`;
  return html`<svg class="poster" viewBox="0 0 320 160" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
    <defs><linearGradient id=${id} x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color=${`hsl(${hue} 62% 30%)`}></stop><stop offset="1" stop-color=${`hsl(${hue + 46} 68% 46%)`}></stop></linearGradient></defs>
    <rect width="320" height="160" fill=${`url(#${id})`}></rect>
    ${(motifs[type] ?? motifs.OTHER)(random, light)}</svg>`;
}
