/** What a stretch of a frame's time is spent on. A frame's parts add up to its end-to-end time. */
export const parts = ['compute', 'serialize', 'queue', 'wire', 'idle'] as const;
export type Part = (typeof parts)[number];

/**
 * What a span says of its time: a part; `call`, in which another role works and only the rest is on the wire; or
 * `whole`, from a frame's begin to its end, with nothing of its own.
 */
export type SpanPart = Part | 'call' | 'whole';

const spanParts: ReadonlySet<string> = new Set<SpanPart>([...parts, 'call', 'whole']);

/** The words of a span's name that tell its part, when the span does not say it itself. The first that fits counts. */
const words: readonly (readonly [SpanPart, RegExp])[] = [
  ['whole', /^(?:frame|total|whole|end_to_end|e2e)$/],
  ['serialize', /serial|encode|decode|compress|pickle|marshal|pack$|quanti[sz]e/],
  ['queue', /queue|wait/],
  ['call', /(?:^|_)(?:call|rpc|request|remote)(?:$|_)/],
  ['wire', /wire|send|recv|receive|upload|download|transfer|transmit/],
  ['idle', /idle|sleep/],
];

/** @param said the span's own field `part`, if it has one */
export function partOf(name: string, said: unknown): SpanPart {
  if (typeof said === 'string' && spanParts.has(said)) return said as SpanPart;
  // The spelling of earlier releases.
  if (said === 'serialise') return 'serialize';
  const lower = name.toLowerCase();
  return words.find(([, word]) => word.test(lower))?.[0] ?? 'compute';
}
