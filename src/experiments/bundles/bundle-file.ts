import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import { collisionIn, pathFault } from './path-rules.js';

/** Name of the first entry of a bundle, which lists all others. */
export const manifestName = 'collab-bundle.json';

/** What a bundle may hold: a run of days fits, and what fills a disk does not. */
export interface BundleLimits {
  /** 1000 trials of 10 role instances with 20 files each. */
  entries: number;
  /** All files together. A run that samples 20 devices every 100 ms for two weeks has 50 GB. */
  bytes: number;
  /** Unpacked bytes for each byte of the file. Logs have 5 to 30; zeros alone have 1000. */
  ratio: number;
  /** A smaller content is no bomb, whatever its ratio. */
  ratioFromBytes: number;
  /** 300 bytes for each entry. */
  manifestBytes: number;
}
export const bundleLimits: BundleLimits = {
  entries: 200_000,
  bytes: 64e9,
  ratio: 200,
  ratioFromBytes: 100e6,
  manifestBytes: 64e6,
};

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().max(1000);
const time = z.iso.datetime();
const count = z.number().int().nonnegative();
const words = z.array(z.string()).nullable();
/** Part of a path below `TestCases/` and `Logs/`. */
const experimentName = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/);
const runId = z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{4}$/);

const roleAsks = z.strictObject({
  name: z.string(),
  instances: z.string().describe('`2`, or `1..256` for as many as there are devices for'),
  architectures: z.array(z.string()).nullable(),
  memory_bytes: count.nullable(),
  cores: count.nullable(),
  tags: z.array(z.string()),
  own_device: z.boolean().describe('Whether its device plays nothing else'),
  gpu: z.boolean(),
  host_devices: z.array(z.string()).describe('Device files of the host that it gets'),
  network: z.enum(['own', 'host']),
  ports: z.record(z.string(), z.number()),
  shm_bytes: count.nullable(),
  base: z.string(),
  apt: z.array(z.string()),
  pip: z.array(z.string()),
  requirements: z.string().nullable(),
  command: z.array(z.string()),
  prepare: words,
  finalize: words,
  meter: words,
});
export type RoleAsks = z.output<typeof roleAsks>;

const dataAsks = z.strictObject({
  name: z.string(),
  path: z.string(),
  roles: z.array(z.string()),
  hash: z
    .string()
    .nullable()
    .describe('SHA-256 over its files; null if it was not on the machine of the export'),
});
export type DataAsks = z.output<typeof dataAsks>;

/** `collab-bundle.json`: what a bundle holds, who made it, and what its experiment asks for. */
export const bundleManifest = z.strictObject({
  format: z.literal(1),
  made: z.strictObject({
    by: text.describe('Login name'),
    collab: text.describe('Version'),
    at: time.describe('End of the run, or the newest change of a file: the same content has the same date'),
  }),
  experiment: z.strictObject({ name: experimentName, id: sha256 }),
  run: z
    .strictObject({ id: runId, state: text, started_at: time, ended_at: time, experiment_id: sha256 })
    .nullable(),
  asks: z.strictObject({ roles: z.array(roleAsks), data: z.array(dataAsks) }),
  images: z.array(
    z.strictObject({
      ref: text,
      digest: text.describe('Of a run: id of the image on its device; in the bundle: SHA-256 of its content'),
      in_bundle: z.boolean(),
    }),
  ),
  entries: z.array(
    z.strictObject({
      path: z.string(),
      kind: z.literal('file'),
      executable: z.boolean(),
      sha256,
      size_bytes: count,
    }),
  ),
});
export type BundleManifest = z.output<typeof bundleManifest>;
export type BundleEntry = BundleManifest['entries'][number];

/** The file of base images in a bundle, as `collab images export` writes it. */
export const imagesEntry = 'images/0.tar';

/** Entries are the files of the experiment, of the run, and the file of images. */
const place =
  /^(?:experiment\/.|run\/(?:run\.json$|events\.jsonl$|packages\/[0-9a-z-]+\.json$|(?:trials|warm)\/.)|images\/0\.tar$)/;

/** Why the entries of a bundle cannot be taken; null if they can. */
export function entriesFault(
  { entries, run }: Pick<BundleManifest, 'entries' | 'run'>,
  limits: BundleLimits,
): string | null {
  if (entries.length > limits.entries) return `it has more than ${limits.entries} files`;
  const total = entries.reduce((sum, one) => sum + one.size_bytes, 0);
  if (total > limits.bytes) return `its files have ${total} bytes, and ${limits.bytes} are the most`;
  for (const { path } of entries) {
    const fault = pathFault(path);
    if (fault !== null) return `the name ${JSON.stringify(path)} ${fault}`;
    if (!place.test(path)) return `there is no place for ${JSON.stringify(path)} in a bundle`;
    if (path.startsWith('run/') && run === null)
      return `it has no run, and a file ${JSON.stringify(path)} of one`;
  }
  return collisionIn(entries.map(({ path }) => path));
}

/** The file is foreign, cut, changed or hostile. */
export function badBundle(why: string): CollabError {
  return new CollabError('bad-bundle', {
    what: 'This bundle cannot be imported. Nothing was changed.',
    why: `It is damaged, or was not written by collab export: ${why}.`,
    next: 'Copy it again, or ask its author to export it again: collab export <experiment>',
    exitCode: ExitCode.usage,
  });
}
