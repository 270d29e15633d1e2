/** Theme, and colors for what is drawn by hand. */
const root = document.documentElement;
const repaints: (() => void)[] = [];

/** An element that the page has. @throws Error when it is missing, which is a fault of the page */
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

/** Has something drawn again whenever the colors change. */
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

/** Opens tables that belong on paper before the page is printed. */
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
