import { CollabError, LanStore, listRuns, sharedNames, sharedNameText, Workspace } from '../../index.js';
import { menuEntries, type MenuState } from './menu-entries.js';
import { canAsk, chooseOne } from '../session/index.js';

/**
 * What `collab` without arguments runs: on a terminal, the command chosen in the menu, printed before it runs; off a
 * terminal and outside a workspace, the help.
 * @returns the words after `collab`; null if the user quits
 */
export async function withoutArguments(): Promise<readonly string[] | null> {
  if (!canAsk() || !process.stdout.isTTY) return ['--help'];
  try {
    const words = await chooseCommand();
    if (words !== null) process.stderr.write(`> collab ${words.join(' ')}\n`);
    return words;
  } catch (error) {
    if (!(error instanceof CollabError) || error.name !== 'no-workspace') throw error;
    process.stderr.write(`${error.what}\n${error.next}\n\n`);
    return ['--help'];
  }
}

/** @returns the words of the chosen command; null if the user quits */
async function chooseCommand(): Promise<readonly string[] | null> {
  const workspace = Workspace.find(process.cwd());
  const state = await menuState(workspace);
  for (const shared of await sharedNames(workspace)) process.stderr.write(`${sharedNameText(shared)}\n`);
  const { words } = await chooseOne(
    'What do you want to do?',
    menuEntries(state).map((entry) => ({ name: entry.title, value: entry })),
  );
  return words;
}

async function menuState(workspace: Workspace): Promise<MenuState> {
  const store = new LanStore(workspace);
  const [current, names, experiments, runs] = await Promise.all([
    store.currentName(),
    store.list(),
    workspace.experiments(),
    listRuns(workspace.logs),
  ]);
  const lans = await Promise.all(
    names.map(async (name) => {
      try {
        const { devices } = await store.load(name);
        return { name, devices: devices.map((device) => device.name), broken: false };
      } catch (error) {
        if (error instanceof CollabError) return { name, devices: [], broken: true };
        throw error;
      }
    }),
  );
  return { current, lans, experiments, lastRun: runs[0] ?? null };
}
