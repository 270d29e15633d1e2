import { expect, it } from 'vitest';
import { mediansText } from './medians.js';

it('shows one line per combination of parameter values', () => {
  const group = (split: number, total: number) => ({
    parameters: { split },
    role: 'client',
    rows: 8,
    medians: { total_ms: total, sent_bytes: 602112 },
  });
  expect(mediansText([group(0, 62.12345), group(9, 58)])).toBe(
    [
      'Medians of the results of client:',
      'split  rows  total_ms  sent_bytes',
      '0         8     62.12      602112',
      '9         8        58      602112',
    ].join('\n'),
  );
});

it('is empty when nothing was recorded', () => {
  expect(mediansText([])).toBe('');
});
