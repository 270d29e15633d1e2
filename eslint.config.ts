import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';
import type { Linter } from 'eslint';

/**
 * Floors, from the top, for `src/` and for each room that holds rooms. A room imports from lower floors only; rooms on one
 * floor do not know each other.
 */
const floors: Record<string, string[][]> = {
  '.': [
    ['cli', 'keeper-dashboard'],
    ['dashboard'],
    ['index.ts', 'collab-event.ts', 'agent', 'names'],
    ['experiments', 'performance', 'lab'],
    ['fleet'],
    ['deployment'],
    ['network'],
    ['logs'],
    ['workspace'],
    ['events.ts', 'errors.ts', 'package-folder.ts', 'random.ts'],
    ['exit-codes.ts'],
  ],
  dashboard: [['server', 'page'], ['live']],
  cli: [
    ['main.ts'],
    ['program'],
    ['commands', 'menu'],
    ['completion', 'setup'],
    ['session'],
    ['events'],
    ['text'],
  ],
  experiments: [
    ['replicate'],
    ['run', 'bundles', 'removal'],
    ['trial'],
    ['stage'],
    ['images'],
    ['plan'],
    ['kept', 'templates'],
    ['events'],
    ['definition'],
  ],
  deployment: [
    ['overhead'],
    ['check', 'remains'],
    ['bases', 'data', 'fix', 'images', 'packages', 'runtimes'],
    ['layers'],
    ['delivery'],
    ['engine'],
    ['archives'],
  ],
  fleet: [
    ['check'],
    ['install'],
    ['api'],
    ['inference'],
    ['jobs'],
    ['files'],
    ['broker'],
    ['membership', 'credentials'],
  ],
  network: [
    ['gateway', 'leases', 'sync', 'enroll'],
    ['connect'],
    ['discovery'],
    ['lan'],
    ['clock', 'facts', 'ssh'],
    ['shell'],
  ],
  performance: [
    ['replication'],
    ['reports'],
    ['compare', 'listing'],
    ['opening'],
    ['ledger', 'series'],
    ['tables'],
    ['validity'],
    ['summaries'],
    ['reading'],
    ['statistics'],
  ],
  'performance/reports': [['binary', 'html', 'text'], ['format']],
  'performance/reports/html': [
    ['browser', 'comparison', 'sections'],
    ['charts'],
    ['data', 'markup'],
    ['drawing'],
  ],
  logs: [['runs'], ['run-state.ts'], ['clock-drift.ts'], ['journal', 'samples'], ['records']],
};

const at = (parent: string, room: string): string => posix.join('./src', parent, room);

const floorZones = Object.entries(floors).flatMap(([parent, levels]) =>
  levels.flatMap((rooms, level) =>
    rooms.flatMap((room) => [
      ...levels.slice(0, level).flatMap((above) =>
        above.map((upper) => ({
          target: at(parent, room),
          from: at(parent, upper),
          message: `${room} is below ${upper}: imports go down only.`,
        })),
      ),
      ...rooms
        .filter((other) => other !== room && !room.endsWith('.ts'))
        .map((other) => ({
          target: at(parent, room),
          from: at(parent, other),
          message: `${room} and ${other} are on one floor and do not know each other.`,
        })),
    ]),
  ),
);

