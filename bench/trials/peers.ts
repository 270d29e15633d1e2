import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchLab } from '../bench-lab.js';
import { program } from '../programs.js';
import { labSsh } from '../ssh-config.js';
import { commandS, newestRun } from './overhead.js';

/** The images of a run of ours on the devices, so that others start containers from the same. */
export class Peers {
  private readonly ssh;

  constructor(
    private readonly lab: BenchLab,
    private readonly trials: number,
  ) {
    this.ssh = labSsh(lab);
  }

  /** `ssh <device> docker run` again and again. @returns seconds for each beyond the command's own */
  async oneBySsh(): Promise<number> {
    const { address, image } = this.place('one', 'worker');
    const once = `ssh -n -F "$1" "$2" docker run --rm "$3" sleep ${commandS}`;
    return this.perTrial(['sh', '-ec', this.loop(once), 'sh', this.ssh.config, address, image]);
  }

  /** The service in the background, its client, and then the service removed. It is not waited for until it is ready. */
  async twoBySsh(): Promise<number> {
    const server = this.place('two', 'server');
    const client = this.place('two', 'client');
    const once = [
      'ssh -n -F "$1" "$2" docker run -d --name bench-server "$3" sleep 60 >/dev/null',
      `ssh -n -F "$1" "$4" docker run --rm "$5" sleep ${commandS}`,
      'ssh -n -F "$1" "$2" docker rm -f bench-server >/dev/null',
    ].join('\n');
    const words = [this.ssh.config, server.address, server.image, client.address, client.image];
    return this.perTrial(['sh', '-ec', this.loop(once), 'sh', ...words]);
  }

  /** A playbook with as many tasks, over one shared connection. Its start is in the figure, divided by their number. */
  async oneByAnsible(): Promise<number> {
    const { address, image } = this.place('one', 'worker');
    const playbook = join(this.lab.folder, 'playbook.yml');
    const task = {
      'ansible.builtin.raw': `docker run --rm ${image} sleep ${commandS}`,
      loop: Array.from({ length: this.trials }, (_, index) => index),
    };
    writeFileSync(playbook, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks: [task] }]));
    const shared = '-o ControlMaster=auto -o ControlPersist=60s';
    const sockets = join(this.lab.folder, 'ansible/%C');
    const env = {
      ...this.ssh.ansible,
      ANSIBLE_SSH_ARGS: `${shared} -o ControlPath=${sockets} ${this.ssh.ansible.ANSIBLE_SSH_ARGS ?? ''}`,
    };
    return this.perTrial(['ansible-playbook', '-i', `${address},`, playbook], env);
  }

  private loop(once: string): string {
    return `for trial in $(seq ${this.trials}); do\n${once}\ndone`;
  }

  private async perTrial(argv: string[], env: Record<string, string> = {}): Promise<number> {
    const { tookMs } = await program(argv, { env });
    return tookMs / 1000 / this.trials - commandS;
  }

  private place(experiment: string, role: string): { address: string; image: string } {
    const { run } = newestRun(this.lab.folder, experiment);
    const placed = run.images.find((image) => image.role === role);
    const device = run.devices.find(({ name }) => name === placed?.device);
    if (placed === undefined || device === undefined) throw new Error(`no image of ${role}`);
    return { address: device.address, image: placed.image_id };
  }
}
