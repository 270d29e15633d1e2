import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Fault } from './schemas.js';

/** Statuses of errors by their names. Others have that of their exit code. */
const statuses: Readonly<Record<string, number>> = {
  'api-unauthorized': 401,
  'api-no-member-acts': 403,
  'drain-admins-only': 403,
  'job-not-yours': 403,
  'member-refused': 403,
  'store-refused': 403,
  'store-not-yours': 403,
  'api-unknown-path': 404,
  'api-no-runs': 404,
  'api-no-code': 404,
  'fleet-member-unknown': 404,
  'infer-no-images': 404,
  'infer-too-many': 413,
  'job-unknown': 404,
  'job-no-task': 404,
  'no-runs': 404,
  'no-such-run': 404,
  'store-no-file': 404,
  'api-wrong-method': 405,
  'api-not-all-done': 409,
  'api-not-ended': 409,
  'job-output-unread': 503,
  'infer-other-job': 409,
  'job-ambiguous': 409,
  'job-cancelled': 409,
  'job-ended': 409,
  'job-exists': 409,
  'job-not-failed': 409,
  'run-ambiguous': 409,
  'store-busy': 409,
  'store-is-folder': 409,
  'api-too-large': 413,
  'job-too-large': 413,
  'job-too-many-tasks': 413,
  'api-not-json': 415,
  'broker-no-answer': 503,
  'job-busy': 503,
  'jobs-not-read': 503,
  'store-filling': 503,
  'store-missing': 503,
  'store-unreachable': 503,
  'fleet-unreachable': 503,
  'store-full': 507,
};

/** After this, a client asks again: a new leader is found within some seconds. */
export const retryAfterS = 5;

export interface Refusal {
  status: number;
  fault: Fault;
}

/** What a client is told of an error. Of one that is not meant for users, nothing but that there was one. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof CollabError)) {
    const what = 'Something went wrong inside collab.';
    return {
      status: 500,
      fault: { name: 'internal', what, why: null, next: 'See the log of the server, and report it.' },
    };
  }
  const { name, what, why, next } = error;
  const text = { name, what: plainText(what), why: why === undefined ? null : plainText(why), next };
  return { status: statuses[name] ?? statusOfCode(error.exitCode), fault: text };
}

function statusOfCode(code: ExitCode): number {
  if (code === ExitCode.usage) return 400;
  if (code === ExitCode.deviceUnreachable) return 503;
  return code === ExitCode.deviceBusy ? 409 : 500;
}

const usage = (name: string, what: string, next: string, why?: string): CollabError =>
  new CollabError(name, { what, why, next, exitCode: ExitCode.usage });
const spec = 'See the specification: GET /v1/openapi.json, or collab api --spec';

/** @param why without a word of the token itself */
export const unauthorized = (why: string, next: string): CollabError =>
  usage('api-unauthorized', 'The request is not allowed in.', next, why);

export const unknownPath = (path: string): CollabError =>
  usage('api-unknown-path', `There is no ${JSON.stringify(path.slice(0, 200))} in this API.`, spec);

export const wrongMethod = (method: string, allowed: readonly string[]): CollabError =>
  usage('api-wrong-method', `${method.slice(0, 20)} is not possible here.`, `Use ${allowed.join(' or ')}.`);

/** @param where `query`, `body`, ... */
export const badRequest = (where: string, why: string): CollabError =>
  usage('api-bad-request', `The ${where} of the request cannot be used.`, spec, why);

export const tooLarge = (mostBytes: number): CollabError =>
  usage(
    'api-too-large',
    `The body of the request is larger than ${mostBytes / 1e6} MB.`,
    'Put large values into a file, with PUT /v1/files/<name>, and let each task find its own part by {task}.',
  );

export const notJson = (): CollabError =>
  usage(
    'api-not-json',
    'The body of the request is not said to be JSON.',
    'Send the header content-type: application/json.',
  );

export const otherHash = (name: string): CollabError =>
  usage(
    'api-other-hash',
    `The content of ${JSON.stringify(name)} has another SHA-256 than the header x-content-sha256 says. Nothing was put.`,
    'Send it again.',
  );

export const notEnded = (job: string, task: number): CollabError =>
  usage(
    'api-not-ended',
    `Task ${task} of the job ${job} has printed nothing that is there.`,
    'See its attempts: GET /v1/jobs/{job}/tasks. Wait until it runs: GET /v1/events',
    'It has no attempt that runs or has ended, or not the one that was asked for.',
  );

export const notAllDone = (id: string, done: number, batches: number): CollabError =>
  usage(
    'api-not-all-done',
    `The job ${id} has results of ${done} of ${batches} batches.`,
    'Wait for its end (GET /v1/events), or ask for what is there: ?partial=true',
  );

export const noCode = (folder: string, loader: string): CollabError =>
  usage(
    'api-no-code',
    `There is no ${JSON.stringify(loader)} in the folder ${JSON.stringify(folder)} of the store.`,
    'Put the Python files of the model there: collab store put models <folder>',
    "The settings name it as the loader's file.",
  );

export const noMemberActs = (): CollabError =>
  usage(
    'api-no-member-acts',
    'Members do not leave and join through the API of a keeper.',
    'Ask the API of a workspace (collab api), or use collab fleet leave and collab fleet join.',
    "A member does this for an admin's own token, and a keeper has none.",
  );

export const noRuns = (): CollabError =>
  usage(
    'api-no-runs',
    'There are no runs here.',
    'Ask the API of a workspace: collab api',
    'Runs lie in the workspace of who made them, and a keeper has none.',
  );
