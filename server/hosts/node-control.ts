/**
 * How the admin command asks a running server: a socket in the data folder, which only the operator can reach. Whoever
 * holds the folder does the work, so that a brand never has two writers.
 */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type Done, type Errand, ERRAND_CHARS, readErrand } from '../errand.ts';
import type { Host } from '../host.ts';

/** An export of a long life fits; a server that answers nothing in this time is stuck. */
const ANSWER_MS = 60_000;

const placeOf = (dataDir: string): string =>
  process.platform === 'win32' ? `\\\\.\\pipe\\leaveword-${dataDir.replace(/[^a-z0-9]/gi, '-')}` : join(dataDir, 'control.sock');

export interface Control { close(): void }

/** Only the process that holds the folder may call this: what is left there is of one that died. */
export function takeErrands(dataDir: string, log: Host['log'], run: (errand: Errand) => Promise<Done>): Control {
  const place = placeOf(dataDir);
  if (process.platform !== 'win32') rmSync(place, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.setEncoding('utf8').setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('error', (error) => log('control_error', { code: (error as NodeJS.ErrnoException).code ?? error.name }));
    socket.on('data', (part: string) => {
      if ((text += part).length > ERRAND_CHARS) socket.destroy();
    });
    socket.on('end', () => {
      const answer = (done: Done) => socket.end(JSON.stringify(done));
      const errand = readErrand(text);
      if (!errand) return answer({ problem: 'this is not an errand' });
      run(errand).then(answer, (error: Error) => {
        log('errand_failed', { error: error.name });
        answer({ problem: 'the server could not do it: see its log' });
      });
    });
  });
  // Without it the server serves; the admin command says that it cannot ask.
  server.on('error', (error) => log('control_unavailable', { code: (error as NodeJS.ErrnoException).code ?? error.name }));
  // Also where the folder was made by somebody else, and lets others in.
  server.listen(place, () => { if (process.platform !== 'win32') chmodSync(place, 0o600); });
  server.unref();
  return { close: () => server.close() };
}

/** @returns nothing when there is nobody to ask */
export function sendErrand(dataDir: string, errand: Errand): Promise<Done | undefined> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ path: placeOf(dataDir), allowHalfOpen: true }, () => socket.end(JSON.stringify(errand)));
    socket.setEncoding('utf8').setTimeout(ANSWER_MS, () => socket.destroy(new Error('the server does not answer')));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'EINVAL') resolve(undefined);
      else reject(error);
    });
    socket.on('data', (part: string) => { text += part; });
    socket.on('close', () => {
      if (text) resolve(JSON.parse(text) as Done);
      else reject(new Error('the server hung up without an answer'));
    });
  });
}
