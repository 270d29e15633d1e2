import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  filesMatching,
  holdingsOf,
  type FileVersion,
  type NewFile,
  planRemoval,
  removeFiles,
  sharesOf,
  versionsOf,
} from '../files/index.js';
import type { Answer, Call } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import { otherHash } from './faults.js';
import type { Caller } from './caller.js';
import type { file } from './schemas.js';

/** Calls about files. The store of the caller sees what that user may see. */
export const fileHandlers = {
  async listFiles(
    { jobs }: Caller,
    { query, signal }: Call<Endpoints['listFiles']>,
  ): Promise<Answer<Endpoints['listFiles']>> {
    return { files: (await filesMatching(jobs.store.files, query.pattern, signal)).map(fileAnswer) };
  },

  async getFile(
    { jobs }: Caller,
    { parameters, query, signal }: Call<Endpoints['getFile']>,
  ): Promise<Answer<Endpoints['getFile']>> {
    const opened = await jobs.store.files.open(parameters.name, query.version, signal);
    const { file: found } = opened;
    const headers = {
      'content-length': String(found.sizeBytes),
      'x-version': String(found.version),
      ...(found.sha256 !== null && { 'x-content-sha256': found.sha256 }),
    };
    return { type: 'application/octet-stream', headers, bytes: opened.content() };
  },

  async putFile(
    { jobs }: Caller,
    { parameters: { name }, query, headers, content, signal }: Call<Endpoints['putFile']>,
  ): Promise<Answer<Endpoints['putFile']>> {
    const wanted = headers['x-content-sha256'];
    const put: NewFile = {
      name,
      kind: 'file',
      mode: Number.parseInt(query.mode, 8),
      target: null,
      content: () => (wanted === undefined ? content : hashed(content, wanted, name)),
    };
    const [version] = await jobs.store.files.put([put], { signal });
    if (version === undefined) throw new Error('the store has put nothing');
    return fileAnswer(version);
  },

  async deleteFile(
    { jobs }: Caller,
    { parameters: { name }, query, signal }: Call<Endpoints['deleteFile']>,
  ): Promise<Answer<Endpoints['deleteFile']>> {
    const { files } = jobs.store;
    const removed = await planRemoval(files, name, {
      user: jobs.user,
      force: query.force === 'true',
      recursive: query.recursive === 'true',
      signal,
    });
    return { removed: removed.map((one) => one.name), versions: await removeFiles(files, removed) };
  },

  async listVersions(
    { jobs }: Caller,
    { parameters }: Call<Endpoints['listVersions']>,
  ): Promise<Answer<Endpoints['listVersions']>> {
    return { versions: (await versionsOf(jobs.store.files, parameters.name)).map(fileAnswer) };
  },

  async listReplicas(
    { jobs: { store } }: Caller,
    { parameters: { name }, signal }: Call<Endpoints['listReplicas']>,
  ): Promise<Answer<Endpoints['listReplicas']>> {
    const [record, placement] = await Promise.all([store.record(name, signal), store.placement(signal)]);
    const versions = holdingsOf(record, placement).map(({ version, parts, replicas, target, holders }) => ({
      version: version.n,
      size_bytes: version.size_bytes,
      parts,
      replicas,
      target,
      devices: holders.map(({ member, ...held }) => ({
        id: member,
        name: store.memberName(member),
        ...held,
      })),
    }));
    return { name, versions };
  },

  async listShares(
    { jobs: { store } }: Caller,
    { signal }: Call<Endpoints['listShares']>,
  ): Promise<Answer<Endpoints['listShares']>> {
    const shares = await sharesOf(store.records('', signal), await store.placement(signal));
    const devices = shares.map((one) => ({
      id: one.member,
      name: store.memberName(one.member),
      files: one.files,
      versions: one.versions,
      content_bytes: one.bytes,
      used_bytes: one.usedBytes,
      free_bytes: one.freeBytes,
      answers: !one.isOffline,
    }));
    return { devices };
  },
};

/** Fails at the end if the hash differs: then the store shows nothing of it. */
async function* hashed(
  content: AsyncIterable<Uint8Array>,
  wanted: string,
  name: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== wanted) throw otherHash(name);
}

const fileAnswer = (one: FileVersion): z.input<typeof file> => ({
  name: one.name,
  version: one.version,
  kind: one.kind,
  size_bytes: one.sizeBytes,
  sha256: one.sha256,
  mode: one.mode === null ? null : one.mode.toString(8),
  owner: one.owner,
  put_at: one.putAt.toISOString(),
  target: one.target,
});
