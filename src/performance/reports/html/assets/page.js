// Theme, and colors for what is drawn by hand.
const root = document.documentElement;
const repaints = [];

/** What a color of the style sheet is now, e.g. color('--s0'). */
function color(name) {
  const probe = document.getElementById('probe');
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

function repaint() {
  for (const one of repaints) one();
}

(() => {
  const button = document.getElementById('theme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);
  const tell = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark() ? 'Use light colors' : 'Use dark colors');
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    tell();
    repaint();
  });
  prefersDark.addEventListener('change', () => {
    tell();
    repaint();
  });
  tell();
})();

/** Tables that belong on paper are opened for it. */
(() => {
  const opened = [];
  addEventListener('beforeprint', () => {
    for (const one of document.querySelectorAll('details[data-print]:not([open])')) {
      one.open = true;
      opened.push(one);
    }
  });
  addEventListener('afterprint', () => {
    for (const one of opened.splice(0)) one.open = false;
  });
})();

const pageData = (id) => JSON.parse(document.getElementById(id).textContent);

/** Three digits that count, and bytes in the unit that their size asks for. */
function withUnit(value, unit) {
  const short = (number) =>
    String(Math.abs(number) >= 100 ? Math.round(number) : Number(number.toPrecision(3)));
  if (!unit.startsWith('bytes'))
    return unit === '' || unit === 'count' ? short(value) : `${short(value)} ${unit}`;
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(Math.abs(value), 1)) / 3)));
  return `${short(value / 1000 ** power)} ${names[power]}${unit.slice(5)}`;
}
