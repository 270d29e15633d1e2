import { markup, type Markup } from '../markup/index.js';
import { markerPath, mostLooks } from './markers.js';

/** A chart with all that a reader needs to understand it alone. */
export interface Figure {
  readonly title: string;
  /** What its points and whiskers are. */
  readonly caption: string;
  readonly legend: readonly { readonly key: Markup; readonly label: string }[];
  readonly drawing: Markup;
}

export function figureOf({ title, caption, legend, drawing }: Figure): Markup {
  return markup`<figure class="chart stacked wide">
    <figcaption>${title}</figcaption>
    ${
      legend.length === 0
        ? markup``
        : markup`<ul class="legend">
            ${legend.map(({ key, label }) => markup`<li>${key} <span>${label}</span></li>`)}
          </ul>`
    }
    ${drawing}
    <p class="muted">${caption}</p>
  </figure>`;
}

/** The marker of a run, for a legend. */
export function markerKey(series: number): Markup {
  return markup`<svg class="key" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><g class="s${series % mostLooks}"
    ><path class="marker" d="${markerPath(series, 7, 7, 4)}" /></g></svg>`;
}
