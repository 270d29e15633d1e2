/** One message of the engine's progress stream (build, pull, load, import). */
interface ProgressMessage {
  stream?: string;
  status?: string;
  error?: string;
  errorDetail?: { message?: string };
  aux?: { ID?: string };
}

export interface ProgressEnd {
  /** The first error in the stream; null when it has none. */
  error: string | null;
  /** Whether the stream was cut off, so that the outcome is unknown. */
  cut: boolean;
  /** Image id that a build reported. */
  imageId: string | null;
  /** The newest lines, at most 200. */
  lines: string[];
}

/**
 * Reads an engine's progress stream to its end. A failed build, load or pull returns HTTP 200 and reports the error in
 * the body only (`error`, `errorDetail`). `followProgress` of the client library treats that as success, so each line
 * is read here. A stream that ends within a message counts as failed.
 */
export async function readProgress(
  body: NodeJS.ReadableStream,
  onLine?: (line: string) => void,
): Promise<ProgressEnd> {
  const end: ProgressEnd = { error: null, cut: false, imageId: null, lines: [] };
  const take = (text: string) => {
    if (text.trim() === '') return;
    let message: ProgressMessage | null;
    try {
      message = JSON.parse(text) as ProgressMessage | null;
    } catch {
      end.cut = true;
      end.error ??= `the engine's answer was cut: ${text.slice(0, 200)}`;
      return;
    }
    if (message === null) return;
    end.error ??= message.errorDetail?.message ?? message.error ?? null;
    if (message.aux?.ID !== undefined) end.imageId = message.aux.ID;
    for (const line of (message.stream ?? message.status ?? '').split('\n')) {
      if (line.trim() === '') continue;
      end.lines.push(line);
      if (end.lines.length > 200) end.lines.shift();
      onLine?.(line);
    }
  };
  let rest = '';
  body.setEncoding('utf8');
  try {
    for await (const chunk of body) {
      const lines = (rest + String(chunk)).split(/\r?\n/);
      rest = lines.pop() ?? '';
      lines.forEach(take);
    }
  } catch (error) {
    end.cut = true;
    end.error ??= `the connection to the engine was cut (${error instanceof Error ? error.message : String(error)})`;
  }
  take(rest);
  return end;
}
