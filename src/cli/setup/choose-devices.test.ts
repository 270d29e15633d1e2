import { expect, it } from 'vitest';
import type { FoundDevice } from '../../index.js';
import { chooseDevices, named } from './choose-devices.js';
import type { SetupOptions } from './options.js';

const device = (host: string, address: string, known: string | null = null): FoundDevice => ({
  host,
  address,
  port: 22,
  how: 'mdns',
  service: null,
  user: null,
  mac: null,
  known,
});
const [nano, pi] = [device('nano1.local', '10.0.0.2'), device('raspberrypi.local', '10.0.0.3', 'camera')];
const options: SetupOptions = { interface: [], device: [], trust: [] };

it('selects devices by host name, by name in the LAN, and by address', () => {
  expect(named([nano, pi], ['all'])).toEqual([nano, pi]);
  expect(named([nano, pi], ['nano1'])).toEqual([nano]);
  expect(named([nano, pi], ['camera', 'nano1.local'])).toEqual([nano, pi]);
  expect(named([nano, pi], ['10.0.0.3'])).toEqual([pi]);
});

it('names the devices that did not answer, and those that did', () => {
  expect(() => named([nano], ['nano1', 'nano9', 'pi4'])).toThrow(
    expect.objectContaining({
      what: 'No device named nano9, pi4 answered.',
      why: 'Found: nano1.local (10.0.0.2)',
      exitCode: 4,
    }),
  );
});

it('asks nothing if flags answer, and without a terminal names the flags', async () => {
  const yes = await chooseDevices([nano, pi], [], { ...options, yes: true });
  expect(yes).toEqual({ found: [nano, pi], saved: [], scan: false, type: false });
  const some = await chooseDevices([nano, pi], [], { ...options, yes: true, take: ['nano1'] });
  expect(some.found).toEqual([nano]);
  await expect(chooseDevices([nano], [], options)).rejects.toMatchObject({
    next: expect.stringContaining('--take') as string,
  });
});
