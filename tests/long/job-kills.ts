import { program } from '../e2e/workspace.js';

/** Kills what takes part in a job, on devices of a Lab. */
export class JobKills {
  readonly table: { at_s: number; killed: string; on: string }[] = [];
  readonly #beganMs = Date.now();

  /** @param wait lets what was killed come back, in seconds */
  constructor(
    private readonly lab: string,
    private readonly wait: (seconds: number) => Promise<void>,
  ) {}

  /** Runs a shell script on a device. */
  async on(device: string, script: string): Promise<string> {
    return (
      await program('docker', 'exec', `collab-${this.lab}-${device}`, 'sh', '-c', script)
    ).stdout.trim();
  }

  note(killed: string, on: string): void {
    this.table.push({ at_s: Math.round((Date.now() - this.#beganMs) / 100) / 10, killed, on });
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

  /** All containers of tasks on a device; there may be none at this moment. */
  async task(device: string): Promise<void> {
    const label = `collab.tasks-of=${this.lab}`;
    const killed = await this.on(
      device,
      `ids=$(docker ps -q --filter label=${label}); [ -z "$ids" ] || docker kill --signal KILL $ids`,
    );
    this.note(killed === '' ? 'task (none ran)' : 'task', device);
  }

  /** The engine; the containers that it had go when it starts again. */
  async engine(device: string): Promise<void> {
    this.note('engine', device);
    await this.on(device, 'pkill -9 -x dockerd');
    await this.wait(2);
    const started = 'rm -f /var/run/docker.pid; (dockerd >/var/log/dockerd.log 2>&1 &)';
    await this.on(
      device,
      `${started}; for i in $(seq 60); do docker info >/dev/null 2>&1 && break; sleep 1; done`,
    );
  }

  /** As a table of text. */
  toString(): string {
    return this.table
      .map(({ at_s, killed, on }) => `${at_s.toFixed(1).padStart(7)} s  ${killed.padEnd(16)} ${on}`)
      .join('\n');
  }
}
