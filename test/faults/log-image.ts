/** SQLite's write-ahead log as bytes: cut, bent, and, for a control run, sealed again so that it cannot tell. */
import type { Recording } from './record.ts';

const HEADER = 32;
const FRAME_HEADER = 24;
/** Where a sum stands, in the file's header and in a frame's. */
const SUM_OF_FILE = 24;
const SUM_OF_FRAME = 16;
/** What of a frame's header is summed up. */
const SUMMED = 8;
const PAGE = 4_096;
const BIG_ENDIAN = 0x377f0683;

/** The log as it was in the end, and how long it was when each message was acknowledged. @throws when it was emptied meanwhile */
export function logOf({ steps }: Recording): { log: Buffer; endOf: Map<string, number> } {
  const pieces: { at: number; data: Buffer }[] = [];
  const endOf = new Map<string, number>();
  let size = 0;
  let safe = 0;
  for (const step of steps) {
    if (step.what === 'told') for (const id of step.ids) endOf.set(id, safe);
    else if (step.what === 'sync' && step.file === 'log') safe = size;
    else if (step.what === 'write' && step.file === 'log') {
      pieces.push(step);
      size = Math.max(size, step.at + step.data.length);
    } else if (step.what === 'write' || step.what === 'truncate') throw new Error('the log was emptied while it was recorded');
  }
  const log = Buffer.alloc(size);
  for (const { at, data } of pieces) data.copy(log, at);
  return { log, endOf };
}

/** All sums from the first on: as a log would look that is damaged and does not know. */
export function sealAgain(log: Buffer): Buffer {
  const sealed = Buffer.from(log);
  const isBig = sealed.readUInt32BE(0) === BIG_ENDIAN;
  let sums: [number, number] = addUp(sealed.subarray(0, SUM_OF_FILE), [0, 0], isBig);
  const put = (at: number) => { for (const [n, sum] of sums.entries()) sealed.writeUInt32BE(sum, at + 4 * n); };
  put(SUM_OF_FILE);
  for (let at = HEADER; at + FRAME_HEADER + PAGE <= sealed.length; at += FRAME_HEADER + PAGE) {
    sums = addUp(sealed.subarray(at, at + SUMMED), sums, isBig);
    sums = addUp(sealed.subarray(at + FRAME_HEADER, at + FRAME_HEADER + PAGE), sums, isBig);
    put(at + SUM_OF_FRAME);
  }
  return sealed;
}

function addUp(bytes: Buffer, [first, second]: [number, number], isBig: boolean): [number, number] {
  const word = (at: number) => (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + word(at) + b) >>> 0;
    b = (b + word(at + 4) + a) >>> 0;
  }
  return [a, b];
}
