import { buildPage } from '../scripts/page.mjs';

/** Tests that run from the sources write pages with the script that these have. */
export default buildPage;
