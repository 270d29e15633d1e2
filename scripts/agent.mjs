// Builds the agent of a fleet, src/agent/agent.mjs, and the program with which its keepers serve the dashboard: each in one file,
// because it travels to devices that have Node.js and nothing else. `npm run build` and the tests call it; the files are not committed.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const folder = `${source}agent/`;
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const inside = [
  '@nats-io/jetstream',
  '@nats-io/nkeys',
  '@nats-io/transport-node',
  'dockerode',
  'picomatch',
  'tar-stream',
  'zod',
];
/** What dockerode loads for builds with BuildKit and for engines over ssh: the agent does neither. */
const unused = ['./buildkit', './session', 'ssh2'];
const isUnused = (path, importer) =>
  unused.includes(path) && /node_modules\/docker(ode|-modem)\//.test(importer);
/** What only the program of the dashboard needs. */
const insideDashboard = [...inside, '@hono/node-server', 'hono', 'yaml', 'yauzl'];

/** Libraries in the older module format call `require`. */
export const requireBanner = {
  js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
};

/**
 * @param outfile where it is written
 * @param entry what is built in place of the agent, for a test
 * @throws Error if the agent would need a library or a program that does not travel with it
 */
export function buildAgent(outfile = `${folder}agent.mjs`, entry = `${folder}main.ts`) {
  return buildProgram(outfile, entry, inside);
}

/** The page must be built before. */
export function buildKeeperDashboard(outfile = `${source}keeper-dashboard/dashboard.mjs`) {
  return buildProgram(outfile, `${source}keeper-dashboard/main.ts`, insideDashboard);
}

async function buildProgram(outfile, entry, inside) {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    banner: requireBanner,
    plugins: [withItsFiles, onlyWhatIsUsed(inside)],
  });
  const needed = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports.map(({ path }) => path))
    .filter((path) => !builtinModules.includes(path.replace(/^node:/, '')));
  if (needed.length > 0) throw new Error(`${outfile} needs ${needed.join(', ')}`);
  const used = readFileSync(outfile, 'utf8').matchAll(/\bprogramText\d*\("([^"]+)"\)/g);
  const lacking = [...used].map(([, path]) => path).filter((path) => !programs.includes(path));
  if (lacking.length > 0) throw new Error(`${outfile} lacks the programs ${lacking.join(', ')}`);
}

const filesIn = (path, ending) =>
  readdirSync(source + path, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .sort();

/** Programs for devices that the agent starts, below `src/`. */
const programs = [
  'agent/worker/make-venv.sh',
  'network/leases/lease.sh',
  ...filesIn('deployment/runtimes', '.sh').map((name) => `deployment/runtimes/${name}`),
];

const textOf = (path) => readFileSync(source + path, 'utf8');

/** What stands beside the code of the package: inside of the agent, where there is no package. */
const replaced = {
  'package-folder.ts': () => {
    const texts = Object.fromEntries(programs.map((path) => [path, textOf(path)]));
    return `
      const texts = ${JSON.stringify(texts)};
      const no = (what) => { throw new Error('the agent travels without ' + what); };
      export const packageFolder = null;
      export const besideCode = no;
      export const programText = (path) => texts[path] ?? no(path);
      export const packageVersion = () => no('package.json');`;
  },
  'deployment/archives/wrapper-files.ts': () => {
    const files = filesIn('wrapper', '.py')
      .filter((name) => !name.startsWith('fixtures/'))
      .map((name) => ({ name, content: textOf(`wrapper/${name}`) }));
    files.push({ name: 'metrics.json', content: textOf('logs/records/metrics.json') });
    return `
      const files = ${JSON.stringify(files)};
      export const wrapperFiles = () => Promise.resolve(files);`;
  },
  'dashboard/server/page-assets.ts': () => {
    const files = readdirSync(`${source}dashboard/assets`).map((name) => ({
      name,
      text: textOf(`dashboard/assets/${name}`),
    }));
    return `
      const files = ${JSON.stringify(files)};
      export const pageAssets = () =>
        Promise.resolve(files.map(({ name, text }) => ({ name, content: new TextEncoder().encode(text) })));`;
  },
};

const withItsFiles = {
  name: 'with-its-files',
  setup(builder) {
    for (const [path, contents] of Object.entries(replaced)) {
      const filter = new RegExp(`/src/${path.replaceAll('.', '\\.')}$`);
      builder.onLoad({ filter }, () => ({ contents: contents(), loader: 'js' }));
    }
  },
};

/** Rooms are entered by their index.ts. Of what stands there, and of libraries, only what the agent uses comes along. */
const onlyWhatIsUsed = (inside) => ({
  name: 'only-what-is-used',
  setup(builder) {
    const others = Object.keys(dependencies).filter((name) => !inside.includes(name));
    const isOther = (path) => others.some((name) => path === name || path.startsWith(`${name}/`));
    builder.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
    builder.onResolve({ filter: /.*/ }, async ({ path, ...about }) => {
      if (about.pluginData === 'resolved' || about.kind === 'entry-point') return undefined;
      if (isUnused(path, about.importer)) return { path, namespace: 'unused' };
      if (isOther(path)) return { path, external: true, sideEffects: false };
      const found = await builder.resolve(path, {
        importer: about.importer,
        resolveDir: about.resolveDir,
        kind: about.kind,
        pluginData: 'resolved',
      });
      return found.errors.length > 0
        ? undefined
        : { path: found.path, external: found.external, sideEffects: false };
    });
  },
});
