import { CommanderError } from 'commander';
import { CollabError, ExitCode, messageOf, plainText } from '../../index.js';
import { canRedraw } from '../events/index.js';
import { messageText } from '../text/index.js';

/** System errors that any command can meet. */
const systemFaults: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk of this machine is full. Free some space and run again.',
  EACCES: 'This user has no permission for that file or folder. Change its permissions, or run as its owner.',
  EROFS: 'That file system is read-only. Work in a folder that is writable.',
  EMFILE: 'Too many files are open. Raise the limit (ulimit -n) and run again.',
};

/**
 * The one place that reports an error to the user: what happened, why, what to do next.
 * @returns the exit code
 */
export function reportError(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.ok;
    printAsJson({
      name: 'usage',
      what: error.message,
      why: undefined,
      next: 'See --help.',
      exitCode: ExitCode.usage,
    });
    return ExitCode.usage;
  }
  if (isGiven('--debug') && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  const parts = partsOf(error);
  const { what, why, next, exitCode } = parts;
  printAsJson(parts);
  const lines = [
    `error: ${what}`,
    ...(why === undefined ? [] : why.split('\n').map((line) => `  ${line}`)),
    `next:  ${next}`,
  ];
  // On a terminal, a progress line may still be showing.
  const start = canRedraw(process.stderr, process.env) ? '\r\x1b[K' : '';
  process.stderr.write(`${start}${messageText(plainText(lines.join('\n')), process.stderr)}\n`);
  return exitCode;
}

/** Whether a flag is on the command line. After `--` come the words of another program. */
function isGiven(flag: string): boolean {
  const at = process.argv.indexOf(flag);
  const end = process.argv.indexOf('--');
  return at !== -1 && (end === -1 || at < end);
}

type Parts = Pick<CollabError, 'name' | 'what' | 'why' | 'next' | 'exitCode'>;

/** With --json, the error is the last line. */
function printAsJson({ name, what, why, next, exitCode }: Parts): void {
  if (!isGiven('--json')) return;
  process.stdout.write(`${JSON.stringify({ kind: 'error', name, what, why, next, exit_code: exitCode })}\n`);
}

function partsOf(error: unknown): Parts {
  if (error instanceof CollabError) return error;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'ExitPromptError')) {
    return {
      name: 'interrupted',
      what: 'Interrupted.',
      why: undefined,
      next: 'Run the command again.',
      exitCode: ExitCode.interrupted,
    };
  }
  const known = systemFaults[(error as NodeJS.ErrnoException | null | undefined)?.code ?? ''];
  return {
    name: 'internal',
    what: known === undefined ? 'Something went wrong inside collab.' : messageOf(error),
    why: known === undefined ? messageOf(error) : undefined,
    next: known ?? 'Run it again with --debug and report the output.',
    exitCode: ExitCode.internal,
  };
}
