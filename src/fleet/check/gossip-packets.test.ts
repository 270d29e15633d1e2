import { createDecipheriv } from 'node:crypto';
import { expect, it } from 'vitest';
import { gossipMessage, sealed } from './gossip-packets.js';

it('writes a message as memberlist reads it: a type, and a map in MessagePack', () => {
  const message = gossipMessage('suspect', { Incarnation: 300, Node: 'm1', From: 'x'.repeat(40) });
  expect(message.subarray(0, 2)).toEqual(Buffer.from([3, 0x83]));
  expect(message.toString('latin1')).toContain(
    '\xabIncarnation\xce\x00\x00\x01\x2c\xa4Node\xa2m1\xa4From\xda\x00\x28xxx',
  );
});

it('seals it with AES-GCM, with the version and the nonce in front', () => {
  const key = Buffer.alloc(32, 1);
  const packet = sealed(key.toString('base64'), Buffer.from('hello'), (count) => Buffer.alloc(count, 2));
  expect(packet[0]).toBe(1);
  const cipher = createDecipheriv('aes-256-gcm', key, packet.subarray(1, 13)).setAuthTag(
    packet.subarray(-16),
  );
  expect(cipher.update(packet.subarray(13, -16)).toString()).toBe('hello');
});
