/** The same, but a source that says nothing does not hold up an abort. */
export async function* abortable<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  signal.throwIfAborted();
  const iterator = iteratorOf(source);
  let abort = (): void => undefined;
  const onAbort = () => abort();
  signal.addEventListener('abort', onAbort);
  let isWhole = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      // A race with one promise for all pieces would keep every piece until that promise is settled.
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        abort = () => reject(signal.reason as Error);
        Promise.resolve(iterator.next()).then(resolve, reject);
      });
      abort = () => undefined;
      if (next.done === true) {
        isWhole = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // A source that hangs would hang here as well.
    if (!isWhole) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

const iteratorOf = <T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> =>
  Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
