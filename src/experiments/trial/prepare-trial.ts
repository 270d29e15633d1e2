import type { PreparedRole } from '../../deployment/index.js';
import type { InstancePlan, RoleInstance } from '../plan/index.js';
import { roleStart } from './role-start.js';
import type { TrialAttempt, TrialContext } from './trial-context.js';

/** The roles of a trial, ready to start: nothing of them runs. */
export class PreparedTrial {
  /** @param plan with the ports that were chosen for it */
  constructor(
    readonly plan: InstancePlan,
    private readonly roles: Map<RoleInstance, PreparedRole>,
  ) {}

  /** Gives a role away, which its taker starts. */
  take(instance: RoleInstance): PreparedRole | null {
    const role = this.roles.get(instance) ?? null;
    this.roles.delete(instance);
    return role;
  }

  /**
   * Removes from the devices what was not taken.
   * @param gone a device that does not answer: what it has stays there
   * @throws the first error; the others are removed all the same
   */
  async discard(gone?: string): Promise<void> {
    const left = [...this.roles].filter(([{ device }]) => device !== gone);
    this.roles.clear();
    const removed = await Promise.allSettled(left.map(([, role]) => role.discard()));
    for (const one of removed) if (one.status === 'rejected') throw one.reason;
  }
}

/** Prepares all roles of a trial, or none. */
export async function prepareTrial(trial: TrialAttempt, context: TrialContext): Promise<PreparedTrial> {
  const { plan, runtime } = context;
  await context.record({ kind: 'trial.preparing', trial: trial.number, attempt: trial.attempt });
  const roles = new Map<RoleInstance, PreparedRole>();
  const preparing = plan.instances.map(async (instance) => {
    roles.set(instance, await runtime.prepare(roleStart(instance, trial, context).asked));
  });
  const prepared = new PreparedTrial(plan, roles);
  const refused = (await Promise.allSettled(preparing)).find(({ status }) => status === 'rejected');
  if (refused === undefined) return prepared;
  await prepared.discard().catch(() => undefined);
  throw (refused as PromiseRejectedResult).reason;
}
