import { styleText } from 'node:util';
import type { OutputConfiguration } from 'commander';

/** Below so many characters, a description stands below its option. */
const leastRoom = 30;

/** Help and usage errors broken at words to the width of the terminal. `text/` would load all of collab, and help is to be fast. */
export const helpOutput: OutputConfiguration = {
  writeOut: (text) => process.stdout.write(fitted(text, widthOf(process.stdout))),
  writeErr: (text) => process.stderr.write(fitted(text, widthOf(process.stderr))),
  outputError: (text, write) =>
    write(text.replace(/^error(?=:)/, (word) => styleText('red', word, { stream: process.stderr }))),
};

const widthOf = ({ isTTY, columns }: NodeJS.WriteStream) => (isTTY && columns > 0 ? columns : Infinity);

/** A text whose lines are no wider than given, except for longer words. */
export function fitted(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (line.length <= width ? line : brokenLine(line, width)))
    .join('\n');
}

/** An option keeps its description in the column where it was, if there is room. */
function brokenLine(line: string, width: number): string {
  const term = /^ +\S.*?\S {2,}(?=\S)/.exec(line)?.[0];
  if (term === undefined) return wrapped(line, width, `${/^ */.exec(line)?.[0] ?? ''}  `);
  if (width - term.length >= leastRoom) return wrapped(line, width, ' '.repeat(term.length));
  const below = ' '.repeat(6);
  return `${wrapped(term.trimEnd(), width, '    ')}\n${wrapped(below + line.slice(term.length), width, below)}`;
}

function wrapped(line: string, width: number, indent: string): string {
  const lines: string[] = [];
  let left = line;
  while (left.length > width) {
    const start = /^ */.exec(left)?.[0].length ?? 0;
    const before = left.lastIndexOf(' ', width);
    const at = before > start ? before : left.indexOf(' ', start);
    if (at === -1) break;
    lines.push(left.slice(0, at).trimEnd());
    left = indent + left.slice(at).trimStart();
  }
  return [...lines, left].join('\n');
}
