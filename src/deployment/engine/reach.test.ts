import { describe, expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { CollabError } from '../../errors.js';
import type { Answer, ConnectedDevice } from '../../network/index.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { FakeEngine } from './fake-engine.js';
import { reachAll } from './reach.js';

const [nano1, nano2] = [deviceOf('nano1'), deviceOf('nano2', { tags: ['gpu'] })];

const fault = (name: string, device = 'nano1') =>
  new CollabError(name, { what: `${device}: ${name}.`, why: `why ${device}`, next: 'Do this.', exitCode: 4 });

interface Bench {
  answers: Answer[];
  open: (connected: ConnectedDevice) => Promise<FakeEngine>;
  closed: () => string[];
}

/** Devices that answer, except for the given faults of a connection or an engine, by device. */
function network(faults: { connect?: Record<string, CollabError>; open?: Record<string, Error> }): Bench {
  const links: ReturnType<typeof connectedTo>[] = [];
  const answers = [nano1, nano2].map((device) => {
    const error = faults.connect?.[device.name];
    if (error !== undefined) return { device, error };
    const link = connectedTo(device, new FakeShell());
    links.push(link);
    return { device, connected: link };
  });
  return {
    answers,
    open: ({ device }) => {
      const error = faults.open?.[device.name];
      return error === undefined ? Promise.resolve(new FakeEngine(device.name)) : Promise.reject(error);
    },
    closed: () => links.filter((link) => link.closed()).map((link) => link.device.name),
  };
}

describe('reaching', () => {
  test('a device that does not answer is a result, not an error', async () => {
    const { answers, open, closed } = network({ connect: { nano1: fault('device-unreachable') } });
    const reached = await reachAll(answers, open);
    expect(reached).toMatchObject([
      { error: { name: 'device-unreachable' } },
      { engine: { device: 'nano2' } },
    ]);
    expect(closed()).toEqual([]);
  });

  test('disconnects from a device without an engine', async () => {
    const { answers, open, closed } = network({ open: { nano1: fault('no-engine') } });
    expect(await reachAll(answers, open)).toMatchObject([{ error: { name: 'no-engine' } }, {}]);
    expect(closed()).toEqual(['nano1']);
  });

  test.each(['host-key-changed', 'host-key-revoked', 'interrupted'])(
    '%s ends it and closes every connection',
    async (name) => {
      const { answers, open, closed } = network({ connect: { nano1: fault(name) } });
      await expect(reachAll(answers, open)).rejects.toMatchObject({ name });
      expect(closed()).toEqual(['nano2']);
    },
  );

  test('rethrows an internal error unchanged and closes all connections', async () => {
    const { answers, open, closed } = network({ open: { nano1: new TypeError('ours') } });
    await expect(reachAll(answers, open)).rejects.toThrow('ours');
    expect(closed().sort()).toEqual(['nano1', 'nano2']);
  });
});
