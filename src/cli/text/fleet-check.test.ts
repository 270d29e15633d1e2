import { expect, it } from 'vitest';
import { drillsText, fleetCheckText } from './fleet-check.js';
import { textWidth } from './text-width.js';

it('fits 80 columns, with the range over the members', () => {
  const text = fleetCheckText(
    [
      {
        drill: 'kill',
        state: 'failed',
        expected: '',
        why: ['nano1 does not see that nano3, which was killed without a goodbye, failed.'],
        measured: [
          { what: 'seen as failed after', value: 5.71, unit: 's', member: 'nano1' },
          { what: 'seen as failed after', value: 6.3, unit: 's', member: 'nano2' },
          { what: 'memory of its program', value: 12.4e6, unit: 'bytes', member: 'nano1' },
        ],
        tookS: 9,
      },
      { drill: 'address', state: 'not-checked', expected: '', why: ['Not here.'], measured: [], tookS: 0 },
    ],
    80,
  );
  expect(text.split('\n').map((line) => line.trimEnd())).toEqual([
    'DRILL       RESULT      MEASURED',
    'kill        FAILED      seen as failed after: 5.7 s to 6.3 s',
    '                        memory of its program: 12.4 MB',
    '                        nano1 does not see that nano3, which was killed without',
    '                          a goodbye, failed.',
    'address     not checked Not here.',
  ]);
});

it('says beforehand what will be done', () => {
  const names = Array.from({ length: 20 }, (_, at) => `nano${at}`);
  const does = 'Kills one member without a goodbye, and starts it again after all have seen it.';
  const text = drillsText('lab', names, [{ name: 'kill', does }], 80);
  expect(text).toContain('  kill  Kills one member');
  expect(Math.max(...text.split('\n').map(textWidth))).toBeLessThanOrEqual(80);
});
