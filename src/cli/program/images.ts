import type { Command } from 'commander';
import { command, group, list, onDevices, onLan, repeatable } from './command.js';
import type { BuildOptions } from '../commands/images/build.js';
import type { ExportOptions } from '../commands/images/export.js';
import type { ListOptions } from '../commands/images/list.js';
import type { PruneOptions } from '../commands/images/prune.js';
import type { PickOptions } from '../session/index.js';

/** `collab images ...`. */
export function addImagesCommands(program: Command): void {
  const images = group(program, 'images', 'Manage the images that roles run in');

  onDevices(command(images, 'list', 'List base images and the images on each device'))
    .option('--bases', 'List only base images, without connecting to devices')
    .action(async (options: ListOptions) => (await import('../commands/images/list.js')).imagesList(options));
  onLan(command(images, 'build', 'Build images ahead of a run, on devices of their architecture if possible'))
    .argument('[experiments...]', 'Build what the roles of these experiments need')
    .addOption(repeatable('--base <flavor>', 'Base image to build'))
    .option('--arch <names>', 'Architectures, e.g. amd64,arm64 (default: those of the LAN)', list)
    .option('--here', 'Build on this machine only, with emulation if needed')
    .action(async (experiments: string[], options: BuildOptions) =>
      (await import('../commands/images/build.js')).imagesBuild(experiments, options),
    );
  onDevices(command(images, 'push', 'Send the images of an experiment to the devices ahead of a run'))
    .argument('<experiment>', 'Name of a folder in TestCases/, or a path')
    .action(async (name: string, options: PickOptions) =>
      (await import('../commands/images/push.js')).imagesPush(name, options),
    );
  onDevices(command(images, 'prune', 'Remove from devices the collab images that no experiment needs'))
    .option('--all', 'Remove all collab images, including those that are needed')
    .option('--here', 'Instead, remove the layers that this machine keeps for sending')
    .option('--data', 'Instead, remove data sent by runs that no experiment needs')
    .option('--dry-run', 'Show what would be removed, without removing it')
    .option('-y, --yes', 'Do not ask for confirmation')
    .action(async (options: PruneOptions) =>
      (await import('../commands/images/prune.js')).imagesPrune(options),
    );
  command(images, 'export', 'Write base images to a file, for a machine without internet access')
    .argument('<file>', 'File to write')
    .argument('[flavors...]', 'Base images (default: all that are built here)')
    .addOption(
      repeatable('--experiment <name>', 'Include what its roles are built on: bases and dependencies'),
    )
    .action(async (file: string, flavors: string[], options: ExportOptions) =>
      (await import('../commands/images/export.js')).imagesExport(file, flavors, options),
    );
  command(images, 'import', 'Read base images from a file: all or, if a check fails, none')
    .argument('<file>', 'File that `collab images export` wrote')
    .action(async (file: string, options: { json?: boolean }) =>
      (await import('../commands/images/import.js')).imagesImport(file, options),
    );
}
