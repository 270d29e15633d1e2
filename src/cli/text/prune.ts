import {
  type DeviceImage,
  formatBytes,
  type NeededElsewhere,
  type Pruned,
  type PrunePlan,
  type SentData,
} from '../../index.js';
import { imageName } from './images.js';
import { groupedTable, table } from './table.js';

/**
 * The images that would be removed.
 * @param ownerOf the other workspace that uses an image, for `--all`, which removes it all the same
 */
export function pruneText(
  plans: readonly { device: string; plan: PrunePlan }[],
  ownerOf: (image: DeviceImage) => string | null,
): string {
  const rows = plans.flatMap(({ device, plan }) =>
    plan.remove.map((image) => {
      const owner = ownerOf(image);
      const used = owner === null ? '' : `used by ${owner}`;
      return [device, image.kind, imageName(image), formatBytes(image.ownBytes), used];
    }),
  );
  const freed = plans.reduce((sum, { plan }) => sum + plan.freedBytes, 0);
  return `${groupedTable(['DEVICE', 'LAYER', 'IMAGE', 'FREES', ''], rows)}\n${rows.length} images, ${formatBytes(freed)}`;
}

/** What is kept because another workspace uses it, a line per workspace. */
export function keptNotes(kept: readonly { owner: string }[], one: string, many: string): string[] {
  const owners = [...new Set(kept.map(({ owner }) => owner))];
  return owners.map((owner) => {
    const count = kept.filter((each) => each.owner === owner).length;
    const what = count === 1 ? `1 ${one} is` : `${count} ${many} are`;
    return `note: ${what} kept, because the workspace ${owner} needs ${count === 1 ? 'it' : 'them'}.`;
  });
}

/** The same of images, for --json. */
export const keptResult = (kept: readonly (PrunePlan['keepFor'][number] & { device: string })[]) =>
  kept.map(({ device, owner, image }) => ({ device, workspace: owner, refs: image.refs }));

/** That the needs of another workspace are not known. */
export function unreadElsewhereNote({
  workspace,
  experiment,
  reason,
}: NeededElsewhere['unread'][number]): string {
  return experiment === null
    ? `note: collab cannot tell what the workspace ${workspace} needs: ${reason}`
    : `note: collab cannot tell what ${experiment} in ${workspace} needs, so it keeps its code: ${reason}`;
}

export const refsOf = ({ remove }: PrunePlan): string[] => remove.flatMap(({ refs }) => refs);

/** What was removed and what is in use, for --json. */
export function prunedResult(done: readonly { device: string; value: Pruned }[]) {
  const images = (kind: keyof Pruned) =>
    done.flatMap(({ device, value }) =>
      value[kind].map(({ id, refs, ownBytes }) => ({ device, id, refs, freed_bytes: ownBytes })),
    );
  return { removed: images('removed'), in_use: images('inUse') };
}

/** The same in a sentence. */
export function prunedText({ removed, in_use: inUse }: ReturnType<typeof prunedResult>): string {
  const freed = removed.reduce((sum, one) => sum + one.freed_bytes, 0);
  const held = inUse.length === 0 ? '' : `; ${inUse.length} are kept because containers use them`;
  return `Removed ${removed.length} images, ${formatBytes(freed)} freed${held}.`;
}

interface OnDevice {
  device: string;
  data: readonly SentData[];
}

/** The data that would be removed. */
export function dataText(found: readonly OnDevice[]): string {
  const rows = found.flatMap(({ device, data }) =>
    data.map(({ name, sizeBytes }) => [
      device,
      name.slice(0, 12),
      formatBytes(sizeBytes),
      name.endsWith('.part') ? 'incomplete transfer' : '',
    ]),
  );
  return table(['DEVICE', 'DATA', 'FREES', ''], rows);
}

/** Data on a device, for --json. */
export const dataResult = ({ device, data }: OnDevice) => ({
  device,
  data: data.map(({ name, sizeBytes }) => ({ name, size_bytes: sizeBytes })),
});

export function removedDataText(removed: readonly OnDevice[]): string {
  const all = removed.flatMap(({ data }) => data);
  const freed = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return `Removed ${all.length} folders of data, ${formatBytes(freed)} freed.`;
}
