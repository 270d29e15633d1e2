import { join } from 'node:path';
import { openKeeper } from '../agent/index.js';
import { serveDashboard } from '../dashboard/index.js';
import { messageOf, plainText, systemClock } from '../index.js';
import { dashboardOf } from './parts.js';

/**
 * The program that serves the dashboard on a keeper: `node dashboard.mjs <configuration of the agent>`. It ends when its standard
 * input does, or by SIGTERM.
 */
const log = (line: string): void => void process.stdout.write(`${plainText(line)}\n`);
/** What is under way gets this long to end by itself. */
const graceMs = 2000;

const ended = new Promise<void>((resolve) => {
  process.stdin.on('end', resolve).on('error', resolve).resume();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve());
});
try {
  await using keeper = await openKeeper(process.argv[2] ?? '', { clock: systemClock });
  const { parts, place } = dashboardOf(keeper, { clock: systemClock, log });
  await using served = await serveDashboard(parts, place);
  log(`listens on ${place.address} port ${served.port}; what is kept is in ${join(parts.folder)}`);
  await ended;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
} catch (error) {
  log(messageOf(error));
  process.exitCode = 1;
}
// A connection that is being made keeps it from ending.
process.stdin.destroy();
