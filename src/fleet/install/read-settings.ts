import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { readFileIfThere, type Workspace } from '../../workspace/index.js';
import {
  defaultFleetSettings,
  type FleetSettings,
  parseFleetFile,
  type ProfileName,
} from '../membership/index.js';

/**
 * The settings that the user gives: a file, by default fleet.yaml of the workspace if there is one, and a profile that replaces
 * the file's. Undefined if there is neither.
 * @throws CollabError `fleet-settings-invalid`, `fleet-settings-missing`
 */
export async function readFleetSettings(
  workspace: Workspace,
  { settings: file, profile }: { settings?: string | undefined; profile?: ProfileName | undefined },
): Promise<FleetSettings | undefined> {
  const path = file ?? join(workspace.root, 'fleet.yaml');
  const text = await readFileIfThere(path);
  if (text !== null) return parseFleetFile(profile === undefined ? text : withProfile(text, profile), path);
  if (file !== undefined) {
    throw new CollabError('fleet-settings-missing', {
      what: `There is no file ${file}.`,
      next: 'Give the path of a file like fleet.yaml, or a profile: --profile fast',
      exitCode: ExitCode.usage,
    });
  }
  return profile === undefined ? undefined : defaultFleetSettings(profile);
}

/** On the line where the file has its profile, so that the lines of faults stay right. */
function withProfile(text: string, profile: ProfileName): string {
  const line = /^profile:.*$/m;
  const own = `profile: ${profile}`;
  return line.test(text) ? text.replace(line, own) : `${text}\n${own}\n`;
}
