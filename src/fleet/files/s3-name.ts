import { CollabError, ExitCode } from '../../errors.js';

/** The bucket and key of a name such as `s3://bucket/key`; null for any other. @throws CollabError `store-bad-name` */
export function parseS3Name(typed: string): { bucket: string; key: string } | null {
  const found = /^s3:\/\/([^/]*)\/?(.*)$/s.exec(typed);
  if (found === null) return null;
  const [, bucket = '', key = ''] = found;
  if (bucket === '') throw noBucket(typed);
  return { bucket, key };
}

function noBucket(typed: string): CollabError {
  return new CollabError('store-bad-name', {
    what: `${JSON.stringify(typed)} names no bucket.`,
    next: 'Write s3://bucket/key.',
    exitCode: ExitCode.usage,
  });
}
