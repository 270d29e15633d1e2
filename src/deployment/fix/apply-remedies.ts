import { plainText } from '../../errors.js';
import type { Emit } from '../../events.js';
import { type ConnectedDevice, rootPrefix } from '../../network/index.js';
import type { FixEvent } from './events.js';
import { commandText, type Remedy } from './remedy.js';

/** Outcome of a remedy. Whether it helped is known from facts that are read afterwards, on a new connection. */
export interface Applied {
  lack: Remedy['lack'];
  /** `by-hand`: nothing was run, because a command needs a password or is not known. */
  outcome: 'ran' | 'failed' | 'by-hand';
}

/** Packages may be downloaded over a slow connection. */
const timeoutMs = 30 * 60_000;

/**
 * Runs remedies on a device, one after another, as root by sudo where the login is not root. Commands that would ask
 * for a password are not started. When a command fails, the rest of its remedy is skipped, and the next remedy is
 * tried.
 */
export async function applyRemedies(
  { device, shell }: ConnectedDevice,
  remedies: readonly Remedy[],
  { emit, signal }: { emit: Emit<FixEvent>; signal?: AbortSignal },
): Promise<Applied[]> {
  const prefix = await rootPrefix(shell);
  const isRoot = prefix?.length === 0;
  const about = { device: device.name };
  const applied: Applied[] = [];
  for (const { lack, commands, advice } of remedies) {
    const needsPassword = prefix === null && commands.some(({ asRoot }) => asRoot);
    if (needsPassword || commands.length === 0) {
      const reason = needsPassword
        ? `${device.user} is not root there, and has no sudo without a password`
        : (advice ?? 'no command is known for its operating system');
      const texts = commands.map((command) => commandText(command, isRoot));
      emit({ kind: 'fix.by-hand', ...about, lack, reason, commands: texts });
      applied.push({ lack, outcome: 'by-hand' });
      continue;
    }
    const failed = await runAll();
    if (failed === null) emit({ kind: 'fix.ran', ...about, lack });
    else emit({ kind: 'fix.failed', ...about, lack, ...failed });
    applied.push({ lack, outcome: failed === null ? 'ran' : 'failed' });

    async function runAll(): Promise<{ command: string; reason: string } | null> {
      for (const command of commands) {
        const text = commandText(command, isRoot);
        emit({ kind: 'fix.running', ...about, lack, command: text });
        const { code, stdout, stderr } = await shell.exec(
          [...(command.asRoot ? (prefix ?? []) : []), ...command.argv],
          {
            timeoutMs,
            onLine: (line) => emit({ kind: 'fix.line', ...about, line: plainText(line) }),
            ...(signal && { signal }),
          },
        );
        if (code !== 0)
          return { command: text, reason: lastLine(stderr) || lastLine(stdout) || `code ${String(code)}` };
      }
      return null;
    }
  }
  return applied;
}

function lastLine(text: string): string {
  return plainText(text).trim().split('\n').at(-1)?.trim() ?? '';
}
