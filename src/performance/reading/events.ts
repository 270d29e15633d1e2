/** What long work on a performance tells while it goes on. */
export type PerformanceEvent =
  | { readonly kind: 'report.reading'; readonly read_bytes: number; readonly total_bytes: number }
  | {
      readonly kind: 'report.writing';
      readonly format: string;
      readonly table: string;
      readonly rows: number;
      /** Null when only reading tells. */
      readonly total_rows: number | null;
    };

type Tell = (event: PerformanceEvent) => void;

/** Work that is done within so many milliseconds tells nothing; longer work tells as often. */
const toldEveryMs = 500;

/** Passes on an event now and then, so that quick work is quiet. */
export function nowAndThen(emit: Tell | undefined): Tell {
  let toldAt = performance.now();
  return (event) => {
    if (emit === undefined || performance.now() - toldAt < toldEveryMs) return;
    toldAt = performance.now();
    emit(event);
  };
}
