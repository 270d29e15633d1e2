import { formatBytes, type Pruned, type PrunePlan } from '../../index.js';
import { imageName } from './images.js';
import { table } from './table.js';

/** Pure: what would go. */
export function pruneText(plans: readonly { device: string; plan: PrunePlan }[]): string {
  const rows = plans.flatMap(({ device, plan }) =>
    plan.remove.map((image) => [device, image.kind, imageName(image), formatBytes(image.ownBytes)]),
  );
  const freed = plans.reduce((sum, { plan }) => sum + plan.freedBytes, 0);
  return `${table(['DEVICE', 'LAYER', 'IMAGE', 'FREES'], rows)}\n${rows.length} images, ${formatBytes(freed)}`;
}

export const refsOf = ({ remove }: PrunePlan): string[] => remove.flatMap(({ refs }) => refs);

/** Pure: what went and what stayed, as data. */
export function prunedResult(done: readonly { device: string; value: Pruned }[]) {
  const images = (kind: keyof Pruned) =>
    done.flatMap(({ device, value }) =>
      value[kind].map(({ id, refs, ownBytes }) => ({ device, id, refs, freed_bytes: ownBytes })),
    );
  return { removed: images('removed'), in_use: images('inUse') };
}

/** Pure: the same in a sentence. */
export function prunedText({ removed, in_use: inUse }: ReturnType<typeof prunedResult>): string {
  const freed = removed.reduce((sum, one) => sum + one.freed_bytes, 0);
  const held = inUse.length === 0 ? '' : `; ${inUse.length} are in use by containers and stay`;
  return `${removed.length} images removed, ${formatBytes(freed)} freed${held}.`;
}
