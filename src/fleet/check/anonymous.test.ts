import { expect, it } from 'vitest';
import { anonymous } from './anonymous.js';

const aliases = new Map([
  ['nano1', 'device-1'],
  ['nano10', 'device-2'],
  ['ann', '<name>'],
]);

it.each([
  ['nano1 (10.0.0.5:7947) does not answer.', 'device-1 (<address>) does not answer.'],
  ['nano10 is not nano1', 'device-2 is not device-1'],
  ['at [fd00::1:2]:7946 and fe80::1', 'at <address> and <address>'],
  ['ann and an annex', '<name> and an annex'],
  ['the id 0123456789abcdef0123 is in use', 'the id <id> is in use'],
  [`key ${'Ab3+'.repeat(11)}=`, 'key <secret>'],
  ['after 12:30:00 and 0.25 s', 'after 12:30:00 and 0.25 s'],
])('%s', (text, clean) => expect(anonymous(text, aliases)).toBe(clean));
