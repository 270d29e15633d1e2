import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../tests/fixtures/free-port.js';
import { needPrograms, program } from '../programs.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const python = '/usr/bin/python3';

/** `equal`: a task is acknowledged when it is done, and Redis has each change on the disk before it answers. `usual`: as it comes. */
export type Durability = 'equal' | 'usual';

const settings: Record<Durability, { acksLate: string; redis: readonly string[] }> = {
  equal: { acksLate: 'yes', redis: ['--appendonly', 'yes', '--appendfsync', 'always'] },
  usual: { acksLate: 'no', redis: [] },
};

/** Celery with a Redis of its own, both from Debian's packages, and workers that are processes. */
export class Celery implements AsyncDisposable {
  private readonly processes: ChildProcess[] = [];
  private readonly data = mkdtempSync(join(tmpdir(), 'collab-bench-redis-'));

  private constructor(private readonly env: Record<string, string>) {}

  static async start(durability: Durability, workers: number): Promise<Celery> {
    needPrograms('redis-server', 'celery', 'redis');
    const { acksLate, redis } = settings[durability];
    const port = String(await freePort());
    const celery = new Celery({ REDIS_PORT: port, ACKS_LATE: acksLate });
    celery.run('redis-server', ['--bind', '127.0.0.1', '--port', port, '--dir', celery.data, ...redis]);
    const quiet = ['--without-gossip', '--without-mingle', '--without-heartbeat'];
    const worker = ['worker', '--concurrency', String(workers), '--loglevel', 'WARNING', ...quiet];
    celery.run(python, ['-m', 'celery', '-A', 'peer', ...worker]);
    return celery;
  }

  /** Tasks per second: from the first that is submitted until all results are back. */
  async rate(task: 'nothing' | 'program', count: number): Promise<number> {
    const argv = [python, 'peer.py', task, String(count)];
    const { stdout } = await program(argv, { cwd: folder, env: this.env });
    return count / Number(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.processes.reverse()) {
      if (one.exitCode !== null || one.signalCode !== null) continue;
      one.kill('SIGTERM');
      await once(one, 'exit');
    }
    rmSync(this.data, { recursive: true, force: true });
  }

  private run(name: string, args: readonly string[]): void {
    const env = { ...process.env, ...this.env, PYTHONWARNINGS: 'ignore', PYTHONDONTWRITEBYTECODE: '1' };
    this.processes.push(spawn(name, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] }));
  }
}
