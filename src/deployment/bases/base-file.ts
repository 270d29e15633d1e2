import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';

/** Name of the first entry of a file of bases, which lists all others. */
export const manifestName = 'collab-bases.json';
/** A manifest is small: a larger entry is not one. */
export const maxManifestBytes = 1_000_000;
/** The files next to a Dockerfile are small: a larger folder of a flavor is refused. */
export const maxFlavorBytes = 20_000_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const flavorName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/);
/** A relative path without `..`, empty parts or a backslash. */
const safePath = z
  .string()
  .max(500)
  .regex(/^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))(?!.*\/\/)(?!.*\/$)[^\\\p{Cc}]+$/u);
const ref = z.string().regex(/^collab\/(?:base-[a-z0-9._-]+|dependencies):[a-z0-9]+-[0-9a-f]+$/);

/** The manifest of a file of bases: `collab-bases.json`. */
export const baseFileManifest = z.strictObject({
  /** Files of format 1 spell the keys `flavour` and `flavours`. */
  format: z.literal(2),
  bases: z.array(
    z.strictObject({
      flavor: flavorName,
      architecture: z.string().regex(/^[a-z0-9]+$/),
      ref,
      /** SHA-256 over the layers and the run configuration: the same on every engine. */
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

/** The entries that the manifest lists, with hash and size. @throws CollabError `bad-base-file` on a repeated name */
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

/** The file is foreign, truncated or changed, or has an entry that it should not have. */
export function badBaseFile(why: string): CollabError {
  return new CollabError('bad-base-file', {
    what: 'This file of base images cannot be imported. Nothing was changed.',
    why: `It is damaged, or was not written by collab images export: ${why}.`,
    next: 'Copy it again, or export it again on the machine it came from: collab images export <file>',
    exitCode: ExitCode.usage,
  });
}
