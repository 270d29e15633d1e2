import { formatBytes, LayerStore } from '../../../index.js';
import { canAsk, cannotAsk, confirm, type Session } from '../../session/index.js';

/** Removes the layers that are kept on this machine; the next delivery reads them out of an engine again. */
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
  if (layers.length > 0 && options.yes !== true) {
    if (!canAsk()) throw cannotAsk('Whether to remove these layers', '--yes');
    if (!(await confirm('Remove them?'))) {
      print('Nothing was removed.', { layers: 0, freed_bytes: 0 });
      return;
    }
  }
  for (const { diffId } of layers) await store.remove(diffId);
  const unfinished = await store.removeUnfinished();
  const besides = unfinished === 0 ? '' : `, and ${formatBytes(unfinished)} that were begun and never ended`;
  print(`${what} removed${besides}.`, { ...result, freed_bytes: bytes + unfinished });
}
