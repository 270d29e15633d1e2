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

type Cause = Extract<EngineFacts, { available: false }>['cause'];

const notRunning =
  /cannot connect to the docker daemon|is the docker daemon running|no such file|connection refused/i;

/**
 * Reads what `docker info --format '{{json .}}'` printed, its errors included. A client without a server prints JSON
 * too, with the server's part empty and the reason in `ServerErrors` or on stderr.
 */
export function parseEngine(text: string): EngineFacts {
  const json = text.split('\n').find((line) => line.startsWith('{'));
  const info = dockerInfo.safeParse(json === undefined ? null : readJson(json));
  if (!info.success) return whyNot(text);
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

function whyNot(text: string): EngineFacts {
  const because = (cause: Cause, reason: string): EngineFacts => ({ available: false, cause, reason });
  if (/docker: (command )?not found|ENOENT/.test(text))
    return because('not-installed', 'Docker is not installed');
  if (/permission denied/i.test(text)) {
    return because(
      'not-permitted',
      'permission denied: the user may not use Docker (sudo usermod -aG docker <user>, then log in again)',
    );
  }
  if (notRunning.test(text)) {
    return because('not-running', 'Docker is installed but not running (sudo systemctl enable --now docker)');
  }
  const said = plainText(text.split('\n').find((line) => line.trim() && !line.startsWith('{')) ?? '').trim();
  return because('other', said ? `Docker does not answer: ${said.slice(0, 200)}` : 'Docker does not answer');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
