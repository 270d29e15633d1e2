import { stripVTControlCharacters, styleText } from 'node:util';

/** What a color says; never the only sign of it, because not everyone sees colors and not every output has them. */
export type Tone = 'good' | 'doubtful' | 'bad' | 'faint' | 'strong';

const styles = {
  good: 'green',
  doubtful: 'yellow',
  bad: 'red',
  faint: 'dim',
  strong: 'bold',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

/** Where a text goes: what a terminal's stream says of itself. */
export interface Output {
  readonly isTTY?: boolean;
  /** Bits per pixel: 1 without color. Node reads NO_COLOR, TERM and FORCE_COLOR for it. */
  getColorDepth?: (environment?: NodeJS.ProcessEnv) => number;
}

/** Whether an output shows colors: a terminal, unless NO_COLOR or TERM=dumb asks for none; FORCE_COLOR asks for them. */
export function hasColor(output: Output, environment: NodeJS.ProcessEnv): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = environment;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if ((NO_COLOR ?? '') !== '' || TERM === 'dumb') return false;
  return output.isTTY === true && (output.getColorDepth?.(environment) ?? 1) > 1;
}

/** Colors a text for standard output; the text itself where that has no color. */
export function paint(tone: Tone | null, text: string, output: Output = process.stdout): string {
  if (tone === null || text === '' || !hasColor(output, process.env)) return text;
  return styleText(styles[tone], text, { validateStream: false });
}

/** A text without its colors. */
export const unpainted = (text: string): string => stripVTControlCharacters(text);
