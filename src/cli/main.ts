#!/usr/bin/env node
import { CommanderError } from 'commander';
import { makeProgram } from './program/index.js';

/** The house is behind these two: it is loaded when there is something to do or to tell, and not for `--help`. */
const speak = async (error: unknown) => (await import('./session/index.js')).speakError(error);
const menu = async () => (await import('./menu/index.js')).withoutArguments();

/** A reader that went away (`collab ... | head`) is no fault; a session that is at work then stops what it does. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    void speak(error).then((code) => (process.exitCode = code));
  });
}

try {
  const words = process.argv.slice(2);
  const chosen = words.length > 0 ? words : await menu();
  if (chosen !== null) await makeProgram().parseAsync([...chosen], { from: 'user' });
  process.exitCode ??= 0;
} catch (error) {
  const helped = error instanceof CommanderError && error.exitCode === 0;
  process.exitCode = helped ? 0 : await speak(error);
}
// A connection or a timer that a library left open must not keep the user waiting.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
