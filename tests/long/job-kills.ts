import { type Ended, program } from '../e2e/workspace.js';

/** An attempt at a task of the job. */
interface AttemptName {
  task: number;
  attempt: number;
}

/** Kills what takes part in a job, on devices of a Lab, and keeps a table of it. */
export class JobKills {
  /** Times are from the first kill. */
  readonly table: { at_s: number; killed: string; on: string; tasks: readonly AttemptName[] }[] = [];
  #beganMs: number | null = null;

  /** @param wait lets what was killed come back, in seconds */
  constructor(
    private readonly lab: string,
    private readonly wait: (seconds: number) => Promise<void>,
  ) {}

  /** Runs a shell script on a device. */
  async on(device: string, script: string): Promise<string> {
    return (await this.#exec(device, script)).stdout.trim();
  }

  note(killed: string, on: string, tasks: readonly AttemptName[] = []): void {
    this.#beganMs ??= Date.now();
    this.table.push({ at_s: Math.round((Date.now() - this.#beganMs) / 100) / 10, killed, on, tasks });
  }

  /** It is started again at once. */
  async agent(device: string, name = 'agent'): Promise<void> {
    this.note(name, device);
    await this.on(device, 'pkill -9 -x node');
  }

  async server(device: string): Promise<void> {
    this.note('nats-server', device);
    await this.on(device, 'pkill -9 -x nats-server');
  }

  /** The whole member, with its agent, server, and wrappers; it stays away for some seconds. */
  async member(device: string): Promise<void> {
    this.note('member', device);
    const member = `collab-fleet-${this.lab}`;
    await this.on(device, `docker kill --signal KILL ${member}`);
    await this.wait(2);
    await this.on(device, `docker start ${member}`);
  }

  /** A container of a task that runs on any device; waits for one. */
  async task(devices: readonly string[]): Promise<void> {
    const { device, tasks } = await this.#running(devices, (ids) => `docker kill --signal KILL ${ids} >&2`);
    this.note('task', device, tasks);
  }

  /** The engine of any device on which a task runs; waits for one. The containers that it had go when it starts again. */
  async engine(devices: readonly string[]): Promise<void> {
    const { device, tasks } = await this.#running(devices, () => 'pkill -9 -x dockerd');
    this.note('engine', device, tasks);
    await this.wait(2);
    const started = 'rm -f /var/run/docker.pid; (dockerd >/var/log/dockerd.log 2>&1 &)';
    await this.on(
      device,
      `${started}; for i in $(seq 60); do docker info >/dev/null 2>&1 && break; sleep 1; done`,
    );
  }

  /**
   * Carries out a kill on a device on which tasks run at that moment, and says which.
   * @param kill shell command; fails if they do not run any more
   */
  async #running(
    devices: readonly string[],
    kill: (ids: string) => string,
  ): Promise<{ device: string; tasks: AttemptName[] }> {
    const format = '{{.ID}} {{.Label "collab.trial"}} {{.Label "collab.attempt"}}';
    const filters = `--filter label=collab.tasks-of=${this.lab} --filter label=collab.trial`;
    const script = [
      // Of a task that waits for its slot, there is a wrapper and no command.
      `tasks=$(docker ps ${filters} --format '${format}' | while read -r id rest; do ` +
        '[ "$(docker top "$id" | wc -l)" -gt 2 ] && echo "$id $rest"; done; true)',
      '[ -n "$tasks" ]',
      kill('$(echo "$tasks" | cut -d " " -f 1)'),
      'echo "$tasks"',
    ].join(' && ');
    const endMs = Date.now() + 120_000;
    while (Date.now() < endMs) {
      for (const device of [...devices].sort(() => Math.random() - 0.5)) {
        const { code, stdout } = await this.#exec(device, script);
        if (code === 0) return { device, tasks: stdout.trim().split('\n').map(attemptIn) };
      }
      await this.wait(0.1);
    }
    throw new Error('no task ran on any device for two minutes');
  }

  #exec(device: string, script: string): Promise<Ended> {
    return program('docker', 'exec', `collab-${this.lab}-${device}`, 'sh', '-c', script);
  }

  /**
   * As a table of text.
   * @param became how the attempt at a task ended
   */
  toString(became: (attempt: AttemptName) => string): string {
    return this.table
      .map(({ at_s, killed, on, tasks }) => {
        const met = tasks.map((one) => `${one.task}.${one.attempt}: ${became(one)}`).join('; ');
        return `${at_s.toFixed(1).padStart(7)} s  ${killed.padEnd(27)} ${on.padEnd(8)} ${met}`.trimEnd();
      })
      .join('\n');
  }
}

function attemptIn(line: string): AttemptName {
  const [trial = NaN, attempt = NaN] = line.split(' ').slice(1).map(Number);
  return { task: trial - 1, attempt };
}
