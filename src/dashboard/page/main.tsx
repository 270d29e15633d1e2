import 'uplot/dist/uPlot.min.css';
import { render } from 'preact';
import { about, connect, known, lostSinceMs, nowMs } from './connection.js';
import { Asking, Refusal } from './parts.js';
import { Link, place } from './route.js';
import { Answers } from './views/inference/answers.js';
import { Device } from './views/devices/device.js';
import { Devices } from './views/devices/devices.js';
import { Files } from './views/files/files.js';
import { Fleet } from './views/fleet/fleet.js';
import { Inference } from './views/inference/inference.js';
import { Job } from './views/jobs/job.js';
import { Jobs } from './views/jobs/jobs.js';
import { Member } from './views/fleet/member.js';
import { CompareRuns } from './views/runs/compare-runs.js';
import { Run } from './views/runs/run.js';
import { Runs } from './views/runs/runs.js';
import { ageText, timeText } from './words.js';

function Page() {
  const { path } = place.value;
  const fleet = about.value?.fleet;
  document.title = `${fleet === undefined ? '' : `${fleet} - `}collab`;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <Link to="/fleet" class="brand">
          collab
        </Link>
        {fleet === undefined ? null : <span class="fleet-name">{fleet}</span>}
        <nav aria-label="Views">
          {(about.value?.views ?? []).map((view) => (
            <Link key={view} to={`/${view}`} current={(path[0] ?? 'fleet') === view}>
              {view.slice(0, 1).toUpperCase() + view.slice(1)}
            </Link>
          ))}
        </nav>
        {about.value?.read_only === true ? <span class="tag">read-only</span> : null}
      </header>
      <Connection />
      <Refusal />
      <main id="main" tabIndex={-1} class={lostSinceMs.value === null ? '' : 'old'}>
        <View />
      </main>
      <Asking />
    </>
  );
}

function View() {
  const { path } = place.value;
  const [view = 'fleet', name, part] = path;
  if (path.length < 2) {
    if (view === 'fleet') return <Fleet />;
    if (view === 'jobs') return <Jobs />;
    if (view === 'inference') return <Inference />;
    if (view === 'files') return <Files />;
    if (view === 'devices') return <Devices />;
    if (view === 'runs') return <Runs />;
  }
  if (path.length === 2 && name !== undefined) {
    if (view === 'fleet') return <Member name={name} />;
    if (view === 'jobs') return <Job id={name} />;
    if (view === 'inference') return <Answers id={name} />;
    if (view === 'runs' && name === 'compare') return <CompareRuns />;
  }
  if (path.length === 3 && view === 'devices' && name !== undefined && part !== undefined)
    return <Device lan={name} name={part} />;
  if (path.length === 3 && view === 'runs' && name !== undefined && part !== undefined)
    return <Run key={`${name}/${part}`} id={`${name}/${part}`} />;
  return (
    <section>
      <h1>There is nothing here</h1>
      <p>
        <Link to="/fleet">To the fleet</Link>
      </p>
    </section>
  );
}

/** Says whether what the page shows is of now. */
function Connection() {
  const lost = lostSinceMs.value;
  const { fault, heardMs } = known.members.value;
  if (lost !== null)
    return (
      <p class="notice" role="alert">
        Not connected since {timeText(lost, nowMs.value)} ({ageText(nowMs.value - lost)}). The page shows what
        was known then.
      </p>
    );
  if (fault !== null)
    return (
      <p class="notice" role="alert">
        {heardMs === null
          ? 'The fleet has not answered yet'
          : `The fleet has not answered since ${timeText(heardMs, nowMs.value)} (${ageText(nowMs.value - heardMs)})`}
        : {fault}
      </p>
    );
  return null;
}

connect();
render(<Page />, document.body);
