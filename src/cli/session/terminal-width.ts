import { outputWidth } from '../text/index.js';

/** Characters per line off a terminal. */
const plainWidth = 100;

/** Characters per line of the terminal, or a width for text that goes elsewhere. */
export function terminalWidth(output: NodeJS.WriteStream = process.stdout): number {
  const width = outputWidth(output);
  return width === Infinity ? plainWidth : width;
}
