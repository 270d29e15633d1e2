import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { outputLimitBytes } from './exec-output.js';

/** Errors of every Shell, local or remote. `where` is the machine's name for messages, e.g. `pi@10.0.0.7`. */

export function interrupted(signal: AbortSignal): CollabError {
  if (signal.reason instanceof CollabError) return signal.reason;
  return new CollabError('interrupted', {
    what: 'Interrupted.',
    next: 'Start the command again when you are ready.',
    exitCode: ExitCode.interrupted,
    cause: signal.reason,
  });
}

export function commandTimedOut(where: string, argv: readonly string[], timeoutMs: number): CollabError {
  return new CollabError('command-timeout', {
    what: `${programOf(argv)} on ${where} did not finish within ${timeoutMs / 1000} s and was stopped.`,
    next: `Check the load of ${where} (for example with top), then try again.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

export function outputTooLarge(where: string, argv: readonly string[]): CollabError {
  return new CollabError('output-too-large', {
    what: `${programOf(argv)} on ${where} printed more than ${outputLimitBytes / 1024 / 1024} MiB and was stopped.`,
    next: 'Redirect its output to a file on the device.',
    exitCode: ExitCode.deviceUnreachable,
  });
}

export function fileFailed(where: string, act: string, path: string, cause: unknown): CollabError {
  if (cause instanceof CollabError) return cause;
  return new CollabError('device-file', {
    what: `Could not ${act} ${path} on ${where}.`,
    why: messageOf(cause),
    next: `Check the permissions and the free space at that path on ${where}.`,
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

export function socketRefused(where: string, socketPath: string, cause: unknown): CollabError {
  return new CollabError('socket-refused', {
    what: `The socket ${socketPath} on ${where} cannot be reached.`,
    why: `${messageOf(cause)}. The service is not running, or this user may not open the socket.`,
    next: `Check it on ${where} with: ls -l ${socketPath}`,
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

function programOf(argv: readonly string[]): string {
  return argv[0] ?? 'A command';
}
