import { join } from 'node:path';
import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import type { StoreBed } from './store-bed.js';

/** One file to three devices. */
export async function putting(bed: StoreBed, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const { megabytes = 100 } = sizes;
  const file = bed.file(megabytes * 1e6);
  const { store, oneByOne, atOnce } = await inTurn(repeats, {
    store: async () => {
      const name = bed.newName();
      const { tookMs } = await bed.store('put', file, name);
      await bed.store('delete', name, '--yes');
      return tookMs / 1000;
    },
    oneByOne: async () => {
      let sumMs = 0;
      for (const keeper of bed.keepers) sumMs += await bed.scpTo(keeper, file);
      return sumMs / 1000;
    },
    atOnce: async () => {
      const startedMs = performance.now();
      await Promise.all(bed.keepers.map((keeper) => bed.scpTo(keeper, file)));
      return (performance.now() - startedMs) / 1000;
    },
  });
  bed.remove(file);
  const note =
    'The start of each process is in its time. The store writes each byte to the disk twice on each keeper, with an fsync before it answers; scp leaves it to the page cache. All keepers share the cores and the disk of one machine.';
  const what = `put ${megabytes} MB, three replicas`;
  return [
    {
      what,
      unit: 's',
      ours: store,
      peer: { name: 'scp to three, one after the other', values: oneByOne },
      target: { of: 'ratio', atMost: 1.2 },
      note,
    },
    { what, unit: 's', ours: store, peer: { name: 'scp to three at once', values: atOnce }, note },
  ];
}

/** The same file back. */
export async function getting(bed: StoreBed, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const { megabytes = 100 } = sizes;
  const file = bed.file(megabytes * 1e6);
  const to = join(bed.lab.folder, 'got');
  const name = bed.newName();
  await bed.store('put', file, name);
  const [keeper = ''] = bed.keepers;
  await bed.scpTo(keeper, file);
  const rate = (tookMs: number) => megabytes / (tookMs / 1000);
  const { store, scp } = await inTurn(repeats, {
    store: async () => rate((await bed.store('get', name, to)).tookMs),
    scp: async () => rate(await bed.scpFrom(keeper, to)),
  });
  await bed.store('delete', name, '--yes');
  for (const path of [file, to]) bed.remove(path);
  return [
    {
      what: `get ${megabytes} MB`,
      unit: 'MB/s',
      ours: store,
      peer: { name: 'scp from one', values: scp },
      target: { of: 'ratio', atLeast: 0.5 },
    },
  ];
}

/** Many small files: a folder in one put, beside an scp for each file to one device. */
export async function manySmall(bed: StoreBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  const { files = 1000, scps = 60 } = sizes;
  const folder = bed.folder(files, 10_000);
  const name = bed.newName();
  const { store, scp } = await inTurn(3, {
    store: async () => {
      const { tookMs } = await bed.store('put', folder, name);
      await bed.store('delete', name, '--recursive', '--yes');
      return files / (tookMs / 1000);
    },
    scp: async () => {
      const [keeper = ''] = bed.keepers;
      const startedMs = performance.now();
      for (let at = 0; at < scps; at++) await bed.scpTo(keeper, join(folder, `${at}.bin`));
      return scps / ((performance.now() - startedMs) / 1000);
    },
  });
  bed.remove(folder);
  return [
    {
      what: `put ${files} files of 10 kB`,
      unit: 'files/s',
      ours: store,
      peer: { name: 'scp each, to one', values: scp },
      target: { of: 'ratio', atLeast: 3 },
      note: `scp was run for ${scps} files, one after the other.`,
    },
  ];
}
