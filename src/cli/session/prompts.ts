import { CollabError, ExitCode } from '../../index.js';

/** Whether a question can be asked: standard input and standard error must both be a terminal. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

export interface Choice<T> {
  name: string;
  value: T;
  /** Whether it starts selected in a list of several; default: yes. */
  checked?: boolean;
}

let ending: AbortSignal | undefined;

/** Ends a question, and all later ones, when the process is asked to end. */
export function endPromptsWith(signal: AbortSignal): void {
  ending = signal;
}

const context = () => ({ output: process.stderr, ...(ending && { signal: ending }) });

/** The answer to a question. @throws the reason of the signal that ended it, or CollabError `interrupted` */
async function answerOf<T>(question: Promise<T>): Promise<T> {
  const { stdin } = process;
  let onEnd: () => void = () => undefined;
  // Without this, the process would end as if it had done its work: nothing is left to wait for.
  const noTerminal = new Promise<never>((_, reject) => {
    onEnd = () => reject(terminalClosed());
    stdin.once('end', onEnd);
  });
  try {
    return await Promise.race([question, noTerminal]);
  } catch (error) {
    ending?.throwIfAborted();
    throw error;
  } finally {
    stdin.off('end', onEnd);
  }
}

function terminalClosed(): CollabError {
  return new CollabError('interrupted', {
    what: 'Interrupted.',
    why: 'The terminal was closed before the question was answered.',
    next: 'Run the command again.',
    exitCode: ExitCode.interrupted,
  });
}

/** Asks for any number of choices; at least one unless `required` is false. */
export async function chooseMany<T>(message: string, choices: Choice<T>[], required = true): Promise<T[]> {
  const { checkbox } = await import('@inquirer/prompts');
  const shown = choices.map((one) => ({ checked: true, ...one }));
  return answerOf(checkbox({ message, choices: shown, required, pageSize: 14, loop: false }, context()));
}

/** Asks for one choice; Enter takes the first. */
export async function chooseOne<T>(message: string, choices: Choice<T>[]): Promise<T> {
  const { select } = await import('@inquirer/prompts');
  return answerOf(select({ message, choices, pageSize: 14, loop: false }, context()));
}

/**
 * Asks for a line of text.
 * @param fallback the answer when the user only presses Enter; empty for none
 * @param validate returns why an answer is invalid, or true
 */
export async function askText(
  message: string,
  fallback: string,
  validate?: (text: string) => string | boolean,
): Promise<string> {
  const { input } = await import('@inquirer/prompts');
  const options = { message, ...(fallback !== '' && { default: fallback }), ...(validate && { validate }) };
  return answerOf(input(options, context()));
}

/** Asks a yes/no question. */
export async function confirm(message: string, fallback = true): Promise<boolean> {
  const { confirm: ask } = await import('@inquirer/prompts');
  return answerOf(ask({ message, default: fallback }, context()));
}

/** Asks for a secret; what the user types is not shown. */
export async function askSecret(message: string): Promise<string> {
  const { password } = await import('@inquirer/prompts');
  return answerOf(password({ message, mask: false }, context()));
}

/**
 * Asks before something that cannot be undone; `--yes` is the answer on the command line.
 * @param need for the error, what needs an answer: "Removing these images needs confirmation"
 * @throws CollabError `cannot-ask` without --yes and without a terminal
 */
export async function agrees(yes: boolean | undefined, need: string, question: string): Promise<boolean> {
  if (yes === true) return true;
  if (!canAsk()) throw cannotAsk(need, '--yes');
  return confirm(question);
}

/** The error when an answer is needed and there is no terminal to ask on. */
export function cannotAsk(need: string, flags: string): CollabError {
  return new CollabError('cannot-ask', {
    what: `${need}, and there is no terminal to ask on.`,
    next: `Pass ${flags}`,
    exitCode: ExitCode.usage,
  });
}
