import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { needPrograms, program } from '../programs.js';
import type { Pushing } from './pushing.js';

/** A registry of this machine, which the first device reaches through an ssh tunnel as its own `localhost`. */
export class Registry {
  private constructor(
    readonly host: string,
    private readonly pushing: Pushing,
    private readonly server: ChildProcess,
  ) {}

  static async up(pushing: Pushing): Promise<Registry> {
    needPrograms('docker-registry');
    const port = await freePort();
    const folder = join(pushing.lab.folder, 'registry');
    mkdirSync(folder);
    const config = join(folder, 'config.yml');
    writeFileSync(
      config,
      `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${folder}/data } }\nhttp: { addr: "127.0.0.1:${port}" }\n`,
    );
    const server = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
    await program([...pushing.ssh('-f', '-N', '-R', `127.0.0.1:${port}:127.0.0.1:${port}`)]);
    const registry = new Registry(`localhost:${port}`, pushing, server);
    await registry.answers(port);
    return registry;
  }

  /** Push from here, pull there. @returns seconds */
  async through(ref: string): Promise<number> {
    const name = `${this.host}/${ref}`;
    await program(['docker', 'tag', ref, name]);
    const { tookMs: push } = await program(['docker', 'push', '-q', name]);
    const { tookMs: pull } = await program([...this.pushing.ssh(), 'docker', 'pull', '-q', name]);
    await program(['docker', 'rmi', name]);
    return (push + pull) / 1000;
  }

  down(): void {
    this.server.kill();
  }

  private async answers(port: number): Promise<void> {
    for (let tries = 0; tries < 50; tries += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the registry does not answer');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
