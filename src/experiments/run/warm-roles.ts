import { join } from 'node:path';
import { type Runtime, type WarmParts, WarmRuntime, WarmTrial } from '../../deployment/index.js';
import { CollabError, messageOf } from '../../errors.js';
import { warmFolder } from '../../logs/index.js';
import type { RoleDefinition } from '../definition/index.js';
import type { InstancePlan } from '../plan/index.js';
import type { RoleFailure, TrialOutcome } from '../trial/index.js';

/** A process that dies in a trial is started again, and the trial repeated; after so many deaths the trial has failed. */
const mostDeaths = 2;

/** The processes of a run that stay for more than one trial (`restart: run`). */
export class WarmRoles {
  private readonly processes: WarmRuntime;
  private readonly isNeeded: boolean;
  /** Ports of the processes that stay; of all instances, so that they do not collide. */
  private plan: InstancePlan | null = null;

  constructor(
    roles: readonly RoleDefinition[],
    below: Runtime,
    private readonly parts: Omit<WarmParts, 'stays'>,
  ) {
    this.isNeeded = roles.some(({ restart }) => restart === 'run');
    const stays = (name: string) => roles.some((role) => role.name === name && role.restart === 'run');
    this.processes = new WarmRuntime(below, { ...parts, stays });
  }

  /** Starts all roles: those that stay once, the others for each trial. */
  get runtime(): Runtime {
    return this.processes;
  }

  /** The instances of the next trial: chosen anew, unless a process stays that has its ports already. */
  async instances(choose: () => Promise<InstancePlan>): Promise<InstancePlan> {
    if (!this.isNeeded) return choose();
    // Of processes that an earlier controller of the run started, the ports are not known here.
    if (this.plan === null) await this.processes.end(true);
    if (this.plan === null || !this.processes.isWarm) this.plan = await choose();
    return this.plan;
  }

  /**
   * Ends the processes after a trial that did not end normally: what it left half done in them must not reach the next one.
   */
  async settle(outcome: TrialOutcome): Promise<void> {
    if (outcome.state !== 'complete') await this.processes.end(false);
  }

  /** Whether a trial failed because a process that stayed died in it, and is to be tried again. @param deaths this one included */
  isToRepeat(outcome: TrialOutcome, deaths: number): boolean {
    return isDeath(outcome) && deaths < mostDeaths;
  }

  /** Where the logs of a role are here that failed in a trial: those of its process, if the trial had not begun in it. */
  logsOf({ watch }: RoleFailure): string {
    const { running, exit } = watch;
    return running instanceof WarmTrial && exit === null
      ? join(this.parts.runFolder, warmFolder, running.process.name)
      : watch.folder;
  }

  /** Ends the processes after the last trial. @param gently after a trial that ended normally */
  end(gently: boolean): Promise<void> {
    return this.processes.end(gently);
  }
}

/**
 * A process that ends before the first of its trials began cannot start at all, and a further one could not either.
 */
function isDeath(outcome: TrialOutcome): boolean {
  if (!('failure' in outcome)) return false;
  const { running, exit } = outcome.failure.watch;
  if (!(running instanceof WarmTrial)) return false;
  return exit === null
    ? running.process.died && running.process.trials > 1
    : exit.reason === 'exited' && exit.code !== 0;
}

/** What is said of a process whose logs are not here. */
export function processNotCollected(device: string, folder: string, error: unknown): string {
  const why = error instanceof CollabError ? `${error.what} ${error.why ?? ''}`.trim() : messageOf(error);
  return `The logs of a process that stayed for several trials could not be collected from ${device}, where they are kept in ${folder}. Those of its trials are not concerned. ${why}`;
}
