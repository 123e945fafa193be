/** On a server there is no page: importing the npm entry there does nothing, and calling it does no harm. */
import { expect, it } from 'vitest';

it('is harmless on a server', async () => {
  expect(typeof document).toBe('undefined');
  const { load } = await import('../widget/index.ts');
  const undo = load({ brand: 'acme', server: 'https://chat.example/' });
  expect(() => undo()).not.toThrow();
  expect('leaveword' in globalThis).toBe(false);
});
