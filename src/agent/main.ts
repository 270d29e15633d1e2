import { readFile } from 'node:fs/promises';
import { systemClock } from '../events.js';
import { messageOf, plainText } from '../errors.js';
import { agentConfig } from '../fleet/index.js';
import { beforeServer, runAgent } from './agent.js';

/**
 * The program that is always on on each device of a fleet: `node agent.mjs <configuration>`. SIGTERM ends it. With a third argument,
 * `before-server`, it does what must be done before nats-server starts, and ends.
 */
const log = (line: string): void => void process.stdout.write(`${plainText(line)}\n`);
const ending = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ending.abort());
/** What is under way gets this long to end by itself. */
const graceMs = 3000;

const [, program = '', settings = '', act] = process.argv;
try {
  const config = agentConfig.parse(JSON.parse(await readFile(settings, 'utf8')));
  if (act !== 'before-server')
    log(`agent of ${config.member.name} (${config.keeper ? 'a keeper' : 'no keeper'})`);
  const { signal } = ending;
  signal.addEventListener('abort', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
  });
  const context = { clock: systemClock, log, signal };
  await (act === 'before-server'
    ? beforeServer(config, context)
    : runAgent(config, { program, settings }, context));
} catch (error) {
  log(`the agent ends: ${messageOf(error)}`);
  process.exitCode = 1;
}
