import { CollabError, type ErrorParts, ExitCode, messageOf, plainText } from '../../errors.js';

/** The leader has refused what it was asked for: nothing was changed. */
export class JobRefused extends CollabError {}

const upgrade = 'Bring the whole fleet to one version: collab fleet upgrade';
const list = 'See the jobs: collab job list';

const again = 'Try again. See how the fleet is: collab fleet status';

/** What to do after a refusal, by its name. */
const nextSteps: Readonly<Record<string, string>> = {
  'job-unknown': list,
  'job-not-yours': 'Ask its owner, or an admin of the fleet.',
  'job-cancelled': 'Submit it again: collab job submit',
  'job-ended': list,
  'job-not-ended': 'Cancel it, and wait until it has ended: collab job cancel <job>',
  'job-not-failed': 'See its tasks: collab job show <job>',
  'job-user-limit':
    'Wait until some have ended, or cancel a job. An admin sets the limit: jobs.tasks_per_user in fleet.yaml',
  'service-taken': 'Give another name or port: --name, --port. See the services: collab job list',
  'service-bad-name': 'Give it another name: --name app',
  'service-bad-count': 'Give --replicas from 1 to 100, and no parameters.',
  'service-ends': 'Leave the timeout out.',
  'pool-unknown': 'See the pools: collab pool list',
  'pool-admins-only': 'Ask an admin of the fleet.',
  'drain-admins-only': 'Ask an admin of the fleet.',
  'pool-in-use': 'Wait until these jobs have ended, or cancel them: collab job cancel <job>',
  'store-bad-question': upgrade,
  'store-refused': 'Ask an admin of the fleet whether you are still one of its users: collab fleet user list',
  'store-not-answered': again,
  'jobs-not-read': again,
  'job-busy': again,
};

/** @param what did not happen, in one sentence */
export function jobRefused(name: string, what: string, why: string): JobRefused {
  const parts: ErrorParts = {
    what,
    why: sentence(plainText(why)),
    next: nextSteps[name] ?? list,
    exitCode: nextSteps[name] === again ? ExitCode.deviceUnreachable : ExitCode.usage,
  };
  return new JobRefused(name, parts);
}

const sentence = (text: string) =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

export function badAnswer(cause: unknown): CollabError {
  return new CollabError('job-bad-answer', {
    what: 'The leader of the fleet answers about jobs in a form of its own.',
    why: 'It runs another version of collab.',
    next: upgrade,
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

/** As a broker says it where nobody answers. */
export function noAnswer(waitedMs: number): CollabError {
  return new CollabError('broker-no-answer', {
    what: 'The leader of the fleet does not answer.',
    why: `Nothing came within ${waitedMs / 1000} s. When a leader is gone, another one leads after some seconds.`,
    next: again,
    exitCode: ExitCode.deviceUnreachable,
  });
}

/** The question went out, and no answer came. */
export function uncertain(id: string, cause: unknown): CollabError {
  return new CollabError('job-uncertain', {
    what: `It is not known whether the job ${id} was submitted.`,
    why: messageOf(cause),
    next: `Look: collab job show ${id}. If there is no such job, remove its files: collab store delete jobs/${id} --recursive`,
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

export function noFolder(folder: string): CollabError {
  return new CollabError('job-no-folder', {
    what: `There is no folder ${folder} here.`,
    next: 'Name the folder with the files of the job, e.g. collab job submit my-job',
    exitCode: ExitCode.usage,
  });
}

export function emptyFolder(folder: string): CollabError {
  return new CollabError('job-empty-folder', {
    what: `The folder ${folder} has no files.`,
    next: 'Put what the tasks need into it, or name another folder.',
    exitCode: ExitCode.usage,
  });
}

/** @param known ids and names of jobs, the newest first */
export function unknownJob(wanted: string, known: readonly string[]): CollabError {
  const more = known.length - shownAtMost;
  return new CollabError('job-unknown', {
    what: `There is no job ${JSON.stringify(wanted)}.`,
    why:
      known.length === 0
        ? 'The fleet has no jobs.'
        : `The newest are ${known.slice(0, shownAtMost).join(', ')}${more > 0 ? `, and there are ${more} more` : ''}.`,
    next: 'Give the id of a job, its beginning, or its name. See them: collab job list',
    exitCode: ExitCode.usage,
  });
}
const shownAtMost = 5;

export function unknownPool(wanted: string, known: readonly string[]): CollabError {
  return new CollabError('pool-unknown', {
    what: `There is no pool ${JSON.stringify(wanted)}.`,
    why: known.length === 0 ? 'The fleet has no pools.' : `There are ${known.join(', ')}.`,
    next: 'See the pools: collab pool list. Keep one: collab pool set <name> --tag <tag>',
    exitCode: ExitCode.usage,
  });
}

export function ambiguousJob(wanted: string, ids: readonly string[]): CollabError {
  return new CollabError('job-ambiguous', {
    what: `${JSON.stringify(wanted)} may mean ${ids.length} jobs.`,
    why: `${ids.slice(0, shownAtMost).join(', ')}${ids.length > shownAtMost ? ', ...' : ''}`,
    next: 'Give more of the id.',
    exitCode: ExitCode.usage,
  });
}

export function noTask(id: string, task: number, tasks: number): CollabError {
  return new CollabError('job-no-task', {
    what: `The job ${id} has no task ${task}.`,
    why: `Its tasks are numbered from 0 to ${tasks - 1}.`,
    next: `See them: collab job show ${id}`,
    exitCode: ExitCode.usage,
  });
}

export function notYourFiles(id: string, owner: string): CollabError {
  return new CollabError('job-not-yours', {
    what: `The job ${id} is one of ${owner}, and only ${owner} can see its files.`,
    next: `How its tasks ended, everybody sees: collab job show ${id}`,
    exitCode: ExitCode.usage,
  });
}

export function noOutput(id: string): CollabError {
  return new CollabError('job-no-output', {
    what: `The job ${id} has left no files yet.`,
    why: 'Each task leaves its files when it has ended.',
    next: `See how far it is: collab job show ${id}`,
    exitCode: ExitCode.usage,
  });
}
