import { CollabError, ExitCode } from '../../errors.js';

/** How long an engine that went away is waited for: a restart takes a few seconds. */
const patienceMs = 12_000;
const askEveryMs = 500;
const away = ['no-engine', 'engine-cut'];

/** Asks an engine that may be restarted meanwhile. */
export class EnginePatience {
  private awaySinceMs: number | null = null;
  private askedAtMs = -Infinity;
  /** Whether it went away, and came back. */
  wasAway = false;

  constructor(private readonly nowMs: () => number) {}

  /** What ended a request that waited: perhaps that the engine went away. */
  readonly heard = (error: unknown): void => {
    if (isAway(error)) this.wasAway = true;
  };

  /**
   * @returns null while it is not known, because the engine is away
   * @throws what `work` throws, if it is something else or the engine stays away
   */
  async ask<T>(work: () => Promise<T>): Promise<T | null> {
    const now = this.nowMs();
    if (this.awaySinceMs !== null && now - this.askedAtMs < askEveryMs) return null;
    this.askedAtMs = now;
    try {
      const answer = await work();
      this.awaySinceMs = null;
      return answer;
    } catch (error) {
      if (!isAway(error)) throw error;
      this.awaySinceMs ??= now;
      this.wasAway = true;
      if (now - this.awaySinceMs > patienceMs) throw error;
      return null;
    }
  }
}

const isAway = (error: unknown) => error instanceof CollabError && away.includes(error.name);

/** The engine came back, and the role did not survive. */
export function engineRestarted(role: string, device: string): CollabError {
  return new CollabError('engine-restarted', {
    what: `The Docker Engine of ${device} was restarted, which ended ${role}.`,
    next: `Look at the log of the engine on ${device} (journalctl -u docker). With "live-restore": true in its daemon.json, containers survive a restart of it.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
