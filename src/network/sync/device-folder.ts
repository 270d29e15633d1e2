import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import type { SyncStep } from './plan.js';

const timeoutMs = 300_000;

/** Paths and values travel as NUL-ended words on standard input; a command line has its limit, and is seen in `ps`. */
const perCall = 30;

const loops = {
  remove:
    'for path; do if [ -d "$path" ] && [ ! -h "$path" ]; then rmdir -- "$path"; else rm -f -- "$path"; fi; done',
  folders: 'while [ $# -ge 2 ]; do mkdir -p -m "$2" -- "$1" && chmod -- "$2" "$1" || exit 1; shift 2; done',
  links: 'while [ $# -ge 2 ]; do ln -sfn -- "$2" "$1" || exit 1; shift 2; done',
  // Busybox knows no fraction of a second: then the contents are compared at the next sync.
  times:
    'while [ $# -ge 2 ]; do touch -d "@$2" -- "$1" 2>/dev/null || touch -d "@${2%.*}" -- "$1" || exit 1; shift 2; done',
  modes: 'while [ $# -ge 2 ]; do chmod -- "$2" "$1" || exit 1; shift 2; done',
} as const;

/** What is done in a folder of the device besides sending files; the same for both ways. */
export class DeviceFolder {
  constructor(
    private readonly shell: Shell,
    readonly path: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** Makes the folder itself and those above it, as the device's own umask has it. */
  async make(): Promise<void> {
    await this.#run(['mkdir', '-p', '--', this.path], '');
  }

  /** Removes files and links, and folders that are empty by then: children must stand before their folders. */
  remove(paths: readonly string[]): Promise<void> {
    return this.#each('remove', paths.map(here), 1);
  }

  /** Makes folders, parents first; they get their mode at the end, as one that may not be written to is in the way. */
  folders(paths: readonly string[]): Promise<void> {
    return this.#each(
      'folders',
      paths.flatMap((path) => [here(path), '0755']),
      2,
    );
  }

  links(links: readonly { path: string; target: string }[]): Promise<void> {
    return this.#each(
      'links',
      links.flatMap(({ path, target }) => [here(path), target]),
      2,
    );
  }

  times(files: readonly { path: string; modifiedAt: string }[]): Promise<void> {
    return this.#each(
      'times',
      files.flatMap(({ path, modifiedAt }) => [here(path), modifiedAt]),
      2,
    );
  }

  modes(entries: readonly { path: string; mode: number }[]): Promise<void> {
    const words = entries.flatMap(({ path, mode }) => [here(path), mode.toString(8).padStart(4, '0')]);
    return this.#each('modes', words, 2);
  }

  /** Modes and times of what was there already, folders last and children first. */
  async attributes(steps: readonly SyncStep[]): Promise<void> {
    const changed = steps.filter((step) => step.kind === 'attributes');
    await this.modes(changed.toReversed());
    await this.times(
      changed.flatMap(({ path, modifiedAt }) => (modifiedAt === null ? [] : [{ path, modifiedAt }])),
    );
  }

  /** @param atOnce how many words belong together */
  async #each(loop: keyof typeof loops, words: readonly string[], atOnce: number): Promise<void> {
    if (words.length === 0) return;
    const script = 'cd -- "$1" && shift && xargs -0 "$@"';
    const argv = ['-n', String(perCall * atOnce), 'sh', '-c', loops[loop], 'sh'];
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
      what: `The folder ${this.path} on the device could not be brought up to date.`,
      why: plainText(stderr.trim()) || `A command there exited with code ${code ?? 'none'}.`,
      next: 'Check permissions and free space of that folder, then sync again: what has arrived is kept.',
      exitCode: ExitCode.deviceUnreachable,
    });
  }
}

/** A path that cannot be taken for an option. */
function here(path: string): string {
  return `./${path}`;
}
