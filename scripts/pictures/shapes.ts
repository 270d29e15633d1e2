import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pngOf } from '../../bench/infer/pictures.js';

const side = 96;
const backgrounds = [
  [238, 240, 244],
  [226, 236, 230],
  [244, 236, 224],
] as const;
const colors = [
  [31, 95, 204],
  [179, 38, 30],
  [23, 106, 65],
  [124, 77, 190],
] as const;
const inside: readonly ((x: number, y: number, radius: number) => boolean)[] = [
  (x, y, radius) => Math.hypot(x, y) <= radius,
  (x, y, radius) => Math.max(Math.abs(x), Math.abs(y)) <= radius,
  (x, y, radius) => Math.abs(y) <= radius && Math.abs(x) <= (y + radius) / 2,
];

/** Writes pictures with a circle, a square or a triangle somewhere on each. */
export function writeShapes(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < count; at += 1)
    writeFileSync(join(folder, `${String(at + 1).padStart(3, '0')}.png`), shape(at));
}

function shape(at: number): Buffer {
  const [radius, left, top] = [14 + ((at * 7) % 16), 32 + ((at * 13) % 32), 32 + ((at * 29) % 32)];
  const rows = Buffer.alloc(side * (1 + 3 * side));
  const isInside = inside[at % inside.length];
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const isOn = isInside?.(x - left, y - top, radius) === true;
      const color = isOn ? colors[at % colors.length] : backgrounds[at % backgrounds.length];
      rows.set(color ?? [], y * (1 + 3 * side) + 1 + 3 * x);
    }
  return pngOf(rows, side);
}
