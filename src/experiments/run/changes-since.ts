import type { RunRecord } from '../../logs/index.js';
import { versionsHere } from './provenance.js';

/**
 * What a run uses that is not the same as in the trials before, of itself or of the run that it does again: nobody may take their
 * difference for an effect.
 * @param then what had it, e.g. `the trials before`
 */
export function changesSince(
  before: Pick<RunRecord, 'images' | 'data' | 'versions'>,
  then: string,
  images: RunRecord['images'],
  data: NonNullable<RunRecord['data']>,
): string[] {
  const collab = versionsHere().collab ?? '';
  const notes = images.flatMap(({ role, device, image_id }) => {
    const old = before.images.find((one) => one.role === role && one.device === device);
    return old === undefined || old.image_id === image_id
      ? []
      : [
          `The image of ${role} on ${device} is not the one of ${then}: ${short(image_id)}, and ${short(old.image_id)} then.`,
        ];
  });
  for (const { role, device, name, hash } of data) {
    const old = before.data?.find((one) => one.role === role && one.device === device && one.name === name);
    if (old !== undefined && old.hash !== hash)
      notes.push(`The data ${name} of ${role} on ${device} is not that of ${then}.`);
  }
  if (before.versions.collab !== collab)
    notes.push(
      `${then[0]?.toUpperCase()}${then.slice(1)} had collab ${before.versions.collab ?? '(unknown)'}, and what runs now has ${collab}.`,
    );
  return notes;
}

/** The same for a run that goes on, or that does the run `from` again; nothing for any other one. */
export function changesIn(
  own: RunRecord,
  from: RunRecord | null,
  ...used: [images: RunRecord['images'], data: NonNullable<RunRecord['data']>]
): string[] {
  if (own.resumed !== undefined) return changesSince(own, 'the trials before', ...used);
  return from === null ? [] : changesSince(from, `the run ${from.run_id}`, ...used);
}

const short = (imageId: string) => imageId.replace('sha256:', '').slice(0, 12);
