import { expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { CollabError } from '../../errors.js';
import { FakeShell } from '../shell/fake-shell.js';
import type { ConnectedDevice } from '../lan/index.js';
import { SteadyDevice } from './steady-device.js';

const lost = () => new CollabError('connection-lost', { what: 'Lost.', next: 'Check it.', exitCode: 4 });

/** A connection that the test can break. */
function breakable(address = '127.0.0.9', heardAt = () => new Date()) {
  const shell = new FakeShell();
  const connected = connectedTo(deviceOf('nano1', { address }), shell);
  let tell: (error: CollabError) => void = () => undefined;
  const broken = { is: false };
  const read = shell.read.bind(shell);
  shell.read = (...args) => (broken.is ? Promise.reject(lost()) : read(...args));
  shell.exec = () =>
    broken.is
      ? Promise.reject(lost())
      : Promise.resolve({ code: 0, signal: null, stdout: address, stderr: '' });
  const cut = () => {
    broken.is = true;
    tell(lost());
  };
  const one: ConnectedDevice = {
    ...connected,
    lastHeardAt: heardAt,
    onLost: (listener) => {
      tell = listener;
      return () => undefined;
    },
  };
  return { one, shell, cut, closed: connected.closed };
}

test('a connection that is closed is made again, and nobody is told', async () => {
  const [first, second] = [breakable(), breakable()];
  await second.shell.write('/log', 'text');
  const device = new SteadyDevice(first.one, () => Promise.resolve(second.one));
  let told = 0;
  device.onLost(() => (told += 1));
  first.cut();
  expect((await device.shell.read('/log'))?.toString()).toBe('text');
  expect(told).toBe(0);
});

test('what was read when the connection broke is read again; a command is not run again', async () => {
  const [first, second] = [breakable(), breakable('127.0.0.10')];
  await second.shell.write('/log', 'text');
  const device = new SteadyDevice(first.one, () => Promise.resolve(second.one));
  const [reading, running] = [device.shell.read('/log'), device.shell.exec(['true'])];
  first.cut();
  expect((await reading)?.toString()).toBe('text');
  await expect(running).rejects.toMatchObject({ name: 'connection-lost' });
  expect((await device.shell.exec(['true'])).stdout).toBe('127.0.0.10');
  expect(device.device.address).toBe('127.0.0.10');
});

test('one that was silent for long is lost at once, and is reached later, if all works that must', async () => {
  const [first, second] = [
    breakable('127.0.0.9', () => new Date(Date.now() - 14_400)),
    breakable('127.0.0.10'),
  ];
  let engine = false;
  const device = new SteadyDevice(
    first.one,
    () => Promise.resolve(second.one),
    () => (engine ? Promise.resolve() : Promise.reject(new Error('no engine'))),
  );
  const told = new Promise((resolve) => device.onLost(resolve));
  first.cut();
  expect(await told).toMatchObject({ name: 'connection-lost' });
  await expect(device.shell.read('/log')).rejects.toMatchObject({ name: 'connection-lost' });
  await expect(device.reach()).rejects.toThrow('no engine');
  engine = true;
  await device.reach();
  expect((await device.shell.exec(['true'])).stdout).toBe('127.0.0.10');
});

test('closing it closes the connection of the time, and is no loss', async () => {
  const [first, second] = [breakable(), breakable()];
  const device = new SteadyDevice(first.one, () => Promise.resolve(second.one));
  let told = 0;
  device.onLost(() => (told += 1));
  first.cut();
  await device.shell.exec(['true']);
  await device.close();
  second.cut();
  expect(second.closed()).toBe(true);
  expect(told).toBe(0);
});
