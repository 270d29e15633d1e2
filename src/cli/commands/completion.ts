import type { Command } from 'commander';
import { readNames } from '../../names/index.js';
import { complete, completionScript, type Shell } from '../completion/index.js';

/** `collab completion <shell>`: the script for a shell; with words, what can stand at the end of them. */
export async function completion(
  program: Command,
  shell: Shell,
  words: readonly string[],
  { json }: { json?: boolean },
): Promise<void> {
  if (words.length === 0) {
    const script = completionScript(shell);
    process.stdout.write(json === true ? line({ kind: 'result', shell, script }) : script);
    return;
  }
  const { candidates, files } = await complete(program, words, readNames(process.cwd()));
  const answer = [
    ...candidates.map(({ name, note }) => `${name}\t${note}\n`),
    files ? ':files\n' : ':\n',
  ].join('');
  process.stdout.write(json === true ? line({ kind: 'result', candidates, files }) : answer);
}

/** Without the session, whose loading takes longer than the answer. */
const line = (data: object): string => `${JSON.stringify(data)}\n`;
