import { readFile } from 'node:fs/promises';
import { CollabError, ExitCode, messageOf } from '../../index.js';
import { askSecret, canAsk, cannotAsk } from './prompts.js';

/** A passphrase from a file, or typed. @param twice asks again, to find a slip */
export async function passphrase(file: string | undefined, twice: boolean): Promise<string> {
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new CollabError('passphrase-file', {
        what: `The passphrase cannot be read from ${file}.`,
        why: messageOf(error),
        next: 'Give a file with the passphrase as its first line: --passphrase-file <file>',
        exitCode: ExitCode.usage,
      });
    });
    return text.split(/\r?\n/)[0] ?? '';
  }
  if (!canAsk()) throw cannotAsk('A backup needs its passphrase', '--passphrase-file <file>');
  const typed = await askSecret('Passphrase of the backup:');
  if (!twice || (await askSecret('The same again:')) === typed) return typed;
  throw new CollabError('passphrase-differs', {
    what: 'The two passphrases differ.',
    next: 'Run the command again.',
    exitCode: ExitCode.usage,
  });
}
