/** The body of a request: counted while it comes in, checked before anything looks at it. */
import { countNesting } from '../../protocol/parse.ts';
import type { Shape } from '../../protocol/shape.ts';
import { badRequest, forbidden, TurnedAway } from './turned-away.ts';

export interface BodyRule<T> {
  shape: Shape<T>;
  /** The most bytes. */
  bytes: number;
  /** The most fields in all, where the common number is too small. */
  keys?: number;
  depth?: number;
  /** `text`: sent as `text/plain`, so that a page on another origin needs no preflight. */
  type: 'json' | 'text';
}

/** @throws TurnedAway 400, 403 (not the content type that only our own pages can send) or 413 */
export async function readBody<T>(request: Request, rule: BodyRule<T>): Promise<T> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (rule.type === 'json' && type !== 'application/json') throw forbidden('the content type must be application/json');
  if (rule.type === 'text' && type !== 'text/plain') throw badRequest('the content type must be text/plain');
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') throw badRequest('a compressed body is not read');
  return shaped(textOf(await bytesOf(request, rule.bytes)), rule);
}

/** A request that must carry nothing: a body there is a mistake, or an attempt. */
export async function readNoBody(request: Request): Promise<void> {
  const bytes = await bytesOf(request, EMPTY_BYTES);
  const text = textOf(bytes).trim();
  if (text !== '' && text !== '{}') throw badRequest('this takes no fields');
}
/** `{}` and a little white space. */
const EMPTY_BYTES = 16;

function shaped<T>(text: string, rule: BodyRule<T>): T {
  const tooRich = countNesting(text, rule.depth, rule.keys);
  if (tooRich) throw badRequest(tooRich);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('not JSON');
  }
  const problem = rule.shape(value);
  if (problem) throw badRequest(problem);
  return value as T;
}

/** What a header promises is checked first, what arrives is counted all the same. */
async function bytesOf(request: Request, most: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooBig(most);
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await nextPart(reader);
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw tooBig(most);
    }
    parts.push(value);
  }
  return joined(parts, size);
}

/** A sender who hangs up in the middle, or is hung up on for being slow, is no fault of ours. */
async function nextPart(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch {
    throw badRequest('the body did not come in whole');
  }
}

function joined(parts: Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('not UTF-8');
  }
}

const tooBig = (most: number): TurnedAway => new TurnedAway(413, 'bad_request', `a body has at most ${most} bytes here`);
