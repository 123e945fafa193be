/** What has to have happened in a large number of runs: a world in which it never does proves nothing about it. */
import { FAULTS } from './plan.ts';

/** By the words in which it is counted, where they are not the fault's own. */
const COUNTED: Partial<Record<(typeof FAULTS)[number], string[]>> = {
  'ghost': ['fault: duplicated: a second connection says it all again'],
  'kill in a transaction': ['the process died inside a transaction'],
  'kill behind a commit': ['the process died between commit and acknowledgement'],
  'commit undone': ['a commit failed and was undone'],
  'commit unknown': ['a commit failed and had happened'],
  'disk full': ['fault: disk full', 'a commit found the disk full'],
  'alarm': ['fault: alarm early or twice', 'fault: alarm late: the server stood still'],
  'stall': ['a line stalled'],
  'device disk': ['a disk request failed'],
  'device full': ['a disk was full'],
  'write in a burst': ['a burst failed, and each was heard by itself'],
  'write': ['one write failed'],
  'restore': ['fault: restore of an old backup'],
};

export const MUST_HAPPEN: string[] = [
  ...FAULTS.flatMap((kind) => COUNTED[kind] ?? [`fault: ${kind}`]),
  'messages of one turn were taken as one change', 'messages of one turn came from several tabs', 'a night in which nobody was there', 'a request was lost', 'a change vanished on a line that holds', 'last words were posted', 'a visitor was erased',
  'duplicate suppressed: the same acknowledgement again', 'offered again after it was acknowledged', 'resumed across a restart', 'began anew after a restart',
  'a pong told of something missed', 'a page was pulled', 'asked to come again later', 'refused for good',
  'a snooze ended by time', 'a snooze ended late, after the server was down or stood still', 'something refused was said anew, or taken back',
];
