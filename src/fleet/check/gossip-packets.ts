import { createCipheriv } from 'node:crypto';
import type { RandomBytes } from '../credentials/index.js';

/** Messages of memberlist 0.5.0, as its net.go numbers them. */
const types = { ping: 0, suspect: 3, alive: 4, dead: 5 } as const;
/** AES-GCM without padding, of its security.go. */
const encryptionVersion = 1;

type Value = string | number | Buffer;

/** A message of memberlist: its type, and a map in MessagePack. */
export function gossipMessage(type: keyof typeof types, fields: Readonly<Record<string, Value>>): Buffer {
  const entries = Object.entries(fields);
  return Buffer.concat([
    Buffer.from([types[type], 0x80 | entries.length]),
    ...entries.flatMap(([name, value]) => [packed(name), packed(value)]),
  ]);
}

/** A message as members send it to each other by UDP. */
export function sealed(key: string, message: Buffer, random: RandomBytes): Buffer {
  const nonce = random(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64'), nonce);
  const text = Buffer.concat([cipher.update(message), cipher.final()]);
  return Buffer.concat([Buffer.from([encryptionVersion]), nonce, text, cipher.getAuthTag()]);
}

/** Of MessagePack, what these messages need: short strings and bytes, and numbers below 2^32. */
function packed(value: Value): Buffer {
  if (typeof value === 'number') {
    if (value < 0x80) return Buffer.from([value]);
    const number = Buffer.alloc(5, 0xce);
    number.writeUInt32BE(value, 1);
    return number;
  }
  const bytes = Buffer.from(value);
  if (bytes.length < 32) return Buffer.concat([Buffer.from([0xa0 | bytes.length]), bytes]);
  const head = Buffer.alloc(3, 0xda);
  head.writeUInt16BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
