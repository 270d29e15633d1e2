/** One event of a stream of server-sent events. */
export interface SseEvent {
  /** Its kind; `message` if the stream does not say. */
  event: string;
  /** Its lines of data, joined with newlines. */
  data: string;
}

/** Characters of one event. A longer one is no event of a member. */
const maxEventLength = 16 << 20;

/**
 * Reads server-sent events (WHATWG HTML, 9.2) from the pieces of a stream: fields may be cut anywhere, lines end with LF, CR LF
 * or CR, lines with a colon in front are comments. `id` and `retry` are left out. An event without its empty line at the end of
 * the stream is dropped, as the standard says.
 * @throws Error if an event is too long
 */
export async function* readEvents(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  let event = '';
  let data: string[] = [];
  let length = 0;
  for await (const line of readLines(pieces)) {
    length += line.length;
    if (length > maxEventLength) throw new Error('an event of the stream is too long');
    if (line === '') {
      if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n') };
      [event, data, length] = ['', [], 0];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
}

async function* readLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    // A CR at the very end may be half of a CR LF: it stays until the next piece.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > maxEventLength) throw new Error('a line of the stream is too long');
    yield* lines;
  }
}
