/**
 * The built library, which benchmarks measure. The types come from the sources, so that benchmarks can be type-checked
 * before a build.
 */
const built = new URL('../dist/index.js', import.meta.url).href;

export const collab = (await import(built)) as typeof import('../src/index.js');
