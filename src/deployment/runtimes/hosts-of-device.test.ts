import { expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { hostsOfDevice } from './hosts-of-device.js';

const names = [{ name: 'server-0', address: '10.0.0.4' }];
const hostsWith = (file: string | null) => {
  const shell = new FakeShell();
  if (file !== null) shell.files.set('/etc/hosts', Buffer.from(file));
  const connected = connectedTo(deviceOf('nano1'), shell);
  const facts = { ...connected.device.facts, hostname: 'jetson-desktop' };
  Object.assign(connected.device, { address: '10.0.0.10', facts });
  return hostsOfDevice(connected, names);
};

test("a device's host name means its address, and its own lines stay", async () => {
  const file =
    '127.0.0.1 localhost\n127.0.1.1 jetson-desktop\n10.0.0.9 nas nas.lan # files\n10.0.0.7 server-0\n';
  expect(await hostsWith(file)).toEqual([
    ...names,
    { name: 'jetson-desktop', address: '10.0.0.10' },
    { name: 'nas', address: '10.0.0.9' },
    { name: 'nas.lan', address: '10.0.0.9' },
  ]);
});

test('a device without a hosts file has the names of the run and its own', async () => {
  expect(await hostsWith(null)).toEqual([...names, { name: 'jetson-desktop', address: '10.0.0.10' }]);
});
