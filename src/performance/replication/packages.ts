import { imageListsFolder, imageListIds, type PackageLists, readImageList } from '../../logs/index.js';
import type { OpenedRun } from '../tables/index.js';
import type { Differing } from './what-differs.js';

/** More lines would hide what else differs. */
const mostLines = 20;

/** Packages whose versions differ between the images of a role, or between the Pythons of roles without one. */
export async function differingPackages(a: OpenedRun, b: OpenedRun): Promise<Differing[]> {
  const [left, right] = await Promise.all([packagesOf(a), packagesOf(b)]);
  const lines = [...left].flatMap(([where, original]) => {
    const replication = right.get(where);
    return replication === undefined ? [] : differing(where, original, replication);
  });
  if (lines.length <= mostLines) return lines;
  const more = `${lines.length - mostLines} more packages`;
  return [...lines.slice(0, mostLines), { about: 'packages', what: more, original: null, replication: null }];
}

type Versions = ReadonlyMap<string, string>;

/** Of the first image of each role: those of its other devices have the same packages for their architecture. */
async function packagesOf({ folder, record }: OpenedRun): Promise<Map<string, Versions>> {
  const lists = await imageListsFolder(folder);
  const found = new Map<string, Versions>();
  for (const { role, image_id: id } of record.images) {
    const list = found.has(role) ? null : await readImageList(lists, id);
    if (list !== null) found.set(role, versionsIn(list.packages));
  }
  const [ofPython] = record.images.length === 0 ? imageListIds(record) : [];
  const list = ofPython === undefined ? null : await readImageList(lists, ofPython);
  if (list !== null) found.set('python3', versionsIn(list.packages));
  return found;
}

function versionsIn({ dpkg, python }: PackageLists): Versions {
  const ofDebian = 'packages' in dpkg ? Object.entries(dpkg.packages) : [];
  const ofPython = Object.entries(python.packages ?? {});
  return new Map([
    ['Python', python.version],
    ...ofPython.map(([name, version]) => [`${name} (Python)`, version] as const),
    ...ofDebian.map(([name, version]) => [name.replace(/:[a-z0-9]+$/, ''), version] as const),
  ]);
}

function differing(where: string, original: Versions, replication: Versions): Differing[] {
  const names = new Set([...original.keys(), ...replication.keys()]);
  return [...names].flatMap((name): Differing[] => {
    const [before, after] = [original.get(name) ?? null, replication.get(name) ?? null];
    return before === after
      ? []
      : [{ about: 'packages', what: `${where}: ${name}`, original: before, replication: after }];
  });
}
