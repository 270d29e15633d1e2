import { type LogLines, plainText } from '../../index.js';
import { paint } from './paint.js';
import { padAfter } from './text-width.js';

/** How the lines of roles are shown. */
export interface LogStyle {
  /** Whether each line says its trial. */
  trials: boolean;
  /** Cells for the names of roles. */
  width: number;
  /** For a terminal, control characters are left out; other programs get the bytes that the role wrote. */
  terminal: boolean;
}

const newline = 10;

/** `client-0 | ` before each line, as `docker compose logs` has it; `client-0 err | ` for standard error. */
export function logText(lines: LogLines, { trials, width, terminal }: LogStyle): Buffer {
  const { trial, stream, bytes } = lines;
  const name = padAfter(roleLabel(lines) + (stream === 'stderr' ? ' err' : ''), width);
  const prefix = `${trials ? `trial ${trial} ` : ''}${plainText(name)} | `;
  if (terminal) {
    const start = paint(stream === 'stderr' ? 'doubtful' : 'faint', prefix);
    const shown = bytes
      .toString('utf8')
      .split('\n')
      .map((line) => `${start}${lastDrawn(line)}\n`);
    return Buffer.from(shown.join(''));
  }
  const parts: Buffer[] = [];
  const start = Buffer.from(prefix);
  for (let from = 0; from <= bytes.length;) {
    const found = bytes.indexOf(newline, from);
    const end = found === -1 ? bytes.length : found;
    parts.push(start, bytes.subarray(from, end), Buffer.from('\n'));
    from = end + 1;
  }
  return Buffer.concat(parts);
}

/** What a terminal shows of a line that was drawn over itself, as bars of progress are. */
function lastDrawn(line: string): string {
  const whole = line.replace(/\r+$/, '');
  return plainText(whole.slice(whole.lastIndexOf('\r') + 1));
}

export const roleLabel = ({ role, rank }: Pick<LogLines, 'role' | 'rank'>): string => `${role}-${rank}`;
