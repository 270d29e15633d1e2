import { paint, type Output, type Tone } from './paint.js';
import { outputWidth, wrap } from './text-width.js';
import { toneOf } from './tones.js';

/** What a line begins with, and how that is painted. */
const labels: Readonly<Record<string, Tone>> = {
  error: 'bad',
  next: 'strong',
  note: 'doubtful',
  remark: 'doubtful',
};
const labelled = /^(error|next|note|remark): +/;

/** Lines that start with so many spaces are commands, which stay whole so that they can be copied. */
const command = ' '.repeat(4);

/**
 * A message for a terminal or a file. On a terminal its lines are broken at words, and what follows is indented; its labels, and
 * the state that it tells of, have a color. Elsewhere its lines stay as they are.
 * @param text without control characters
 * @param state a word of the text, of which the first is painted
 */
export function messageText(
  text: string,
  output: Output & { columns?: number },
  state: string | null = null,
): string {
  const width = outputWidth(output);
  const lines = text.split('\n').map((line) => {
    if (line.startsWith(command)) return line;
    const label = labelled.exec(line);
    const indent = ' '.repeat(label?.[0].length ?? (/^ */.exec(line)?.[0].length ?? 0) + 2);
    const wrapped = wrap(line, width, indent);
    const word = label?.[1] ?? '';
    return paint(labels[word] ?? null, wrapped.slice(0, word.length), output) + wrapped.slice(word.length);
  });
  const whole = lines.join('\n');
  const tone = state === null ? null : toneOf(state);
  if (state === null || tone === null) return whole;
  return whole.replace(new RegExp(`\\b${state}\\b`, 'i'), (word) => paint(tone, word, output));
}
