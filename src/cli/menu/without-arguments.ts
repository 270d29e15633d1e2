import { CollabError } from '../../index.js';
import { canAsk } from '../session/index.js';

/**
 * What the bare word `collab` stands for: on a terminal what is chosen in the menu, which is then told as the command
 * line that it is; else, and outside of a workspace, the help.
 * @returns the words of a command line; null when the user wants none
 */
export async function withoutArguments(): Promise<readonly string[] | null> {
  if (!canAsk() || !process.stdout.isTTY) return ['--help'];
  try {
    const words = await (await import('./menu.js')).chooseCommand();
    if (words !== null) process.stderr.write(`> collab ${words.join(' ')}\n`);
    return words;
  } catch (error) {
    if (!(error instanceof CollabError) || error.name !== 'no-workspace') throw error;
    process.stderr.write(`${error.what}\n${error.next}\n\n`);
    return ['--help'];
  }
}
