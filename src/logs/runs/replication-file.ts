import { join } from 'node:path';
import { messageOf } from '../../errors.js';
import { jsonOf, parseJson, readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import { replicationFile, type ReplicationRecord, replicationRecord } from '../records/index.js';

/** The judgment in a run's folder: null if there is none, or why it cannot be read. */
export async function readReplication(
  folder: string,
): Promise<ReplicationRecord | null | { readonly unreadable: string }> {
  try {
    const text = await readFileIfThere(join(folder, replicationFile));
    if (text === null) return null;
    const parsed = replicationRecord.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return { unreadable: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}` };
  } catch (error) {
    return { unreadable: messageOf(error) };
  }
}

/** Keeps a judgment in the folder of the replication, in place of an earlier one. */
export function writeReplication(folder: string, record: ReplicationRecord): Promise<void> {
  return writeFileAtomic(join(folder, replicationFile), `${jsonOf(record, 2)}\n`);
}
