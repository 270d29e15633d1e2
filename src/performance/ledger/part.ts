/** What a frame spends its time on. The parts of a frame add up to its end-to-end time. */
export const parts = ['compute', 'serialize', 'queue', 'wire', 'idle'] as const;
export type Part = (typeof parts)[number];

/**
 * What a span covers: a part; `call`, during which another role works and only the rest is on the wire; or `whole`, a frame
 * from start to end, which adds no time itself.
 */
export type SpanPart = Part | 'call' | 'whole';

const spanParts: ReadonlySet<string> = new Set<SpanPart>([...parts, 'call', 'whole']);

/** Patterns that guess the part from the name of a span without a `part` field. The first match wins. */
const words: readonly (readonly [SpanPart, RegExp])[] = [
  ['whole', /^(?:frame|total|whole|end_to_end|e2e)$/],
  ['serialize', /serial|encode|decode|compress|pickle|marshal|pack$|quanti[sz]e/],
  ['queue', /queue|wait/],
  ['call', /(?:^|_)(?:call|rpc|request|remote)(?:$|_)/],
  ['wire', /wire|send|recv|receive|upload|download|transfer|transmit/],
  ['idle', /idle|sleep/],
];

/** @param given the span's field `part`, if any */
export function partOf(name: string, given: unknown): SpanPart {
  if (typeof given === 'string' && spanParts.has(given)) return given as SpanPart;
  // The spelling of earlier releases.
  if (given === 'serialise') return 'serialize';
  const lower = name.toLowerCase();
  return words.find(([, word]) => word.test(lower))?.[0] ?? 'compute';
}
