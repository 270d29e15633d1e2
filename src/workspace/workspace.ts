import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CollabError, ExitCode } from '../errors.js';
import { packageFolder } from '../package-folder.js';
import { keepOutOfGit } from './ignore-file.js';

/** A workspace: the folder with `TestCases/`, `Logs/`, `base-images/` and the git-ignored `.collab/`. */
export class Workspace {
  constructor(readonly root: string) {}

  /** The workspace of a folder: the folder itself or the nearest parent with a `TestCases/` folder; null if there is none. */
  static around(from: string): Workspace | null {
    for (let folder = resolve(from); ; folder = dirname(folder)) {
      if (existsSync(join(folder, 'TestCases'))) return new Workspace(folder);
      if (folder === dirname(folder)) return null;
    }
  }

  /** The workspace of a folder. @throws CollabError `no-workspace` if there is none */
  static find(from: string): Workspace {
    const found = Workspace.around(from);
    if (found !== null) return found;
    throw new CollabError('no-workspace', {
      what: `${resolve(from)} is not in a workspace.`,
      why: 'A workspace is a folder that contains a TestCases/ folder.',
      next: 'Make one here: collab init. Or change to the folder of yours.',
      exitCode: ExitCode.usage,
    });
  }

  get testCases(): string {
    return join(this.root, 'TestCases');
  }
  get logs(): string {
    return join(this.root, 'Logs');
  }
  /** The code of experiments that ran, a folder for each id. */
  get keptExperiments(): string {
    return join(this.logs, '.experiments');
  }
  /** The packages in images that ran, a file for each id. */
  get keptImages(): string {
    return join(this.logs, '.images');
  }
  /** Keys, known hosts, LANs and caches: never in git, mode 0700. */
  get private(): string {
    return join(this.root, '.collab');
  }
  get lans(): string {
    return join(this.private, 'lans');
  }
  /** The known_hosts file of a LAN. One per LAN, because two networks may use the same addresses. */
  knownHostsOf(lan: string): string {
    return join(this.lans, `${lan}.known_hosts`);
  }

  /** Creates `.collab/`, with its own ignore file, and its folder for LANs with mode 0700. @returns the path of `.collab/` */
  async openPrivate(): Promise<string> {
    await mkdir(this.private, { recursive: true, mode: 0o700 });
    await chmod(this.private, 0o700);
    keepOutOfGit(this.private);
    await mkdir(this.lans, { recursive: true, mode: 0o700 });
    return this.private;
  }

  /** Folder of a base flavor: from the workspace, otherwise the one included in collab; null if there is none. */
  baseImage(flavor: string): string | null {
    for (const folder of this.baseImageFolders.map((one) => join(one, flavor))) {
      if (existsSync(join(folder, 'Dockerfile'))) return folder;
    }
    return null;
  }

  /** Names of all base flavors, from the workspace and included in collab. */
  async baseImages(): Promise<string[]> {
    const names = await Promise.all(this.baseImageFolders.map((folder) => readdir(folder).catch(() => [])));
    return [...new Set(names.flat())].filter((name) => this.baseImage(name) !== null).sort();
  }

  private get baseImageFolders(): string[] {
    return [join(this.root, 'base-images'), join(packageFolder, 'base-images')];
  }

  /** Folders with models, from the workspace and included in collab. The first one wins where both have a file. */
  get modelFolders(): readonly string[] {
    return [...new Set([join(this.root, 'models'), join(packageFolder, 'models')])];
  }

  /** Names of all experiments: folders of `TestCases/` with an experiment.yaml. */
  async experiments(): Promise<string[]> {
    const names = await readdir(this.testCases);
    return names.filter((name) => existsSync(join(this.testCases, name, 'experiment.yaml'))).sort();
  }

  /** Folder of an experiment, given by its name or by a path to it. */
  experimentFolder(nameOrPath: string): string {
    const byName = join(this.testCases, nameOrPath);
    if (/^[^./\\][^/\\]*$/.test(nameOrPath) && isFolder(byName)) return byName;
    return resolve(nameOrPath);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
