import { formatBytes } from '../../index.js';
import type { LiveRole, LiveRun } from './live-run.js';
import { sparkline } from './sparkline.js';

const barWidth = 20;
const sparkWidth = 12;

/** Pure: the lines of a run that goes on, none longer than `width`: progress, then two lines for each role. */
export function drawRun(run: LiveRun, width: number, nowMs: number): string[] {
  if (!run.running || run.trial === null) return [];
  const lines = [progressLine(run, nowMs)];
  for (const role of run.roles.values()) {
    lines.push(roleLine(role, width));
    if (role.lastLine !== null) lines.push(`    | ${role.lastLine}`);
  }
  return lines.map((line) => Array.from(line).slice(0, width).join(''));
}

/** Pure: one role in one line, for where nothing is drawn in place. */
export function plainRole(role: LiveRole): string {
  const read = readings(role).map(({ label, text }) => `${label} ${text}`);
  return `  ${role.name} on ${role.device}: ${read.length > 0 ? read.join(', ') : role.state}`;
}

function progressLine(run: LiveRun, nowMs: number): string {
  const { trial } = run;
  if (trial === null) return '';
  const share = run.progress(nowMs);
  const full = Math.round(share * barWidth);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  const left = run.secondsLeft(nowMs);
  const time = left === null ? '' : `, about ${clockText(left)} left`;
  return `Trial ${trial.number} of ${trial.of} ${bar} ${Math.floor(share * 100)} %${time}`;
}

/** Name, device and state, then the newest readings, and the course of as many as there is room for. */
function roleLine(role: LiveRole, width: number): string {
  const head = `  ${role.name} on ${role.device} ${role.state}`;
  const read = readings(role);
  let room =
    width - head.length - read.reduce((sum, { label, text }) => sum + label.length + text.length + 3, 0);
  const parts = read.map(({ label, series, text, top }) => {
    if (room < sparkWidth + 1) return `  ${label} ${text}`;
    room -= sparkWidth + 1;
    return `  ${label} ${sparkline(series, sparkWidth, top)} ${text}`;
  });
  return head + parts.join('');
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
