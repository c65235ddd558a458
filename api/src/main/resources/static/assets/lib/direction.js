// Which way the pages run. They are English, so from left to right, whatever a browser's first language is: English sentences in a page for Arabic are harder to read,
// not easier. `?dir=rtl` turns the tab round, as a translation into Arabic or Hebrew would be, until `?dir=ltr` turns it back.

const KEPT = 'ticketing.direction';
const WAYS = new Set(['ltr', 'rtl']);

function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** Lets the document run as its address says, else as it did before in this tab. */
export function face() {
  const asked = new URLSearchParams(location.search).get('dir');
  const way = WAYS.has(asked) ? asked : kept();
  if (!WAYS.has(way)) {
    return;
  }
  document.documentElement.dir = way;
  try {
    sessionStorage.setItem(KEPT, way);
  } catch {
    // Then the address has to say it each time.
  }
}
