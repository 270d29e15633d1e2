import { attemptName, type CollabEvent, containerName } from '../../index.js';

interface Running {
  role: string;
  rank: number;
  device: string;
  trial: number;
  attempt?: number | undefined;
}

/** The roles of a run that were started and whose end is not known: what goes on when this process leaves at once. */
export class RunningRoles {
  private readonly roles = new Map<string, Running>();
  /** Roles whose process stays for the run, and those of them that were started. */
  private stays: readonly string[] = [];
  private readonly stayed = new Map<string, Running>();
  private runId: string | null = null;
  private inContainers = false;

  take(event: CollabEvent): void {
    if (event.kind === 'run.started' || event.kind === 'run.resumed') this.runId = event.run_id;
    else if (event.kind === 'run.ended') this.runId = null;
    else if (event.kind === 'images.deployed') this.inContainers = true;
    else if (event.kind === 'run.placed')
      this.stays = event.placement.filter(({ restart }) => restart === 'run').map(keyOf);
    else if (event.kind === 'trial.ended') this.roles.clear();
    else if (event.kind === 'role.starting') this.add(event);
    else if (event.kind === 'role.ended') this.roles.delete(keyOf(event));
    else if (event.kind === 'trial.adopted') {
      const { trial, attempt } = event;
      for (const role of event.roles) this.add({ ...role, trial, attempt });
    }
  }

  /** What a user must know who leaves now; empty if no run is under way. */
  farewell(): string[] {
    const { runId } = this;
    if (runId === null) return [];
    const running = [
      ...[...this.stayed.values()].map((one) => `  ${this.processOf(one, runId)}`),
      ...[...this.roles.values()].map((one) => `  ${this.nameOf(one, runId)}`),
    ];
    return [
      running.length === 0
        ? 'Left at once. No role was known to run.'
        : 'Left at once. These may still run, and write to the disk of their device:',
      ...running,
      `To go on with the run: collab resume ${runId}`,
      `To stop it everywhere and collect what was measured: collab stop ${runId}`,
      'To remove from the devices what nobody uses: collab clean',
    ];
  }

  private add(role: Running): void {
    (this.stays.includes(keyOf(role)) ? this.stayed : this.roles).set(keyOf(role), role);
  }

  /** One that died was followed by another one, with a number after its name. */
  private processOf({ role, rank, device }: Running, runId: string): string {
    const name = `${role}-${rank} on ${device}, for all trials`;
    if (!this.inContainers) return `${name}: a process in ~/.collab/runs/${runId}`;
    const process = { trial: 0, process: 1 };
    return `${name}: container ${containerName({ run_id: runId, role, rank, ...process })}, or .2 and so on`;
  }

  private nameOf({ role, rank, device, trial, attempt }: Running, runId: string): string {
    const name = `${role}-${rank} of trial ${attemptName({ trial, attempt })} on ${device}`;
    if (!this.inContainers) return `${name}: a process in ~/.collab/runs/${runId}`;
    return `${name}: container ${containerName({ run_id: runId, trial, attempt, role, rank })}`;
  }
}

const keyOf = ({ role, rank }: Pick<Running, 'role' | 'rank'>) => `${role}-${rank}`;
