import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';

/** Name of the first entry of a file of bases, which tells all others. */
export const manifestName = 'collab-bases.json';
/** A manifest is small; a larger one is none. */
export const maxManifestBytes = 1_000_000;
/** Files beside a Dockerfile are small: a flavor's folder with more is not moved. */
export const maxFlavorBytes = 20_000_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const flavorName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/);
/** A relative path without `..`, empty parts or a backslash. */
const safePath = z
  .string()
  .max(500)
  .regex(/^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))(?!.*\/\/)(?!.*\/$)[^\\\p{Cc}]+$/u);
const ref = z.string().regex(/^collab\/(?:base-[a-z0-9._-]+|dependencies):[a-z0-9]+-[0-9a-f]+$/);

/** What a file of bases says of itself: `collab-bases.json`. */
export const baseFileManifest = z.strictObject({
  /** Files of format 1 spell the keys `flavour` and `flavours`. */
  format: z.literal(2),
  bases: z.array(
    z.strictObject({
      flavor: flavorName,
      architecture: z.string().regex(/^[a-z0-9]+$/),
      ref,
      /** SHA-256 over the layers and what they run: the same on every engine. */
      content: z.string(),
      /** Entry with the image, as `docker save` writes it. */
      entry: z.string().regex(/^images\/\d{1,4}\.tar$/),
      sha256,
      size_bytes: z.number().int().nonnegative(),
    }),
  ),
  flavors: z.array(
    z.strictObject({
      name: flavorName,
      files: z.array(
        z.strictObject({
          path: safePath,
          executable: z.boolean(),
          sha256,
          size_bytes: z.number().int().nonnegative().max(maxFlavorBytes),
        }),
      ),
    }),
  ),
});
export type BaseFileManifest = z.output<typeof baseFileManifest>;

/** A manifest of format 1 with the keys of format 2; any other value as it is. */
export function upgradeManifest(value: unknown): unknown {
  const old = value as { format?: unknown; bases?: unknown; flavours?: unknown } | null;
  if (old?.format !== 1 || !Array.isArray(old.bases)) return value;
  const { flavours, ...rest } = old;
  const bases = old.bases.map((base: object) => {
    const { flavour, ...others } = base as { flavour?: unknown };
    return { ...others, flavor: flavour };
  });
  return { ...rest, format: 2, bases, flavors: flavours };
}

export const flavorEntry = (flavor: string, path: string): string => `flavors/${flavor}/${path}`;

/** The name that an entry has in format 2. */
export const upgradeEntry = (name: string): string => name.replace(/^flavours\//, 'flavors/');

/** Pure: entries that the manifest tells, with what each must be. Two of one name are a fault. */
export function entriesOf(manifest: BaseFileManifest): Map<string, { sha256: string; sizeBytes: number }> {
  const all = [
    ...manifest.bases.map((base) => ({ ...base, name: base.entry })),
    ...manifest.flavors.flatMap(({ name: flavor, files }) =>
      files.map((file) => ({ ...file, name: flavorEntry(flavor, file.path) })),
    ),
  ];
  const entries = new Map(all.map((one) => [one.name, { sha256: one.sha256, sizeBytes: one.size_bytes }]));
  if (entries.size !== all.length) throw badBaseFile('its manifest names an entry twice');
  return entries;
}

/** A file that is none of ours, is cut, was changed, or has in it what it should not have. */
export function badBaseFile(why: string): CollabError {
  return new CollabError('bad-base-file', {
    what: 'This file of base images cannot be taken. Nothing was imported.',
    why: `It is broken, or no file of collab images export: ${why}.`,
    next: 'Copy it again, or write it again where it came from: collab images export <file>',
    exitCode: ExitCode.usage,
  });
}
