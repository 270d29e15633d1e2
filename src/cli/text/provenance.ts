import { basename, dirname } from 'node:path';
import { formatBytes, type Provenance } from '../../index.js';
import { shortId } from './experiments.js';
import { type Field, fieldsText } from './fields.js';
import { deviceFields } from './provenance-devices.js';
import { timeText } from './run-overview.js';

type Run = Provenance['run'];
type Packages = NonNullable<Run['images'][number]['packages']>;

const notRecorded = 'not recorded';

/** What ran, where, and with what, no wider than given. */
export function provenanceText(provenance: Provenance, width: number): string {
  const { run, lists } = provenance;
  const section = (title: string, fields: readonly Field[]) => `${title}\n${fieldsText(fields, width, '  ')}`;
  return [
    section(`Run ${run.run_id}`, runFields(provenance)),
    ...run.devices.map((device) => {
      const roles = run.placement.filter((one) => one.device === device.name);
      const title = [device.name, ...roles.map(({ role, rank }) => `${role}-${rank}`)].join('  ');
      return section(title, deviceFields(device));
    }),
    ...run.images.map((image) =>
      section(`Image of ${image.role} on ${image.device}`, imageFields(image, lists)),
    ),
    ...(run.runtime === 'process' ? [section('Python of this machine', pythonFields(run, lists))] : []),
    ...(run.data ?? []).map((one) =>
      section(`Data ${one.name} of ${one.role} on ${one.device}`, dataFields(one)),
    ),
  ].join('\n\n');
}

function runFields({ run, code }: Provenance): Field[] {
  const { experiment, versions, git, sweep } = run;
  const all = run.trials.length;
  const complete = run.trials.filter(({ state }) => state === 'complete').length;
  const measured = run.trials.filter(({ warmup }) => !warmup);
  const repeats = Math.max(0, ...measured.map(({ repeat }) => repeat + 1));
  return [
    ['experiment', `${experiment.name}, id ${experiment.id === '' ? notRecorded : shortId(experiment.id)}`],
    ['code', codeText(code, experiment.id)],
    ['again', run.again === undefined ? 'no' : `it does the run ${run.again} again`],
    ['who', run.by ?? notRecorded],
    ['when', `${timeText(run.started_at)}, ${run.state}`],
    [
      'git',
      git === null
        ? 'no git checkout'
        : `${git.commit.slice(0, 12)}${git.dirty ? ', with uncommitted changes' : ''}`,
    ],
    ['versions', `collab ${versions.collab ?? notRecorded}, Node.js ${versions.node ?? notRecorded}`],
    ['runtime', run.runtime],
    ['LAN', run.lan ?? 'none'],
    ['trials', `${complete} of ${all} complete, ${all - measured.length} warm-up, repeats: ${repeats}`],
    ['order', orderText(sweep)],
    ...parametersOf(run),
  ];
}

function orderText(sweep: Run['sweep']): string {
  if (sweep?.order === undefined) return notRecorded;
  return sweep.seed === undefined ? sweep.order : `${sweep.order}, seed ${sweep.seed}`;
}

function codeText({ folder, state }: Provenance['code'], id: string): string {
  if (folder === null) return 'not kept';
  const place = `Logs/.experiments/${shortId(id)}...`;
  return state === 'kept' ? place : `${place} was changed: it is not what ran`;
}

/** The values that each parameter has in some trial. */
function parametersOf({ trials }: Run): Field[] {
  const names = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))];
  return names.map((name) => {
    const values = new Set(trials.map(({ parameters }) => String(parameters[name] ?? '-')));
    return [`{${name}}`, [...values].join(', ')];
  });
}

function imageFields(
  { ref, image_id, layers, repo_digests, packages }: Run['images'][number],
  lists: string,
): Field[] {
  return [
    ['tag', ref],
    ['id', shortDigest(image_id)],
    ['layers', layers === undefined ? notRecorded : layers.map(shortDigest).join(', ')],
    ['registry', repo_digests === undefined ? notRecorded : registryText(repo_digests)],
    ['packages', packagesText(packages, lists)],
  ];
}

const registryText = (digests: readonly string[]) =>
  digests.length === 0
    ? 'none: it was built or sent'
    : digests.map((one) => one.replace(/sha256:([0-9a-f]{12})[0-9a-f]*/, '$1')).join(', ');

function pythonFields({ python }: Run, lists: string): Field[] {
  if (python === undefined) return [['python3', notRecorded]];
  if ('unavailable' in python) return [['python3', `could not be read: ${python.unavailable}`]];
  const { version, executable, packages } = python;
  return [
    ['python3', `${version}, ${executable}`],
    ['packages', packagesText(packages, lists)],
  ];
}

/** @param lists the folder that they are in: `Logs/.images`, or that of the run if it came from elsewhere */
function packagesText(packages: Packages | undefined, lists: string): string {
  if (packages === undefined) return notRecorded;
  if ('unavailable' in packages) return `could not be read: ${packages.unavailable}`;
  const { dpkg, python, file } = packages;
  const count = (number: number | null) => (number === null ? 'not read' : String(number));
  const name = basename(file).replace(/([0-9a-f]{12})[0-9a-f]*\.json$/, '$1...');
  const place = `${basename(dirname(lists))}/${basename(lists)}/${name}`;
  return `dpkg: ${count(dpkg)}, Python: ${count(python)}; in ${place}`;
}

function dataFields({ path, hash, size_bytes, source }: NonNullable<Run['data']>[number]): Field[] {
  return [
    ['folder', path],
    ['hash', hash.slice(0, 12)],
    ['size', formatBytes(size_bytes)],
    ['from', source === 'device' ? 'the device' : 'this machine'],
  ];
}

const shortDigest = (digest: string) => digest.replace(/^sha256:/, '').slice(0, 12);

/** The same for programs, with all that was kept. */
export function provenanceData({ run, code, images, python }: Provenance): object {
  return {
    run_id: run.run_id,
    state: run.state,
    started_at: run.started_at,
    ended_at: run.ended_at,
    by: run.by ?? null,
    again: run.again ?? null,
    experiment: { name: run.experiment.name, id: run.experiment.id, kept: code },
    git: run.git,
    versions: run.versions,
    runtime: run.runtime,
    lan: run.lan,
    sweep: run.sweep ?? null,
    trials: run.trials.map(({ number, parameters, repeat, warmup, state }) => ({
      number,
      parameters,
      repeat,
      warmup,
      state,
    })),
    placement: run.placement,
    devices: run.devices,
    images: run.images.map((image) => ({ ...image, list: images.get(image.image_id)?.packages ?? null })),
    python: run.python === undefined ? null : { ...run.python, list: python?.packages ?? null },
    data: run.data ?? [],
  };
}
