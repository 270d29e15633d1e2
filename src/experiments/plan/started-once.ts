import { CollabError, ExitCode } from '../../errors.js';
import { type ExperimentDefinition, parametersIn } from '../definition/index.js';
import { valueKey } from '../../workspace/index.js';
import type { PlannedTrial } from './trial-order.js';

/**
 * Checks that the command of a role whose process stays for the run is the same in all its trials: --set can give a
 * parameter more values than experiment.yaml.
 * @throws CollabError `started-once`
 */
export function checkStartedOnce(
  { roles }: Pick<ExperimentDefinition, 'roles'>,
  trials: readonly Pick<PlannedTrial, 'parameters'>[],
): void {
  for (const role of roles.filter(({ restart }) => restart === 'run')) {
    const names = Object.keys(trials[0]?.parameters ?? {});
    const swept = parametersIn(
      [role.command, role.prepare ?? [], role.finalize ?? [], role.meter ?? []].flat(),
      names,
    ).find((name) => new Set(trials.map(({ parameters }) => keyOf(parameters[name]))).size > 1);
    if (swept === undefined) continue;
    throw new CollabError('started-once', {
      what: `The command of the role ${role.name} has {${swept}}, which has several values in this run.`,
      why: 'With restart: run, the process is started once for all trials.',
      next: `Read trial.parameters[${JSON.stringify(swept)}] in its code, give one value (--set ${swept}=...), or use restart: trial.`,
      exitCode: ExitCode.usage,
    });
  }
}

const keyOf = (value: PlannedTrial['parameters'][string] | undefined) =>
  value === undefined ? '' : valueKey(value);
