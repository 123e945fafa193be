/** For a story told in several tests: one that failed leaves nothing for the next to go on from, and no page may have thrown in between. */
import { afterEach, beforeEach, expect, onTestFailed } from 'vitest';
import { takeProblems } from './browser.ts';

export function inSteps(): void {
  let stopped = '';
  beforeEach(({ task }) => {
    if (stopped) throw new Error(`not reached: "${stopped}" failed`);
    onTestFailed(() => {
      stopped = task.name;
    });
  });
  afterEach(() => {
    expect(takeProblems(), 'errors in the consoles of the pages').toEqual([]);
  });
}
