/** The order of the test files: the longest first, or one of them begins last and the other core waits for it. */
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes more than ten seconds, the longest first. A wrong place costs time and nothing else. */
const LONG = [
  'simulate.test.ts', 'simulate-more.test.ts', 'contract/workerd.test.ts', 'contract/torture-edge.test.ts', 'inbox-browser.test.ts', 'histories.test.ts',
  'contract/node.test.ts', 'week.test.ts', 'crash-browser.test.ts', 'widget-browser.test.ts', 'journey.test.ts', 'contract/torture.test.ts',
  'contract/truths-kill.test.ts', 'faults/sweep.test.ts', 'abuse-fuzz.test.ts', 'abuse-browser.test.ts', 'main.test.ts', 'contract/truths-reset.test.ts',
  'access.test.ts', 'admin.test.ts', 'search.test.ts', 'contract/edge.test.ts', 'script-address.test.ts', 'widget-survey-browser.test.ts',
  'contract/hour.test.ts', 'contract/truths-sleep.test.ts', 'contract/moving.test.ts', 'abuse-disk.test.ts', 'faults/power.test.ts',
  'contract/truths-faults.test.ts', 'moving.test.ts', 'edge-demo.test.ts', 'faults/cuts.test.ts', 'storage-browser.test.ts', 'abuse-flood.test.ts',
  'address-browser.test.ts', 'known-browser.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.indexOf(path.relative(import.meta.dirname, moduleId));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

// biome-ignore lint/style/noDefaultExport: vitest looks for nothing else
export default defineConfig({ test: { sequence: { sequencer: LongestFirst } } });
