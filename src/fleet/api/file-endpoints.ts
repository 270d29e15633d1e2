import { z } from 'zod';
import type { Endpoint } from './endpoint.js';
import { file, heldVersion, share } from './schemas.js';

const fileName = z.strictObject({ name: z.string().describe('Name of a file; `/` may stay as it is.') });
const yes = z.enum(['true', 'false']).default('false');

/** Calls about files: those of `collab store`. */
export const fileEndpoints = {
  listFiles: {
    method: 'GET',
    path: '/v1/files',
    group: 'files',
    summary: 'Newest versions of files, by name. Files of own jobs are listed below `jobs` only.',
    query: z.strictObject({
      pattern: z
        .string()
        .default('')
        .describe('A file, a folder, or a pattern such as weights/**. Default: all.'),
    }),
    gives: 'json',
    answer: z.object({ files: z.array(file) }),
    status: 200,
    refusals: [],
  },
  getFile: {
    method: 'GET',
    path: '/v1/files/{name}',
    group: 'files',
    summary: 'Content of a file. The header x-content-sha256 has its hash, and x-version its version.',
    parameters: fileName,
    query: z.strictObject({
      version: z.coerce.number().int().positive().optional().describe('Default: the newest.'),
    }),
    gives: 'bytes',
    status: 200,
    refusals: [404],
  },
  putFile: {
    method: 'PUT',
    path: '/v1/files/{name}',
    group: 'files',
    summary: 'Puts a new version of a file. It is seen whole or not at all.',
    parameters: fileName,
    query: z.strictObject({
      mode: z
        .string()
        .regex(/^0?[0-7]{3}$/, 'three octal digits')
        .default('644')
        .describe('Permission bits, octal; 755 for a program.'),
    }),
    headers: z.object({
      'x-content-sha256': z
        .string()
        .regex(/^[0-9a-f]{64}$/, '64 hex digits')
        .optional()
        .describe('If the content has another SHA-256, nothing is put.'),
    }),
    takes: 'bytes',
    gives: 'json',
    answer: file,
    status: 201,
    refusals: [409, 507],
  },
  deleteFile: {
    method: 'DELETE',
    path: '/v1/files/{name}',
    group: 'files',
    summary: 'Deletes a file with all its versions, or a folder.',
    parameters: fileName,
    query: z.strictObject({
      recursive: yes.describe('true: a folder with everything in it.'),
      force: yes.describe('true: also what others have put.'),
    }),
    gives: 'json',
    answer: z.object({ removed: z.array(z.string()), versions: z.int().nonnegative() }),
    status: 200,
    refusals: [403, 404, 409],
  },
  listVersions: {
    method: 'GET',
    path: '/v1/versions/{name}',
    group: 'files',
    summary: 'Versions of a file that are kept, the newest first.',
    parameters: fileName,
    gives: 'json',
    answer: z.object({ versions: z.array(file) }),
    status: 200,
    refusals: [404],
  },
  listReplicas: {
    method: 'GET',
    path: '/v1/replicas/{name}',
    group: 'files',
    summary: 'Which devices hold the versions of a file now, as the keepers see it.',
    parameters: fileName,
    gives: 'json',
    answer: z.object({ name: z.string(), versions: z.array(heldVersion) }),
    status: 200,
    refusals: [404],
  },
  listShares: {
    method: 'GET',
    path: '/v1/shares',
    group: 'files',
    summary: 'What each device holds of the files that this user sees. It reads the records of all of them.',
    gives: 'json',
    answer: z.object({ devices: z.array(share) }),
    status: 200,
    refusals: [],
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
