/** The answer; if the signal aborts first, its reason. */
export async function untilAborted<Answer extends AsyncDisposable>(
  asked: Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
      void asked.then((late) => late[Symbol.asyncDispose]()).catch(() => undefined);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([asked, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
