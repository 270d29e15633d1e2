import { jsonOf } from '../../index.js';
import { messageText } from '../text/index.js';

/** A list has no place for a kind, so it stands in a field; no field is named `kind`. */
export type Result<T extends object> = T extends readonly unknown[] | { readonly kind: unknown } ? never : T;

/** Prints the result of a command on stdout: the text if there is one, or with --json the data as a line of the kind `result`. */
export function printResult<T extends object>(
  json: boolean | undefined,
  text: string | null,
  data: Result<T>,
): void {
  if (json === true) process.stdout.write(`${jsonOf({ kind: 'result', ...data })}\n`);
  else if (text !== null) process.stdout.write(`${messageText(text, process.stdout)}\n`);
}
