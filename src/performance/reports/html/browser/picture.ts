import { make } from './svg.js';

const edge = 14;
const lineHeight = 17;
const fonts = 'Helvetica, Arial, sans-serif';
/** What the style sheet may say of a shape, with the value that an SVG has without it. */
const properties: readonly (readonly [name: string, initial: string])[] = [
  ['fill', 'rgb(0, 0, 0)'],
  ['fill-opacity', '1'],
  ['stroke', 'none'],
  ['stroke-width', '1px'],
  ['stroke-dasharray', 'none'],
  ['stroke-linecap', 'butt'],
  ['stroke-linejoin', 'miter'],
  ['opacity', '1'],
  ['paint-order', 'normal'],
];
const textProperties: readonly (readonly [name: string, initial: string])[] = [
  ['font-size', ''],
  ['font-weight', '400'],
  ['text-anchor', 'start'],
];

/**
 * A figure as one SVG that needs nothing else: its title, legend, chart and caption, each shape with the colors and lines
 * that it has now.
 */
export function composed(figure: HTMLElement): SVGSVGElement {
  const chart = figure.querySelector<SVGSVGElement>('.drawing svg');
  if (chart === null) throw new Error('The figure has no chart.');
  const { width: inner, height: tall } = chart.viewBox.baseVal;
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const width = inner + 2 * edge;
  const title = inkOf(figure.querySelector('figcaption'));
  const caption = inkOf(figure.querySelector('.note'));
  make('title', {}, picture, title);
  make('desc', {}, picture, caption);
  const defs = make('defs', {}, picture);
  let y = edge;
  const write = (text: string, size: number, weight: number, fill: string) => {
    for (const line of wrapped(text, size, weight, inner)) {
      y += lineHeight;
      const looks = { x: edge, y: y - 4, 'font-size': size, 'font-weight': weight, fill };
      make('text', looks, picture, line);
    }
  };
  write(title, 14, 700, 'rgb(25, 28, 34)');
  y = drawLegend(figure, picture, y + 4, inner);
  const body = make('g', { transform: `translate(${edge} ${y})` }, picture);
  for (const part of chart.children) if (!part.matches('.cursor, .selection')) body.append(inlined(part));
  y += tall;
  write(caption, 12, 400, 'rgb(90, 99, 114)');
  const height = Math.ceil(y + edge);
  addPatterns(picture, defs);
  const size = { width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': fonts };
  for (const [name, value] of Object.entries(size)) picture.setAttribute(name, String(value));
  return picture;
}

/** The text of an element as it is read: without the line breaks of the markup. */
export function inkOf(from: Element | null): string {
  return (from?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** @returns where the next part begins */
function drawLegend(figure: HTMLElement, picture: SVGSVGElement, top: number, room: number): number {
  let [x, y] = [0, top];
  const items = [...figure.querySelectorAll('.legend li')];
  for (const item of items) {
    const key = item.querySelector('svg');
    const text = inkOf(item);
    const keyWidth = key?.viewBox.baseVal.width ?? 0;
    const wide = keyWidth + 7 + widthOf(text, 12, 400);
    if (x > 0 && x + wide > room) [x, y] = [0, y + lineHeight];
    const group = make('g', { transform: `translate(${edge + x} ${y})` }, picture);
    if (key !== null) for (const part of key.children) group.append(inlined(part));
    make('text', { x: keyWidth + 7, y: 11, 'font-size': 12, fill: 'rgb(90, 99, 114)' }, group, text);
    x += wide + 18;
  }
  return items.length === 0 ? y : y + lineHeight + 6;
}

/** A copy of a shape and of all in it, with the style of the page as attributes. */
function inlined(original: Element): Element {
  const copy = original.cloneNode(true) as Element;
  const from = [original, ...original.querySelectorAll('*')];
  const to = [copy, ...copy.querySelectorAll('*')];
  from.forEach((source, at) => {
    const target = to[at];
    for (const name of ['class', 'style', 'tabindex', 'data-text']) target.removeAttribute(name);
    if (source instanceof SVGGeometryElement) attach(source, target, properties);
    else if (source instanceof SVGTextElement) attach(source, target, [...properties, ...textProperties]);
  });
  return copy;
}

function attach(source: Element, target: Element, wanted: typeof properties): void {
  const style = getComputedStyle(source);
  for (const [name, initial] of wanted) {
    const value = style.getPropertyValue(name).replace(/url\("(#[\w-]+)"\)/, 'url($1)');
    if (value !== initial && value !== '') target.setAttribute(name, value);
    else target.removeAttribute(name);
  }
}

/** Copies of the hatchings of the page that the picture uses. */
function addPatterns(picture: SVGSVGElement, defs: Element): void {
  const used = [...picture.querySelectorAll('[fill^="url("]')].map((one) =>
    one.getAttribute('fill')?.slice(5, -1),
  );
  for (const id of new Set(used)) {
    const pattern = document.getElementById(id ?? '');
    if (pattern !== null) defs.append(inlined(pattern));
  }
}

function wrapped(text: string, size: number, weight: number, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.length === 0 ? '' : `${lines[lines.length - 1]} ${word}`;
    if (lines.length > 0 && widthOf(last, size, weight) <= room) lines[lines.length - 1] = last;
    else lines.push(word);
  }
  return lines;
}

const ruler = document.createElement('canvas').getContext('2d');

function widthOf(text: string, size: number, weight: number): number {
  if (ruler === null) return text.length * size * 0.55;
  ruler.font = `${weight} ${size}px ${fonts}`;
  return ruler.measureText(text).width;
}
