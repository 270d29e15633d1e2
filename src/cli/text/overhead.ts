import { formatBytes, type DeviceOverhead } from '../../index.js';
import { table } from './table.js';

/** The overhead of the wrapper on each device, or why it is unknown. */
export function overheadText(measured: readonly DeviceOverhead[]): string {
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const { device, overhead } of measured) {
    if ('unavailable' in overhead) {
      notes.push(`${device}: not measured: ${overhead.unavailable}`);
      continue;
    }
    const { cpu_percent, wall_percent, memory_peak_bytes, sampling_s, bare_wall_s, pairs } = overhead;
    const signed = `${wall_percent < 0 ? '' : '+'}${wall_percent.toFixed(2)} %`;
    const load = `${pairs} x ${bare_wall_s.toFixed(2)} s every ${Math.round(sampling_s * 1000)} ms`;
    rows.push([device, `${cpu_percent.toFixed(2)} %`, signed, formatBytes(memory_peak_bytes), load]);
  }
  const headings = ['NAME', 'WRAPPER CPU', 'SLOWDOWN', 'WRAPPER MEMORY', 'MEASURED OVER'];
  const tables = rows.length > 0 ? [`Overhead of the wrapper\n${table(headings, rows)}`] : [];
  return [...tables, ...notes].join('\n');
}
