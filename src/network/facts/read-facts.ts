import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import type { DeviceFacts } from './device-facts.js';
import { parseFacts } from './parse-facts.js';
import { programText } from '../../package-folder.js';

/**
 * Asks a device for its facts, in one command.
 * @throws CollabError `facts-unreadable` when it cannot run the probe, `facts-incomplete` when it does not say enough.
 */
export async function readFacts(shell: Shell, signal?: AbortSignal): Promise<DeviceFacts> {
  const { code, stdout, stderr } = await shell.exec(['sh', '-s'], {
    input: programText('network/facts/probe.sh'),
    ...(signal && { signal }),
  });
  if (code === 0) return parseFacts(stdout);
  throw new CollabError('facts-unreadable', {
    what: 'The device did not run the script that reads its facts.',
    why: plainText(stderr).trim() || `sh ended with code ${String(code)}.`,
    next: 'Check that the login gives a plain POSIX shell: ssh <user>@<device> sh -c true',
    exitCode: ExitCode.deviceUnreachable,
  });
}
