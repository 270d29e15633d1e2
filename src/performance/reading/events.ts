/** Progress of long work on a performance. */
export type PerformanceEvent =
  | { readonly kind: 'report.reading'; readonly read_bytes: number; readonly total_bytes: number }
  | {
      readonly kind: 'report.writing';
      readonly format: string;
      readonly table: string;
      readonly rows: number;
      /** Null if the number is known only after reading. */
      readonly total_rows: number | null;
    };

type Emit = (event: PerformanceEvent) => void;

/** Shorter work emits no events; longer work emits one per interval. */
const intervalMs = 500;

/** Passes on at most one event per interval, and none from quick work. */
export function throttle(emit: Emit | undefined): Emit {
  let emittedAt = performance.now();
  return (event) => {
    if (emit === undefined || performance.now() - emittedAt < intervalMs) return;
    emittedAt = performance.now();
    emit(event);
  };
}
