import { plainText } from '../../index.js';
import { padAfter, textWidth, wrapWords } from './text-width.js';

/** A label and what it says. */
export type Field = readonly [label: string, value: string];

/** Below this width, a value stands below its label. */
const narrow = 60;

/** Fields below each other, each value in one column, no wider than given. @param indent of all lines */
export function fieldsText(fields: readonly Field[], width: number, indent = ''): string {
  const room = width - textWidth(indent);
  const labels = Math.max(0, ...fields.map(([label]) => textWidth(label))) + 2;
  const lines = fields.flatMap(([label, value]) => {
    const at = width < narrow ? 2 : labels;
    const space = ' '.repeat(at);
    const text = wrapWords(space + plainText(value), room, space);
    return width < narrow ? [label, ...text.split('\n')] : (padAfter(label, at) + text.slice(at)).split('\n');
  });
  return lines.map((line) => (indent + line).trimEnd()).join('\n');
}
