import { markerPath, mostLooks } from '../drawing/index.js';
import { markup, type Markup } from '../markup/index.js';

/** A chart with all that a reader needs to understand it alone, as in a paper. */
export interface Figure {
  /** What, against what, of which role. Names the files in which the chart is saved. */
  readonly title: string;
  /** What its points, bars, lines and whiskers are. */
  readonly caption: string;
  readonly legend: readonly { readonly key: Markup; readonly label: string }[];
  /** The SVG, or the element in which the page's script draws it. */
  readonly drawing: Markup;
  /** What the pointer is on: after the caption. */
  readonly readout?: Markup;
  /** `wide` fills the text column, and scrolls instead of shrinking on narrow screens. */
  readonly kind: 'wide' | 'small' | 'live';
}

export function figureOf({ title, caption, legend, drawing, readout, kind }: Figure): Markup {
  const button = (format: string) =>
    markup`<button type="button" data-save="${format.toLowerCase()}" aria-label="Save as ${format}: ${title}">${format}</button>`;
  return markup`<figure class="chart ${kind}">
    <figcaption>${title}</figcaption>
    <span class="save" hidden>${button('SVG')}${button('PNG')}</span>
    ${
      legend.length === 0
        ? markup``
        : markup`<ul class="legend">
            ${legend.map(({ key, label }) => markup`<li>${key}<span>${label}</span></li>`)}
          </ul>`
    }
    <div class="drawing">${drawing}</div>
    <p class="note">${caption}</p>
    ${readout}
  </figure>`;
}

/** The line and marker of a series, for a legend. */
export function lineKey(series: number, joined: boolean): Markup {
  const line = joined ? markup`<path class="line" d="M0 7H28" />` : markup``;
  return markup`<svg class="key" width="28" height="14" viewBox="0 0 28 14" aria-hidden="true"><g class="s${series % mostLooks}"
    >${line}<path class="marker" d="${markerPath(series, 14, 7, 4)}" /></g></svg>`;
}

/** The filling of a part of bars, for a legend. */
export function barKey(look: string): Markup {
  return markup`<svg class="key" width="20" height="14" viewBox="0 0 20 14" aria-hidden="true"><rect class="bar ${look}" x="0.5" y="0.5" width="19" height="13" /></svg>`;
}
