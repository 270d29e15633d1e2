import { expect, test } from 'vitest';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import { anonymousRecord } from './anonymous-record.js';
import { PlaceReplacer } from './anonymous-text.js';
import type { KnownPlaces } from './known-places.js';

const places: KnownPlaces = {
  addresses: new Map([
    ['10.0.0.1', 'nano1.invalid'],
    ['10.0.0.1:2222', 'nano1.invalid'],
    ['fe80::1', 'nano2.invalid'],
    ['nano3.lab.example', 'nano3.invalid'],
  ]),
  folders: new Map([
    ['/srv/work', '/workspace'],
    ['/root', '/home/user'],
  ]),
  controllers: new Set(['lab-pc7', 'ubuntu']),
  macWord: (mac) => `mac-${mac.slice(-2)}`,
};
const replacer = new PlaceReplacer(places);

test.each([
  ['pi@10.0.0.1 and 10.0.0.1:2222', 'user@nano1.invalid and nano1.invalid'],
  ['http://10.0.0.1:7000/x.', 'http://nano1.invalid:7000/x.'],
  ['10.0.0.12 110.0.0.1 10.0.0.1.2', '10.0.0.12 110.0.0.1 10.0.0.1.2'],
  ['10.0.0.0-10.0.0.1', '10.0.0.0-nano1.invalid'],
  ['[fe80::1] FE80::1 fe80::12', '[nano2.invalid] nano2.invalid fe80::12'],
  ['nano3.lab.example, my-nano3.lab.example', 'nano3.invalid, my-nano3.lab.example'],
  ['{"id":"02:fc:00:00:00:01"}', '{"id":"mac-01"}'],
  ['12:34:56 is a time', '12:34:56 is a time'],
  ['/home/alice/x /Users/Bob "/root" /rooted', '/home/user/x /home/user "/home/user" /rooted'],
  ['/srv/work/Logs, /srv/workshop', '/workspace/Logs, /srv/workshop'],
  ['process 3 of lab-pc7, which runs ubuntu', 'process 3 of controller, which runs ubuntu'],
  ['größe ✓ 10.0.0.1', 'größe ✓ nano1.invalid'],
])('%s', (text, expected) => {
  expect(replacer.replace(text)).toBe(expected);
});

test('replaces wherever the pieces end, once', () => {
  const line = 'x pi@10.0.0.1 y /home/alice/z 10.0.0.12 02:fc:00:00:00:01\n';
  const text = line.repeat(120);
  const expected = replacer.replace(text);
  expect(expected).toBe(replacer.replace(line).repeat(120));
  for (const size of [1, 7, 100, 3000]) {
    const take = replacer.begin();
    let out = '';
    for (let at = 0; at < text.length; at += size) out += take(text.slice(at, at + size), false).text;
    expect(out + take('', true).text, String(size)).toBe(expected);
  }
});

test('a record keeps facts that explain results, and no logins and host names', () => {
  const run = runOf({
    devices: [
      {
        name: 'ubuntu',
        id: '02:fc:00:00:00:01',
        address: '10.0.0.9',
        facts: {
          hostname: 'ubuntu',
          os: { id: 'ubuntu' },
          cores: 4,
          user: { name: 'alice', uid: 1000, home: '/h' },
        },
        clock: null,
      },
    ],
    placement: [{ role: 'server', rank: 0, device: 'ubuntu', devices: ['/dev/video0'] }],
    experiment: { name: 'x', id: 'i', definition: { roles: [{ name: 'ubuntu' }] }, folder: '/home/alice/x' },
  });
  expect(anonymousRecord(run, places)).toMatchObject({
    devices: [
      {
        name: 'controller',
        address: 'controller.invalid',
        facts: {
          hostname: 'controller.invalid',
          os: { id: 'ubuntu' },
          cores: 4,
          user: { name: 'user', uid: 1000, home: '/home/user' },
        },
      },
    ],
    placement: [{ role: 'server', device: 'controller', devices: ['/dev/video0'] }],
    experiment: { definition: { roles: [{ name: 'ubuntu' }] }, folder: 'TestCases/x' },
  });
});
