import { basename } from 'node:path';
import { CollabError, editLabels, ExitCode, findRun } from '../../../index.js';
import { openSession } from '../../session/index.js';
import { labelsText } from '../../text/index.js';

export interface RunsEditOptions {
  name?: string;
  note?: string;
  tag: string[];
  untag: string[];
  json?: boolean;
}

/** `collab runs edit <run>`: gives a run another name, note or tags, whatever its state. */
export async function runsEdit(wanted: string, options: RunsEditOptions): Promise<void> {
  const { workspace, print } = openSession(options);
  const { name, note, tag, untag } = options;
  if (name === undefined && note === undefined && tag.length + untag.length === 0)
    throw nothingToChange(wanted);
  const folder = await findRun(workspace.logs, wanted);
  const labels = await editLabels(folder, { name, note, tag, untag });
  const runId = basename(folder);
  print([runId, ...labelsText(labels)].join('\n'), { run_id: runId, folder, ...labels });
}

function nothingToChange(wanted: string): CollabError {
  return new CollabError('nothing-to-change', {
    what: 'Nothing was to be changed.',
    next: `Give at least one option, for example: collab runs edit ${wanted} --tag paper`,
    exitCode: ExitCode.usage,
  });
}
