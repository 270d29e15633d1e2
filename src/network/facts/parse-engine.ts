import { z } from 'zod';
import { plainText } from '../../errors.js';
import type { EngineFacts } from './device-facts.js';

const dockerInfo = z.object({
  ServerVersion: z.string().min(1),
  Driver: z.string(),
  /** Not said by Docker before 20.10, which knew version 1 only. */
  CgroupVersion: z.string().default('1'),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Reads what `docker info --format '{{json .}}'` printed, its errors included. A client without a server prints JSON
 * too, with the server's part empty and the reason in `ServerErrors` or on stderr.
 */
export function parseEngine(text: string): EngineFacts {
  const json = text.split('\n').find((line) => line.startsWith('{'));
  const info = dockerInfo.safeParse(json === undefined ? null : readJson(json));
  if (!info.success) return { available: false, reason: reasonOf(text) };
  const { ServerVersion, Driver, CgroupVersion, Runtimes } = info.data;
  return {
    available: true,
    version: plainText(ServerVersion),
    storageDriver: plainText(Driver),
    cgroupVersion: plainText(CgroupVersion),
    runtimes: Object.keys(Runtimes ?? {})
      .map(plainText)
      .sort(),
  };
}

function reasonOf(text: string): string {
  if (/docker: (command )?not found|ENOENT/.test(text)) return 'Docker is not installed';
  if (/permission denied/i.test(text)) {
    return 'permission denied: the user may not use Docker (sudo usermod -aG docker <user>, then log in again)';
  }
  if (
    /cannot connect to the docker daemon|is the docker daemon running|no such file|connection refused/i.test(
      text,
    )
  ) {
    return 'Docker is installed but not running (sudo systemctl enable --now docker)';
  }
  const said = plainText(text.split('\n').find((line) => line.trim() && !line.startsWith('{')) ?? '').trim();
  return said ? `Docker does not answer: ${said.slice(0, 200)}` : 'Docker does not answer';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
