import {
  CollabError,
  ExitCode,
  formatFault,
  loadExperiment,
  parameterRemarks,
  validateExperiment,
} from '../../index.js';
import { openSession } from '../session/index.js';

/** `collab validate <experiment>`: every fault in experiment.yaml, with its line, and values that may surprise. */
export async function validate(name: string, options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const folder = workspace.experimentFolder(name);
  const faults = await validateExperiment(workspace, name);
  const remarks = await parameterRemarks(workspace, name);
  if (faults.length > 0) {
    print(null, { valid: false, faults, remarks });
    throw new CollabError('experiment-invalid', {
      what: `The experiment ${name} has ${faults.length} fault${faults.length === 1 ? '' : 's'}.`,
      why: faults.map(formatFault).join('\n'),
      next: `Correct them in ${folder} and validate again.`,
      exitCode: ExitCode.usage,
    });
  }
  const { definition } = await loadExperiment(workspace, name);
  const roles = definition.roles.map((role) => role.name).join(', ');
  const lines = [
    `${definition.name} is valid: roles ${roles}.`,
    ...remarks.map((remark) => `remark: ${formatFault(remark)}`),
  ];
  print(lines.join('\n'), { valid: true, faults: [], remarks });
}
