import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { TestWorkspace } from '../e2e/workspace.js';

/** Work that is no DNN: the base image `media`, whose ffmpeg takes minutes to download. */
const workspace = new TestWorkspace(inject('labWorkspace'));
const example = fileURLToPath(new URL('../../examples/film-thumbnails', import.meta.url));

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--yes');
  expect(up.code, up.stderr).toBe(0);
});
afterAll(() => workspace.collab('fleet', 'down', '--yes', '--purge'));

it('makes thumbnails of a film on the devices of a fleet, a task for each', async () => {
  const job = await workspace.collab('job', 'submit', example, '--wait');
  expect(job.code, job.stderr).toBe(0);
  const { folder } = await workspace.result<{ folder: string }>('job', 'output', 'film-thumbnails');
  const pictures = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.jpg'),
  );
  expect(pictures).toHaveLength(5);
  for (const picture of pictures)
    expect(readFileSync(join(folder, picture)).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
});
