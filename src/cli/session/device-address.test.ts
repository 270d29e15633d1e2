import { expect, test } from 'vitest';
import { parseDeviceAddress } from './device-address.js';

test.each([
  ['pi@192.168.1.20', { user: 'pi', host: '192.168.1.20', port: null }],
  ['pi@nano1.local:2222', { user: 'pi', host: 'nano1.local', port: 2222 }],
  ['nano1', { user: 'me', host: 'nano1', port: null }],
  ['pi@[fe80::1%eth0]:2200', { user: 'pi', host: 'fe80::1%eth0', port: 2200 }],
  ['[::1]', { user: 'me', host: '::1', port: null }],
])('%s', (text, expected) => {
  expect(parseDeviceAddress(text, 'me')).toEqual(expected);
});

test('without a user, ssh_config decides', () => {
  expect(parseDeviceAddress('nano1').user).toBeNull();
});

test.each([
  '',
  'pi@',
  '@nano1',
  'nano1:0',
  'nano1:65536',
  'nano1:ssh',
  '-oProxyCommand=x',
  '-v@nano1',
  'a b',
  'pi@nano1/x',
  'fe80::1',
])('"%s" is refused, with what to write instead', (text) => {
  expect(() => parseDeviceAddress(text, 'me')).toThrow(
    expect.objectContaining({
      name: 'device-address',
      exitCode: 2,
      next: expect.stringContaining('user@host') as string,
    }),
  );
});