/** Every folder of `src/` that has an index.ts, its door. */
const doors = readdirSync(posix.join(import.meta.dirname, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('/index.ts'))
  .map((path) => posix.join('src', posix.dirname(path)));

/** From outside, a room is entered by its door. */
const doorZones = doors.map((room) => ({
  target: [`./${posix.dirname(room)}/!(${posix.basename(room)})/**/*.ts`, `./${posix.dirname(room)}/*.ts`],
  from: `./${room}`,
  except: ['./index.ts'],
  message: `Import from ${room}/index.ts: a room is entered by its door.`,
}));

const only = (target: string, message: string, except: string[]) => ({
  target: `./src/${target}`,
  from: './src',
  except: [`./${target}`, ...except],
  message,
});
const extraZones = [
  only(
    'cli',
    'cli knows the public API, src/index.ts, and the dashboard. Completion knows names, which load fast.',
    ['./index.ts', './names/index.ts', './package-folder.ts', './dashboard/index.ts'],
  ),
  only('keeper-dashboard', 'keeper-dashboard joins the agent of a keeper and the dashboard.', [
    './agent/index.ts',
    './dashboard/index.ts',
    './index.ts',
  ]),
  only('dashboard', 'dashboard knows the public API and its events only.', [
    './index.ts',
    './collab-event.ts',
    './package-folder.ts',
  ]),
  ...['deployment', 'network', 'fleet'].map((room) => ({
    target: './src/performance',
    from: `./src/${room}`,
    message: 'performance needs a run folder and nothing else: it knows logs only.',
  })),
  ...['experiments', 'performance', 'lab'].map((room) => ({
    target: './src/agent',
    from: `./src/${room}`,
    message: 'agent travels to devices: it uses fleet, deployment and logs.',
  })),
];

/** Each library is imported by one file only; everything else knows our own contract. */
const libraries: Record<string, string> = {
  ssh2: 'src/network/ssh/client.ts',
  dockerode: 'src/deployment/engine/dockerode.ts',
  'bonjour-service': 'src/network/discovery/mdns.ts',
  'multicast-dns': 'src/network/discovery/question.ts',
  systeminformation: 'src/network/facts/controller-facts.ts',
  'hyparquet-writer': 'src/performance/reports/binary/parquet.ts',
  'csv-stringify': 'src/performance/reports/text/csv.ts',
  'csv-stringify/sync': 'src/performance/reports/text/csv.ts',
  exceljs: 'src/performance/reports/binary/workbook.ts',
  yauzl: 'src/fleet/files/transfer/zip-tree.ts',
  yazl: 'src/performance/reports/binary/zip.ts',
  'tar-stream': 'src/deployment/archives/tar.ts',
  yaml: 'src/workspace/yaml.ts',
  '@peculiar/x509': 'src/fleet/credentials/certificates.ts',
  'reflect-metadata': 'src/fleet/credentials/certificates.ts',
  '@aws-sdk/client-s3': 'src/fleet/files/s3-objects.ts',
  bcryptjs: 'src/fleet/credentials/mqtt-password.ts',
  '@nats-io/nkeys': 'src/fleet/credentials/broker-keys.ts',
  ignore: 'src/experiments/definition/left-out.ts',
  '@nats-io/transport-node': 'src/fleet/broker/link.ts',
  picomatch: 'src/fleet/files/patterns.ts',
  uplot: 'src/dashboard/page/plot.tsx',
  hono: 'src/dashboard/server/app.ts',
  'hono/streaming': 'src/dashboard/server/app.ts',
  '@hono/node-server': 'src/dashboard/server/app.ts',
  '@hono/node-server/utils/response': 'src/dashboard/server/app.ts',
  'string-width': 'src/cli/text/text-width.ts',
  '@inquirer/prompts': 'src/cli/session/prompts.ts',
};

const restrict = (names: string[]): Linter.RuleEntry => [
  'error',
  { paths: names.map((name) => ({ name, message: `Only ${libraries[name] ?? ''} imports it.` })) },
];

const oneFilePerLibrary: Linter.Config[] = [
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/**/*.test.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': restrict(Object.keys(libraries)) },
  },
  ...[...new Set(Object.values(libraries))].map((file): Linter.Config => ({
    files: [file],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrict(
        Object.keys(libraries).filter((name) => libraries[name] !== file),
      ),
    },
  })),
];

export default defineConfig(
  {
    ignores: [
      'dist',
      'node_modules',
      'Logs',
      '.collab',
      'coverage',
      'src/agent/agent.mjs',
      'src/keeper-dashboard/dashboard.mjs',
      'src/performance/reports/html/assets/page.js',
      'src/dashboard/assets/*.js',
    ],
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver': { typescript: true, node: { extensions: ['.ts', '.js'] } } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      'max-lines': ['error', { max: 300 }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(ArrayExpression, CallExpression, NewExpression) > SpreadElement > ArrayExpression',
          message: 'Write the elements out: a spread of a literal only packs lines.',
        },
        {
          selector: 'ObjectExpression > SpreadElement > ObjectExpression',
          message: 'Write the keys out, one to a line: a spread of a literal only packs lines.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: [...floorZones, ...doorZones, ...extraZones] }],
      'no-console': 'error',
    },
  },
  {
    files: ['src/!(cli)/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Only src/cli ends the process.' },
      ],
    },
  },
  ...oneFilePerLibrary,
);
