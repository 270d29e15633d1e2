import { expect, test } from 'vitest';
import { completeRole, lines, RunFolder, runOf, sealed, trial } from '../../../tests/fixtures/run-folder.js';
import { Performance } from './performance.js';

test('a run with many role instances keeps few files open at a time', async () => {
  const trials = Array.from({ length: 40 }, (_, at) => trial(at + 1, { repeat: at }));
  const folder = await RunFolder.make(
    runOf({ placement: [{ role: 'client', rank: 0, device: 'nano2' }], trials }),
  );
  const results = lines(Array.from({ length: 2000 }, (_, n) => ({ total_ms: n })));
  for (const { number } of trials) await folder.role(number, 'client', sealed(completeRole({ results })));
  let most = 0;
  const count = () => {
    const files = process.getActiveResourcesInfo().filter((kind) => kind.startsWith('FS'));
    most = Math.max(most, files.length);
  };
  let counting = true;
  const often = () => {
    count();
    if (counting) setImmediate(often);
  };
  setImmediate(often);
  const { runs } = await Performance.open([folder.path]);
  counting = false;
  expect(runs[0]?.instances).toHaveLength(40);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(10);
});
