import { createInterface } from 'node:readline/promises';
import {
  anyMember,
  CollabError,
  type FleetStore,
  type KnownFleet,
  openFleet,
  openFleetStore,
} from '../../../index.js';
import { chosenFleet, fleetMember, type FleetOptions, openSession } from '../../session/index.js';
import { memberInfoText, membersText } from '../../text/index.js';
import { storeAnswers } from './store-answers.js';

type Answer = (fleet: KnownFleet, words: readonly string[]) => Promise<string>;

/** `collab fleet console`: a prompt for short questions to a fleet. Commands also come from a pipe, one per line. */
export async function fleetConsole(flags: FleetOptions): Promise<void> {
  const { workspace, signal, say } = openSession(flags);
  const fleet = await openFleet(workspace, await chosenFleet(workspace, flags));
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: process.stdin.isTTY,
  });
  signal.addEventListener('abort', () => lines.close(), { once: true });
  const files = new OpenOnce(fleet);
  say(`Fleet ${fleet.name}. help lists the commands; Ctrl-D ends.`);
  lines.setPrompt('fleet> ');
  if (process.stdin.isTTY) lines.prompt();
  for await (const line of lines) {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    if (word === 'exit' || word === 'quit') break;
    if (word !== '') process.stdout.write(`${await answerTo(word, rest, { fleet, files, signal })}\n`);
    if (process.stdin.isTTY) lines.prompt();
  }
  lines.close();
  await files.close();
}

/** The store, opened at the first question about files. */
class OpenOnce {
  #store: FleetStore | null = null;

  constructor(private readonly fleet: KnownFleet) {}

  async open(): Promise<FleetStore> {
    return (this.#store ??= await openFleetStore(this.fleet));
  }

  async close(): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]();
  }
}

async function answerTo(
  word: string,
  rest: readonly string[],
  { fleet, files, signal }: { fleet: KnownFleet; files: OpenOnce; signal: AbortSignal },
): Promise<string> {
  const command = commands.get(word);
  const aboutFiles = storeAnswers.get(word);
  if (command === undefined && aboutFiles === undefined)
    return `There is no command "${word}". help lists them.`;
  try {
    if (command !== undefined) return await command.answer(fleet, rest);
    return (await aboutFiles?.answer(await files.open(), rest, signal)) ?? '';
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
  const lines = [...commands.values(), ...storeAnswers.values()].map(({ does }) => does);
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
