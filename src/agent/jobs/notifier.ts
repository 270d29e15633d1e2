import { messageOf, plainText } from '../../errors.js';
import { type Notice, retryDelaysS, type Untold } from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import type { JobBook } from './job-book.js';
import type { NotifyKeys } from './notify-keys.js';
import { sendWebhook } from './webhook.js';

const atOnce = 16;
const reasonLength = 300;

/** What has become of a message, and is not in the job's record yet. */
interface Unsaved {
  retries: number;
  notice: Notice;
}

/**
 * Tells those that jobs name when they have ended. How far that is stands in the job's record, so that another leader goes on. A message
 * may arrive twice, if a leader ends before it has written down that it was taken.
 */
export class Notifier {
  readonly #underway = new Set<string>();
  readonly #unsaved = new Map<string, Unsaved>();

  constructor(
    private readonly book: JobBook,
    private readonly keys: NotifyKeys,
    private readonly context: AgentContext,
    private readonly send: typeof sendWebhook = sendWebhook,
  ) {}

  /** Begins what is due, and waits for nothing. */
  look(): void {
    const nowMs = this.context.clock.now().getTime();
    for (const job of this.book.state.untold) {
      const { id } = job.status;
      if (this.#underway.size >= atOnce) return;
      const isSent = this.#unsaved.get(id)?.retries === job.status.retries;
      if (this.#underway.has(id) || (!isSent && nowMs < dueMs(job))) continue;
      this.#underway.add(id);
      const doing = isSent ? this.#save(id) : this.#tell(job);
      void doing
        .catch((error: unknown) => {
          if (!this.context.signal.aborted)
            this.context.log(`the end of the job ${id} cannot be told: ${messageOf(error)}`);
        })
        .finally(() => this.#underway.delete(id));
    }
  }

  async #tell({ url, status }: Untold): Promise<void> {
    const { clock, signal } = this.context;
    const { id, owner, retries, ended_at: endedAt, notice: before } = status;
    const key = await this.keys.of(owner, signal);
    const at = clock.now();
    const body = JSON.stringify({
      type: 'job.ended',
      timestamp: endedAt,
      data: { ...status, notice: undefined },
    });
    const failure = await this.send(url, key, { id: `${id}-${retries}`, at, body }, signal);
    if (signal.aborted) return;
    const tries = (before?.tries ?? 0) + 1;
    const state = failure === null ? 'told' : tries > retryDelaysS.length ? 'given up' : 'trying';
    const reason = failure === null ? null : plainText(failure).slice(0, reasonLength);
    this.#unsaved.set(id, { retries, notice: { state, tries, tried_at: at.toISOString(), reason } });
    await this.#save(id);
  }

  #save(id: string): Promise<void> {
    return this.book.alone(async () => {
      const unsaved = this.#unsaved.get(id);
      if (unsaved === undefined) return;
      const record = await this.book.readJob(id);
      const isCurrent = record?.retries === unsaved.retries && record.ended_at !== null;
      const isDone =
        record === null ||
        !isCurrent ||
        (await this.book.writeJob({ ...record, notice: unsaved.notice }, this.book.state.sequenceOf(id)));
      // What another leader wrote first counts; then this is written over it.
      if (isDone) this.#unsaved.delete(id);
    });
  }
}

function dueMs({ status: { notice } }: Untold): number {
  if (notice === null) return -Infinity;
  return Date.parse(notice.tried_at) + (retryDelaysS[notice.tries - 1] ?? 0) * 1000;
}
