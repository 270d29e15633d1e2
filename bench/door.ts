/**
 * What a bench measures: the built library, as another program has it. Its types are those of the sources, so that
 * the types of a bench can be checked before anything is built.
 */
const built = new URL('../dist/index.js', import.meta.url).href;

export const collab = (await import(built)) as typeof import('../src/index.js');
