import { CollabError, ExitCode, messageOf } from '../../errors.js';

interface Said {
  name: string;
  what: string;
  next: string;
  exitCode: ExitCode;
}

/** An error of S3 in our own words. An abort stays what it is. */
export function s3Fault(error: unknown, bucket: string): unknown {
  if (!(error instanceof Error) || error instanceof CollabError || error.name === 'AbortError') return error;
  const { name, what, next, exitCode } = said(error, bucket);
  return new CollabError(name, {
    what,
    why: `${error.name}: ${messageOf(error)}`,
    next,
    exitCode,
    cause: error,
  });
}

function said(error: Error, bucket: string): Said {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (error.name === 'NoSuchBucket') {
    return {
      name: 'store-missing',
      what: `There is no bucket ${bucket}.`,
      next: 'Check its name, and AWS_ENDPOINT_URL if it is not at Amazon.',
      exitCode: ExitCode.usage,
    };
  }
  if (error.name === 'PreconditionFailed' || error.name === 'NoSuchKey') {
    return {
      name: 'store-no-file',
      what: `A file in s3://${bucket} was changed or removed while it was read.`,
      next: 'Get it again.',
      exitCode: ExitCode.usage,
    };
  }
  if (error.name === 'CredentialsProviderError' || status === 401 || status === 403) {
    return {
      name: 'store-refused',
      what: `s3://${bucket} refuses these keys, or there are none.`,
      next: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
      exitCode: ExitCode.deviceUnreachable,
    };
  }
  if (error.message.includes('Region is missing')) {
    return {
      name: 'store-refused',
      what: `The region of s3://${bucket} is not known.`,
      next: 'Set AWS_REGION, e.g. AWS_REGION=eu-central-1.',
      exitCode: ExitCode.usage,
    };
  }
  return {
    name: 'store-unreachable',
    what: `s3://${bucket} does not answer as S3 does.`,
    next: 'Check the network, and AWS_ENDPOINT_URL if the bucket is not at Amazon.',
    exitCode: ExitCode.deviceUnreachable,
  };
}
