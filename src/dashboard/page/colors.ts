/** The colors of the style sheet, for what is drawn on a canvas in an element. */
export function colorsOf(element: Element): (name: string) => string {
  const probe = element.ownerDocument.createElement('span');
  probe.hidden = true;
  element.ownerDocument.body.append(probe);
  const colors = new Map<string, string>();
  queueMicrotask(() => probe.remove());
  return (name) => {
    const known = colors.get(name);
    if (known !== undefined) return known;
    probe.style.color = `var(${name})`;
    const color = getComputedStyle(probe).color;
    colors.set(name, color);
    return color;
  };
}
