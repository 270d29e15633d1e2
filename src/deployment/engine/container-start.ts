import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../errors.js';

const tries = 3;
const pauseMs = 300;

/**
 * Starts a container, again if runc's own process died before it became the container's (`waiting for init preliminary setup:
 * read init-p: connection reset by peer`, seen on a busy machine). Nothing of the image has run then.
 */
export async function startContainer(start: () => Promise<unknown>): Promise<void> {
  for (let count = 1; ; count += 1) {
    try {
      await start();
      return;
    } catch (error) {
      if (count === tries || !messageOf(error).includes('waiting for init preliminary setup')) throw error;
      await pause(pauseMs);
    }
  }
}
