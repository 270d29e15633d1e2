/** Light and dark theme, and its colors for the charts. */
const root = document.documentElement;
const repaints: (() => void)[] = [];

/** @throws Error if the element is missing, which is a bug in the page */
export function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element "${id}".`);
  return found;
}

/** The JSON of a data block. */
export function pageData(id: string): unknown {
  return JSON.parse(element(id).textContent);
}

/** Current value of a color of the style sheet, e.g. color('--s0'). */
export function color(name: string): string {
  const probe = element('probe');
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

/** Calls `draw` whenever the colors change. */
export function onRepaint(draw: () => void): void {
  repaints.push(draw);
}

export function repaint(): void {
  for (const draw of repaints) draw();
}

export function offerThemes(): void {
  const button = element('theme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);
  const label = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark() ? 'Use light colors' : 'Use dark colors');
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    label();
    repaint();
  });
  prefersDark.addEventListener('change', () => {
    label();
    repaint();
  });
  label();
}

/** Opens collapsed tables for printing. */
export function openForPrint(): void {
  const opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    for (const one of document.querySelectorAll<HTMLDetailsElement>('details[data-print]:not([open])')) {
      one.open = true;
      opened.push(one);
    }
  });
  addEventListener('afterprint', () => {
    for (const one of opened.splice(0)) one.open = false;
  });
}
