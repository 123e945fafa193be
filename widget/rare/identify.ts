/** The brand's own signature of who she is. */
import type { State } from '../state.ts';

let stop: (() => void) | undefined;

/** Whoever was to be shown is not shown any more. */
export function cancel(): void {
  stop?.();
  stop = undefined;
}

/** Shown to the server once she has acted, and again whenever a line comes until there is an answer. */
export function identify(state: State, jwt: string): void {
  cancel();
  const { visitor } = state;
  let over = false;
  let asking = false;
  const show = async () => {
    if (over || asking) return;
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
      identify(state, jwt);
    } else if (status >= 400) console.error(`leaveword('identify', …): the server did not accept the jwt (${status})`);
  };
  const end = state.effect(() => {
    const line = visitor.sync.value?.line.value;
    if (visitor.acted.value && (!line || line === 'on')) void show();
  });
  stop = () => {
    over = true;
    end();
  };
}
