import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { DialAgent } from './dial.js';

test('an agent is a short text, whatever its connections refer to', () => {
  const agent = new DialAgent(() => Promise.reject(new Error('not dialed')));
  Object.assign(agent.sockets, { engine: Array.from({ length: 100 }, () => ({ connection: 'a device' })) });
  expect(inspect({ agent }, { showHidden: true, depth: null })).toBe('{ agent: DialAgent }');
});
