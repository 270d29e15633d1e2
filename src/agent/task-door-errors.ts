import { CollabError, ExitCode } from '../errors.js';

export const badRequest = (what: string, next: string): CollabError =>
  new CollabError('store-bad-request', { what, next, exitCode: ExitCode.usage });

const statuses: Readonly<Record<string, number>> = {
  'store-bad-request': 400,
  'store-bad-name': 400,
  'store-no-file': 404,
  'store-full': 507,
};

/** The HTTP status of an error by its name: 503 for a store that cannot be used now, 500 for an error of our own. */
export const statusOf = (name: string | null): number => (name === null ? 500 : (statuses[name] ?? 503));
