import type { Command } from 'commander';
import { again, command, list } from './command.js';
import type { BuildOptions } from '../commands/images/build.js';
import type { PruneOptions } from '../commands/images/prune.js';
import type { PickOptions } from '../session/index.js';

/** `collab images ...`: what roles run in. */
export function addImagesCommands(program: Command): void {
  const images = program.command('images').description('the images that roles run in').exitOverride();
  const onLan = (name: string, description: string) =>
    command(images, name, description).option('--lan <name>', 'another LAN than the current one');
  const picking = (name: string, description: string) =>
    onLan(name, description)
      .option('--only <devices>', 'these devices only, e.g. --only nano1,nano2', list)
      .option('--tag <tag>', 'devices with this tag only (again for more)', again, []);

  picking('list', 'the base images, which device each fits or why not, and what each device has')
    .option('--bases', 'the base images only; no device is asked')
    .action(async (options: PickOptions) => (await import('../commands/images/list.js')).imagesList(options));
  onLan('build', 'build images ahead of time, where they are native if that can be done')
    .argument('[experiments...]', 'build what their roles need')
    .option('--base <flavour>', 'build a base image (again for more)', again, [])
    .option('--arch <architectures>', 'for these, e.g. --arch amd64,arm64; default: those of the LAN', list)
    .option('--here', 'on this machine alone, by emulation where it must, for devices without internet')
    .action(async (experiments: string[], options: BuildOptions) =>
      (await import('../commands/images/build.js')).imagesBuild(experiments, options),
    );
  picking('push', 'get what an experiment will need onto the devices, ahead of a run')
    .argument('<experiment>', 'name of a folder of TestCases/, or a path')
    .action(async (name: string, options: PickOptions) =>
      (await import('../commands/images/push.js')).imagesPush(name, options),
    );
  picking('prune', 'remove images of collab from devices that no experiment here needs any more')
    .option('--all', 'all that collab has made there, also what is needed')
    .option('--here', 'the layers that are kept on this machine, instead of images on devices')
    .option(
      '--data',
      'data that runs have sent there and that no experiment here sends any more, instead of images',
    )
    .option('--dry-run', 'show what would be removed, and remove nothing')
    .option('-y, --yes', 'ask nothing')
    .action(async (options: PruneOptions) =>
      (await import('../commands/images/prune.js')).imagesPrune(options),
    );
  command(images, 'export', 'write base images of this machine into a file, for one without a network')
    .argument('<file>', 'the file to write')
    .argument('[flavours...]', 'which; default: all that are built here')
    .option('--experiment <name>', 'what its roles stand on, dependencies too (again for more)', again, [])
    .action(async (file: string, flavours: string[], options: { json?: boolean; experiment: string[] }) =>
      (await import('../commands/images/export.js')).imagesExport(file, flavours, options),
    );
  command(images, 'import', 'take in base images from a file, checked first, all or none')
    .argument('<file>', 'what collab images export wrote')
    .action(async (file: string, options: { json?: boolean }) =>
      (await import('../commands/images/import.js')).imagesImport(file, options),
    );
}
