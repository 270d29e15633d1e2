import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import type { DeviceFacts } from './device-facts.js';
import { parseFacts } from './parse-facts.js';
import { programText } from '../../package-folder.js';

/**
 * Reads the facts of a device with one command.
 * @throws CollabError `facts-unreadable` if it cannot run the probe, `facts-incomplete` if facts are missing.
 */
export async function readFacts(shell: Shell, signal?: AbortSignal): Promise<DeviceFacts> {
  const { code, stdout, stderr } = await shell.exec(['sh', '-s'], {
    input: programText('network/facts/probe.sh'),
    ...(signal && { signal }),
  });
  if (code === 0) return parseFacts(stdout);
  throw new CollabError('facts-unreadable', {
    what: 'The device did not run the script that reads its facts.',
    why: plainText(stderr).trim() || `sh exited with code ${String(code)}.`,
    next: 'Check that the login can run a POSIX shell: ssh <user>@<device> sh -c true',
    exitCode: ExitCode.deviceUnreachable,
  });
}
