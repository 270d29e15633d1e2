/**
 * The built library, which benchmarks measure. The types come from the sources, so that benchmarks can be type-checked
 * before a build.
 */
const built = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href);

export const collab = (await built('index.js')) as typeof import('../src/index.js');

/** The built server of the dashboard, which is no part of the library. */
export const builtDashboard = async () =>
  (await built('dashboard/index.js')) as typeof import('../src/dashboard/index.js');
