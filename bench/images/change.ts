import { randomBytes } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../measurement.js';
import { program } from '../programs.js';
import { say, type BenchOptions } from '../run-bench.js';
import { base, Pushing, type PushTimes } from './pushing.js';
import { Registry } from './registry.js';

const tag = 'collab-bench/edited:latest';

/** One line changed in a folder, from the saved file on; then nothing changed. */
export async function change(_: null, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const { files = 200, kilobytes = 10_000 } = sizes;
  const pushing = await Pushing.up({ devices: 1, rate: '1gbit' });
  let registry: Registry | null = null;
  try {
    const folder = pushing.experiment('edited', someFiles(files, kilobytes * 1000));
    await pushing.push('edited');
    registry = await Registry.up(pushing);
    const dockerfile = join(pushing.lab.folder, 'Dockerfile');
    writeFileSync(dockerfile, `FROM ${await pushing.baseRef()}\nCOPY . /experiment/\n`);
    const build = async () =>
      (await program(['docker', 'build', '-q', '-t', tag, '-f', dockerfile, folder])).tookMs / 1000;
    const edit = () => appendFileSync(join(folder, 'main.py'), `# ${randomBytes(4).toString('hex')}\n`);
    await build();
    await registry.through(tag);
    const ours: (PushTimes & { startedSeconds: number })[] = [];
    const [loads, loadsAlone, pulls, pullsAlone]: number[][] = [[], [], [], []];
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      edit();
      ours.push(await untilItRuns(pushing));
      edit();
      const built = await build();
      const load = await pushing.saveAndLoad(tag);
      loadsAlone?.push(load);
      loads?.push(built + load);
      edit();
      const builtAgain = await build();
      const pull = await registry.through(tag);
      pullsAlone?.push(pull);
      pulls?.push(builtAgain + pull);
      const last = ours.at(-1);
      say(
        `   ${repeat}/${repeats}: ${last?.seconds.toFixed(3) ?? ''} s, save-and-load ${(built + load).toFixed(1)} s, registry ${(builtAgain + pull).toFixed(2)} s`,
      );
    }
    const line = { unit: 's', ours: ours.map((one) => one.seconds) };
    const alone = { unit: 's', ours: ours.map((one) => one.deliverySeconds) };
    const saveLoad = 'docker save | ssh docker load';
    const tunnel = 'registry through a tunnel';
    const what = `one line changed in ${files} files, ${kilobytes / 1000} MB, on ${base}, 1 Gbit/s, build included`;
    return [
      {
        what,
        ...line,
        peer: { name: saveLoad, values: loads ?? [] },
        target: { of: 'ratio', atMost: 1 / 60 },
      },
      { what, ...line, peer: { name: tunnel, values: pulls ?? [] }, target: { of: 'ratio', atMost: 1 } },
      {
        what: '... delivery alone',
        ...alone,
        peer: { name: saveLoad, values: loadsAlone ?? [] },
        note: aloneNote,
        target: { of: 'ratio', atMost: 0.01 },
      },
      {
        what: '... delivery alone',
        ...alone,
        peer: { name: tunnel, values: pullsAlone ?? [] },
        note: aloneNote,
        target: { of: 'ratio', atMost: 0.5 },
      },
      {
        what: '... bytes sent',
        unit: 'kB',
        ours: ours.map((one) => one.sentBytes / 1e3),
        peer: { name: 'tar | gzip -1 of the folder', values: [(await gzipped(folder)) / 1e3] },
        target: { of: 'ratio', atMost: 1.1 },
      },
      {
        what: '... until the container runs',
        unit: 's',
        ours: ours.map((one) => one.startedSeconds),
        target: { of: 'value', atMost: 0.7 },
      },
      ...(await nothingChanged(pushing, repeats)),
    ];
  } finally {
    registry?.down();
    await program(['docker', 'rmi', '-f', tag]).catch(() => undefined);
    await pushing.down();
  }
}

const aloneNote =
  'ours from when the base was found here: the layer is written, the device asked, sent to, and asked again';

async function untilItRuns(pushing: Pushing): Promise<PushTimes & { startedSeconds: number }> {
  const started = performance.now();
  const times = await pushing.push('edited');
  const [first] = pushing.open;
  if (first === undefined) throw new Error('no device');
  const id = await first.engine.create({
    name: `bench-${randomBytes(4).toString('hex')}`,
    image: times.imageId,
    command: ['python3', '-c', 'import time; time.sleep(60)'],
    labels: {},
    capabilities: [],
  });
  await first.engine.start(id);
  const startedSeconds = (performance.now() - started) / 1000;
  const state = await first.engine.inspect(id);
  if (state?.running !== true) throw new Error('the container does not run');
  await first.engine.remove(id);
  return { ...times, startedSeconds };
}

/** A push when all is there: what crosses the wire, and how often there and back. */
async function nothingChanged(pushing: Pushing, repeats: number): Promise<Measurement[]> {
  const [sent, trips, seconds]: number[][] = [[], [], []];
  await pushing.push('edited');
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    const counted = await pushing.countingTrips(async () => {
      const times = await pushing.push('edited');
      sent?.push(times.sentBytes);
      seconds?.push(times.seconds);
    });
    trips?.push(counted);
  }
  return [
    {
      what: 'nothing changed: bytes of images sent',
      unit: 'B',
      ours: sent ?? [],
      target: { of: 'value', atMost: 0 },
    },
    {
      what: '... round trips',
      unit: '',
      ours: trips ?? [],
      target: { of: 'value', atMost: 2 },
      note: 'requests to the device that wait for one another: each opens a channel (one) and is answered (one)',
    },
    { what: '... seconds', unit: 's', ours: seconds ?? [] },
  ];
}

async function gzipped(folder: string): Promise<number> {
  const { stdout } = await program(['bash', '-c', `tar -C '${folder}' -c . | gzip -1 | wc -c`]);
  return Number(stdout);
}

/** Text and numbers as code and small data have them: half of it does not compress. */
function someFiles(count: number, bytes: number): Record<string, string> {
  const each = Math.max(100, Math.floor(bytes / count));
  const half = 'def step(state, batch):\n    return state.update(batch.mean(), batch.std())\n';
  const content = () =>
    randomBytes(Math.ceil((each / 2) * 0.75)).toString('base64') +
    half.repeat(Math.ceil(each / 2 / half.length)).slice(0, Math.floor(each / 2));
  const files = Object.fromEntries(
    Array.from({ length: count - 2 }, (_, index) => [`part${String(index).padStart(4, '0')}.py`, content()]),
  );
  return { 'main.py': 'print("edited")\n', ...files };
}
