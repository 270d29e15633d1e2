import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';

/** Name of the first entry of a file of bases, which tells all others. */
export const manifestName = 'collab-bases.json';
/** A manifest is small; a larger one is none. */
export const maxManifestBytes = 1_000_000;
/** Files beside a Dockerfile are small: a flavour's folder with more is not moved. */
export const maxFlavourBytes = 20_000_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const flavourName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/);
/** A relative path without `..`, empty parts or a backslash. */
const safePath = z
  .string()
  .max(500)
  .regex(/^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))(?!.*\/\/)(?!.*\/$)[^\\\p{Cc}]+$/u);
const ref = z.string().regex(/^collab\/(?:base-[a-z0-9._-]+|dependencies):[a-z0-9]+-[0-9a-f]+$/);

/** What a file of bases says of itself: `collab-bases.json`. */
export const baseFileManifest = z.strictObject({
  format: z.literal(1),
  bases: z.array(
    z.strictObject({
      flavour: flavourName,
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
  flavours: z.array(
    z.strictObject({
      name: flavourName,
      files: z.array(
        z.strictObject({
          path: safePath,
          executable: z.boolean(),
          sha256,
          size_bytes: z.number().int().nonnegative().max(maxFlavourBytes),
        }),
      ),
    }),
  ),
});
export type BaseFileManifest = z.output<typeof baseFileManifest>;

export const flavourEntry = (flavour: string, path: string): string => `flavours/${flavour}/${path}`;

/** Pure: entries that the manifest tells, with what each must be. Two of one name are a fault. */
export function entriesOf(manifest: BaseFileManifest): Map<string, { sha256: string; sizeBytes: number }> {
  const all = [
    ...manifest.bases.map((base) => ({ ...base, name: base.entry })),
    ...manifest.flavours.flatMap(({ name: flavour, files }) =>
      files.map((file) => ({ ...file, name: flavourEntry(flavour, file.path) })),
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
