import { createInterface } from 'node:readline/promises';
import {
  anyMember,
  CollabError,
  type FleetJobs,
  type KnownFleet,
  openFleet,
  openFleetJobs,
  systemClock,
} from '../../../index.js';
import {
  chosenFleet,
  fleetMember,
  type FleetOptions,
  openSession,
  type Session,
} from '../../session/index.js';
import { memberInfoText, membersText } from '../../text/index.js';
import { inferAnswers } from './infer-answers.js';
import { storeAnswers } from './store-answers.js';

type Answer = (fleet: KnownFleet, words: readonly string[]) => Promise<string>;

/** `collab fleet console`: a prompt for short questions to a fleet. Commands also come from a pipe, one per line. */
export async function fleetConsole(flags: FleetOptions): Promise<void> {
  const session = openSession(flags);
  const { workspace, signal, say } = session;
  const fleet = await openFleet(workspace, await chosenFleet(workspace, flags));
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: process.stdin.isTTY,
  });
  signal.addEventListener('abort', () => lines.close(), { once: true });
  const opened = new OpenOnce(fleet);
  say(`Fleet ${fleet.name}. help lists the commands; Ctrl-D ends.`);
  lines.setPrompt('fleet> ');
  if (process.stdin.isTTY) lines.prompt();
  for await (const line of lines) {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    if (word === 'exit' || word === 'quit') break;
    if (word !== '') process.stdout.write(`${await answerTo(word, rest, { fleet, opened, session })}\n`);
    if (process.stdin.isTTY) lines.prompt();
  }
  lines.close();
  await opened.close();
}

/** Jobs and store, opened at the first question about them. */
class OpenOnce {
  #jobs: FleetJobs | null = null;

  constructor(private readonly fleet: KnownFleet) {}

  async open(): Promise<FleetJobs> {
    const context = { clock: systemClock, random: () => Math.random() };
    return (this.#jobs ??= await openFleetJobs(this.fleet, context));
  }

  async close(): Promise<void> {
    await this.#jobs?.[Symbol.asyncDispose]();
  }
}

async function answerTo(
  word: string,
  rest: readonly string[],
  { fleet, opened, session }: { fleet: KnownFleet; opened: OpenOnce; session: Session },
): Promise<string> {
  const command = commands.get(word);
  const aboutFiles = storeAnswers.get(word);
  const aboutModels = inferAnswers.get(word);
  if (command === undefined && aboutFiles === undefined && aboutModels === undefined)
    return `There is no command "${word}". help lists them.`;
  try {
    if (command !== undefined) return await command.answer(fleet, rest);
    const jobs = await opened.open();
    if (aboutFiles !== undefined) return await aboutFiles.answer(jobs.store, rest, session.signal);
    return (await aboutModels?.answer({ jobs, fleet, session }, rest)) ?? '';
  } catch (error) {
    if (!(error instanceof CollabError)) throw error;
    return [error.what, error.why, error.next].filter(Boolean).join('\n');
  }
}

const commands = new Map<string, { does: string; answer: Answer }>([
  ['list', { does: 'list               members, and who of them is alive', answer: list }],
  ['self', { does: 'self               id of the member that answers', answer: self }],
  ['info', { does: 'info [member]      what a member says about itself', answer: info }],
  ['join', { does: 'join [member] [ip:port]  lets a member join through another one', answer: join }],
  ['leave', { does: 'leave <member>     lets a member leave', answer: leave }],
  ['help', { does: 'help               this list', answer: () => Promise.resolve(help()) }],
]);

function help(): string {
  const lines = [...commands.values(), ...storeAnswers.values(), ...inferAnswers.values()].map(
    ({ does }) => does,
  );
  return [...lines, 'exit               ends the console'].join('\n');
}

async function list({ clients }: KnownFleet): Promise<string> {
  const all = clients.map(({ client }) => client);
  return membersText((await anyMember(all, (member) => member.members())).members);
}

async function self(fleet: KnownFleet): Promise<string> {
  return (await (await fleetMember(fleet, undefined)).info()).self.id;
}

async function info(fleet: KnownFleet, [name]: readonly string[]): Promise<string> {
  return memberInfoText(await (await fleetMember(fleet, name)).info());
}

async function join(fleet: KnownFleet, words: readonly string[]): Promise<string> {
  const address = words.find((word) => word.includes(':')) ?? null;
  const name = words.find((word) => !word.includes(':'));
  return `reached ${await (await fleetMember(fleet, name)).join(address)}`;
}

async function leave(fleet: KnownFleet, [name]: readonly string[]): Promise<string> {
  if (name === undefined) return 'Name the member: leave nano1';
  await (await fleetMember(fleet, name)).leave();
  return `${name} left`;
}
