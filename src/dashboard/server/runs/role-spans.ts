import type { JournalEvent, StampedEvent } from '../../../index.js';
import type { RoleSpan } from '../../live/index.js';

type EventOf<K extends JournalEvent['kind']> = Extract<JournalEvent, { kind: K }>;

/** Which role instance ran on which device from when to when, from the events of a run's journal. */
export class RoleSpans {
  private readonly open = new Map<string, RoleSpan>();
  /** What changed since it was last taken. */
  private changed = new Map<string, RoleSpan>();

  take(event: StampedEvent<JournalEvent>): void {
    const atMs = Date.parse(event.time);
    if (event.kind === 'role.starting') this.begin(event, event, atMs);
    else if (event.kind === 'trial.adopted') for (const role of event.roles) this.adopt(event, role, atMs);
    else if (event.kind === 'role.ready') this.change(event, { readyMs: atMs });
    else if (event.kind === 'role.ended') this.end(event, atMs);
    else if (event.kind === 'trial.ended')
      this.close(atMs, `its trial ended: ${event.state}`, ({ trial }) => trial === event.trial);
    else if (event.kind === 'run.ended') this.close(atMs, 'the run ended');
  }

  /** Nothing more will be heard. @param lastMs when something was heard last */
  lose(lastMs: number): void {
    this.close(lastMs, 'nothing is known of it after that');
  }

  /** What changed since the last call. */
  changes(): RoleSpan[] {
    const changes = [...this.changed.values()];
    this.changed = new Map();
    return changes;
  }

  private begin(
    { trial, attempt = 1 }: Pick<EventOf<'role.starting'>, 'trial' | 'attempt'>,
    { role, rank, device }: Pick<EventOf<'role.starting'>, 'role' | 'rank' | 'device'>,
    fromMs: number,
  ): void {
    const name = `${role}-${rank}`;
    const id = `${trial}.${attempt} ${name}`;
    this.set(keyOf({ trial, role, rank }), {
      id,
      trial,
      attempt,
      role: name,
      device,
      fromMs,
      readyMs: null,
      untilMs: null,
      outcome: 'running',
      how: 'it runs',
    });
  }

  /** It had begun before the controller was gone. */
  private adopt(
    event: EventOf<'trial.adopted'>,
    role: EventOf<'trial.adopted'>['roles'][number],
    atMs: number,
  ): void {
    if (!this.open.has(keyOf({ trial: event.trial, ...role }))) this.begin(event, role, atMs);
  }

  private end(event: EventOf<'role.ended'>, untilMs: number): void {
    const { code, signal, reason } = event;
    const outcome =
      reason === 'exited' ? (code === 0 ? 'done' : 'failed') : reason === 'stopped' ? 'stopped' : 'failed';
    const exited = code === null ? `ended by ${signal ?? 'a signal'}` : `ended with code ${code}`;
    this.change(event, { untilMs, outcome, how: reason === 'exited' ? exited : reason });
    this.open.delete(keyOf(event));
  }

  private close(untilMs: number, how: string, which: (span: RoleSpan) => boolean = () => true): void {
    for (const [key, span] of [...this.open]) {
      if (!which(span)) continue;
      this.set(key, { ...span, untilMs, outcome: 'unknown', how });
      this.open.delete(key);
    }
  }

  private change(about: Parameters<typeof keyOf>[0], change: Partial<RoleSpan>): void {
    const span = this.open.get(keyOf(about));
    if (span !== undefined) this.set(keyOf(about), { ...span, ...change });
  }

  private set(key: string, span: RoleSpan): void {
    this.open.set(key, span);
    this.changed.set(span.id, span);
  }
}

const keyOf = ({ trial, role, rank }: Pick<EventOf<'role.ready'>, 'trial' | 'role' | 'rank'>) =>
  `${trial} ${role}-${rank}`;
