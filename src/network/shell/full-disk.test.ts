import { expect, it } from 'vitest';
import { CollabError } from '../../errors.js';
import { FakeShell } from './fake-shell.js';
import { explainFailedWrite, parseDf } from './full-disk.js';
import { fileFailed } from './shell-errors.js';

const df = (kilobytes: number) =>
  `Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/mmcblk0p1    14930000 14200000 ${kilobytes}      98% /\n`;
const failed = fileFailed('pi@10.0.0.7', 'write', '/home/pi/x', new Error('Failure'));
const explain = (printed: string, error: unknown = failed, sizeBytes = 1000) =>
  explainFailedWrite(
    new FakeShell(() => ({ stdout: printed })),
    { where: 'pi@10.0.0.7', path: '/home/pi/x', sizeBytes },
    error,
  );

it('reports a full disk and the free space', async () => {
  expect(await explain(df(0))).toMatchObject({
    name: 'device-full',
    what: 'The disk of pi@10.0.0.7 is full: /home/pi/x could not be written.',
    why: '0 bytes are free on /.',
    exitCode: 4,
  });
  expect(await explain(df(2000), failed, 5_000_000)).toMatchObject({ name: 'device-full' });
});

it('keeps any other error as it is', async () => {
  expect(await explain(df(500_000))).toBe(failed);
  expect(await explain('df: not found')).toBe(failed);
  const lost = new CollabError('connection-lost', { what: 'Lost.', next: 'Again.', exitCode: 4 });
  expect(await explain(df(0), lost)).toBe(lost);
});

it.each([
  ['', null],
  [df(-5), { freeBytes: 0, mount: '/' }],
  ['tmpfs 16 16 0 100% /home/a b\n', { freeBytes: 0, mount: '/home/a b' }],
  ['overlay  10 5 5 - /\n', { freeBytes: 5120, mount: '/' }],
  ['Filesystem 1024-blocks Used Available Capacity Mounted on\nproc 0 0 0 - /proc\n', null],
])('df that prints %j', (text, room) => expect(parseDf(text)).toEqual(room));
