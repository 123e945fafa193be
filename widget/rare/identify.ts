/** The brand's own signature of who she is. */
import type { Visitor } from '../visitor.ts';

let stop: (() => void) | undefined;

/** Whoever was to be shown is not shown any more. */
export function cancel(): void {
  stop?.();
  stop = undefined;
}

/** Shown to the server once she has acted, and again whenever a line comes until there is an answer. */
export function identify(visitor: Visitor, jwt: string): void {
  cancel();
  let over = false;
  let asking = false;
  const show = async () => {
    if (over || asking || !visitor.acted.value) return;
    asking = true;
    await visitor.enter();
    const status = await visitor.prove(jwt);
    asking = false;
    if (over || !status || status >= 500) return;
    cancel();
    if (status === 409) {
      // Somebody else was here before her: neither may see what is the other's.
      await visitor.forget();
      await visitor.enter();
      identify(visitor, jwt);
    } else if (status >= 400) console.error(`leaveword('identify', …): the server did not accept the jwt (${status})`);
  };
  let stopLine: (() => void) | undefined;
  const stops = [
    visitor.sync.subscribe((sync) => {
      stopLine?.();
      stopLine = sync?.line.subscribe((line) => { if (line === 'on') show(); });
    }),
    visitor.acted.subscribe(show),
    () => stopLine?.(),
  ];
  stop = () => {
    over = true;
    for (const each of stops) each();
  };
}
