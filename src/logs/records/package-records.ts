import { z } from 'zod';

/** Which packages were there when a role ran: the lists, which are kept once per content, and what run.json says of them. */

const versions = z.record(z.string(), z.string()).describe('Version of each package, by name');
const unavailable = z.string().describe('Why they could not be read');

/** The packages of an image, or of the machine that ran roles without one. */
export const packageLists = z.object({
  dpkg: z.union([z.object({ packages: versions }), z.object({ unavailable })]),
  python: z.object({
    version: z.string().describe('Version of the Python that listed them'),
    executable: z.string(),
    how: z.string().optional().describe('Who listed them: `pip`, `importlib.metadata`, or `pkg_resources`'),
    packages: versions.optional(),
    unavailable: unavailable.optional(),
  }),
});
export type PackageLists = z.infer<typeof packageLists>;

/** `Logs/.images/<id>.json`. */
export const imageFile = z.object({
  format: z.literal(1).describe('Format of this file'),
  id: z
    .string()
    .describe('The id of the image; for a Python of the controller `python-` and the hash of `packages`'),
  read_at: z.string().describe('When the packages were read, in UTC'),
  image: z
    .object({
      layers: z.array(z.string()),
      repo_digests: z.array(z.string()),
      architecture: z.string(),
      size_bytes: z.number(),
    })
    .optional()
    .describe('As the engine described it; missing for a Python of the controller'),
  packages: packageLists,
});
export type ImageFile = z.infer<typeof imageFile>;

/** What run.json says of packages: where their list is, and how many there are. */
export const packagesSummary = z.union([
  z.object({
    file: z.string().describe('The list of the packages and their versions, from the folder `Logs`'),
    dpkg: z
      .number()
      .int()
      .nullable()
      .describe('How many packages dpkg had installed; null if that was not read'),
    python: z.number().int().nullable().describe('How many packages Python found; null if that was not read'),
  }),
  z.object({ unavailable }),
]);
export type PackagesSummary = z.infer<typeof packagesSummary>;

/** The python3 of the controller that ran roles without an image. */
export const pythonRecord = z.union([
  z.object({ version: z.string(), executable: z.string(), packages: packagesSummary }),
  z.object({ unavailable }),
]);
export type PythonRecord = z.infer<typeof pythonRecord>;
