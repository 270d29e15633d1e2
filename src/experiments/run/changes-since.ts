import type { RunRecord } from '../../logs/index.js';
import { versionsHere } from './provenance.js';

/**
 * What a run that goes on uses that is not the same as in its trials before: nobody may take their difference for an effect.
 * Empty for a run that starts.
 */
export function changesSince(
  before: Pick<RunRecord, 'images' | 'data' | 'versions' | 'resumed'>,
  images: RunRecord['images'],
  data: NonNullable<RunRecord['data']>,
): string[] {
  if (before.resumed === undefined) return [];
  const collab = versionsHere().collab ?? '';
  const notes = images.flatMap(({ role, device, image_id }) => {
    const old = before.images.find((one) => one.role === role && one.device === device);
    return old === undefined || old.image_id === image_id
      ? []
      : [
          `The image of ${role} on ${device} is not the one of the trials before: ${short(image_id)}, and ${short(old.image_id)} then.`,
        ];
  });
  for (const { role, device, name, hash } of data) {
    const old = before.data?.find((one) => one.role === role && one.device === device && one.name === name);
    if (old !== undefined && old.hash !== hash)
      notes.push(`The data ${name} of ${role} on ${device} is not that of the trials before.`);
  }
  if (before.versions.collab !== collab)
    notes.push(
      `The trials before were run by collab ${before.versions.collab ?? '(unknown)'}, those from here on by ${collab}.`,
    );
  return notes;
}

const short = (imageId: string) => imageId.replace('sha256:', '').slice(0, 12);
