import { CollabError, ExitCode, messageOf } from '../../errors.js';

/** Converts an error of the engine's client: unreachable, not permitted, disk full, or the engine's own message. */
export function engineFault(device: string, doing: string, error: unknown): CollabError {
  if (error instanceof CollabError)
    return error.name === 'socket-refused' ? closedSocket(device, error) : error;
  const answer = error as { reason?: string; json?: { message?: string } };
  const why = answer.json?.message ?? messageOf(error);
  const parts = { exitCode: ExitCode.deviceUnreachable, cause: error };
  if (
    /ENOENT|ECONNREFUSED|open failed|No such file|Connection refused/i.test(why) &&
    /connect|open failed/i.test(why)
  ) {
    return new CollabError('no-engine', {
      ...parts,
      what: `${capital(device)} has no running Docker Engine.`,
      why,
      next: `Install and start one on ${device} (Debian: apt-get install docker.io), then try again.`,
    });
  }
  if (/EACCES|permission denied/i.test(why)) {
    return new CollabError('engine-refused', {
      ...parts,
      what: `The Docker Engine of ${device} does not accept this user.`,
      why,
      next: `Add the user to the docker group on ${device} (usermod -aG docker <user>) and log in again.`,
    });
  }
  if (/no space left/i.test(why)) {
    return new CollabError('device-full', {
      ...parts,
      what: `The disk of ${device} is full: it could not ${doing}.`,
      why,
      next: `Free space on ${device} (collab images prune${device === 'this machine' ? '; docker builder prune' : ` --only ${device}`}) and run again; nothing was lost.`,
    });
  }
  if (/port is already allocated|address already in use/i.test(why)) {
    return new CollabError('port-in-use', {
      ...parts,
      what: `A port that the role publishes is in use on ${device}.`,
      why,
      next: `Stop the program that uses it on ${device} (for a role left over from an earlier run: docker ps --filter label=collab.run), or choose another port in experiment.yaml.`,
    });
  }
  if (/pool overlaps/i.test(why)) {
    return new CollabError('subnet-taken', {
      ...parts,
      what: `The Docker Engine of ${device} could not ${doing}.`,
      why: `A network of it already uses these addresses: ${why}`,
      next: `Remove networks that are not needed on ${device} (docker network prune), and try again.`,
    });
  }
  if (
    /could not select device driver|unknown runtime specified nvidia|unknown or invalid runtime name: nvidia/i.test(
      why,
    )
  ) {
    return new CollabError('no-gpu-runtime', {
      ...parts,
      what: `The Docker Engine of ${device} cannot give a container access to the GPU.`,
      why,
      next: `Install NVIDIA's container toolkit on ${device} (nvidia-container-toolkit; on a Jetson nvidia-container) and restart its engine.`,
    });
  }
  if (/socket hang up|ECONNRESET|EPIPE|premature close|\baborted\b/i.test(why)) {
    return engineCut(device, doing, why, error);
  }
  return new CollabError('engine-failed', {
    ...parts,
    what: `The Docker Engine of ${device} could not ${doing}.`,
    why,
    next: `Look at the engine's log on ${device}, and run again.`,
  });
}

/** The engine went away during a response: it was restarted, or the connection broke. */
export function engineCut(device: string, doing: string, why: string, cause?: unknown): CollabError {
  return new CollabError('engine-cut', {
    what: `The Docker Engine of ${device} went away during the attempt to ${doing}.`,
    why,
    next: 'Run again: what has arrived complete is not sent twice. If it fails again, look at the log of that engine.',
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}

/** Over ssh, a missing socket, one without a listener and one without permission fail alike. */
function closedSocket(device: string, error: CollabError): CollabError {
  return new CollabError('no-engine', {
    what: `${capital(device)} has no running Docker Engine.`,
    why: [error.what, error.why].filter(Boolean).join(' '),
    next: `On ${device}: start it (sudo systemctl start docker), and make the login a member of the docker group (sudo usermod -aG docker <user>).`,
    exitCode: ExitCode.deviceUnreachable,
    cause: error,
  });
}

/** For the start of a sentence; the name of a device keeps its spelling. */
function capital(device: string): string {
  return device === 'this machine' ? 'This machine' : device;
}

/** An image that a container uses cannot be removed. */
export function imageInUse(device: string, ref: string, cause: unknown): CollabError {
  return new CollabError('image-in-use', {
    what: `The image ${ref} is in use on ${device}.`,
    why: messageOf(cause),
    next: `Remove its containers there first: docker ps -a --filter ancestor=${ref}`,
    exitCode: ExitCode.deviceBusy,
    cause,
  });
}
