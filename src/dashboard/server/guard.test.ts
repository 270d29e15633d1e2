import { expect, it } from 'vitest';
import { refusalOf } from './guard.js';

const place = { hosts: ['127.0.0.1', 'localhost', '::1'], port: 7950 };
const asked = (change: Partial<Parameters<typeof refusalOf>[0]>) =>
  refusalOf(
    { method: 'GET', host: '127.0.0.1:7950', origin: undefined, fetchSite: undefined, ...change },
    place,
  )?.status ?? null;

it.each([
  ['its own address', {}, null],
  ['its own name', { host: 'LOCALHOST:7950' }, null],
  ['IPv6', { host: '[::1]:7950' }, null],
  ['a name that was made to lead here', { host: 'evil.example:7950' }, 421],
  ['its name at another port', { host: 'localhost:80' }, 421],
  ['no name', { host: undefined }, 421],
  ['a name that begins alike', { host: '127.0.0.1:7950.evil.example' }, 421],
  ['reading from another page', { origin: 'http://evil.example' }, 403],
  ['reading from a sandboxed page', { origin: 'null' }, 403],
  [
    'writing from its own page',
    { method: 'POST', origin: 'http://127.0.0.1:7950', fetchSite: 'same-origin' },
    null,
  ],
  ['writing from a page of another port', { method: 'POST', origin: 'http://127.0.0.1:8000' }, 403],
  ['writing from a page that does not say', { method: 'POST' }, 403],
  [
    'deleting from another site',
    { method: 'DELETE', origin: 'http://127.0.0.1:7950', fetchSite: 'cross-site' },
    403,
  ],
])('%s', (_, change, status) => {
  expect(asked(change)).toBe(status);
});
