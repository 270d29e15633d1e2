import { posix } from 'node:path';
import { valueAt, type PathFault } from './faults.js';
import type { RoleCheckContext } from './role-checks.js';

/** Every `data` list of the raw value, with its path; the experiment's list comes first. */
function dataLists(raw: unknown): { path: string[]; list: unknown[] }[] {
  const roles = Object.keys(valueAt(raw, ['roles']) ?? {});
  return [['data'], ...roles.map((role) => ['roles', role, 'data'])].flatMap((path) => {
    const list = valueAt(raw, path);
    return Array.isArray(list) ? [{ path, list: list as unknown[] }] : [];
  });
}

/** Folders below the experiment's that are data, and so no part of it; of the raw value, whatever its shape. */
export function dataFoldersOf(raw: unknown): string[] {
  return dataLists(raw).flatMap(({ list }) =>
    list.flatMap((one) => {
      const path = valueAt(one, ['path']);
      if (typeof path !== 'string' || !isHere(path)) return [];
      const folder = posix.normalize(path).replace(/\/$/, '');
      return folder === '.' || folder === '..' || folder.startsWith('../') ? [] : [folder];
    }),
  );
}

/** A name that a role would have twice, and data of this machine that is not there or is no folder. */
export function dataFaults(raw: unknown, { kindOf }: RoleCheckContext): PathFault[] {
  const lists = dataLists(raw);
  const shared = namesOf(lists.find(({ path }) => path.length === 1)?.list ?? []);
  return lists.flatMap(({ path: at, list }) => {
    const names = namesOf(list);
    const twice = names.flatMap((name, index) => {
      const again = names.indexOf(name) < index || (at.length > 1 && shared.includes(name));
      if (name === null || !again) return [];
      return [
        { path: [...at, index, 'name'], message: `there is data named ${JSON.stringify(name)} already` },
      ];
    });
    const missing = list.flatMap((one, index) => {
      const path = valueAt(one, ['path']);
      const message = typeof path === 'string' && isHere(path) ? folderFault(path, kindOf(path)) : null;
      return message === null ? [] : [{ path: [...at, index, 'path'], message }];
    });
    return [...twice, ...missing];
  });
}

function namesOf(list: readonly unknown[]): (string | null)[] {
  return list.map((one) => {
    const name = valueAt(one, ['name']);
    return typeof name === 'string' ? name : null;
  });
}

/** Data with another kind of path may exist on the device. */
function isHere(path: string): boolean {
  return !posix.isAbsolute(path) && !path.startsWith('~');
}

function folderFault(path: string, kind: 'folder' | 'file' | null): string | null {
  if (posix.normalize(path).replace(/\/$/, '') === '.') {
    return "the experiment's own folder cannot be its data; put the data into a separate folder";
  }
  if (kind === 'folder') return null;
  return kind === 'file'
    ? `${JSON.stringify(path)} is a file; data is a folder, so name the one that it lies in`
    : `there is no folder ${JSON.stringify(path)}, seen from the experiment's folder`;
}
