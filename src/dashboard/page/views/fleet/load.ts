import { known } from '../../connection.js';
import type { MemberEntry } from '../../../live/index.js';
import { bytesText, countText } from '../../words.js';

/** What is read of a member's load, as text; empty where the device does not tell. */
export interface LoadTexts {
  readonly cpu: string;
  readonly memory: string;
  readonly temperature: string;
  readonly power: string;
}

export function loadTexts({ load }: MemberEntry): LoadTexts {
  const text = (value: number | null | undefined, of: (value: number) => string) =>
    value == null ? '' : of(value);
  return {
    cpu: text(load?.cpuPercent, (value) => `${Math.round(value)} %`),
    memory: text(load?.memoryUsedBytes, (used) =>
      load?.memoryTotalBytes == null
        ? bytesText(used)
        : `${bytesText(used)} of ${bytesText(load.memoryTotalBytes)}`,
    ),
    temperature: text(load?.temperatureC, (value) => `${Math.round(value)} °C`),
    power: text(load?.powerW, (value) => `${value.toFixed(1)} W`),
  };
}

/** What a member does now. */
export function workOf(member: MemberEntry): string {
  if (member.heldBy !== null) return `held by ${member.heldBy}`;
  const worker = known.workers.value.entries[member.id];
  if (worker === undefined) return '';
  if (worker.tasks.length === 0) return 'idle';
  return countText(worker.tasks.length, 'task');
}
