import { formatBytes, type LiveRole, type LiveRun } from '../../index.js';
import { clip, progressBar, sparkline, textWidth, type Glyphs } from '../text/index.js';

const barWidth = 20;
const sparkWidth = 12;
/** Starts a line of readings below the role; each reading adds two spaces. */
const indent = '  ';

/**
 * The lines of the live view of a run, none wider than `width` characters: its progress, then the readings and the last
 * line of output of each role.
 */
export function drawRun(run: LiveRun, width: number, nowMs: number, glyphs: Glyphs): string[] {
  if (!run.running || run.trial === null) return [];
  const lines = [progressLine(run, width, nowMs, glyphs)];
  for (const role of run.roles.values()) {
    lines.push(...roleLines(role, width, glyphs));
    if (role.lastLine !== null) lines.push(`    | ${role.lastLine}`);
  }
  return lines.map((line) => clip(line, width));
}

/** One role on one line, for output without a live view. */
export function plainRole(role: LiveRole): string {
  const read = readings(role).map(({ label, text }) => `${label} ${text}`);
  return `  ${role.name} on ${role.device}: ${read.length > 0 ? read.join(', ') : role.state}`;
}

function progressLine(run: LiveRun, width: number, nowMs: number, glyphs: Glyphs): string {
  const { trial } = run;
  if (trial === null) return '';
  const share = run.progress(nowMs);
  const percent = `${Math.floor(share * 100)} %`;
  const [soFar, left] = [clockText(run.secondsSoFar(nowMs)), leftText(run.secondsLeft(nowMs))];
  const which = `Trial ${trial.number} of ${trial.of}`;
  const text = `${percent}, ${soFar} so far, ${left}`;
  const room = Math.min(barWidth, width - which.length - text.length - 2);
  if (room >= 4) return `${which} ${progressBar(share, room, glyphs)} ${text}`;
  const short = `Trial ${trial.number}/${trial.of}`;
  const shorter = [
    `${short}: ${text}`,
    `${short}: ${percent}, ${soFar}, ${left}`,
    `${short}: ${soFar}, ${left}`,
  ];
  return shorter.find((line) => line.length <= width) ?? `${trial.number}/${trial.of}: ${left}`;
}

/** The progress of a run on one line, for output without a live view. */
export function plainProgress(run: LiveRun, nowMs: number): string | null {
  const { trial } = run;
  if (!run.running || trial === null) return null;
  const soFar = clockText(run.secondsSoFar(nowMs));
  return `Trial ${trial.number}/${trial.of}: ${soFar} so far, ${leftText(run.secondsLeft(nowMs))}`;
}

function leftText(left: ReturnType<LiveRun['secondsLeft']>): string {
  if (left === null) return 'time left unknown';
  return left === 'overdue' ? 'longer than expected' : `about ${clockText(left)} left`;
}

/**
 * Name, device, state and newest readings; the readings go below if the line is too narrow. Sparklines are added while
 * there is room.
 */
function roleLines(role: LiveRole, width: number, glyphs: Glyphs): string[] {
  const head = `  ${role.name} on ${role.device} ${role.state}`;
  const all = readings(role);
  if (textWidth(head) + lengthOf(all) <= width) return [readingLine(head, all, width, glyphs)];
  const rows: Reading[][] = [];
  for (const one of all) {
    const row = rows.at(-1);
    if (row !== undefined && indent.length + lengthOf([...row, one]) <= width) row.push(one);
    else rows.push([one]);
  }
  return [head, ...rows.map((row) => readingLine(indent, row, width, glyphs))];
}

const lengthOf = (read: readonly Reading[]) =>
  read.reduce((sum, { label, text }) => sum + label.length + text.length + 3, 0);

function readingLine(start: string, read: readonly Reading[], width: number, glyphs: Glyphs): string {
  let room = width - textWidth(start) - lengthOf(read);
  const parts = read.map(({ label, series, text, top }) => {
    if (room < sparkWidth + 1) return `  ${label} ${text}`;
    room -= sparkWidth + 1;
    return `  ${label} ${sparkline(series, glyphs, { width: sparkWidth, top })} ${text}`;
  });
  return start + parts.join('');
}

interface Reading {
  label: string;
  series: LiveRole['cpuPercent'];
  text: string;
  top?: number | undefined;
}

/** The newest readings of a role; metrics without one are left out. */
function readings({ cpuPercent, memoryBytes, memoryIs, networkRate, powerW }: LiveRole): Reading[] {
  const newest = (series: LiveRole['cpuPercent']) => series.findLast((value) => value !== null) ?? null;
  const [cpu, memory, network, power] = [cpuPercent, memoryBytes, networkRate, powerW].map(newest);
  const found: Reading[] = [];
  if (typeof cpu === 'number') {
    const top = Math.max(100, ...cpuPercent.map((value) => value ?? 0));
    found.push({ label: 'cpu', series: cpuPercent, text: `${Math.round(cpu)} %`, top });
  }
  if (typeof memory === 'number')
    found.push({ label: memoryIs, series: memoryBytes, text: formatBytes(memory) });
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
