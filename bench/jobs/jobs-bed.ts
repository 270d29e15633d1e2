import { BenchLab } from '../bench-lab.js';
import { program } from '../programs.js';
import { labSsh } from '../ssh-config.js';
import { JobsFleet } from './jobs-fleet.js';
import { LocalFleet } from './local-fleet.js';

export const labDevices = 3;

/** A Lab of three devices with a fleet, whose tasks run in containers. */
export class LabFleet extends JobsFleet {
  private constructor(
    private readonly lab: BenchLab,
    private readonly sshConfig: string,
  ) {
    super(lab.folder, (...words) => lab.collab(...words));
  }

  static async up(): Promise<LabFleet> {
    const lab = await BenchLab.up({ devices: labDevices, cpus: 2, memory: '2g' });
    try {
      await lab.collab('fleet', 'up', '--yes');
      const fleet = new LabFleet(lab, labSsh(lab).config);
      await fleet.untilWorkers(labDevices);
      // The base image comes with the first job.
      await fleet.done(await fleet.submit(['true'], '--count', String(labDevices)));
      return fleet;
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  /** Tasks per second of one loop for each device that runs `true` over ssh, one connection after the other. */
  async sshRate(count: number): Promise<number> {
    const each = Math.ceil(count / labDevices);
    const startedMs = performance.now();
    const loops = this.lab.lan.devices.map(async ({ address }) => {
      const argv = ['ssh', '-F', this.sshConfig, address, 'true'];
      for (let at = 0; at < each; at += 1) await program(argv);
    });
    await Promise.all(loops);
    return (each * labDevices) / ((performance.now() - startedMs) / 1000);
  }

  down(): Promise<void> {
    return this.lab.down();
  }
}

/** The fleets that parts need, each brought up when the first part asks for it. */
export class JobsBed {
  #local: Promise<LocalFleet> | null = null;
  #lab: Promise<LabFleet> | null = null;

  local(): Promise<LocalFleet> {
    return (this.#local ??= LocalFleet.up());
  }

  lab(): Promise<LabFleet> {
    return (this.#lab ??= LabFleet.up());
  }

  async down(): Promise<void> {
    const open = await Promise.allSettled([this.#local, this.#lab]);
    for (const one of open) if (one.status === 'fulfilled') await one.value?.down();
  }
}
