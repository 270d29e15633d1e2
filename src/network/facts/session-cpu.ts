import { programText } from '../../package-folder.js';
import type { Shell } from '../shell/index.js';

/** The CPU time that a device spends on the connection of a shell: its sshd, and the server of its files. */
export class SessionCpu {
  private constructor(
    private readonly shell: Shell,
    /** Process ids on the device. */
    readonly pids: readonly number[],
  ) {}

  /** Looks for the processes. Null where there are none: on this machine, and where /proc does not show them. */
  static async of(shell: Shell): Promise<SessionCpu | null> {
    await shell.read('/proc/uptime'); // the server of files starts with the first file
    const { stdout } = await shell.exec(['sh', '-c', programText('network/facts/session-pids.sh')]);
    const pids = stdout.split('\n').filter((line) => /^\d+$/.test(line));
    return pids.length === 0 ? null : new SessionCpu(shell, pids.map(Number));
  }

  /**
   * Seconds since the connection was made, from /proc/<pid>/schedstat. Reading them costs the device some 0.5 ms.
   * @returns null if a process has ended, or its kernel does not count (CONFIG_SCHED_INFO)
   */
  async seconds(): Promise<number | null> {
    let sum = 0;
    for (const pid of this.pids) {
      const text = (await this.shell.read(`/proc/${pid}/schedstat`))?.toString() ?? '';
      const [, nanoseconds] = /^(\d+) /.exec(text) ?? [];
      if (nanoseconds === undefined) return null;
      sum += Number(nanoseconds) / 1e9;
    }
    return sum;
  }
}
