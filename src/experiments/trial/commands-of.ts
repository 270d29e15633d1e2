import { dataPath, outputsPath, type Runtime } from '../../deployment/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { ExperimentDefinition } from '../definition/index.js';
import { fillCommand, type InstancePlan, type PlannedTrial, type RoleInstance } from '../plan/index.js';

/** What the names in commands stand for, as far as the trial knows. */
interface TrialValues {
  runId: string;
  definition: ExperimentDefinition;
  plan: InstancePlan;
  runtime: Runtime;
  connected: (device: string) => ConnectedDevice;
  addressOf: (device: string) => string;
}

/**
 * The commands and the meter of a role instance, with the values of the trial in place of their names.
 * @param data folders on the device that the instance reads
 * @returns `filled` whether the command differs from that of experiment.yaml
 */
export function commandsOf(
  instance: RoleInstance,
  trial: PlannedTrial,
  data: readonly { name: string; path: string }[],
  { definition, plan, runtime, runId, addressOf, connected }: TrialValues,
): {
  command: string[];
  prepare: string[] | null;
  finalize: string[] | null;
  meter: string[] | null;
  filled: boolean;
} {
  const { role, rank, device } = instance;
  const place = { run_id: runId, trial: trial.number, role: role.name, rank };
  const fill = (words: readonly string[]) =>
    fillCommand(words, {
      definition,
      parameters: trial.parameters,
      instance,
      instances: plan.instances,
      addressOf,
      data: new Map(data.map((one) => [one.name, dataPath(one, runtime.kind)])),
      outputs: outputsPath(connected(device), place, runtime.kind),
    });
  const command = fill(role.command);
  const filled = command.some((word, index) => word !== role.command[index]);
  const [prepare = null, finalize = null, meter = null] = [role.prepare, role.finalize, role.meter].map(
    (words) => words && fill(words),
  );
  return { command, prepare, finalize, meter, filled };
}
