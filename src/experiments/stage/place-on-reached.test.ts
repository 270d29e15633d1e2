import { describe, expect, test } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { FakeEngine } from '../../deployment/engine/fake-engine.js';
import { CollabError } from '../../errors.js';
import type { Device } from '../../network/index.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { placeOnReached } from './place-on-reached.js';

const [nano1, nano2] = [deviceOf('nano1'), deviceOf('nano2', { tags: ['gpu'] })];
const anywhere = roleOf('server');
const onGpu = roleOf('client', { device: { ...anywhere.device, tags: ['gpu'] } });

const fault = (name: string, device = 'nano1') =>
  new CollabError(name, { what: `${device}: ${name}.`, why: `why ${device}`, next: 'Do this.', exitCode: 4 });

describe('placing', () => {
  const answers = (device: Device) => ({
    device,
    connected: connectedTo(device, new FakeShell()),
    engine: new FakeEngine(device.name),
  });
  const missing = (device: Device, name = 'device-unreachable') => ({
    device,
    error: fault(name, device.name),
  });
  const thrown = (...asked: Parameters<typeof placeOnReached>): unknown => {
    try {
      return placeOnReached(...asked);
    } catch (error) {
      return error;
    }
  };

  test('a run continues without a missing device if the others suffice', () => {
    expect(placeOnReached([anywhere], [missing(nano1), answers(nano2)])).toEqual([
      { role: 'server', rank: 0, device: 'nano2' },
    ]);
  });

  test('a role that fits no device of the LAN is a fault of the experiment', () => {
    const error = thrown([onGpu], [answers(nano1), missing(deviceOf('nano3'))]);
    expect(error).toMatchObject({ name: 'not-placeable', exitCode: 2 });
  });

  test("a role that fits only a missing device is reported with that device's error", () => {
    const error = thrown([onGpu], [answers(nano1), missing(nano2, 'key-refused')]);
    expect(error).toMatchObject({ name: 'key-refused', exitCode: 4, what: 'nano2: key-refused.' });
  });

  test('names all missing devices', () => {
    const error = thrown([anywhere], [missing(nano1), missing(nano2, 'no-engine')]);
    expect(error).toMatchObject({ name: 'devices-missing', exitCode: 4, next: 'Do this.' });
    for (const text of ['nano1: device-unreachable.', 'why nano1', 'nano2: no-engine.', 'why nano2']) {
      expect((error as CollabError).why).toContain(text);
    }
  });

  test('uses an engine that was missing during setup and answers now', () => {
    const engine = { available: false as const, cause: 'not-running' as const, reason: 'not running' };
    const device = deviceOf('nano1', { facts: factsOf({ engine }) });
    expect(placeOnReached([anywhere], [answers(device)])).toHaveLength(1);
  });
});
