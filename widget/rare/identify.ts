/** The brand's own signature of who she is. */
import type { Visitor } from '../visitor.ts';

let stop: (() => void) | undefined;

/** Shown to the server once she has acted, and again whenever a line comes until there is an answer. */
export function identify(visitor: Visitor, jwt: string): void {
  stop?.();
  let asking = false;
  const show = async () => {
    if (asking || !visitor.acted.value) return;
    asking = true;
    await visitor.enter();
    const status = await visitor.prove(jwt);
    asking = false;
    if (status === 409) {
      // Somebody else was here before her: neither may see what is the other's.
      await visitor.forget();
      return show();
    }
    if (!status || status >= 500) return;
    stop?.();
    if (status >= 400) console.error(`leaveword('identify', …): the server did not accept the jwt (${status})`);
  };
  let stopLine: (() => void) | undefined;
  const stopSync = visitor.sync.subscribe((sync) => {
    stopLine?.();
    stopLine = sync?.line.subscribe((line) => { if (line === 'on') show(); });
  });
  const stopActed = visitor.acted.subscribe(show);
  stop = () => {
    stopLine?.();
    stopSync();
    stopActed();
    stop = undefined;
  };
}
