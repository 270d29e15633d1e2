import { buildPage } from '../scripts/page.mjs';

/** Builds the page script from the sources, for tests that write pages. */
export default buildPage;
