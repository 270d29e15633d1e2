import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { CollabError } from '../../errors.js';
import { Workspace } from '../../workspace/index.js';
import { onEachDevice } from './connect-devices.js';
import { Controller, LAN } from '../lan/index.js';
import { LocalShell } from '../shell/index.js';

const folder = mkdtempSync(join(tmpdir(), 'collab-each-'));
afterAll(() => rmSync(folder, { recursive: true }));

const quick = deviceOf('quick');
const slow = deviceOf('slow');
const refused = deviceOf('refused');
const keyRefused = new CollabError('key-refused', { what: 'no', next: 'Look.', exitCode: 4 });
const localShell = new LocalShell();
const controller = new Controller({
  name: 'pc',
  id: 'b0:7b:25:1c:9e:42',
  address: '127.0.0.1',
  port: 22,
  user: 'me',
  keyPath: null,
  tags: [],
  facts: quick.facts,
});
const lan = new LAN('desk', controller, [slow, quick, refused]);
const options = { lan, workspace: new Workspace(folder), emit: () => undefined };

/** The slow one answers once it is let. */
function meet(): () => void {
  let letSlowAnswer: () => void = () => undefined;
  const slowAnswers = new Promise<void>((resolve) => (letSlowAnswer = resolve));
  vi.spyOn(quick, 'connect').mockResolvedValue(connectedTo(quick, localShell));
  vi.spyOn(slow, 'connect').mockReturnValue(slowAnswers.then(() => connectedTo(slow, localShell)));
  vi.spyOn(refused, 'connect').mockRejectedValue(keyRefused);
  return letSlowAnswer;
}

it('works on a device before another has answered, and returns the results in the order of the devices', async () => {
  const letSlowAnswer = meet();
  const results = await onEachDevice(lan.devices, options, (answer) => {
    if (answer.device === quick) letSlowAnswer();
    return Promise.resolve('error' in answer ? answer.error : answer.device.name);
  });
  expect(results).toEqual(['slow', 'quick', keyRefused]);
});

it('throws the first failure after all work has ended', async () => {
  meet()();
  let ended = 0;
  const working = onEachDevice([slow, quick], options, async ({ device }) => {
    if (device === slow) throw new Error('slow has failed');
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended += 1;
  });
  await expect(working).rejects.toThrow('slow has failed');
  expect(ended).toBe(1);
});
