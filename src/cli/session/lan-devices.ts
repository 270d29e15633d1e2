import {
  accessByLan,
  checkDevices,
  CollabError,
  type Device,
  formatBytes,
  LanStore,
  pickDevices,
  unlockDevices,
} from '../../index.js';
import type { DashboardDevices } from '../../dashboard/index.js';
import { controllerLine, deviceFacts, placeOf } from '../text/index.js';
import type { Session } from './session.js';

type KnownLan = Awaited<ReturnType<DashboardDevices['lans']>>[number];

/** The devices of the workspace's LANs, for the dashboard. Checks end when the command ends. */
export function lanDevices({
  workspace,
  clock,
  signal,
}: Pick<Session, 'workspace' | 'clock' | 'signal'>): DashboardDevices {
  const store = new LanStore(workspace);
  return {
    async lans() {
      const current = await store.currentName();
      const names = await store.list();
      return Promise.all(names.map((name) => knownLan(store, name, name === current)));
    },
    async names(name, device) {
      const lan = await store.load(name);
      return device === null ? lan.devices.map((one) => one.name) : [lan.device(device).name];
    },
    async check(name, only, { onSearching, onChecked }) {
      const lan = await store.load(name);
      const access = accessByLan({
        lan,
        workspace,
        signal,
        emit: (event) => {
          if (event.kind === 'network.searching') onSearching(event.devices);
        },
      });
      await checkDevices(pickDevices(lan, { only }), { access, clock, signal, onChecked });
    },
    async unlock(name, device, kick) {
      const lan = await store.load(name);
      const about = { lan, workspace, names: [device], reason: null, kick };
      const [unlocked] = await unlockDevices({ ...about, clock, signal, emit: () => undefined });
      if (unlocked === undefined || 'error' in unlocked) throw unlocked?.error;
      return unlocked;
    },
  };
}

async function knownLan(store: LanStore, name: string, isCurrent: boolean): Promise<KnownLan> {
  try {
    const { controller, devices } = await store.load(name);
    const known = devices.map((device) => knownDevice(device, name));
    return { name, isCurrent, controller: controllerLine(controller), devices: known, fault: null };
  } catch (error) {
    if (!(error instanceof CollabError)) throw error;
    const { what, why, next } = error;
    const fault = { name: error.name, what, why: why ?? null, next };
    return { name, isCurrent, controller: null, devices: [], fault };
  }
}

function knownDevice(device: Device, lan: string): KnownLan['devices'][number] {
  const { id, name, tags, facts } = device;
  const { model, os, architecture, cores, memoryBytes, accelerators, engine } = facts;
  return {
    id,
    name,
    place: placeOf(device),
    tags,
    summary: [
      ...(model === null ? [] : [model]),
      os.name,
      architecture,
      `${cores} cores`,
      formatBytes(memoryBytes),
      ...accelerators,
      engine.available ? `Docker ${engine.version}` : 'no Docker',
    ],
    facts: deviceFacts(device, lan),
  };
}
