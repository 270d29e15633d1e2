import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { parseDeviceAddress } from './device-address.js';

test.each([
  ['pi@192.168.1.20', { user: 'pi', host: '192.168.1.20', port: 22 }],
  ['pi@nano1.local:2222', { user: 'pi', host: 'nano1.local', port: 2222 }],
  ['nano1', { user: 'me', host: 'nano1', port: 22 }],
  ['pi@[fe80::1%eth0]:2200', { user: 'pi', host: 'fe80::1%eth0', port: 2200 }],
  ['[::1]', { user: 'me', host: '::1', port: 22 }],
])('%s', (text, expected) => {
  expect(parseDeviceAddress(text, 'me')).toEqual(expected);
});

test('without a user it is the one who asks', () => {
  expect(parseDeviceAddress('nano1').user).toBe(userInfo().username);
});

test.each([
  '',
  'pi@',
  '@nano1',
  'nano1:0',
  'nano1:65536',
  'nano1:ssh',
  '-oProxyCommand=x',
  'a b',
  'pi@nano1/x',
  'fe80::1',
])('"%s" is refused with what to write instead', (text) => {
  expect(() => parseDeviceAddress(text, 'me')).toThrow(
    expect.objectContaining({
      name: 'device-address',
      exitCode: 2,
      next: expect.stringContaining('user@host') as string,
    }),
  );
});
