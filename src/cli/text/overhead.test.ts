import { expect, it } from 'vitest';
import { asTerminal } from '../../../tests/fixtures/as-terminal.js';
import { overheadText } from './overhead.js';

const measured_at = '2026-11-21T12:00:00.000Z';
const figures = {
  measured_at,
  pairs: 9,
  sampling_s: 0.1,
  bare_wall_s: 1.012,
  wrapped_wall_s: 1.014,
  wall_percent: 0.2,
  cpu_percent: 0.31,
  memory_peak_bytes: 9_500_000,
};

const devices = [
  { device: 'nano1', overhead: { ...figures, following_cpu_percent: 0.058 } },
  { device: 'pi', overhead: { ...figures, wall_percent: -0.04, following_unavailable: 'no /proc' } },
  { device: 'bare', overhead: { measured_at, unavailable: 'it has no Python' } },
];

it.each([80, 40])('fits %i columns', (width) => {
  const lines = asTerminal(width, () => overheadText(devices, width)).split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  expect(lines.includes('  SLOWDOWN       +0.20 %')).toBe(width === 40);
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain('9 x 1.01 s every 100 ms');
  expect(lines).toContain('bare: not measured: it has no Python');
});

it('shows the overhead on each device, or why it is unknown', () => {
  const text = overheadText(devices, 100);
  expect(text.split('\n')).toEqual([
    'Overhead of the wrapper, and CPU of following a role',
    'NAME   CPU     FOLLOWING  SLOWDOWN  MEMORY  MEASURED OVER',
    'nano1  0.31 %  0.06 %     +0.20 %   9.5 MB  9 x 1.01 s every 100 ms',
    'pi     0.31 %  -          -0.04 %   9.5 MB  9 x 1.01 s every 100 ms',
    'pi: following not measured: no /proc',
    'bare: not measured: it has no Python',
  ]);
});
