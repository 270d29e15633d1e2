import { programText } from '../../package-folder.js';

export type Shell = 'bash' | 'zsh' | 'fish';

/** The script that makes a shell ask `collab completion <shell> -- <words>` at each Tab. */
export function completionScript(shell: Shell): string {
  return programText(`cli/completion/collab.${shell}`);
}
