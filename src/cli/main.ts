#!/usr/bin/env node
import { speakError } from './speak-error.js';
import { makeProgram } from './program.js';
import { withoutArguments } from './without-arguments.js';

/** A reader that went away (`collab ... | head`) is no fault; a session that is at work then stops what it does. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = speakError(error);
  });
}

try {
  const words = process.argv.slice(2);
  const chosen = words.length > 0 ? words : await withoutArguments();
  if (chosen !== null) await makeProgram().parseAsync([...chosen], { from: 'user' });
  process.exitCode ??= 0;
} catch (error) {
  process.exitCode = speakError(error);
}
// A connection or a timer that a library left open must not keep the user waiting.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
