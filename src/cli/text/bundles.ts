import {
  type Asks,
  type ExportedBundle,
  formatBytes,
  type ImportedSource,
  type ImportPlan,
  type OpenedSource,
  plainText,
} from '../../index.js';

/** What a bundle holds, after it was written. */
export function exportedText({ file, sha256, sizeBytes, unchanged, manifest }: ExportedBundle): string {
  const { experiment, run, entries } = manifest;
  return [
    file,
    `  ${unchanged ? 'was there already, with the same bytes' : `${entries.length} files, ${formatBytes(sizeBytes)}`}`,
    `  experiment ${experiment.name} ${experiment.id.slice(0, 12)}${run === null ? '' : `, with the run ${run.id}`}`,
    `  sha256 ${sha256}`,
  ].join('\n');
}

/** Whether an import asks for more than an experiment usually has: shown first, and with a mark. */
function opensWith({ roles }: Asks): string[] {
  return roles.flatMap(({ name, network, host_devices: devices, gpu, meter }) => [
    ...(network === 'host'
      ? [
          `${name} uses the network of its device: it can listen on any port, and reach what the device reaches`,
        ]
      : []),
    ...(devices.length > 0 ? [`${name} gets device files of its device: ${devices.join(', ')}`] : []),
    ...(gpu ? [`${name} gets the GPU of its device`] : []),
    ...(meter === null ? [] : [`${name} starts a power meter beside it: ${meter.join(' ')}`]),
  ]);
}

/** What the user must know before saying yes. */
export function sourceText(source: OpenedSource, plan: ImportPlan): string {
  const { from, hash, commit, made, experiment, asks, run, images } = source;
  const privileges = opensWith(asks);
  const lines = [
    `experiment ${experiment.name}, ${source.files} files, ${formatBytes(source.sizeBytes)}`,
    made === null
      ? ''
      : `  made by     ${made.by}, with collab ${made.collab}, ${made.at.slice(0, 10)} (not verified)`,
    commit === null ? '' : `  commit      ${commit}`,
    `  ${from === 'bundle' ? 'sha256      ' : 'id          '}${hash}`,
    from === 'bundle' ? `  id          ${experiment.id}` : '',
    run === null
      ? ''
      : `  run         ${run.record.run_id}, ${run.record.state}${plan.run?.present === true ? ', here already' : ''}`,
    images === null ? '' : `  images      ${images.refs.join(', ')}`,
    ...asks.roles.flatMap(roleLines),
    ...asks.data.map(
      ({ name, path, roles, hash: known }) =>
        `  data ${name}: the folder ${path}, read by ${roles.join(', ')}, not part of it${known === null ? '' : ` (hash ${known.slice(0, 12)})`}`,
    ),
    ...privileges.map((one) => `  WARNING: ${one}`),
    privileges.length === 0
      ? '  It asks for no privileges: no device files, no GPU, no network of a device.'
      : '',
    `  It goes to ${plan.folder}${plan.present ? ', where it is already' : ''}.`,
  ];
  // Much of it is text of someone else.
  return plainText(lines.filter((line) => line !== '').join('\n'));
}

function roleLines(role: Asks['roles'][number]): string[] {
  const wants = [
    role.architectures?.join(' or ') ?? '',
    role.memory_bytes === null ? '' : `at least ${formatBytes(role.memory_bytes)} of memory`,
    role.cores === null ? '' : `at least ${role.cores} cores`,
    role.tags.length === 0 ? '' : `tags ${role.tags.join(', ')}`,
    role.own_device ? 'a device of its own' : '',
  ].filter((one) => one !== '');
  const commands = [role.prepare, role.command, role.finalize].flatMap((words) =>
    words === null ? [] : [words.join(' ')],
  );
  const installs = [...role.apt, ...role.pip, ...(role.requirements === null ? [] : [role.requirements])];
  const ports = Object.entries(role.ports).map(([name, port]) => `${name} ${port}`);
  return [
    `  role ${role.name}: ${role.instances} on ${wants.length === 0 ? 'any device' : wants.join(', ')}`,
    ...commands.map((one) => `    runs ${one}`),
    `    on the base ${role.base}${installs.length === 0 ? '' : `, with ${installs.join(', ')}`}`,
    ...(ports.length === 0 ? [] : [`    listens on ${ports.join(', ')}`]),
  ];
}

/** The same for programs. */
export function sourceResult(source: OpenedSource): object {
  const { from, hash, commit, made, experiment, asks, run, images, files, sizeBytes } = source;
  return {
    from,
    hash,
    commit,
    made,
    experiment: { name: experiment.name, id: experiment.id },
    asks,
    files,
    size_bytes: sizeBytes,
    run_in_it: run?.record.run_id ?? null,
    images_in_it: images?.refs ?? [],
  };
}

/** What an import did. */
export function importedText({ folder, present, run, images }: ImportedSource): string {
  return [
    present ? `${folder} is here already, and stays as it is.` : folder,
    run === null ? '' : run.present ? `The run ${run.id} is here already.` : run.folder,
    images.length === 0 ? '' : `Images: ${images.join(', ')}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}
