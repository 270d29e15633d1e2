import { expect, test } from 'vitest';
import { judged, sampled, textsOf } from '../../../tests/fixtures/judged-run.js';
import { exitOf, loadOf, trial } from '../../../tests/fixtures/run-folder.js';

/** Five trials with split 4 or 9, of which the first is complete only if said so. */
const trials = [1, 2, 3, 4, 5].map((number) =>
  trial(number, { repeat: number - 1, parameters: { split: number === 5 ? 9 : 4, codec: 'raw' } }),
);

async function findings(readIn: (trial: number) => Record<string, string[]> | undefined) {
  const validity = await judged({ trials }, (number) => ({
    exit: JSON.stringify(
      exitOf({ missed_samples: 0, device_load: loadOf(), parameters_read: readIn(number) }),
    ),
    samples: sampled({}),
  }));
  const about = (level: string) =>
    textsOf(validity, level).filter((text) => text.startsWith('parameters read'));
  return { verdict: validity.verdict, doubts: about('doubt'), remarks: about('remark') };
}

test('parameters that a role read in some trial are no finding', async () => {
  const found = await findings((number) => (number === 1 ? { split: ['module'], codec: ['declared'] } : {}));
  expect(found).toMatchObject({ doubts: [], remarks: [] });
});

test('a parameter that no role read is a doubt, with what to do about it', async () => {
  const found = await findings(() => ({ codec: ['command'] }));
  expect(found.verdict).toBe('DOUBTFUL');
  expect(found.doubts).toEqual([
    'parameters read: No role was seen to read split, although its values differ between trials: those trials may all have done the same. Read it with collab.parameter("split"), or write {split} into a command. If the code reads it from the environment or a file, its role says so once, with reads: [split].',
  ]);
});

test('a parameter with one value that no role read is a doubt as well', async () => {
  const found = await findings(() => ({ split: ['module'] }));
  expect(found.doubts).toEqual([
    expect.stringMatching(
      /^parameters read: No role was seen to read codec: the results may belong to another value/,
    ),
  ]);
});

test('what cannot be known is a remark: a run of an older version', async () => {
  const found = await findings((number) => (number === 2 ? undefined : {}));
  expect(found.doubts).toEqual([]);
  expect(found.remarks).toEqual([
    expect.stringMatching(
      /Could not check whether any role read split, codec: .* by trial 2, client-0, as in/,
    ),
  ]);
});
