import { formatBytes, type DeviceOverhead } from '../../index.js';
import { table } from './table.js';
import { wrap } from './text-width.js';

/** What measuring costs on each device, or why it is unknown. */
export function overheadText(measured: readonly DeviceOverhead[], width: number): string {
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const { device, overhead } of measured) {
    if ('unavailable' in overhead) {
      notes.push(`${device}: not measured: ${overhead.unavailable}`);
      continue;
    }
    const { cpu_percent, wall_percent, memory_peak_bytes, sampling_s, bare_wall_s, pairs } = overhead;
    const { following_cpu_percent: following, following_unavailable: why } = overhead;
    if (following === undefined) notes.push(`${device}: following not measured: ${why ?? 'measured before'}`);
    const signed = `${wall_percent < 0 ? '' : '+'}${wall_percent.toFixed(2)} %`;
    const load = `${pairs} x ${bare_wall_s.toFixed(2)} s every ${Math.round(sampling_s * 1000)} ms`;
    const followed = following === undefined ? '-' : `${following.toFixed(2)} %`;
    rows.push([
      device,
      `${cpu_percent.toFixed(2)} %`,
      followed,
      signed,
      formatBytes(memory_peak_bytes),
      load,
    ]);
  }
  const headings = ['NAME', 'CPU', 'FOLLOWING', 'SLOWDOWN', 'MEMORY', 'MEASURED OVER'];
  const title = wrap('Overhead of the wrapper, and CPU of following a role', width);
  const tables = rows.length > 0 ? [title, table(headings, rows)] : [];
  return [...tables, ...notes.map((note) => wrap(note, width, '  '))].join('\n');
}
