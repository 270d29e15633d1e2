import { formatBytes, LayerStore } from '../../../index.js';
import { agrees, type Session } from '../../session/index.js';

/** `collab images prune --here`: removes the layers kept on this machine. The next delivery exports them again. */
export async function pruneHere(
  { say, print }: Session,
  options: { yes?: boolean; dryRun?: boolean },
): Promise<void> {
  const store = new LayerStore();
  const layers = await store.list();
  const bytes = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const what = `${layers.length} layers, ${formatBytes(bytes)}`;
  const result = { layers: layers.length, freed_bytes: bytes };
  say(`${store.folder}: ${what}`);
  if (options.dryRun === true) {
    print('Nothing was removed.', { layers: 0, freed_bytes: 0, would_remove: result });
    return;
  }
  const need = 'Removing these layers needs confirmation';
  if (layers.length > 0 && !(await agrees(options.yes, need, 'Remove them?'))) {
    print('Nothing was removed.', { layers: 0, freed_bytes: 0 });
    return;
  }
  for (const { diffId } of layers) await store.remove(diffId);
  const unfinished = await store.removeUnfinished();
  const also = unfinished === 0 ? '' : ` and ${formatBytes(unfinished)} of unfinished layers`;
  print(`Removed ${what}${also}.`, { ...result, freed_bytes: bytes + unfinished });
}
