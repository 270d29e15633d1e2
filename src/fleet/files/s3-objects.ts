import type {
  GetObjectCommandOutput,
  HeadObjectCommandOutput,
  ListObjectsV2CommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { CollabError, ExitCode } from '../../errors.js';
import { s3Fault } from './s3-faults.js';

/** An object as S3 describes it. */
export interface S3Object {
  key: string;
  sizeBytes: number;
  modified: Date;
  /** Changes with the content. */
  etag: string | undefined;
  /** User metadata; null where a listing does not tell. */
  metadata: Readonly<Record<string, string>> | null;
}

/** A multipart upload: nothing is seen of it before it is complete. */
export interface S3Upload {
  key: string;
  id: string;
  parts: { ETag: string | undefined; PartNumber: number }[];
}

type Sdk = typeof import('@aws-sdk/client-s3');

/** S3 copies no larger object in one request. */
const maxCopyBytes = 5 * 1024 ** 3;

/** What we use of S3. The library is optional and large, so it is loaded when it is used. */
export class S3Objects {
  private constructor(
    readonly bucket: string,
    private readonly sdk: Sdk,
    private readonly client: S3Client,
  ) {}

  /**
   * Endpoint, region and keys come from the usual environment variables and files of AWS.
   * @throws CollabError `s3-missing` if the library is not installed
   */
  static async open(bucket: string, environment: NodeJS.ProcessEnv = process.env): Promise<S3Objects> {
    // Which Node.js is supported is for us to know, not for users of a store.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const sdk = await import('@aws-sdk/client-s3').catch((error: unknown) => {
      throw missing(error);
    });
    const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
    const isOther = endpoint !== undefined && endpoint !== '';
    const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
    const client = new sdk.S3Client({
      // Other servers than Amazon's have no name per bucket, no regions, and often none of the newer checksums.
      ...(isOther && { endpoint, forcePathStyle: true, region: region ?? 'us-east-1' }),
      requestChecksumCalculation: isOther ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED',
      responseChecksumValidation: isOther ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED',
    });
    return new S3Objects(bucket, sdk, client);
  }

  async put(
    key: string,
    body: Uint8Array,
    metadata: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<void> {
    const input = { Bucket: this.bucket, Key: key, Body: body, Metadata: metadata };
    await this.#asked(this.client.send(new this.sdk.PutObjectCommand(input), options(signal)));
  }

  async begin(key: string, metadata: Record<string, string>, signal?: AbortSignal): Promise<S3Upload> {
    const input = { Bucket: this.bucket, Key: key, Metadata: metadata };
    const made = await this.#asked(
      this.client.send(new this.sdk.CreateMultipartUploadCommand(input), options(signal)),
    );
    return { key, id: made.UploadId ?? '', parts: [] };
  }

  async addPart(upload: S3Upload, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    const number = upload.parts.length + 1;
    const input = {
      Bucket: this.bucket,
      Key: upload.key,
      UploadId: upload.id,
      PartNumber: number,
      Body: body,
    };
    const { ETag } = await this.#asked(
      this.client.send(new this.sdk.UploadPartCommand(input), options(signal)),
    );
    upload.parts.push({ ETag, PartNumber: number });
  }

  async complete({ key, id, parts }: S3Upload, signal?: AbortSignal): Promise<void> {
    const input = { Bucket: this.bucket, Key: key, UploadId: id, MultipartUpload: { Parts: parts } };
    await this.#asked(this.client.send(new this.sdk.CompleteMultipartUploadCommand(input), options(signal)));
  }

  /** Removes what was uploaded. Not every server can, so that a fault is no error. */
  async abort({ key, id }: S3Upload): Promise<void> {
    const input = { Bucket: this.bucket, Key: key, UploadId: id };
    await this.client.send(new this.sdk.AbortMultipartUploadCommand(input)).catch(() => undefined);
  }

  /** Gives an object other metadata. @returns false if the server does not do it for an object of this size */
  async describe(key: string, sizeBytes: number, metadata: Record<string, string>): Promise<boolean> {
    if (sizeBytes > maxCopyBytes) return false;
    const source = `${this.bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
    const input = {
      Bucket: this.bucket,
      Key: key,
      CopySource: source,
      MetadataDirective: 'REPLACE' as const,
      Metadata: metadata,
    };
    const sent = this.client.send(new this.sdk.CopyObjectCommand(input));
    return sent.then(() => true).catch(() => false);
  }

  /** Null if there is none. */
  async head(key: string, signal?: AbortSignal): Promise<S3Object | null> {
    const input = { Bucket: this.bucket, Key: key };
    try {
      return objectOf(key, await this.client.send(new this.sdk.HeadObjectCommand(input), options(signal)));
    } catch (error) {
      if (isNotFound(error)) return null;
      throw s3Fault(error, this.bucket);
    }
  }

  /** The content of an object; null if it is not the one with this tag any more. */
  async *read({ key, etag }: S3Object, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    const input = { Bucket: this.bucket, Key: key, IfMatch: etag };
    const got: GetObjectCommandOutput = await this.#asked(
      this.client.send(new this.sdk.GetObjectCommand(input), options(signal)),
    );
    try {
      for await (const chunk of got.Body as AsyncIterable<Uint8Array>) yield chunk;
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Fault(error, this.bucket);
    }
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<S3Object> {
    let token: string | undefined;
    do {
      const input = { Bucket: this.bucket, Prefix: prefix, ContinuationToken: token };
      const page: ListObjectsV2CommandOutput = await this.#asked(
        this.client.send(new this.sdk.ListObjectsV2Command(input), options(signal)),
      );
      for (const { Key, Size, LastModified, ETag } of page.Contents ?? []) {
        if (Key === undefined) continue;
        yield {
          key: Key,
          sizeBytes: Size ?? 0,
          modified: LastModified ?? new Date(0),
          etag: ETag,
          metadata: null,
        };
      }
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async remove(key: string): Promise<void> {
    const input = { Bucket: this.bucket, Key: key };
    await this.#asked(this.client.send(new this.sdk.DeleteObjectCommand(input)));
  }

  close(): void {
    this.client.destroy();
  }

  async #asked<Answer>(sent: Promise<Answer>): Promise<Answer> {
    try {
      return await sent;
    } catch (error) {
      throw s3Fault(error, this.bucket);
    }
  }
}

const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });

function objectOf(key: string, got: HeadObjectCommandOutput): S3Object {
  const { ContentLength, LastModified, ETag, Metadata } = got;
  return {
    key,
    sizeBytes: ContentLength ?? 0,
    modified: LastModified ?? new Date(0),
    etag: ETag,
    metadata: Metadata ?? {},
  };
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey');

function missing(cause: unknown): CollabError {
  return new CollabError('s3-missing', {
    what: 'Names that begin with s3:// need the library @aws-sdk/client-s3, which is not installed.',
    next: 'Install it beside collab: npm install @aws-sdk/client-s3 (with -g where collab was installed with -g)',
    exitCode: ExitCode.usage,
    cause,
  });
}
