import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { localEngine } from '../../src/deployment/index.js';
import { TestWorkspace } from '../e2e/workspace.js';
import { completeRole, lines, monotonic, RunFolder, runOf } from '../fixtures/run-folder.js';
import { baseImage } from '../integration/base-image.js';

const reader = fileURLToPath(new URL('../fixtures/read_report.py', import.meta.url));

it('writes a pickle in a base image if no Python here has pandas, and an older pandas reads it', async () => {
  await baseImage(await localEngine(), 'torch');
  const workspace = new TestWorkspace(inject('labWorkspace'));
  const run = await RunFolder.make(runOf());
  const results = lines([
    { monotonic_s: monotonic(1), total_ms: 12.5, label: 'é' },
    { total_ms: -1, ok: true, list: [1] },
  ]);
  await run.role(1, 'client', completeRole({ results }));
  const hidden = await mkdtemp(join(tmpdir(), 'collab-hidden-'));
  await writeFile(join(hidden, 'pandas.py'), "raise ImportError('hidden')\n");
  const words = ['report', run.path, '--format', 'pickle', '--output', join(hidden, 'out')];
  const ended = await workspace.collabWith({ PYTHONPATH: hidden }, ...words);
  expect(ended).toMatchObject({ code: 0 });
  const path = join(hidden, 'out', 'results.pickle');
  const { rows, types } = JSON.parse(
    execFileSync('/usr/bin/python3', [reader, 'pickle', path], { encoding: 'utf8' }),
  ) as { rows: Record<string, unknown>[]; types: Record<string, string> };
  expect(rows).toMatchObject([
    { total_ms: 12.5, label: 'é', time: '2026-11-21T12:53:02.000Z', ok: null },
    { total_ms: -1, label: null, time: null, ok: true, list: '[1]' },
  ]);
  expect(types).toMatchObject({ total_ms: 'float64', time: 'datetime64[ns, UTC]' });
});
