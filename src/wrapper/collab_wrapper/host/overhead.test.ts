import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { overheadFigures } from '../../../logs/index.js';

it('measures the same load with and without the wrapper, and leaves its folder empty', () => {
  const folder = mkdtempSync(join(tmpdir(), 'overhead-'));
  const program = ['-B', join(import.meta.dirname, '../../wrapper.py'), '--overhead'];
  const printed = execFileSync('python3', [...program, '2', '0.2', '0.05', folder], { encoding: 'utf8' });
  const figures = overheadFigures.parse(JSON.parse(printed));
  expect(figures).toMatchObject({ pairs: 2, sampling_s: 0.05 });
  expect(figures.bare_wall_s).toBeGreaterThan(0.05);
  expect(figures.wrapped_wall_s).toBeGreaterThan(0.05);
  expect(figures.cpu_percent).toBeGreaterThan(0);
  expect(readdirSync(folder)).toEqual([]);
});
