import type { LAN } from '../../index.js';
import type { Session } from './session.js';

/**
 * Says of tags for a run that are tags of devices too: until `--device-tag` was there, `--tag` chose devices.
 * @param lan null for a run on this machine alone
 */
export async function noteDeviceTags(
  { say }: Session,
  lan: (() => Promise<LAN>) | null,
  { tag, deviceTag }: { tag: readonly string[]; deviceTag: readonly string[] },
): Promise<void> {
  if (lan === null || tag.length === 0 || deviceTag.length > 0) return;
  const known = (await lan()).devices.flatMap(({ tags }) => tags);
  for (const one of tag.filter((each) => known.includes(each)))
    say(`note: --tag ${one} tags the run. To use only devices with this tag: --device-tag ${one}`);
}
