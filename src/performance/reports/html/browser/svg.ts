const namespace = 'http://www.w3.org/2000/svg';

export type Attributes = Readonly<Record<string, string | number>>;

/** An SVG with the size of its own coordinates. Screen readers have the name of the element around it. */
export function drawing(width: number, height: number, name: string): SVGSVGElement {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('class', name);
  svg.setAttribute('aria-hidden', 'true');
  return svg;
}

export function make(name: string, attributes: Attributes, parent: Element, text?: string): SVGElement {
  const made = document.createElementNS<'g'>(namespace, name as 'g');
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}
