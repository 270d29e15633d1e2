import { CollabError, LanStore, listRuns, Workspace } from '../../index.js';
import { menuEntries, type MenuState } from './menu-entries.js';
import { chooseOne } from '../session/index.js';

/** The menu of `collab` without arguments. @returns the words of the chosen command; null when none was chosen */
export async function chooseCommand(): Promise<readonly string[] | null> {
  const state = await menuState(Workspace.find(process.cwd()));
  const { words } = await chooseOne(
    'What now?',
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
