import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { ConnectedDevice } from '../../network/index.js';
import type { Engine } from '../engine/index.js';

/** Destination of a delivery: an engine, its disk and the link to it. */
export interface DeliveryTarget {
  engine: Engine;
  /** Free bytes of the file system that holds a folder; null when unknown. */
  freeBytes(folder: string): Promise<number | null>;
  /** Measured rate of the link to the device, bytes per second. */
  linkBytesPerS(): Promise<number>;
}

/** A small probe first, so that a slow link is not blocked; a fast link needs a larger one. */
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

/** Free bytes from `df -Pk` (POSIX: a heading, then blocks of 1024, used, available); null when it has another form. */
export function parseFree(text: string): number | null {
  const line = text.trim().split('\n').at(-1) ?? '';
  const match = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(line);
  return match === null ? null : Number(match[1]) * 1024;
}
