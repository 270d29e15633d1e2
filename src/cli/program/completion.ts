import { Argument, type Command } from 'commander';
import type { Shell } from '../completion/index.js';
import { command } from './command.js';

/** `collab completion`. */
export function addCompletionCommand(program: Command): void {
  command(program, 'completion', 'Print the script that lets a shell complete command lines with Tab')
    .addArgument(new Argument('<shell>', 'Your shell').choices(['bash', 'zsh', 'fish']))
    .argument(
      '[words...]',
      'After --, words of a command line: what can stand there instead, as the script asks',
    )
    .addHelpText(
      'after',
      `
Commands, options, and values are completed: experiments, runs, devices, LANs,
parameters with --set, and more. Values come from the files of this workspace;
no device is asked.

To install it:
  bash  echo 'source <(collab completion bash)' >> ~/.bashrc
  zsh   echo 'source <(collab completion zsh)' >> ~/.zshrc
  fish  collab completion fish > ~/.config/fish/completions/collab.fish

Then open a new terminal. In zsh, compinit has to come before it in ~/.zshrc:
autoload -Uz compinit && compinit`,
    )
    .action(async (shell: Shell, words: string[], options: { json?: boolean }) =>
      (await import('../commands/completion.js')).completion(program, shell, words, options),
    );
}
