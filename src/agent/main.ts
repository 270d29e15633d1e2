import { readFile } from 'node:fs/promises';
import { systemClock } from '../events.js';
import { messageOf, plainText } from '../errors.js';
import { agentConfig } from '../fleet/index.js';
import { runAgent } from './agent.js';

/** The program that is always on on each device of a fleet: `node agent.mjs <configuration>`. SIGTERM ends it. */
const log = (line: string): void => void process.stdout.write(`${plainText(line)}\n`);
const ending = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ending.abort());
/** What is under way gets this long to end by itself. */
const graceMs = 3000;

const [, program = '', settings = ''] = process.argv;
try {
  const config = agentConfig.parse(JSON.parse(await readFile(settings, 'utf8')));
  log(`agent of ${config.member.name} (${config.keeper ? 'a keeper' : 'no keeper'})`);
  const { signal } = ending;
  signal.addEventListener('abort', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
  });
  await runAgent(config, { program, settings }, { clock: systemClock, log, signal });
} catch (error) {
  log(`the agent ends: ${messageOf(error)}`);
  process.exitCode = 1;
}
