/** Characters per line off a terminal. */
const plainWidth = 100;

/** Characters per line of the terminal, or a width for text that goes elsewhere. */
export function terminalWidth(): number {
  return (process.stdout.isTTY && process.stdout.columns) || plainWidth;
}
