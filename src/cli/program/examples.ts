import type { Command } from 'commander';

/**
 * Examples of each command, which its --help ends with: what most users want first. The path of a command, or of a group of
 * commands, is the key, without `collab`; the lines are without it too.
 */
export const examples: Readonly<Record<string, readonly string[]>> = {
  init: ['init', 'init my-experiments --examples'],
  new: ['new my-experiment', 'new my-split --template split'],
  docs: ['docs', 'docs own-boards'],
  completion: ['completion bash', 'completion zsh'],
  experiments: ['experiments'],
  validate: ['validate hello', 'validate models/my-model.yaml'],

  setup: [
    'setup',
    'setup --lan shelf --interface eth0 --expect 4 --yes',
    'setup --device pi@192.168.1.20 --device jetson@nano1.local',
  ],
  discover: ['discover', 'discover --interface eth0 --expect 4', 'discover --scan'],
  device: ['device list', 'device check --fix', 'device add pi@192.168.1.20 --name pi1 --tag camera'],
  'device list': ['device list', 'device list --device-tag camera'],
  'device show': ['device show nano1'],
  'device add': [
    'device add pi@192.168.1.20',
    'device add jetson@nano1.local:2222 --name nano1 --tag gpu --tag camera',
  ],
  'device edit': [
    'device edit nano1 --tag camera --untag spare',
    'device edit nano1 --address 192.168.1.30',
    'device edit nano1 --key none',
  ],
  'device remove': ['device remove nano1'],
  'device check': ['device check', 'device check nano1 nano2 --fix', 'device check --overhead'],
  'device lock': ['device lock nano1 nano2 --for 2h --reason "measuring for the paper"'],
  'device unlock': ['device unlock nano1', 'device unlock nano1 --kick --reason "agreed with Ada"'],
  'device shell': ['device shell nano1', 'device shell nano1 --image python:3.12-slim'],
  lan: ['lan list', 'lan use shelf'],
  'lan list': ['lan list'],
  'lan use': ['lan use shelf'],
  'lan show': ['lan show', 'lan show shelf --json'],
  'lan remove': ['lan remove shelf'],
  sync: ['sync --dry-run', 'sync datasets --to /data/datasets --only nano1,nano2'],
  gateway: ['gateway on --from eth1 --to wlan0', 'gateway status', 'gateway off'],
  'gateway on': ['gateway on --from eth1 --to wlan0', 'gateway on --from eth1 --to wlan0 --dry-run'],
  'gateway off': ['gateway off'],
  'gateway status': ['gateway status'],

  images: ['images list', 'images build hello', 'images prune --dry-run'],
  'images list': ['images list', 'images list --bases'],
  'images build': ['images build hello split-inference', 'images build --base torch --arch arm64'],
  'images push': ['images push hello', 'images push hello --only nano1'],
  'images prune': ['images prune --dry-run', 'images prune --data', 'images prune --here'],
  'images export': ['images export bases.tar python torch', 'images export hello.tar --experiment hello'],
  'images import': ['images import bases.tar'],

  dashboard: ['dashboard', 'dashboard --local --read-only', 'dashboard --link', 'dashboard --keeper'],
  run: [
    'run hello --local',
    'run hello --set size_bytes=64,65536 --repeats 5',
    'run hello --only nano1,nano2 --dry-run',
  ],
  resume: ['resume', 'resume 20261201-093000 --retry failed'],
  stop: ['stop', 'stop 20261201-093000'],
  watch: ['watch', 'watch 20261201-093000'],
  replicate: [
    'replicate 20261201-093000',
    'replicate hello.collab.tar.gz --within 5%',
    'replicate --judge 20261201-093000 20261202-101500',
  ],
  clean: ['clean --dry-run', 'clean --only nano1 --uncollected'],

  runs: ['runs', 'runs hello --all', "runs --filter state=complete --filter 'duration>60' --sort duration"],
  show: ['show', 'show 20261201-093000-hello'],
  compare: [
    'compare 20261201-093000 20261201-101500',
    'compare 20261201-101500 20261201-112000 --baseline 20261201-093000',
    'compare 20261201-093000 20261201-101500 20261201-112000 --open',
  ],
  report: ['report --open', 'report --format table', 'report 20261201-093000-hello --format xlsx,parquet'],
  'runs edit': ['runs edit 20261201-093000-a1b2 --name baseline --tag paper'],
  'runs remove': ['runs remove baseline --dry-run', 'runs remove --filter state=failed --older-than 30d'],
  logs: ['logs --follow', 'logs baseline --role client --trial 3 --tail 20'],
  export: ['export hello', 'export hello --with-run 20261201-093000 --output review.collab.tar.gz'],
  import: [
    'import hello.collab.tar.gz',
    'import https://github.com/ada/experiments --path detect --as ada-detect',
  ],

  lab: ['lab up', 'lab status', 'lab down'],
  'lab up': ['lab up', 'lab up --devices 4 --cpus 0.5 --memory 512m --rate 100mbit'],
  'lab status': ['lab status'],
  'lab down': ['lab down'],

  fleet: ['fleet up --local', 'fleet status', 'fleet down --local'],
  'fleet up': ['fleet up', 'fleet up --keepers nano1,nano2,pi1', 'fleet up --local --members 5'],
  'fleet upgrade': ['fleet upgrade --dry-run', 'fleet upgrade'],
  'fleet down': ['fleet down', 'fleet down --only nano1', 'fleet down --local --purge'],
  'fleet plan': ['fleet plan --members 50', 'fleet plan --members 50 --profile fast'],
  'fleet status': ['fleet status', 'fleet status --local'],
  'fleet members': ['fleet members', 'fleet members --watch'],
  'fleet info': ['fleet info', 'fleet info nano1'],
  'fleet join': ['fleet join --member nano1', 'fleet join 192.168.1.20:7946 --member nano1'],
  'fleet leave': ['fleet leave nano1'],
  'fleet drain': ['fleet drain nano1', 'fleet drain nano1 --deadline 10m', 'fleet drain nano1 --undo'],
  'fleet console': ['fleet console', 'fleet console --local'],
  'fleet user': ['fleet user add ada', 'fleet user list', 'fleet user use ada.join'],
  'fleet user add': ['fleet user add ada', 'fleet user add grace --role admin --out grace.join'],
  'fleet user list': ['fleet user list'],
  'fleet user remove': ['fleet user remove ada'],
  'fleet user mqtt': ['fleet user mqtt ada', 'fleet user mqtt ada --remove'],
  'fleet user use': ['fleet user use ada.join'],
  'fleet check': ['fleet check --local', 'fleet check --drill kill,pause --only nano2'],
  'fleet replace': ['fleet replace nano1'],
  'fleet rotate': ['fleet rotate'],
  'fleet backup': [
    'fleet backup shelf.backup',
    'fleet backup shelf.backup --passphrase-file ~/.fleet-passphrase',
  ],
  'fleet restore': ['fleet restore shelf.backup', 'fleet restore shelf.backup --replace'],

  store: [
    'store put weights/resnet50.pt weights/resnet50.pt',
    'store put TestFiles inputs',
    'store get inputs',
    "store get-all 'weights/**/*.pt' .",
    'store get results.csv --versions 3',
  ],
  'store put': ['store put weights/resnet50.pt weights/resnet50.pt', 'store put photos inputs/ --keep 2'],
  'store get': [
    'store get inputs',
    'store get results.csv - --version 2',
    'store get results.csv --versions 3',
  ],
  'store get-all': ["store get-all 'weights/**/*.pt' ."],
  'store delete': ['store delete results.csv', 'store delete inputs --recursive'],
  'store ls': ['store ls weights/resnet50.pt'],
  'store ls-all': ['store ls-all', "store ls-all 'weights/**'"],
  'store store': ['store store', 'store store nano1'],
  'store versions': ['store versions results.csv'],
  'store count': ['store count', 'store count weights'],
  'store scrub': ['store scrub'],

  job: [
    'job submit examples/linear-regression --wait -- sh ./run.sh',
    "job submit sweep --set rate=0.1,0.2 -- python3 fit.py '{rate}'",
    "job submit frames --count 100 --pool gpu -- ./render '{task}'",
    'job service web --replicas 3 --port 8080 -- python3 app.py',
    'job list',
    'job logs sweep --follow',
  ],
  'job submit': [
    'job submit my-job --wait -- python3 fit.py',
    "job submit sweep --set rate=0.1,0.2 -- python3 fit.py '{rate}'",
    "job submit frames --count 100 --pool gpu -- ./render '{task}'",
  ],
  'job service': ['job service web --replicas 3 --port 8080 -- python3 app.py'],
  'job list': ['job list'],
  'job show': ['job show sweep'],
  'job logs': ['job logs sweep', 'job logs sweep --task 3', 'job logs sweep --follow'],
  'job output': ['job output sweep', 'job output sweep results/sweep'],
  'job assignments': ['job assignments', 'job assignments sweep'],
  'job cancel': ['job cancel sweep'],
  'job retry': ['job retry sweep --failed'],
  'job remove': ['job remove sweep'],
  'job notify-key': ['job notify-key', 'job notify-key --renew'],

  infer: [
    'infer models',
    'infer train digit-detector --wait',
    'infer submit resnet50 photos/ --count 1000',
    "infer submit resnet50 'store:photos/**' --weight 2",
    'infer rate --watch',
    'infer output resnet50 results.csv',
  ],
  'infer models': ['infer models'],
  'infer submit': [
    'infer submit resnet50 photos/ --wait',
    "infer submit resnet50 'store:photos/**' --weight 2 --batch-size 16",
  ],
  'infer train': ['infer train digit-detector --wait', 'infer train digit-detector -- --epochs 3'],
  'infer output': ['infer output resnet50 results.csv', 'infer output resnet50 results.csv --pictures found'],
  'infer rate': ['infer rate', 'infer rate resnet50 --watch'],
  'infer times': ['infer times', 'infer times resnet50'],
  'infer batch-size': ['infer batch-size resnet50', 'infer batch-size resnet50 16'],
  'infer assignments': ['infer assignments', 'infer assignments resnet50'],

  pool: [
    'pool set cameras --tag cam',
    'pool set jetsons --arch arm64 --gpu',
    'pool set shelf --member nano1,nano2',
    'job submit detect --pool cameras -- python3 detect.py',
  ],
  'pool set': ['pool set cameras --tag cam', 'pool set jetsons --arch arm64 --gpu'],
  'pool list': ['pool list'],
  'pool show': ['pool show cameras'],
  'pool remove': ['pool remove cameras'],

  api: ['api --local', 'api --spec', 'api token --days 7'],
  'api serve': ['api serve --local', 'api serve --port 0', 'api serve --spec'],
  'api token': ['api token', 'api token --days 7'],
};

/** Adds the examples to the help of each command. */
export function addExamples(one: Command, path = ''): void {
  for (const child of one.commands) addExamples(child, `${path} ${child.name()}`.trim());
  const lines = Object.hasOwn(examples, path) ? (examples[path] ?? []) : [];
  if (lines.length === 0) return;
  one.addHelpText('after', `\nExamples:\n${lines.map((line) => `  collab ${line}`).join('\n')}`);
}
