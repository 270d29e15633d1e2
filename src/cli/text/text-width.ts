import stringWidth from 'string-width';

/** How many cells of a terminal a text takes: two for most Chinese, Japanese and Korean characters and for emoji. */
export const textWidth = (text: string): number => stringWidth(text);

/** Cells of a line of a terminal; for other outputs, any number, so that nothing is broken for other programs. */
export function outputWidth(output: { isTTY?: boolean; columns?: number } = process.stdout): number {
  const { isTTY = false, columns = 0 } = output;
  return isTTY && columns > 0 ? columns : Infinity;
}

/** Cells of the longest line. */
export const widthOf = (text: string): number => Math.max(...text.split('\n').map(textWidth));

/** Text with spaces after it, up to so many cells. */
export function padAfter(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - textWidth(text)));
}

/** Text with spaces before it, up to so many cells. */
export function padBefore(text: string, cells: number): string {
  return ' '.repeat(Math.max(0, cells - textWidth(text))) + text;
}

const characters = new Intl.Segmenter();

/** As much of a line as fits so many cells, tabs as spaces; what is longer would break the lines below. */
export function clip(line: string, cells: number): string {
  let [clipped, taken] = ['', 0];
  for (const { segment } of characters.segment(line.replaceAll('\t', ' '))) {
    taken += textWidth(segment);
    if (taken > cells) break;
    clipped += segment;
  }
  return clipped;
}

/**
 * Breaks a text at spaces so that no line takes more cells than given, except for a longer word.
 * @param indent starts all lines but the first
 */
export function wrap(text: string, cells: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S)(?= )/)) {
    const more = line === '' && lines.length > 0 ? indent + word.trimStart() : line + word;
    if (line !== '' && textWidth(more) > cells) {
      lines.push(line);
      line = indent + word.trimStart();
    } else line = more;
  }
  return [...lines, line].join('\n');
}

/** As `wrap`, and a word that is longer than a line is broken: a path may have no space. */
export function wrapWords(text: string, cells: number, indent = ''): string {
  const room = Math.max(1, cells - textWidth(indent));
  const words = text.split(' ').flatMap((word) => piecesOf(word, room));
  return wrap(words.join(' '), cells, indent);
}

function piecesOf(word: string, cells: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (textWidth(rest) > cells) {
    const first = clip(rest, cells);
    if (first === '') break;
    pieces.push(first);
    rest = rest.slice(first.length);
  }
  return [...pieces, rest];
}
