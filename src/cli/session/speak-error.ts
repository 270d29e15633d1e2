import { CommanderError } from 'commander';
import { CollabError, ExitCode, messageOf, plainText } from '../../index.js';

/** System faults that any command can meet, in words. */
const systemFaults: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk of this machine is full. Free some space and run again.',
  EACCES: 'This user may not use that file or folder. Change its rights, or run as its owner.',
  EROFS: 'That file system is read-only. Work in a folder that can be written to.',
  EMFILE: 'Too many files are open. Raise the limit (ulimit -n) and run again.',
};

/** The one place that tells a user of an error: what happened, why, what to do next. Gives the exit code. */
export function speakError(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.ok;
    tellProgram({
      name: 'usage',
      what: error.message,
      why: undefined,
      next: 'See --help.',
      exitCode: ExitCode.usage,
    });
    return ExitCode.usage;
  }
  if (process.argv.includes('--debug') && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  const parts = partsOf(error);
  const { what, why, next, exitCode } = parts;
  tellProgram(parts);
  const lines = [
    `error: ${what}`,
    ...(why === undefined ? [] : why.split('\n').map((line) => `  ${line}`)),
    `next:  ${next}`,
  ];
  // On a terminal the line of what was under way may still stand there.
  const start = process.stderr.isTTY ? '\r\x1b[K' : '';
  process.stderr.write(`${start}${plainText(lines.join('\n'))}\n`);
  return exitCode;
}

type Parts = Pick<CollabError, 'name' | 'what' | 'why' | 'next' | 'exitCode'>;

/** With --json, the error as the last line of the stream of events. */
function tellProgram({ name, what, why, next, exitCode }: Parts): void {
  if (!process.argv.includes('--json')) return;
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
    next: known ?? 'Run it again with --debug and report what it prints.',
    exitCode: ExitCode.internal,
  };
}
