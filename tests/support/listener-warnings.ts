import { afterAll, expect } from 'vitest';

/** Fails a test file in whose time Node warns that a signal or an emitter has too many listeners: most such are never removed. */
const warnings: string[] = [];
const note = (warning: Error) => {
  if (warning.name === 'MaxListenersExceededWarning') warnings.push(warning.stack ?? warning.message);
};
process.on('warning', note);

afterAll(async () => {
  // A warning is told in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
