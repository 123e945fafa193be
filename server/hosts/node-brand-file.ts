/**
 * A brand on its way, as a file: a line that says whose it is, a line a page of rows, and a last line by which anybody
 * can tell whether all of it is there and nothing has changed.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '../errand.ts';
import { flush } from './node-backup.ts';

/** The last line. The sum is of all before it, and of `rows`. */
interface Seal { rows: number; sha256: string }

const NEWLINE = 10;
/** A page with room to spare. What has longer lines is some other file. */
const LINE_BYTES = 8_000_000;

/**
 * Under its own name only when it is whole and on disk. What is left of one that was cut off is written over.
 * @param lines JSON, the header first. @param countRows of a line
 */
export async function writeBrandFile(file: string, lines: AsyncIterable<string>, countRows: (line: string) => number): Promise<number> {
  if (existsSync(file)) throw new Problem(`${file} is there already`);
  const part = `${file}.part`;
  try {
    const rows = await write(part, lines, countRows);
    await rename(part, file);
    flush(dirname(file));
    return rows;
  } catch (error) {
    await rm(part, { force: true });
    throw inWords(error as Error, file, 'written');
  }
}

async function write(part: string, lines: AsyncIterable<string>, countRows: (line: string) => number): Promise<number> {
  const hash = createHash('sha256');
  // Before anything is asked for: a file that cannot be written costs nobody a closed door.
  const handle = await open(part, 'w', 0o600);
  let rows = 0;
  try {
    for await (const line of lines) {
      hash.update(`${line}\n`);
      rows += countRows(line);
      await handle.write(`${line}\n`);
    }
    await handle.write(`${JSON.stringify({ rows, sha256: hash.update(`${rows}`).digest('hex') } satisfies Seal)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return rows;
}

function inWords(error: Error, file: string, what: 'read' | 'written'): Error {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code && syscall ? new Problem(`${file} cannot be ${what}: ${code}`) : error;
}

/**
 * Reads it through, to the last byte.
 * @returns its first line, and how many rows it has
 * @throws Problem when it is cut off, changed, or no such file
 */
export async function checkBrandFile(file: string): Promise<{ header: string; rows: number }> {
  const hash = createHash('sha256');
  let header: string | undefined;
  let last: Buffer | undefined;
  for await (const line of linesOf(file)) {
    if (last) hash.update(last).update('\n');
    header ??= line.toString();
    last = line;
  }
  const seal = readSeal(last);
  if (!header?.startsWith('{"leaveword":"brand"')) throw new Problem(`${file} is not a brand: it was not written by admin export`);
  if (!seal) throw new Problem(`${file} is cut off: its end is missing. Copy it again.`);
  if (seal.sha256 !== hash.update(`${seal.rows}`).digest('hex')) throw new Problem(`${file} is not as it was written: some of it has changed. Copy it again.`);
  return { header, rows: seal.rows };
}

/** The lines between the first and the last. */
export async function* pagesOf(file: string): AsyncGenerator<string> {
  let at = 0;
  let held: Buffer | undefined;
  for await (const line of linesOf(file)) {
    if (held) yield held.toString();
    if (at++ > 0) held = line;
  }
}

function readSeal(line: Buffer | undefined): Seal | undefined {
  try {
    const { rows, sha256 } = JSON.parse(String(line)) as Seal;
    return Number.isSafeInteger(rows) && typeof sha256 === 'string' ? { rows, sha256 } : undefined;
  } catch {
    // Whatever the last line is, it is not the one that is written last.
    return undefined;
  }
}

/** Cut at line feeds only: JSON may hold every other kind of line end as it is. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  if (!existsSync(file)) throw new Problem(`there is no file ${file}`);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        yield rest.subarray(0, end);
        rest = rest.subarray(end + 1);
      }
      if (rest.length > LINE_BYTES) throw new Problem(`${file} is not a brand: it was not written by admin export`);
    }
  } catch (error) {
    throw inWords(error as Error, file, 'read');
  }
  if (rest.length) yield rest;
}
