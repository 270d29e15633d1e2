/** The HTML report: one self-contained page per run. */
export { html } from './html.js';
