import { formatBytes, type CollabEvent } from '../../index.js';

/** A progress line: the next one replaces it. */
export interface Step {
  /** What it is about, to distinguish one progress from another. */
  about: string;
  text: string;
  percent: number | null;
  /** Whether it is also printed, now and then, where lines cannot be replaced. */
  isPlain: boolean;
}

/** The progress line of an event; null if it has none. */
export function stepLine(event: CollabEvent): Step | null {
  switch (event.kind) {
    case 'layer.line':
      return { about: 'layer', text: `  ${String(event.line)}`, percent: null, isPlain: false };
    case 'layer.step': {
      const [step, of] = [Number(event.step), Number(event.of)];
      const text = `  ${String(event.device)}: step ${step} of ${of}: ${String(event.instruction)}`;
      return { about: String(event.ref), text, percent: Math.floor((100 * (step - 1)) / of), isPlain: true };
    }
    case 'data.progress':
    case 'sync.progress':
    case 'delivery.progress': {
      const device = String(event.device);
      const rate = event.bytesPerS === undefined ? '' : `, ${formatBytes(Number(event.bytesPerS))}/s`;
      const percent = event.totalBytes === null ? null : percentOf(event.sentBytes, event.totalBytes);
      const sent =
        percent === null
          ? formatBytes(Number(event.sentBytes))
          : `${percent} % of ${formatBytes(Number(event.totalBytes))}`;
      return { about: device, text: `  ${device}: ${sent} sent${rate}`, percent, isPlain: true };
    }
    case 'report.reading': {
      const percent = percentOf(event.readBytes, event.totalBytes);
      const text = `  reading: ${percent} % of ${formatBytes(Number(event.totalBytes))}`;
      return { about: 'reading', text, percent, isPlain: true };
    }
    case 'report.writing': {
      const [format, table] = [String(event.format), String(event.table)];
      const percent = event.totalRows === null ? null : percentOf(event.rows, event.totalRows);
      const share = percent === null ? '' : ` (${percent} %)`;
      return {
        about: `${format} ${table}`,
        text: `  ${format}: ${table}, ${String(event.rows)} rows${share}`,
        percent,
        isPlain: percent !== null,
      };
    }
    default:
      return null;
  }
}

function percentOf(part: unknown, whole: unknown): number {
  return Number(whole) > 0 ? Math.floor((100 * Number(part)) / Number(whole)) : 0;
}
