import { formatBytes, type CollabEvent } from '../index.js';

/** What is under way right now; it gives way to the next step. */
export interface Step {
  /** What it is about, to tell one progress from another. */
  about: string;
  text: string;
  percent: number | null;
}

/** Pure: the passing line of an event, null when it has none. */
export function stepLine(event: CollabEvent): Step | null {
  switch (event.kind) {
    case 'layer.line':
      return { about: 'layer', text: `  ${String(event.line)}`, percent: null };
    case 'data.progress':
    case 'sync.progress':
    case 'delivery.progress': {
      const sent = Number(event.sentBytes);
      const total = Number(event.totalBytes);
      const percent = total > 0 ? Math.floor((100 * sent) / total) : 0;
      const device = String(event.device);
      const text = `  ${device}: ${percent} % of ${formatBytes(total)} sent`;
      return { about: device, text, percent };
    }
    default:
      return null;
  }
}
