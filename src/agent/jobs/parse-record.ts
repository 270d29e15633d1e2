import type { z } from 'zod';
import {
  type BrokerMessage,
  type JobRecord,
  jobRecord,
  type TaskRecord,
  taskRecord,
} from '../../fleet/index.js';

/** Null for one that cannot be read, or is of another job than its subject says. */
export function parseJob({ subject, data }: BrokerMessage): JobRecord | null {
  const record = parse(jobRecord, data);
  return record?.id === subject.split('.')[1] ? record : null;
}

/** Null for one that cannot be read, or is of another task than its subject says: workers write them. */
export function parseTask({ subject, data }: BrokerMessage): TaskRecord | null {
  const record = parse(taskRecord, data);
  const [, job, task] = subject.split('.');
  return record?.job === job && String(record?.task) === task ? record : null;
}

function parse<T>(schema: z.ZodType<T>, data: Uint8Array): T | null {
  try {
    return schema.parse(JSON.parse(Buffer.from(data).toString()));
  } catch {
    return null;
  }
}
