import { basename, dirname } from 'node:path';
import {
  CollabError,
  ExitCode,
  formatFault,
  loadExperiment,
  validateExperiment,
  inference,
} from '../../index.js';
import { shortId } from '../text/index.js';
import { openSession } from '../session/index.js';

/** `collab validate <experiment>`: every fault of an experiment, with its line, and what else the user should know. */
export async function validate(name: string, options: { json?: boolean }): Promise<void> {
  if (name.endsWith('.yaml')) {
    await validateModel(name, options);
    return;
  }
  const { workspace, print, say } = openSession(options);
  const folder = workspace.experimentFolder(name);
  const { faults, remarks } = await validateExperiment(workspace, name);
  for (const remark of remarks) say(`remark: ${formatFault(remark)}`);
  if (faults.length > 0) {
    print(null, { valid: false, id: null, faults, remarks });
    throw new CollabError('experiment-invalid', {
      what: `The experiment ${name} has ${faults.length} fault${faults.length === 1 ? '' : 's'}.`,
      why: faults.map(formatFault).join('\n'),
      next: `Correct them in ${folder} and validate again.`,
      exitCode: ExitCode.usage,
    });
  }
  const { definition, id } = await loadExperiment(workspace, name);
  const roles = definition.roles.map((role) => role.name).join(', ');
  const text = `${definition.name} is valid: roles ${roles}.\nIts id is ${shortId(id)}.`;
  print(text, { valid: true, id, faults: [], remarks });
}

/** A model is a file; its loader may lie beside it, or among those that come with collab. */
async function validateModel(path: string, options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const name = basename(path, '.yaml');
  const { file } = await inference.readModel([dirname(path), ...workspace.modelFolders], name);
  print(`${name} is a valid model: ${file.loader}.`, { valid: true, faults: [], remarks: [] });
}
