import { LocalShell, type Shell } from '../shell/index.js';
import { ClockLine } from './clock-line.js';
import { ownClock } from './controller-clock.js';
import type { ClockOffset } from '../../logs/index.js';

/** Measures the clocks of a run's devices on demand, over connections that stay open. */
export class ClockKeeper {
  private readonly lines = new Map<string, ClockLine>();

  constructor(private readonly devices: readonly { name: string; shell: Shell }[]) {}

  /** Measures all devices at once; null for a device that does not report its time. */
  async measure(): Promise<ReadonlyMap<string, ClockOffset | null>> {
    const measured = this.devices.map(async ({ name, shell }) => {
      const offset = shell instanceof LocalShell ? ownClock() : await this.lineTo(name, shell).measure();
      return [name, offset] as const;
    });
    return new Map(await Promise.all(measured));
  }

  private lineTo(name: string, shell: Shell): ClockLine {
    const open = this.lines.get(name);
    if (open?.isOpen) return open;
    const line = new ClockLine(shell);
    this.lines.set(name, line);
    return line;
  }

  async close(): Promise<void> {
    await Promise.all([...this.lines.values()].map((line) => line.close()));
  }
}
