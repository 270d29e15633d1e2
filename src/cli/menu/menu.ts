import { CollabError, LanStore, listRuns, sharedNames, sharedNameText, Workspace } from '../../index.js';
import { entriesWithoutWorkspace, menuEntries, type MenuEntry, type MenuState } from './menu-entries.js';
import { canAsk, chooseOne } from '../session/index.js';

const introduction = `collab runs repeatable DNN experiments on this machine, or on a PC and a shelf
of edge devices: it starts your code on each device in order, measures it, and
reports the results. Experiments and results live in a workspace, a folder with
TestCases/. There is none here yet.

`;

/**
 * What `collab` without arguments runs: on a terminal, the command chosen in the menu, printed before it runs; off a
 * terminal, the help.
 * @returns the words after `collab`; null if the user quits
 * @throws CollabError `no-workspace` off a terminal and outside a workspace
 */
export async function withoutArguments(): Promise<readonly string[] | null> {
  const here = process.cwd();
  if (!canAsk() || !process.stdout.isTTY) {
    Workspace.find(here);
    return ['--help'];
  }
  const workspace = Workspace.around(here);
  if (workspace === null) process.stderr.write(introduction);
  const entries = workspace === null ? entriesWithoutWorkspace : await entriesIn(workspace);
  const { words } = await chooseOne(
    'What do you want to do?',
    entries.map((entry) => ({ name: entry.title, value: entry })),
  );
  if (words !== null) process.stderr.write(`> collab ${words.join(' ')}\n`);
  return words;
}

async function entriesIn(workspace: Workspace): Promise<readonly MenuEntry[]> {
  for (const shared of await sharedNames(workspace)) process.stderr.write(`${sharedNameText(shared)}\n`);
  return menuEntries(await menuState(workspace));
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
