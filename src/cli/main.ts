#!/usr/bin/env node
import { CommanderError } from 'commander';
import { makeProgram } from './program/index.js';

/** Loaded on demand: `--help` and completion need neither these nor anything else of collab. */
const report = async (error: unknown) => (await import('./session/index.js')).reportError(error);
const menu = async () => (await import('./menu/index.js')).withoutArguments();

/** A closed pipe (`collab ... | head`) or terminal (EIO) is not an error; the session under way stops by itself. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || (error.code === 'EIO' && stream.isTTY)) return;
    void report(error).then((code) => (process.exitCode = code));
  });
}

try {
  const words = process.argv.slice(2);
  const chosen = words.length > 0 ? words : await menu();
  if (chosen !== null) await makeProgram().parseAsync([...chosen], { from: 'user' });
  process.exitCode ??= 0;
} catch (error) {
  const helped = error instanceof CommanderError && error.exitCode === 0;
  process.exitCode = helped ? 0 : await report(error);
}
// A connection or timer that a library left open must not delay the exit.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
