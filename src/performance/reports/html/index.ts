export { html } from './html.js';
