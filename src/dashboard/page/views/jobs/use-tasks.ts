import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JobEntry } from '../../../live/index.js';
import { call } from '../../call.js';
import { type Task, type TaskPage, TaskReader } from './task-reader.js';

const againMs = 2000;

/** Tasks of a job, as far as they are read; read again while it goes on. */
export function useTasks(job: JobEntry): readonly Task[] {
  const tasks = useSignal<readonly Task[]>([]);
  const newest = useRef(job);
  newest.current = job;
  useEffect(() => {
    const ending = new AbortController();
    const ask = async (from: number, limit: number) => {
      const path = `/v1/jobs/${job.id}/tasks?from=${from}&limit=${limit}`;
      const answer = await call<TaskPage>('GET', path, { signal: ending.signal });
      return 'data' in answer ? answer.data : null;
    };
    const reader = new TaskReader(ask, (read) => (tasks.value = read));
    let timer: ReturnType<typeof setTimeout>;
    const follow = async () => {
      await reader.follow(newest.current);
      if (!ending.signal.aborted) timer = setTimeout(() => void follow(), againMs);
    };
    void follow();
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [job.id]);
  return tasks.value;
}
