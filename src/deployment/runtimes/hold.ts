import { PassThrough } from 'node:stream';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { ConnectedDevice } from '../../network/index.js';
import { programText } from '../../package-folder.js';

/** It ends with the role's turn, or with who holds it, not by the clock. */
const longMs = 24 * 3600 * 1000;

/**
 * Keeps a wrapper waiting on its device: nothing of its role begins before `go`. If this process ends first, or its connection is lost,
 * the wrapper ends too, and nothing of the role has run.
 */
export class Hold {
  private constructor(
    /** Of the program that was started with it; null without one. */
    readonly pid: number | null,
    private readonly input: PassThrough,
    /** Why it did not let the role begin; null if it did. */
    private readonly ended: Promise<string | null>,
  ) {}

  /**
   * Holds a role, and starts a program in the background, whose output goes to the role's folder. The wrapper must not start before.
   * @param folder of the role, which is there
   * @throws CollabError
   */
  static async open(
    { device, shell }: ConnectedDevice,
    folder: string,
    argv: readonly string[] = [],
  ): Promise<Hold> {
    const input = new PassThrough();
    let [said, isHeld] = ['', (): void => undefined];
    const held = new Promise<null>((resolve) => (isHeld = () => resolve(null)));
    const script = programText('deployment/runtimes/hold.sh');
    const ended = shell
      .exec(['sh', '-c', script, folder, ...argv], {
        input,
        onStdout: (chunk) => {
          said += chunk.toString();
          if (said.includes('\n')) isHeld();
        },
        timeoutMs: longMs,
        lasting: true,
      })
      .then(
        ({ code, stderr }) => (code === 0 ? null : stderr.trim()),
        (error: unknown) => messageOf(error),
      );
    const why = await Promise.race([held, ended.then((one) => one ?? 'it ended at once')]);
    const pid = Number(said.trim());
    if (why === null) return new Hold(argv.length > 0 ? pid : null, input, ended);
    throw notStarted(device.name, why);
  }

  /** Lets the role begin. @throws CollabError if it cannot any more: then nothing of it has run */
  async go({ device }: ConnectedDevice): Promise<void> {
    this.input.end('go\n');
    const why = await this.ended;
    if (why !== null) throw notStarted(device.name, why);
  }

  /** Lets the wrapper end. No error when the role has begun. */
  async end(): Promise<void> {
    this.input.end();
    await this.ended;
  }
}

const notStarted = (device: string, why: string): CollabError =>
  new CollabError('role-not-started', {
    what: `A role could not be started on ${device}: its wrapper could not be told to begin.`,
    why,
    next: 'Check the device and run again.',
    exitCode: ExitCode.experimentFailed,
  });
