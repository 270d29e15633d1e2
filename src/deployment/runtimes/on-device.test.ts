import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { putFiles } from './on-device.js';

/** Counts the files that are being written. */
class CountingShell extends LocalShell {
  now = 0;
  most = 0;
  /** Fails for a file of this name. */
  refused = '';

  override async write(path: string, content: string | Buffer, mode?: number): Promise<void> {
    this.now += 1;
    this.most = Math.max(this.most, this.now);
    try {
      if (this.refused !== '' && path.endsWith(this.refused)) throw new Error('no space left');
      await super.write(path, content, mode);
    } finally {
      this.now -= 1;
    }
  }
}

const files = Array.from({ length: 30 }, (_, at) => ({ name: `a/${at % 3}/${at}`, content: `file ${at}` }));

test('files are put several at a time, each whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'put-'));
  const shell = new CountingShell();
  await putFiles(connectedTo(deviceOf('here'), shell), files, folder);
  for (const { name, content } of files) expect(await readFile(join(folder, name), 'utf8')).toBe(content);
  expect(shell.most).toBe(8);
  await rm(folder, { recursive: true });
});

test('if one cannot be put, nothing is written any more when that is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'put-'));
  const shell = new CountingShell();
  shell.refused = '/7';
  await expect(putFiles(connectedTo(deviceOf('here'), shell), files, folder)).rejects.toThrow(
    'no space left',
  );
  expect(shell.now).toBe(0);
  await rm(folder, { recursive: true });
});
