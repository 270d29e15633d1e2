import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program, type Ended, type TestWorkspace } from './workspace.js';

/** An experiment whose base is one file of random bytes, so that its delivery takes as long as its size requires. */
export class BlobExperiment {
  readonly flavor: string;
  readonly sha256: string;

  /** @param bytes size of the base; neither transfer nor store can compress it */
  constructor(
    readonly workspace: TestWorkspace,
    readonly name: string,
    bytes: number,
  ) {
    const blob = randomBytes(bytes);
    this.sha256 = createHash('sha256').update(blob).digest('hex');
    this.flavor = `blob-${this.sha256.slice(0, 8)}`;
    this.write(join('base-images', this.flavor, 'Dockerfile'), 'FROM scratch\nCOPY blob /blob\n');
    this.write(join('base-images', this.flavor, 'blob'), blob);
    const role = `  worker:\n    base: ${this.flavor}\n    command: [python3, main.py]\n`;
    this.write(join('TestCases', name, 'experiment.yaml'), `name: ${name}\nroles:\n${role}`);
    this.script('first');
  }

  /** Changes the code. */
  script(text: string): void {
    this.write(join('TestCases', this.name, 'main.py'), `print("${text}")\n`);
  }

  file(name: string, content: string | Buffer): void {
    this.write(join('TestCases', this.name, name), content);
  }

  /** Tag of the image of the last push. */
  private ref = '';

  async push(...flags: string[]): Promise<Ended> {
    const ended = await this.workspace.collab('images', 'push', this.name, ...flags);
    const [ref] = new RegExp(`collab/${this.name}:[\\w-]+`).exec(ended.stdout) ?? [];
    this.ref = ref ?? this.ref;
    return ended;
  }

  /** Pushes, and runs a callback as soon as the transfer starts. */
  cutPush(cut: () => Promise<unknown>, ...flags: string[]): Promise<Ended> {
    const child = this.workspace.start('images', 'push', this.name, ...flags);
    let [stdout, stderr] = ['', ''];
    let cutting: Promise<unknown> | null = null;
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (stderr.includes(': sending')) cutting ??= cut();
    });
    return new Promise((resolve) => {
      child.once(
        'close',
        (code) => void Promise.resolve(cutting).then(() => resolve({ code, stdout, stderr })),
      );
    });
  }

  /** What was sent for its image, by device: the result of a push with --json. */
  async sent(...flags: string[]): Promise<Record<string, number>> {
    const { code, stdout, stderr } = await this.push('--json', ...flags);
    if (code !== 0) throw new Error(`the push ended with ${code ?? 'a signal'}: ${stdout}${stderr}`);
    const { devices } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      devices: { device: string; images: { sent_bytes: number }[] }[];
    };
    return Object.fromEntries(devices.map(({ device, images }) => [device, images[0]?.sent_bytes ?? -1]));
  }

  /** The blob's hash, the script and the names in the folder, as a container of the last pushed image sees them. */
  async asSeenOn(container: string): Promise<{ sha256: string; script: string; names: string[] }> {
    const inside = (script: string) => program('docker', 'exec', container, 'sh', '-c', script);
    const made = await inside(`docker create ${this.ref} true`);
    if (made.code !== 0) throw new Error(`no container of ${this.ref} on ${container}: ${made.stderr}`);
    const id = made.stdout.trim();
    const blob = await inside(`docker cp ${id}:/blob - | tar -xO | sha256sum`);
    const script = await inside(`docker cp ${id}:/experiment/main.py - | tar -xO`);
    const names = await inside(`docker cp ${id}:/experiment - | tar -t`);
    await inside(`docker rm ${id}`);
    return {
      sha256: blob.stdout.split(' ')[0] ?? '',
      script: script.stdout,
      names: names.stdout
        .split('\n')
        .filter((name) => name !== '' && !name.endsWith('/'))
        .sort(),
    };
  }

  /** Removes its files from the workspace and its images from this machine's engine. */
  async clear(): Promise<void> {
    const images = await program('docker', 'images', '-q', `collab/base-${this.flavor}`);
    for (const id of images.stdout.split('\n').filter(Boolean)) await program('docker', 'rmi', '-f', id);
    const bases = join(this.workspace.folder, 'base-images');
    rmSync(join(bases, this.flavor), { recursive: true, force: true });
    if (existsSync(bases) && readdirSync(bases).length === 0) rmdirSync(bases);
    rmSync(join(this.workspace.folder, 'TestCases', this.name), { recursive: true, force: true });
  }

  private write(path: string, content: string | Buffer): void {
    const whole = join(this.workspace.folder, path);
    mkdirSync(join(whole, '..'), { recursive: true });
    writeFileSync(whole, content);
  }
}
