import { CollabError, ExitCode } from '../../index.js';

/** Whether there is somebody to ask: without a terminal on both ends no question is put. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

export interface Choice<T> {
  name: string;
  value: T;
  /** Whether it is ticked at first, where several may be; default yes. */
  checked?: boolean;
}

const streams = { output: process.stderr };

/** Any number of a list, at least one unless `required` is false. */
export async function chooseMany<T>(message: string, choices: Choice<T>[], required = true): Promise<T[]> {
  const { checkbox } = await import('@inquirer/prompts');
  return checkbox(
    {
      message,
      choices: choices.map((one) => ({ checked: true, ...one })),
      required,
      pageSize: 14,
      loop: false,
    },
    streams,
  );
}

/** One of a list; Enter takes the first. */
export async function chooseOne<T>(message: string, choices: Choice<T>[]): Promise<T> {
  const { select } = await import('@inquirer/prompts');
  return select({ message, choices, pageSize: 14, loop: false }, streams);
}

/**
 * @param fallback what Enter alone answers; empty for nothing
 * @param validate why an answer cannot be taken, or true
 */
export async function askText(
  message: string,
  fallback: string,
  validate?: (text: string) => string | boolean,
): Promise<string> {
  const { input } = await import('@inquirer/prompts');
  return input(
    { message, ...(fallback !== '' && { default: fallback }), ...(validate && { validate }) },
    streams,
  );
}

export async function confirm(message: string, fallback = true): Promise<boolean> {
  const { confirm: ask } = await import('@inquirer/prompts');
  return ask({ message, default: fallback }, streams);
}

/** Asks for a secret: nothing of what is typed is shown. */
export async function askSecret(message: string): Promise<string> {
  const { password } = await import('@inquirer/prompts');
  return password({ message, mask: false }, streams);
}

/** The error when an answer is needed and nobody can be asked. */
export function cannotAsk(question: string, flags: string): CollabError {
  return new CollabError('cannot-ask', {
    what: `${question} must be answered, and there is no terminal to ask on.`,
    next: `Answer by flags: ${flags}`,
    exitCode: ExitCode.usage,
  });
}
