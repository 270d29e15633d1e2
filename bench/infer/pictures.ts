import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

const side = 256;

/** Writes PNG files of a smooth color with some noise: to decode them takes about as long as a photograph. */
export function writePictures(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < count; at += 1) writeFileSync(join(folder, `${at}.png`), picture(at));
}

function picture(seed: number): Buffer {
  const rows = Buffer.alloc(side * (1 + 3 * side));
  let noise = seed + 1;
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < 3 * side; x += 1) {
      noise = (noise * 1_103_515_245 + 12_345) % 2_147_483_648;
      rows[y * (1 + 3 * side) + 1 + x] = (x + y + seed * 7 + (noise >> 27)) & 0xff;
    }
  return pngOf(rows, side);
}

/** A square picture. @param rows of each, a zero and then three bytes for each pixel */
export function pngOf(rows: Buffer, side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    start,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named) >>> 0);
  return Buffer.concat([length, named, sum]);
}
