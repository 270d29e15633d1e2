import { messageOf } from '../../errors.js';

/** What happened and why, without what a user could do next. */
export function whole(error: unknown): string {
  const { why } = error as { why?: unknown };
  return typeof why === 'string' && why !== '' ? `${messageOf(error)} ${why}` : messageOf(error);
}
