import { rm, writeFile } from 'node:fs/promises';
import {
  checkFleet,
  chosenDrills,
  CollabError,
  drillTexts,
  ExitCode,
  type FleetCheck,
  messageOf,
  openOwnFleet,
} from '../../../index.js';
import { agrees, chosenFleet, type FleetOptions, openSession, terminalWidth } from '../../session/index.js';
import { drillsText, fleetCheckText } from '../../text/index.js';

export interface FleetCheckFlags extends FleetOptions {
  only?: string[];
  drill?: string[];
  connections: number;
  out?: string;
  yes?: boolean;
}

const onStop =
  'Stopping, and putting the fleet back as it was. Press Ctrl-C again to quit immediately, and leave it as it is.';

/** `collab fleet check`: drills a fleet, prints what came of it, and writes a file for those who know collab. */
export async function fleetCheck(flags: FleetCheckFlags): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(flags, 'events', onStop);
  const drills = chosenDrills(flags.drill);
  const name = await chosenFleet(workspace, flags);
  const { record, credentials } = await openOwnFleet(workspace, name);
  const members = flags.only ?? record.members.map((one) => one.name);
  const width = Math.min(80, terminalWidth());
  say(drillsText(name, members, drillTexts(drills), width));
  const isSafe = drills.every((drill) => drill === 'view');
  const agreed = isSafe || (await agrees(flags.yes, 'Disturbing a fleet needs confirmation', 'Go on?'));
  if (!agreed) return;
  const file =
    flags.out ??
    `fleet-check-${clock.now().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}.json`;
  // Made first: what was found out in minutes must not be lost for a path that is wrong.
  await write(file, '', 'wx');
  const options = { drills, only: flags.only, connections: flags.connections };
  const check = await checkFleet(record, credentials, options, { workspace, clock, emit, signal });
  if (check.ended !== null && check.results.length === 0) {
    await rm(file, { force: true });
    throw check.ended;
  }
  await write(file, `${JSON.stringify(check.report, null, 2)}\n`, 'w');
  for (const { name: member, error } of check.failures) say(`${member}: left out. ${error.what}`);
  print([fleetCheckText(check.results, width), '', ...closing(file)].join('\n'), {
    fleet: name,
    file,
    ...counts(check),
    left_out: check.failures.map(({ name: member, error }) => ({ member, error: error.name })),
    report: check.report,
  });
  if (check.ended !== null) throw check.ended;
  throwIfAnyFailed(check);
}

const closing = (file: string) => [
  `Results: ${file}`,
  'It names no people, addresses, keys or tokens. Look at it before you send it on.',
];

function counts({ results }: FleetCheck) {
  const of = (state: string) => results.filter((one) => one.state === state).length;
  return { passed: of('passed'), failed: of('failed'), not_checked: of('not-checked') };
}

function throwIfAnyFailed({ results }: FleetCheck): void {
  const failed = results.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return;
  throw new CollabError('check-failed', {
    what: `${failed.length} of ${results.length} drills failed: ${failed.map(({ drill }) => drill).join(', ')}.`,
    why: failed.map(({ drill, why }) => `${drill}: ${why.join('\n  ')}`).join('\n'),
    next: 'See how the fleet is now: collab fleet status. Logs of a member are on its device: docker logs collab-fleet-<fleet>',
    exitCode: ExitCode.deviceUnreachable,
  });
}

async function write(file: string, content: string, flag: 'w' | 'wx'): Promise<void> {
  try {
    await writeFile(file, content, { flag });
  } catch (error) {
    throw new CollabError('file-not-written', {
      what: `The file of results ${file} could not be written.`,
      why: messageOf(error),
      next: 'Name another one: --out <file>',
      exitCode: ExitCode.usage,
    });
  }
}
