import { expect, test } from 'vitest';
import { parsePort, protocolsOf } from './port.js';
import { resolveDefinition } from './resolve.js';
import { experimentSchema } from './schema.js';

test('a port may name its protocol, and is a number as before', () => {
  const ports = { rtp: '5004/udp', control: '5004/tcp', any: 5006, text: '5008' };
  const file = experimentSchema.parse({ name: 'tiny', roles: { main: { command: ['echo'], ports } } });
  expect(resolveDefinition(file, { parameters: [], combinations: [], exclude: [] }).roles[0]).toMatchObject({
    ports: { rtp: 5004, control: 5004, any: 5006, text: 5008 },
    portProtocols: { rtp: 'udp', control: 'tcp' },
  });
});

test.each([0, 65_536, 1.5, '5004/', '/udp', '0/udp', '5004/sctp', '5004 /udp', null, true, ['5004']])(
  '%j is no port',
  (declared) => {
    expect(parsePort(declared)).toBeNull();
  },
);

test('a port that names no protocol serves both', () => {
  expect([protocolsOf(null), protocolsOf(undefined), protocolsOf('udp')]).toEqual([
    ['tcp', 'udp'],
    ['tcp', 'udp'],
    ['udp'],
  ]);
});
