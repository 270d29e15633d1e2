import type { DrainStatus } from '../../index.js';

const attemptsText = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;

/** What is still on a drained member, and how long it may be. */
export function leftText({ holds, deadline_at: deadlineAt }: DrainStatus, name: string): string {
  const until =
    deadlineAt === null
      ? 'may end (--deadline gives it back after a time)'
      : `given back at ${deadlineAt.slice(0, 19).replace('T', ' ')} UTC`;
  return `${attemptsText(holds.length)} still on ${name}: ${until}`;
}

/** That a member gets no more tasks, and how it does again. */
export function drainedText(drained: DrainStatus, name: string): string {
  const what =
    drained.holds.length === 0
      ? `${name} is drained: it gets no tasks, and nothing runs there.`
      : `${name} is drained: it gets no more tasks. ${leftText(drained, name)}.`;
  return `${what} Tasks again: collab fleet drain ${name} --undo`;
}
