import { px } from '../drawing/index.js';
import { markup, type Markup } from '../markup/index.js';
import { shortened } from './words.js';

/** Estimated width of a character of the charts, in pixels. */
export const letter = 6.7;
const longestTitle = 60;

/** Where the axes of a chart are, in pixels from its top left. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
}

/** The lines of the grid at the ticks of the vertical axis, with numbers and the axis's title. */
export function verticalAxis(
  { left, right, top, bottom }: Frame,
  ticks: readonly { readonly y: number; readonly text: string }[],
  title: string,
): Markup {
  const middle = px((top + bottom) / 2);
  return markup`${ticks.map(
    ({ y, text }) => markup`<line class="grid" x1="${left}" x2="${right}" y1="${px(y)}" y2="${px(y)}" /><text
        x="${left - 8}"
        y="${px(y + 4)}"
        text-anchor="end"
        >${text}</text
      >`,
  )}<text class="axis" x="14" y="${middle}" text-anchor="middle" transform="rotate(-90 14 ${middle})"
      >${shortened(title, longestTitle)}</text
    >`;
}

/** The texts under the horizontal axis; the first one of those that would overlap stays. */
export function numberAxis(
  { bottom }: Frame,
  marks: readonly { readonly x: number; readonly text: string }[],
): Markup {
  let lastEnd = -Infinity;
  return markup`${marks.map(({ x, text }) => {
    const half = (text.length * letter) / 2;
    const tick = markup`<line class="tick" x1="${px(x)}" x2="${px(x)}" y1="${px(bottom)}" y2="${px(bottom + 4)}" />`;
    if (x - half < lastEnd) return tick;
    lastEnd = x + half + 5;
    return markup`${tick}<text x="${px(x)}" y="${px(bottom + 17)}" text-anchor="middle">${text}</text>`;
  })}`;
}

/** Every name under its place: upright if all fit, otherwise at a slant. */
export function nameAxis(
  { bottom }: Frame,
  marks: readonly { x: number; text: string }[],
  slanted: boolean,
): Markup {
  return markup`${marks.map(({ x, text }) => {
    if (!slanted)
      return markup`<text x="${px(x)}" y="${px(bottom + 17)}" text-anchor="middle">${text}</text>`;
    const at = `${px(x + 4)} ${px(bottom + 14)}`;
    const shown = shortened(text, lettersAt(x));
    const full = shown === text ? markup`` : markup`<title>${text}</title>`;
    return markup`<text x="${px(x + 4)}" y="${px(bottom + 14)}" text-anchor="end" transform="rotate(-30 ${at})"
      >${shown}${full}</text
    >`;
  })}`;
}

/** How many letters of a slanted name have room to the left of its place. */
export function lettersAt(x: number): number {
  return Math.max(6, Math.min(26, Math.floor((x - 4) / (letter * Math.cos(Math.PI / 6)))));
}

export function horizontalTitle({ left, right, height }: Frame, title: string): Markup {
  return markup`<text class="axis" x="${px((left + right) / 2)}" y="${px(height - 6)}" text-anchor="middle"
      >${shortened(title, longestTitle)}</text
    >`;
}
