import { mostLooks } from '../drawing/index.js';
import { markup, type Markup, raw } from '../markup/index.js';

/** What is drawn over the color of each look in a square of 8 by 8, so that bars differ in gray print too; `s0` is plain. */
const strokes = [
  '',
  'M-2 2L2 -2M0 8L8 0M6 10L10 6',
  'M2 2h.01M6 6h.01',
  'M-2 6L2 10M0 0L8 8M6 -2L10 2',
  'M0 8L8 0M0 0L8 8',
  'M0 2H8M0 6H8',
  'M2 0V8M6 0V8',
  'M0 2H4M4 6H8',
];

/** The patterns that the style sheet fills bars with: `hatch-0` to `hatch-7`, and `hatch-call`. Once per page. */
export function hatches(): Markup {
  const pattern = (id: string, look: string, path: string) =>
    markup`<pattern id="hatch-${id}" class="${look}" width="8" height="8" patternUnits="userSpaceOnUse"
      ><rect class="ground" width="8" height="8" /><path class="hatch" d="${raw(path)}" /></pattern
    >`;
  const all = Array.from({ length: mostLooks }, (_, at) => pattern(String(at), `s${at}`, strokes[at] ?? ''));
  return markup`<svg class="hatches" width="0" height="0" aria-hidden="true"><defs>${all}${pattern('call', 'p-call', strokes[1] ?? '')}</defs></svg>`;
}
