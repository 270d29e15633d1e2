import { formatBytes } from '../../index.js';
import type { LiveRole, LiveRun } from './live-run.js';
import { sparkline } from './sparkline.js';
import { clip, textWidth } from '../text-width.js';

const barWidth = 20;
const sparkWidth = 12;
/** Before readings on a line of their own; each begins with two spaces more. */
const indent = '  ';

/** Pure: the lines of a run that goes on, none longer than `width`: progress, then for each role its readings and its last line. */
export function drawRun(run: LiveRun, width: number, nowMs: number): string[] {
  if (!run.running || run.trial === null) return [];
  const lines = [progressLine(run, width, nowMs)];
  for (const role of run.roles.values()) {
    lines.push(...roleLines(role, width));
    if (role.lastLine !== null) lines.push(`    | ${role.lastLine}`);
  }
  return lines.map((line) => clip(line, width));
}

/** Pure: one role in one line, for where nothing is drawn in place. */
export function plainRole(role: LiveRole): string {
  const read = readings(role).map(({ label, text }) => `${label} ${text}`);
  return `  ${role.name} on ${role.device}: ${read.length > 0 ? read.join(', ') : role.state}`;
}

function progressLine(run: LiveRun, width: number, nowMs: number): string {
  const { trial } = run;
  if (trial === null) return '';
  const share = run.progress(nowMs);
  const left = run.secondsLeft(nowMs);
  const which = `Trial ${trial.number} of ${trial.of}`;
  const time = left === null ? '' : `, about ${clockText(left)} left`;
  const text = `${Math.floor(share * 100)} %${time}`;
  const room = Math.min(barWidth, width - which.length - text.length - 2);
  if (room < 4) return `${which}: ${text}`;
  const full = Math.round(share * room);
  return `${which} ${'█'.repeat(full)}${'░'.repeat(room - full)} ${text}`;
}

/**
 * Name, device and state, then the newest readings, below where there is no room beside; and the course of as many as there is
 * room for.
 */
function roleLines(role: LiveRole, width: number): string[] {
  const head = `  ${role.name} on ${role.device} ${role.state}`;
  const all = readings(role);
  if (textWidth(head) + lengthOf(all) <= width) return [readingLine(head, all, width)];
  const rows: Reading[][] = [];
  for (const one of all) {
    const row = rows.at(-1);
    if (row !== undefined && indent.length + lengthOf([...row, one]) <= width) row.push(one);
    else rows.push([one]);
  }
  return [head, ...rows.map((row) => readingLine(indent, row, width))];
}

const lengthOf = (read: readonly Reading[]) =>
  read.reduce((sum, { label, text }) => sum + label.length + text.length + 3, 0);

function readingLine(start: string, read: readonly Reading[], width: number): string {
  let room = width - textWidth(start) - lengthOf(read);
  const parts = read.map(({ label, series, text, top }) => {
    if (room < sparkWidth + 1) return `  ${label} ${text}`;
    room -= sparkWidth + 1;
    return `  ${label} ${sparkline(series, sparkWidth, top)} ${text}`;
  });
  return start + parts.join('');
}

interface Reading {
  label: string;
  series: LiveRole['cpuPercent'];
  text: string;
  top?: number;
}

/** What has been read of a role; nothing is shown of what was not. */
function readings({ cpuPercent, memoryBytes, networkRate, powerW }: LiveRole): Reading[] {
  const newest = (series: LiveRole['cpuPercent']) => series.findLast((value) => value !== null) ?? null;
  const [cpu, memory, network, power] = [cpuPercent, memoryBytes, networkRate, powerW].map(newest);
  const found: Reading[] = [];
  if (typeof cpu === 'number') {
    const top = Math.max(100, ...cpuPercent.map((value) => value ?? 0));
    found.push({ label: 'cpu', series: cpuPercent, text: `${Math.round(cpu)} %`, top });
  }
  if (typeof memory === 'number')
    found.push({ label: 'mem', series: memoryBytes, text: formatBytes(memory) });
  if (typeof network === 'number')
    found.push({ label: 'net', series: networkRate, text: `${formatBytes(Math.round(network))}/s` });
  if (typeof power === 'number')
    found.push({ label: 'power', series: powerW, text: `${power.toFixed(2)} W` });
  return found;
}

/** 75 s as `1:15`, 3,700 s as `1:01:40`. */
function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
