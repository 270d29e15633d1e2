import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { ConnectedDevice } from '../../network/index.js';
import type { Engine } from '../engine/index.js';

/** Where images go: an engine, the disk below it and the link to it. */
export interface DeliveryTarget {
  engine: Engine;
  /** Free bytes of the file system that holds a folder; null when the device does not tell. */
  freeBytes(folder: string): Promise<number | null>;
  /** What the link carries to the device, in bytes per second. */
  linkBytesPerS(): Promise<number>;
}

/** A small try first, so that a slow link is not kept busy; a fast one needs more to show what it carries. */
const smallTryBytes = 256 << 10;
const largeTryBytes = 4 << 20;
const slowTryS = 0.05;

export function deviceTarget({ shell }: ConnectedDevice, engine: Engine): DeliveryTarget {
  const bytesPerS = async (bytes: number) => {
    const started = performance.now();
    await shell.exec(['sh', '-c', 'cat >/dev/null'], { input: randomBytes(bytes) });
    return bytes / ((performance.now() - started) / 1000);
  };
  return {
    engine,
    async freeBytes(folder) {
      const { code, stdout } = await shell.exec(['df', '-Pk', folder]);
      return code === 0 ? parseFree(stdout) : null;
    },
    async linkBytesPerS() {
      const small = await bytesPerS(smallTryBytes);
      return small < smallTryBytes / slowTryS ? small : bytesPerS(largeTryBytes);
    },
  };
}

/** This machine's own engine. */
export function localTarget(engine: Engine): DeliveryTarget {
  return {
    engine,
    async freeBytes(folder) {
      const found = await statfs(folder).catch(() => null);
      return found === null ? null : found.bavail * found.bsize;
    },
    linkBytesPerS: () => Promise.resolve(Infinity),
  };
}

/** Free bytes from `df -Pk` (POSIX: a heading, then blocks of 1024, used, available); null when it is not that. */
export function parseFree(text: string): number | null {
  const line = text.trim().split('\n').at(-1) ?? '';
  const match = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(line);
  return match === null ? null : Number(match[1]) * 1024;
}
