import type { Drill, DrillName } from './drill.js';
import { access } from './drills/access.js';
import { address } from './drills/address.js';
import { connections } from './drills/connections.js';
import { kill } from './drills/kill.js';
import { leave } from './drills/leave.js';
import { packets } from './drills/packets.js';
import { partition } from './drills/partition.js';
import { pause } from './drills/pause.js';
import { restart } from './drills/restart.js';
import { rotate } from './drills/rotate.js';
import { start } from './drills/start.js';
import { stranger } from './drills/stranger.js';
import { view } from './drills/view.js';

export const drills = {
  view,
  start,
  kill,
  pause,
  leave,
  restart,
  stranger,
  access,
  rotate,
  packets,
  connections,
  address,
  partition,
} satisfies Record<DrillName, Drill>;
