import { z } from 'zod';
import { plainText } from '../../errors.js';
import type { EngineFacts } from './device-facts.js';

const dockerInfo = z.object({
  ServerVersion: z.string().min(1),
  Driver: z.string(),
  /** Missing before Docker 20.10, which supported version 1 only. */
  CgroupVersion: z.string().default('1'),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
});

type Cause = Extract<EngineFacts, { available: false }>['cause'];

const notRunning =
  /cannot connect to the docker daemon|is the docker daemon running|no such file|connection refused/i;

/**
 * Parses the output of `docker info --format '{{json .}}'`, including its errors. Without a server, the client also prints
 * JSON, with the server's part empty and the reason in `ServerErrors` or on stderr.
 */
export function parseEngine(text: string): EngineFacts {
  const json = text.split('\n').find((line) => line.startsWith('{'));
  const info = dockerInfo.safeParse(json === undefined ? null : readJson(json));
  if (!info.success) return unavailable(text);
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

function unavailable(text: string): EngineFacts {
  const result = (cause: Cause, reason: string): EngineFacts => ({ available: false, cause, reason });
  if (/docker: (command )?not found|ENOENT/.test(text))
    return result('not-installed', 'Docker is not installed');
  if (/permission denied/i.test(text)) {
    return result(
      'not-permitted',
      'permission denied: the user may not use Docker (sudo usermod -aG docker <user>, then log in again)',
    );
  }
  if (notRunning.test(text)) {
    return result('not-running', 'Docker is installed but not running (sudo systemctl enable --now docker)');
  }
  const said = plainText(text.split('\n').find((line) => line.trim() && !line.startsWith('{')) ?? '').trim();
  return result('other', said ? `Docker does not answer: ${said.slice(0, 200)}` : 'Docker does not answer');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
