import { expect, it } from 'vitest';
import { storeBroker } from '../../tests/fixtures/filled-broker.js';
import { indexSubject, jobSpace } from '../fleet/broker/subjects.js';
import { openStore } from '../fleet/index.js';
import { removeJobFiles } from './job-files.js';

const member = { id: '1'.repeat(20), name: 'nano1' };

it('removes the files of one job of one user, however many they are', async () => {
  const broker = await storeBroker();
  const put = async (user: string, name: string) => {
    const version = {
      n: 1,
      id: 'A'.repeat(22),
      kind: 'folder',
      size_bytes: 0,
      sha256: null,
      mode: 0o755,
      owner: user,
      put_at: '2026-11-30T12:00:00Z',
      target: null,
      parts: [],
    };
    const record = { format: 1, name, next: 2, versions: [version] };
    await broker.publish(indexSubject(jobSpace(user), name), Buffer.from(JSON.stringify(record)));
  };
  for (let task = 0; task < 1100; task += 1) await put('ann', `jobs/a/trials/${task}`);
  await put('ann', 'jobs/b/files');
  await put('bob', 'jobs/a/files');
  await removeJobFiles(broker, member, { owner: 'ann', folder: 'jobs/a' }, new AbortController().signal);
  const namesOf = async (jobsOf: string) => {
    const store = await openStore(broker, { kind: 'member', ...member, jobsOf });
    const names: string[] = [];
    for await (const { name } of store.list('jobs')) names.push(name);
    return names;
  };
  expect(await namesOf('ann')).toEqual(['jobs/b/files']);
  expect(await namesOf('bob')).toEqual(['jobs/a/files']);
});
