import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import type { SyncStep } from './plan.js';

const timeoutMs = 300_000;

/** Paths and values are sent NUL-terminated to standard input: command lines are limited in length and visible in `ps`. */
const perCall = 30;

const loops = {
  remove:
    'for path; do if [ -d "$path" ] && [ ! -h "$path" ]; then rmdir -- "$path"; else rm -f -- "$path"; fi; done',
  folders: 'while [ $# -ge 2 ]; do mkdir -p -m "$2" -- "$1" && chmod -- "$2" "$1" || exit 1; shift 2; done',
  links: 'while [ $# -ge 2 ]; do ln -sfn -- "$2" "$1" || exit 1; shift 2; done',
  // Busybox does not support fractions of a second; the next sync compares the contents then.
  times:
    'while [ $# -ge 2 ]; do touch -d "@$2" -- "$1" 2>/dev/null || touch -d "@${2%.*}" -- "$1" || exit 1; shift 2; done',
  modes: 'while [ $# -ge 2 ]; do chmod -- "$2" "$1" || exit 1; shift 2; done',
} as const;

/** Changes a folder on the device, except for sending files. Used by both transfer methods. */
export class DeviceFolder {
  constructor(
    private readonly shell: Shell,
    readonly path: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** Creates the folder and its parents with the device's umask. */
  async make(): Promise<void> {
    await this.#run(['mkdir', '-p', '--', this.path], '');
  }

  /** Removes files, links and empty folders. Children must come before their folders. */
  remove(paths: readonly string[]): Promise<void> {
    return this.#each('remove', paths.map(relativePath), 1);
  }

  /** Creates folders, parents first. Their mode is set at the end, because files could not be written to a read-only folder. */
  folders(paths: readonly string[]): Promise<void> {
    return this.#each(
      'folders',
      paths.flatMap((path) => [relativePath(path), '0755']),
      2,
    );
  }

  links(links: readonly { path: string; target: string }[]): Promise<void> {
    return this.#each(
      'links',
      links.flatMap(({ path, target }) => [relativePath(path), target]),
      2,
    );
  }

  times(files: readonly { path: string; modifiedAt: string }[]): Promise<void> {
    return this.#each(
      'times',
      files.flatMap(({ path, modifiedAt }) => [relativePath(path), modifiedAt]),
      2,
    );
  }

  modes(entries: readonly { path: string; mode: number }[]): Promise<void> {
    const words = entries.flatMap(({ path, mode }) => [
      relativePath(path),
      mode.toString(8).padStart(4, '0'),
    ]);
    return this.#each('modes', words, 2);
  }

  /** Sets modes and times of existing entries, children before folders. */
  async attributes(steps: readonly SyncStep[]): Promise<void> {
    const changed = steps.filter((step) => step.kind === 'attributes');
    await this.modes(changed.toReversed());
    await this.times(
      changed.flatMap(({ path, modifiedAt }) => (modifiedAt === null ? [] : [{ path, modifiedAt }])),
    );
  }

  /** @param wordsPerStep how many words belong together */
  async #each(loop: keyof typeof loops, words: readonly string[], wordsPerStep: number): Promise<void> {
    if (words.length === 0) return;
    const script = 'cd -- "$1" && shift && xargs -0 "$@"';
    const argv = ['-n', String(perCall * wordsPerStep), 'sh', '-c', loops[loop], 'sh'];
    await this.#run(
      ['sh', '-c', script, 'sh', this.path, ...argv],
      words.map((word) => `${word}\0`).join(''),
    );
  }

  async #run(argv: readonly string[], input: string): Promise<void> {
    const { signal } = this;
    const { code, stderr } = await this.shell.exec(argv, { input, timeoutMs, ...(signal && { signal }) });
    if (code === 0) return;
    throw new CollabError('sync-device-folder', {
      what: `The folder ${this.path} on the device could not be updated.`,
      why: plainText(stderr.trim()) || `A command on the device exited with code ${code ?? 'none'}.`,
      next: 'Check the permissions and the free space of that folder, then sync again. Transferred files are kept.',
      exitCode: ExitCode.deviceUnreachable,
    });
  }
}

/** A path that cannot be mistaken for an option. */
function relativePath(path: string): string {
  return `./${path}`;
}
